"""Run the trainers' cases through the pipeline: what becomes of each sentence, and which a change has broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.content.schema import Case
from bot.core import policy
from bot.core.answer import answer
from bot.core.effects import Outcome, Send, Suggest
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.core.model import Understanding
from bot.core.turn import Turn

_ROUNDING = 0.005
#: When every sentence is said: agents are at work.
MORNING = datetime(2026, 11, 11, 10, 0, tzinfo=SHOP_ZONE)


@dataclass(frozen=True, slots=True)
class Answered:
    """One sentence of a case, and what became of it."""

    case: Case
    text: str  #: as read from its file, with the line
    ranked: str  #: the intent ranked first
    outcome: Outcome
    close: bool = False  #: so near to a threshold that another processor's rounding may decide otherwise

    @property
    def right(self) -> bool:
        """Whether intent and outcome are what the case says."""
        return self.ranked == self.case.intent and self.case.outcome in (self._became, "asked" if self._asked else "")

    @property
    def _became(self) -> str:
        return "asked" if self._asked else self.outcome.decision.status.value

    @property
    def _asked(self) -> bool:
        return self.outcome.decision.situation.startswith("dialogues/")

    @property
    def texts(self) -> list[str]:
        """Everything that a customer or an agent reads of it."""
        return [effect.text for effect in self.outcome.effects if isinstance(effect, Send | Suggest)]

    def __str__(self) -> str:
        decision = self.outcome.decision
        return (
            f"“{self.text}”: {self.ranked or 'nothing'} → {decision.status.value}, wanted {self.case.intent} → "
            f"{self.case.outcome} ({'; '.join(decision.reasons)})"
        )


def answered(knowledge: Knowledge, of: Iterable[Case]) -> Iterator[Answered]:
    """Each sentence as the first of a conversation, at ten in the morning."""
    return (_answer(knowledge, case, text) for case in of for text in case.says)


def compared(old: Knowledge, new: Knowledge, of: Sequence[Case]) -> tuple[list[Answered], list[Answered]]:
    """The sentences that only the old content answers as written, and those that only the new one does; both as the
    new one answers them, and without those too close to a threshold in either to be held against it."""
    pairs = list(zip(answered(old, of), answered(new, of), strict=True))
    clear = [(then, now) for then, now in pairs if then.right != now.right and not (then.close or now.close)]
    return [now for then, now in clear if then.right], [now for then, now in clear if now.right]


def _answer(knowledge: Knowledge, case: Case, text: str) -> Answered:
    understood = knowledge.understand(str(text))
    ranked = understood.matches[0].intent if understood.matches else ""
    outcome = answer(knowledge, Turn(shop="demo", now=MORNING, seed=str(text)), understood)
    return Answered(case, text, ranked, outcome, _close(understood, knowledge.accept))


def _close(understood: Understanding, accept: float) -> bool:
    """The weights are learned where the tests run, and sums of floats differ in the last digits between processors."""
    best = understood.matches[0].score if understood.matches else 0.0
    thresholds = (accept, policy.PLAUSIBLE, *policy.ENOUGH.values())
    return understood.margin < _ROUNDING or any(abs(best - threshold) < _ROUNDING for threshold in thresholds)
