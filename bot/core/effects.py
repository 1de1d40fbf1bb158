"""What a decision wants done, as values; `flows.apply` turns them into rows of the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.address.model import Address
from bot.core.model import Decision, Dialogue, Priority, Reason
from bot.core.order_notes import NoteReason
from bot.core.questions import Form, Question


@dataclass(frozen=True, slots=True)
class Send:
    """Say a text to the customer."""

    text: str
    phrase: str  #: id of the phrase, e.g. "ship.when_sent/default/2"


@dataclass(frozen=True, slots=True)
class Suggest:
    """Lay a draft before an agent."""

    text: str
    phrase: str


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Ask for a human; an open ticket of the conversation is raised instead of doubled."""

    reason: Reason
    priority: Priority
    group: str
    deadline: datetime  #: aware; when the customer was promised an answer
    intent: str = ""
    note: str = ""  #: what the customer has told already, in one line for the agent
    resolve_by: datetime | None = None  #: aware; when the case is to be ended
    told: Form | None = None  #: the same as the dialogue has it


@dataclass(frozen=True, slots=True)
class ChaseTicket:
    """The customer asks where the human stays: count it and raise the priority (SR-042)."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep the dialogue for the next turn."""

    dialogue: Dialogue


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    """Ask for a human if our question is not answered by then: the customer needs one in any case."""

    until: datetime  #: aware


@dataclass(frozen=True, slots=True)
class Rate:
    """Keep what the customer answered to our question how it was."""

    survey: str
    score: int | None  #: 1 to 5; None: only the reason of a score that was given before
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Keep what the customer answered to a question of the shop's own."""

    question: Question
    answer: str  #: right | other
    anew: Question | None = None  #: the same about what has changed since, asked in the reply


@dataclass(frozen=True, slots=True)
class KeepNote:
    """Put a red flag (小红旗) on an order for whoever makes it up, or stops its parcel (SR-141, SR-156)."""

    order: str
    text: str
    reason: NoteReason


@dataclass(frozen=True, slots=True)
class Readdress:
    """Keep where the customer wants an order to go, as it was shown and confirmed."""

    order: str
    occasion: str  #: of the address that the order had: see `core.proactive.occasion`
    bound: str  #: the digest that was confirmed (`core.wishes.Wish.bound`)
    address: Address


Effect = Send | Suggest | OpenTicket | ChaseTicket | Remember | AwaitAnswer | Rate | Answered | KeepNote | Readdress


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision on one turn and all it wants done."""

    decision: Decision
    effects: tuple[Effect, ...] = ()
