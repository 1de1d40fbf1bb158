"""Tools that show a trainer what the content does: parse one text, replay conversations, measure."""
