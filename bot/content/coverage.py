"""Which intents have an answer of their own in which state of order and conversation, and where one is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.content.load import Content
from bot.content.schema import IntentFile
from bot.core import stage as in_stage
from bot.core.model import Mode
from bot.core.situations import CIRCUMSTANCES, DEFAULT

#: The states that every intent is looked at in, as phrase files name them.
STATES = (DEFAULT, *CIRCUMSTANCES)


class Kind(StrEnum):
    """How an intent is answered in a state."""

    OWN = "own"  #: by phrases for this very state
    DEFAULT = "default"  #: by its usual phrases
    HUMAN = "human"  #: by a human, who is told to the customer
    NEVER = "never"  #: not at all: it is not said then (`stages` in intents/_shared.yaml)
    HOLE = "hole"  #: wrongly: the intent's file declares that this state needs an answer of its own


@dataclass(frozen=True, slots=True)
class Cell:
    """One intent in one state."""

    kind: Kind
    phrases: int = 0  #: own ones


Coverage = Mapping[str, Mapping[str, Cell]]  # intent → state → cell


def coverage(content: Content) -> Coverage:
    """Every intent in every state, and in the combinations (“shipped+upset”) that have phrases of their own."""
    combined: dict[str, list[str]] = defaultdict(list)
    for intent, _, state in (situation.rpartition("/") for situation in content.phrases):
        if "+" in state:
            combined[intent].append(state)
    return {
        intent.id: {state: _cell(content, intent, state) for state in (*STATES, *combined[intent.id])}
        for intent in content.intents.values()
    }


def holes(covered: Coverage) -> list[tuple[str, str]]:
    """The intents and states where an answer is missing."""
    return [(intent, state) for intent, cells in covered.items() for state, cell in cells.items()
            if cell.kind is Kind.HOLE]  # fmt: skip


def _cell(content: Content, intent: IntentFile, state: str) -> Cell:
    if own := len(content.phrases.get(f"{intent.id}/{state}", ())):
        return Cell(Kind.OWN, own)
    if not in_stage.fits(intent.id, content.lexicon.stages.get(state, ())):
        return Cell(Kind.NEVER)
    if state == DEFAULT or (state in intent.states and not _is_part(content, intent, state)):
        return Cell(Kind.HOLE)
    return Cell(Kind.HUMAN if intent.mode is Mode.HANDOFF else Kind.DEFAULT)


def _is_part(content: Content, intent: IntentFile, state: str) -> bool:
    """Whether the state has phrases at least together with another one; so reads `kefu check`, too."""
    groups = (situation.rpartition("/") for situation in content.phrases)
    return any(owner == intent.id and state in group.split("+") for owner, _, group in groups)
