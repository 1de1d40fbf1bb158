"""An after-sale case: a matter that lives for days, the states it goes through, and what each act needs first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind, Gate, Item, Outcome, Step
from bot.core.model import Priority


class State(StrEnum):
    """How far a case has come."""

    OPEN = "open"  #: it is our turn
    WAITING = "waiting"  #: for somebody else, see `Waits`
    OFFERED = "offered"  #: a remedy lies before the customer
    SETTLED = "settled"  #: with a reason and an outcome
    CLOSED = "closed"  #: without: withdrawn, opened twice or by mistake


class Waits(StrEnum):
    """Who is waited for."""

    NOBODY = ""
    CUSTOMER = "customer"
    COURIER = "courier"
    WAREHOUSE = "warehouse"


STATE_TITLES: Mapping[State, str] = {
    State.OPEN: "待处理",
    State.WAITING: "等待中",
    State.OFFERED: "已提方案",
    State.SETTLED: "已解决",
    State.CLOSED: "已关闭",
}
WAITS_TITLES: Mapping[Waits, str] = {
    Waits.NOBODY: "", Waits.CUSTOMER: "等客户", Waits.COURIER: "等快递", Waits.WAREHOUSE: "等仓库",
}  # fmt: skip
ENDED = frozenset({State.SETTLED, State.CLOSED})
ALIVE = frozenset({State.OPEN, State.WAITING, State.OFFERED})

#: What may follow what. An offer may be followed by another one, and what ended by being opened again only.
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.WAITING, State.OFFERED, *ENDED}),
    State.WAITING: frozenset({*ALIVE, *ENDED}),
    State.OFFERED: frozenset({*ALIVE, *ENDED}),
    State.SETTLED: frozenset({State.OPEN}),
    State.CLOSED: frozenset({State.OPEN}),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands. Times are aware; sums are fen."""

    shop: str
    id: str
    kind: str
    state: State
    waits_for: Waits
    priority: Priority
    opened_by: str  #: an account's name, bot, or order
    opened_at: datetime
    since: datetime  #: opened, or opened again
    state_at: datetime  #: of the last change of state
    order: str = ""
    conversation: str = ""
    owner: str = ""
    amount: int | None = None  #: of the order
    steps: Mapping[str, datetime] = field(default_factory=dict)  #: ticked ones
    occasion: str = ""  #: which happening of its order opened it
    due: datetime | None = None  #: of the first running clock; past for a case that is overdue
    rung_at: datetime | None = None  #: clocks due until then have rung
    escalated_at: datetime | None = None  #: the lead was told then and has not looked yet
    escalated_why: str = ""
    reason: str = ""
    outcome: Outcome = Outcome.NONE
    remedy: str = ""
    cost: int = 0
    responsible: str = ""
    lesson: str = ""
    ended_at: datetime | None = None
    told_at: datetime | None = None  #: the customer heard the result

    def is_overdue(self, now: datetime) -> bool:
        """Whether one of its clocks has run out."""
        return self.due is not None and self.due <= now


def may_follow(before: State, after: State) -> bool:
    """Whether a case may go from one state to the other."""
    return after in FOLLOWS[before]


def missing(kind: CaseKind, gate: Gate, ticked: Collection[str], known: Collection[str]) -> tuple[Item | Step, ...]:
    """The evidence (`known`: names of items that there is something of) and the steps that have to come before an
    offer, or before the case is settled: whatever has to come before an offer must be there before that, too."""
    gates = {Gate.OFFER} if gate is Gate.OFFER else {Gate.OFFER, Gate.SETTLE}
    items = (item for item in kind.evidence if item.before in gates and item.name not in known)
    steps = (step for step in kind.steps if step.before in gates and step.name not in ticked)
    return (*items, *steps)


def titles(lacking: Iterable[Item | Step]) -> str:
    """What is missing, as it is told to an agent."""
    return "、".join(one.title for one in lacking)


def may_lead(case: Case, name: str, role: Role) -> bool:
    """Whether somebody may move a case on, end it or give it away: its owner, a lead, or anybody while it has none."""
    return case.owner in ("", name) or role.at_least(Role.LEAD)
