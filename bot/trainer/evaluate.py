"""Measure understanding on labelled messages: what is ranked first, what would be answered, and how often rightly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.core.knowledge import Knowledge
from bot.core.match import accepted
from bot.core.model import NOT_ANSWERABLE, Match
from bot.trainer import jsonl

_BINS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_CUSTOMER = "customer: "
_CONFUSIONS, _EXAMPLES = 30, 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with the intents that are right answers, the first one primary; none for a message out of scope."""

    text: str
    intents: tuple[str, ...] = ()
    before: tuple[str, ...] = ()  #: earlier turns, "customer: …" or "agent: …", oldest first
    needs_context: bool = False  #: only the earlier turns tell

    @property
    def in_scope(self) -> bool:
        """Whether the shop is asked for something that it can answer."""
        return bool(self.intents) and self.intents[0] not in NOT_ANSWERABLE


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message with what kefu made of it."""

    message: Labelled
    ranked: tuple[Match, ...]
    sure: bool  #: the engine is sure enough of the intent ranked first

    @property
    def intent(self) -> str:
        """The intent ranked first; "" for none."""
        return self.ranked[0].intent if self.ranked else ""

    @property
    def score(self) -> float:
        """Of the intent ranked first."""
        return self.ranked[0].score if self.ranked else 0.0

    @property
    def accepted(self) -> bool:
        """Whether kefu would answer by itself; that something is nobody's business is no answer."""
        return self.sure and self.answerable

    @property
    def answerable(self) -> bool:
        """Whether an intent is ranked first that a shop can answer."""
        return bool(self.intent) and self.intent not in NOT_ANSWERABLE

    @property
    def right(self) -> bool:
        """Whether the intent ranked first is among the labels."""
        return self.intent in self.message.intents


def read(path: Path) -> list[Labelled]:
    """Messages of a JSON-lines file, {"text", "intents"?, "prev"?, "needs_context"?} each. InvalidField names the
    line that is not of this form."""
    return jsonl.read(path, _labelled, "一行一个 {text, intents: [...]} 的 UTF-8 JSON")


def _labelled(_: int, data: dict[str, Any]) -> Labelled:
    if not isinstance(data["text"], str):
        raise TypeError("text")
    return Labelled(data["text"], _texts(data, "intents"), _texts(data, "prev"), bool(data.get("needs_context")))


def _texts(data: dict[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError(key)
    return tuple(values)


def judge(
    knowledge: Knowledge, messages: Iterable[Labelled], progress: Callable[[], None] = lambda: None
) -> list[Judged]:
    """Understand every message; those that need it with their earlier turns."""
    judged = []
    for message in messages:
        turns = message.before if message.needs_context else ()
        before = [turn.removeprefix(_CUSTOMER) for turn in turns if turn.startswith(_CUSTOMER)]
        ranked = knowledge.understand_after(before, message.text).matches
        judged.append(Judged(message, ranked, accepted(ranked, knowledge.accept)))
        progress()
    return judged


def figures(judged: Sequence[Judged], out_of_scope: Sequence[Judged] = ()) -> dict[str, Any]:
    """The counts as shares of one. top-1 and top-3 over messages in scope; coverage: accepted of those; precision:
    right of all accepted, an accepted message that is nobody's business counted as wrong; messages that need their
    context are counted apart. A share of nothing is null."""
    alone = [one for one in judged if not one.message.needs_context]
    context = [one for one in judged if one.message.needs_context]
    inside = [one for one in alone if one.message.in_scope]
    accepted = [one for one in alone if one.accepted]
    return {
        "messages": len(judged),
        "top1": _share(inside, lambda one: one.right),
        "top3": _share(inside, lambda one: any(match.intent in one.message.intents for match in one.ranked[:3])),
        "precision": _share(accepted, lambda one: one.right),
        "coverage": _share(inside, lambda one: one.accepted),
        "false_accepts": _share(out_of_scope, lambda one: one.accepted),
        "context_top1": _share(context, lambda one: one.right),
        "per_intent": _per_intent(alone),
        "confusions": _confusions(inside),
        "calibration": _calibration(alone),
        "curve": _curve(alone),
        "false_accepted": [
            {"text": one.message.text, "intent": one.intent, "score": round(one.score, 4)}
            for one in out_of_scope if one.accepted
        ],
    }  # fmt: skip


def changes(old: Sequence[Judged], new: Sequence[Judged]) -> list[dict[str, Any]]:
    """Message by message what another content version understands differently, the broken ones first."""
    changed = [
        {
            "text": before.message.text,
            "intents": list(before.message.intents),
            "old": before.intent, "old_score": round(before.score, 4), "old_accepted": before.accepted,
            "new": after.intent, "new_score": round(after.score, 4), "new_accepted": after.accepted,
            "verdict": _verdict(before, after),
        }
        for before, after in zip(old, new, strict=True)
        if (before.intent, before.accepted) != (after.intent, after.accepted)
    ]  # fmt: skip
    order = {"broken": 0, "fixed": 1, "other": 2}
    return sorted(changed, key=lambda change: order[str(change["verdict"])])


def _verdict(before: Judged, after: Judged) -> str:
    if before.right != after.right and before.message.intents:
        return "fixed" if after.right else "broken"
    return "other"


def _share(of: Sequence[Judged], which: Callable[[Judged], bool]) -> float | None:
    return round(sum(map(which, of)) / len(of), 4) if of else None


def _per_intent(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Precision and recall of the first rank, by primary label."""
    wanted, taken = defaultdict(list), defaultdict(list)
    for one in judged:
        wanted[one.message.intents[0] if one.message.intents else ""].append(one)
        taken[one.intent].append(one)
    return {
        intent: {
            "messages": len(wanted[intent]),
            "recall": _share(wanted[intent], lambda one: one.right),
            "precision": _share(taken[intent], lambda one: one.right),
        }
        for intent in sorted({*wanted, *taken} - {""})
    }


def _confusions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """The worst pairs, with examples."""
    wrong = [one for one in judged if not one.right]
    counts = Counter((one.message.intents[0], one.intent) for one in wrong)
    return [
        {
            "wanted": wanted, "taken_for": taken, "count": count,
            "examples": [x.message.text for x in wrong if (x.message.intents[0], x.intent) == (wanted, taken)][
                :_EXAMPLES
            ],
        }
        for (wanted, taken), count in counts.most_common(_CONFUSIONS)
    ]  # fmt: skip


def _calibration(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Within each range of scores: how many messages, the mean score, and how many were right."""
    table = []
    for low, high in pairwise(_BINS):
        inside = [one for one in judged if low <= one.score < high or (high == 1.0 and one.score == 1.0)]
        mean = round(sum(one.score for one in inside) / len(inside), 4) if inside else None
        right = _share(inside, lambda one: one.right)
        table.append({"from": low, "to": high, "messages": len(inside), "mean_score": mean, "right": right})
    return table


def _curve(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """What coverage and precision every threshold would give, from the surest answer down, in steps of about 1 %."""
    surest = sorted((one for one in judged if one.answerable), key=lambda one: -one.score)
    inside = sum(one.message.in_scope for one in judged)
    points, covered, right = [], 0, 0
    step = max(1, len(surest) // 100)
    for count, one in enumerate(surest, 1):
        covered, right = covered + one.message.in_scope, right + one.right
        if count % step == 0 or count == len(surest):
            points.append({
                "score": round(one.score, 4), "coverage": round(covered / max(inside, 1), 4),
                "precision": round(right / count, 4),
            })  # fmt: skip
    return points
