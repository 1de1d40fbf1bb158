"""What is shown of after-sale cases: a line of the list, and one case with all that is known and may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.case_kinds import Outcome
from bot.core.case_offers import OfferState
from bot.core.cases import State, Waits
from bot.core.model import Priority
from bot.store.case_parts import Entry, Evidence


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. Times are UTC, sums are fen."""

    id: str
    kind: str
    title: str
    state: State
    state_title: str
    waits_for: Waits
    priority: Priority
    order: str
    conversation: str
    customer: str
    owner: str
    opened_at: datetime
    due: datetime | None
    overdue: bool
    escalated: str  #: why the lead has to look; "" when there is nothing


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some cases, those with the next clock first; `next` is `after` of the following request, null at the end."""

    cases: Sequence[CaseLine]
    next: str | None


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A piece of evidence that is asked for, and what there is of it."""

    name: str
    title: str
    photo: bool
    before: str
    found: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the checklist."""

    name: str
    title: str
    before: str
    source: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A deadline that runs."""

    title: str
    due: datetime
    overdue: bool
    then: str
    source: str


@dataclass(frozen=True, slots=True)
class RemedyShown:
    """A remedy, and up to how much the one who asks may offer it."""

    name: str
    title: str
    outcome: Outcome
    costs: bool
    limit: str  #: in words; "" when it costs nothing or the one who asks may not offer it
    may: bool
    arrives: str


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer and what became of it."""

    id: str
    title: str
    amount: int
    state: OfferState
    state_title: str
    agent: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """One case."""

    line: CaseLine
    about: str
    amount: int | None  #: fen, of the order
    items: Sequence[ItemShown]
    further: Sequence[Evidence]  #: evidence beyond the kind's list
    steps: Sequence[StepShown]
    clocks: Sequence[ClockShown]
    remedies: Sequence[RemedyShown]
    offers: Sequence[OfferShown]
    lacking_offer: str  #: what has to come before an offer, in words
    lacking_settle: str
    reasons: Mapping[str, str]
    settle_needs: Mapping[str, str]
    reason: str
    outcome_title: str
    remedy: str
    cost: int
    responsible: str
    lesson: str
    words: str  #: what the customer would be told now in the trainers' words
    told_at: datetime | None
    history: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind of case, for those who choose one."""

    id: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class CustomerCases:
    """A customer's cases, the kinds there are, and the one that the open ticket is about ("" for none)."""

    cases: Sequence[CaseLine]
    kinds: Sequence[KindShown]
    proposed: str
    order: str  #: the order that the talk is about, as far as it is known
