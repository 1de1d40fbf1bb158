"""What may become of a turn: an answer, a draft for an agent, a human, patience, or silence; each with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.model import Priority, Reason
from bot.core.questions import Form


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with the first of these situations that has a phrase left."""

    situations: tuple[str, ...]
    intent: str = ""
    failed: bool = False  #: the turn was not understood
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    also: tuple[Say, ...] = ()  #: other wishes of the same turn, answered first
    soothe: bool = False  #: the customer is displeased: empathy before the answer (SR-061)
    asks: bool = False  #: a question of ours, not an answer to the customer's
    form: Form | None = None  #: the dialogue that the answer belongs to; it goes on with the next turn
    note: str = ""  #: for the agent, should there be no words to answer with
    known: Mapping[str, object] = field(default_factory=dict)  #: more that the phrases may use


@dataclass(frozen=True, slots=True)
class Draft:
    """Prepare the answer for an agent."""

    situations: tuple[str, ...]
    intent: str
    priority: Priority
    group: str
    reasons: tuple[str, ...] = ()
    also: tuple[Say, ...] = ()
    note: str = ""
    known: Mapping[str, object] = field(default_factory=dict)
    told: Form | None = None  #: the dialogue with what the customer has answered


@dataclass(frozen=True, slots=True)
class HandOff:
    """Ask for a human and tell the customer how long it takes."""

    reason: Reason
    priority: Priority
    group: str
    situations: tuple[str, ...]
    intent: str = ""
    reasons: tuple[str, ...] = ()
    also: tuple[Say, ...] = ()
    note: str = ""  #: what the customer has been asked already, for the agent
    soothe: bool = False
    known: Mapping[str, object] = field(default_factory=dict)
    told: Form | None = None  #: the dialogue that this ends, with what the customer has answered


@dataclass(frozen=True, slots=True)
class Wait:
    """A human is already asked: acknowledge once in a while, count a chase, say nothing more."""

    chased: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing to say: a human holds the conversation, or small talk has been answered enough."""

    held: bool
    reasons: tuple[str, ...] = ()


Verdict = Say | Draft | HandOff | Wait | Silent
