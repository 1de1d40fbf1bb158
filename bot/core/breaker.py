"""When a system that fails is left alone for a while: a pure record of calls, the clock passed in (bar 30)."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: Bar 30: open after so many failures in a row, or half of the latest twenty; then one probe each ten seconds.
IN_A_ROW = 5
LATEST = 20
PROBE_EVERY = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Breaker:
    """How the latest calls went. Closed while `probe_at` is None."""

    results: tuple[bool, ...] = ()  #: whether each answered, the newest last
    probe_at: float | None = None  #: seconds of a steady clock; open, and tried again from then on

    @property
    def is_open(self) -> bool:
        """Whether nothing but probes may be tried."""
        return self.probe_at is not None


def may_call(breaker: Breaker, now: float) -> bool:
    """Whether a call may be tried at `now` (seconds of a steady clock)."""
    return breaker.probe_at is None or now >= breaker.probe_at


def calling(breaker: Breaker, now: float) -> Breaker:
    """The breaker once a permitted call begins: of many callers one is the probe, and a probe whose end nobody learns
    of holds up only its own ten seconds."""
    return replace(breaker, probe_at=now + PROBE_EVERY) if breaker.is_open else breaker


def called(breaker: Breaker, answered: bool, now: float) -> Breaker:
    """The breaker after a call ended."""
    if breaker.is_open:
        return Breaker() if answered else replace(breaker, probe_at=now + PROBE_EVERY)
    results = (*breaker.results, answered)[-LATEST:]
    return Breaker((), now + PROBE_EVERY) if _too_many(results) else Breaker(results)


def _too_many(results: tuple[bool, ...]) -> bool:
    row = results[-IN_A_ROW:]
    return (len(row) == IN_A_ROW and not any(row)) or (len(results) == LATEST and sum(results) * 2 <= LATEST)
