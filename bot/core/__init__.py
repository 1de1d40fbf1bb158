"""The pure part: text and facts in, decision and effects out; no clock, no I/O."""
