"""One after-sale case while a story changes it: locked, its history written along, its clocks set anew at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core import case_clocks
from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind
from bot.core.cases import STATE_TITLES, Case, State, may_follow, may_lead
from bot.core.model import Priority
from bot.errors import Conflict, Forbidden, NotFound
from bot.store import case_parts, cases, jobs

#: Who is written down where nobody did it.
BOT, ORDER, CLOCK = "bot", "order", "clock"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who works on a case, and when."""

    shop: str
    name: str
    role: Role
    now: datetime  #: aware


@dataclass(slots=True)
class Work:
    """A locked case with its kind; `flush` writes what became of it."""

    tx: sa.Connection
    kind: CaseKind
    hand: Hand
    case: Case

    def change(self, **values: Any) -> None:
        """Set fields of the case."""
        self.case = replace(self.case, **values)

    def note(self, kind: str, **data: Any) -> None:
        """Add to the history."""
        case, hand = self.case, self.hand
        case_parts.write(self.tx, case.shop, case.id, kind, hand.name, hand.now, **data)

    def move(self, state: State, **values: Any) -> None:
        """Go to a state; Conflict when that cannot follow."""
        before = self.case.state
        if not may_follow(before, state):
            raise Conflict(f"案件{STATE_TITLES[before]}，不能这样做；请刷新后再看", more={"state": before})
        at = self.hand.now
        self.change(state=state, state_at=at, **{"waits_for": "", **values})

    def alarm(self, why: str) -> None:
        """The lead has to look at it."""
        self.change(escalated_at=self.hand.now, escalated_why=why)

    def escalate(self, why: str) -> None:
        """The same, written down."""
        self.alarm(why)
        self.note("escalated", why=why)

    def wind(self) -> datetime | None:
        """Set the case's clocks by how it stands. Returns when the next one rings."""
        clocks = case_clocks.running(self.kind, self.case)
        self.change(due=clocks[0].due if clocks else None)
        return case_clocks.next_due(clocks, self.hand.now)

    def flush(self) -> Case:
        """Write the case, and set its timer to the next clock."""
        due = self.wind()
        cases.put(self.tx, self.case, self.hand.now)
        set_timer(self.tx, self.case, due, self.hand.now)
        return self.case

    def refuse_unless_led(self) -> None:
        """Forbidden unless the hand may move the case on."""
        if not may_lead(self.case, self.hand.name, self.hand.role):
            raise Forbidden(f"案件由 {self.case.owner} 负责；请负责人或主管来做，或先转给自己")


def kind_of(kinds: Mapping[str, CaseKind], id_: str) -> CaseKind:
    """A kind by id; one that the trainers have taken away since goes on without steps and clocks."""
    return kinds.get(id_) or CaseKind(id_, id_)


def taken(tx: sa.Connection, kinds: Mapping[str, CaseKind], id_: str, hand: Hand) -> Work:
    """A case of the hand's shop, locked; NotFound when there is none."""
    case = cases.lock(tx, hand.shop, id_)
    if case is None:
        raise NotFound("没有这个案件")
    return Work(tx, kind_of(kinds, case.kind), hand, case)


def set_timer(tx: sa.Connection, case: Case, due: datetime | None, now: datetime) -> None:
    """Ring at that time, and at no other; kept with the case, so that no restart forgets it."""
    if due is None:
        jobs.cancel(tx, case.shop, _key(case), "no clock runs", now)
    else:
        jobs.add(tx, case.shop, "case", {"case": case.id}, due, now, unique_key=_key(case))


def ring(tx: sa.Connection, kinds: Mapping[str, CaseKind], shop: str, id_: str, now: datetime) -> datetime | None:
    """Clocks of a case have run out: written down, the priority raised, the lead told. Returns when to look again."""
    case = cases.lock(tx, shop, id_)
    if case is None:
        return None
    work = Work(tx, kind_of(kinds, case.kind), Hand(shop, CLOCK, Role.ADMIN, now), case)
    clocks = case_clocks.running(work.kind, case)
    rung = case_clocks.ringing(clocks, case.rung_at, now)
    for clock in rung:
        deadline = clock.deadline
        work.note("overdue", clock=deadline.name, title=deadline.title, then=deadline.then, due=clock.due.isoformat())
    if rung:
        raised = case_clocks.after_ringing(Priority(case.priority))
        work.change(rung_at=now, priority=raised, due=clocks[0].due)
        work.escalate("；".join(clock.deadline.then for clock in rung))
        cases.put(tx, work.case, now)
    return case_clocks.next_due(clocks, now)


def _key(case: Case) -> str:
    return f"case:{case.id}"
