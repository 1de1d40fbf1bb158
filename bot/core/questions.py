"""The questions that wait for a customer's answer: of a dialogue, how it was, and of the shop itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Form:
    """Where a customer stands in a dialogue of questions and answers (`core.dialogue`)."""

    script: str
    step: str
    slots: Mapping[str, str] = field(default_factory=dict)  #: kind of entity, or step → what was answered
    misses: int = 0  #: answers in a row that were not understood
    aside: int = 0  #: turns in a row about something else


@dataclass(frozen=True, slots=True)
class Survey:
    """Our question how it was (`core.csat`), while its answer is waited for."""

    id: str
    wants: str  #: score | reason
    until: float  #: Unix seconds
    score: int = 0  #: what was given already, while its reason is waited for


@dataclass(frozen=True, slots=True)
class Question:
    """What the shop asked of its own accord and the customer has not answered: bound to what was shown, so that a yes
    never confirms anything else (bar 37)."""

    plan: str
    order: str
    occasion: str  #: names what was shown: see `core.proactive.occasion`
    shown: str = ""  #: for the agent, masked
    at: float = 0.0  #: Unix seconds; when it was shown: a yes typed before that is to something else
    said: tuple[str, ...] = ()  #: what the customer wants changed, as typed (`core.wishes`)
    bound: str = ""  #: digest of the change that was shown last, which a yes confirms
    asked: tuple[str, ...] = ()  #: what was asked back already; nothing is asked for twice
    courier: str = ""  #: that was proposed together with the address; a yes means it too
