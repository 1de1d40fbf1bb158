"""Kinds of after-sale cases as data: what has to be known, done and kept in time, and what may be offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.core.accounts import Role
from bot.core.model import Priority


class Outcome(StrEnum):
    """What an after-sale matter comes to in the end (SR-209: 退、换、给钱, and what cost nothing)."""

    NONE = "none"
    RETURN = "return"
    EXCHANGE = "exchange"
    MONEY = "money"


OUTCOME_TITLES: Mapping[Outcome, str] = {
    Outcome.NONE: "解释清楚",
    Outcome.RETURN: "退",
    Outcome.EXCHANGE: "换",
    Outcome.MONEY: "补偿",
}


class Gate(StrEnum):
    """What may not be done before something is known or done."""

    FREE = ""
    OFFER = "offer"
    SETTLE = "settle"


class Happening(StrEnum):
    """What may happen to an order that opens a case by itself."""

    REVIEW = "review"  #: a bad or middling one (SR-268, SR-292)
    REFUND_REQUESTED = "refund_requested"
    SILENCE = "silence"  #: the parcel is on its way and nobody scans it (SR-198)


@dataclass(frozen=True, slots=True)
class Trigger:
    """When an order's events open a case."""

    on: Happening
    score: int = 0  #: of a review: opened for this score and lower ones
    span: timedelta = timedelta()  #: of silence


@dataclass(frozen=True, slots=True)
class Opens:
    """What opens a case of a kind, beside an agent who does so by hand."""

    intents: tuple[str, ...] = ()
    dialogues: tuple[str, ...] = ()
    alone: bool = False  #: the bot opens it when it hands over; else it is only proposed to the agent
    orders: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of evidence that is asked for."""

    name: str
    title: str
    photo: bool = False
    slots: tuple[str, ...] = ()  #: what of the dialogues tells it: steps and named things
    before: Gate = Gate.FREE
    source: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, as the manuals have it."""

    name: str
    title: str
    before: Gate = Gate.FREE
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock: by when something has to have happened, and what is to be done if it has not."""

    name: str
    title: str
    span: timedelta
    #: opened, offered, one of those who are waited for (customer, courier, warehouse), or a step's name
    after: str
    until: str  #: the step that stops it; "": only the end of the case (or of the waiting)
    then: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to how much something may be offered: fen, a part of the order, or (neither) without a limit."""

    fen: int | None = None
    percent: int | None = None

    def permits(self, amount: int, order_amount: int | None) -> bool:
        """Whether so many fen may be offered; a part of an order whose amount is not known permits nothing."""
        if self.percent is not None:
            return order_amount is not None and amount * 100 <= order_amount * self.percent
        return self.fen is None or amount <= self.fen


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to make good."""

    name: str
    title: str
    outcome: Outcome
    limits: Mapping[Role, Limit] = field(default_factory=dict)  #: empty: it costs nothing, and everybody may
    arrives: str = ""  #: how long it takes, in the customer's words (SR-247)
    source: str = ""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case. Remedies stand in their order of cost, the cheapest first (SR-242)."""

    id: str
    title: str
    about: str = ""
    priority: Priority = Priority.NORMAL
    alert: bool = False  #: the lead is told as soon as it opens (SR-231, SR-232, SR-264)
    register: str = ""
    settled_by: Role = Role.AGENT  #: the least role that may settle it (SR-265)
    settle_needs: tuple[str, ...] = ()  #: of `SETTLE_NEEDS`
    opens: Opens = field(default_factory=Opens)
    evidence: tuple[Item, ...] = ()
    steps: tuple[Step, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  #: code → title

    def item(self, name: str) -> Item | None:
        """The piece of evidence of this name."""
        return next((item for item in self.evidence if item.name == name), None)

    def step(self, name: str) -> Step | None:
        """The step of this name."""
        return next((step for step in self.steps if step.name == name), None)

    def remedy(self, name: str) -> Remedy | None:
        """The remedy of this name."""
        return next((remedy for remedy in self.remedies if remedy.name == name), None)


#: What beside the reason a kind may demand when it is settled: whose fault it was (SR-208), what is to get better
#: (SR-261).
SETTLE_NEEDS: Mapping[str, str] = {"responsible": "责任人", "lesson": "改善建议"}


def kind_of_hand_off(kinds: Mapping[str, CaseKind], dialogue: str, intent: str) -> CaseKind | None:
    """The kind whose case a hand-off may open: by the dialogue that it came from, else by the intent."""
    by_dialogue = (kind for kind in kinds.values() if dialogue and dialogue in kind.opens.dialogues)
    by_intent = (kind for kind in kinds.values() if intent and intent in kind.opens.intents)
    return next(by_dialogue, None) or next(by_intent, None)


def evidence_of(kind: CaseKind, slots: Mapping[str, str]) -> dict[str, str]:
    """What a dialogue's answers tell of the evidence that a kind asks for: item → text."""
    told = {item.name: [slots[slot] for slot in item.slots if slots.get(slot)] for item in kind.evidence}
    return {name: "，".join(dict.fromkeys(texts)) for name, texts in told.items() if texts}
