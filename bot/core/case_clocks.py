"""The clocks of a case: which of its kind's deadlines run, when each is due, and which rings next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.case_kinds import CaseKind, Deadline
from bot.core.cases import ENDED, Case, State, Waits
from bot.core.model import Priority
from bot.core.tickets import raised

#: What a deadline may count from beside a step's name.
STARTS = ("opened", "offered", *(waits.value for waits in Waits if waits))


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that runs. Times are aware."""

    deadline: Deadline
    since: datetime
    due: datetime

    def is_past(self, now: datetime) -> bool:
        """Whether its time has come."""
        return self.due <= now


def running(kind: CaseKind, case: Case) -> tuple[Clock, ...]:
    """The clocks that run in a case, the first due first. One that counts from a waiting or an offer runs as long as
    that lasts; none runs in a case that ended."""
    if case.state in ENDED:
        return ()
    found = [
        Clock(deadline, since, since + deadline.span)
        for deadline in kind.deadlines
        if deadline.until not in case.steps and (since := _start(deadline, case)) is not None
    ]
    return tuple(sorted(found, key=lambda clock: clock.due))


def _start(deadline: Deadline, case: Case) -> datetime | None:
    if deadline.after == "opened":
        return case.since
    if deadline.after == "offered":
        return case.state_at if case.state is State.OFFERED else None
    if deadline.after in STARTS:
        return case.state_at if case.waits_for == deadline.after else None
    return case.steps.get(deadline.after)


def ringing(clocks: Iterable[Clock], rung_at: datetime | None, now: datetime) -> tuple[Clock, ...]:
    """The clocks whose time has come since the last ringing."""
    return tuple(clock for clock in clocks if clock.is_past(now) and (rung_at is None or clock.due > rung_at))


def next_due(clocks: Iterable[Clock], now: datetime) -> datetime | None:
    """When to look again: the next of the clocks that have not run out."""
    return min((clock.due for clock in clocks if not clock.is_past(now)), default=None)


def after_ringing(priority: Priority) -> Priority:
    """The priority of a case of which a clock has run out."""
    return raised(priority)
