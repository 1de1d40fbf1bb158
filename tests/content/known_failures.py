"""Run every case through the pipeline, and keep the list of sentences not yet answered as they should be.

`python -m tests.content.known_failures` writes the list anew, sorted; the test only ever compares with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.content import load, schema, yaml
from bot.content.live import LiveContent
from bot.content.schema import Case
from bot.core import policy
from bot.core.answer import answer
from bot.core.effects import Outcome, Send, Suggest
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.core.model import Understanding
from bot.core.turn import Turn
from bot.settings import ROOT

PATH = ROOT / "tests" / "cases" / "_known_failures.yaml"
_ROUNDING = 0.005
_MORNING = datetime(2026, 11, 11, 10, 0, tzinfo=SHOP_ZONE)
_HEADING = (
    "# 还没有答对的用例，由 python -m tests.content.known_failures 生成，不用手改。\n"
    "# 名单里的句子一旦答对，测试会提醒从这里去掉；不在名单里的句子答错，测试不通过。\n"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One sentence of a case, and what became of it."""

    case: Case
    text: str
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


def cases() -> list[Case]:
    """Every case of the project; whether the files are sound is another test's business."""
    return load.read(ROOT).cases


def answered(knowledge: Knowledge, of: list[Case]) -> Iterator[Answered]:
    """Each sentence as the first of a conversation, at ten in the morning."""
    for case in of:
        for text in map(str, case.says):
            understood = knowledge.understand(text)
            ranked = understood.matches[0].intent if understood.matches else ""
            outcome = answer(knowledge, Turn(shop="demo", now=_MORNING, seed=text), understood)
            yield Answered(case, text, ranked, outcome, _close(understood, knowledge.accept))


def _close(understood: Understanding, accept: float) -> bool:
    """The weights are learned where the tests run, and sums of floats differ in the last digits between processors."""
    best = understood.matches[0].score if understood.matches else 0.0
    thresholds = (accept, policy.PLAUSIBLE, *policy.ENOUGH.values())
    return understood.margin < _ROUNDING or any(abs(best - threshold) < _ROUNDING for threshold in thresholds)


def known(path: Path = PATH) -> dict[str, list[str]]:
    """Intent → sentences known to fail; nothing where the list was never written."""
    if not path.exists():
        return {}
    findings: list[schema.Finding] = []
    listed = schema.Reader(path, yaml.read(path), findings)
    failures = {str(key): [str(text) for text in listed.texts(key)] for key in listed.data}
    if findings:
        raise ValueError(str(findings[0]))
    return failures


def write(failing: list[Answered], path: Path = PATH) -> None:
    """The list as a file: intents and sentences sorted, so that two runs give the same bytes."""
    lines = [_HEADING]
    for intent in sorted({one.case.intent for one in failing}):
        lines.append(f"{intent}:\n")
        texts = sorted({one.text for one in failing if one.case.intent == intent})
        lines += [f"  - {json.dumps(text, ensure_ascii=False)}\n" for text in texts]
    path.write_text("".join(lines), "utf-8")


def main() -> None:
    """Write the list and say how long it is."""
    everything = list(answered(LiveContent(ROOT).knowledge, cases()))
    failing = [one for one in everything if not one.right]
    write(failing)
    sys.stdout.write(f"{len(failing)} of {len(everything)} sentences fail; listed in {PATH.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
