"""From the trainers' sentences to everything that is learned of them, with scores that mean what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.core import calibrate, learn
from bot.core.courtesy import Courtesy
from bot.core.evidence import Evidence
from bot.core.learn import Floats, Learned, Shown
from bot.core.model import NOT_ANSWERABLE
from bot.core.restraint import Restraint

#: An unseen sentence after a trial: the place of its intent, its text, the raw score of every intent.
Judged = tuple[int, str, Floats]


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of the trainers: whose it is, as written, as read, and its words."""

    intent: str
    written: str
    text: str
    tokens: tuple[str, ...]


def train(
    examples: Sequence[Example], evidence: Evidence, courtesy: Courtesy, cut: Callable[[str], tuple[str, ...]]
) -> Learned:
    """Learn from all examples; a second, smaller learning on four fifths tells how far its scores can be trusted.
    `cut`: the words of a text. The same examples always give the same."""
    chance = np.random.default_rng(0)
    shown = []
    for example in examples:
        other = courtesy.dress(example.text, chance)
        plain = evidence.of(example.text, example.tokens, whole=True)
        dressed = evidence.of(other, cut(other), whole=True)
        shown.append(Shown(example.intent, plain, dressed))
    lessons = learn.prepare(shown)
    learned = learn.learn(lessons, learners=learn.LEARNERS)
    intents = [example.intent for example in examples]
    if calibrate.held_out(intents).sum() < calibrate.FEWEST:
        return learned
    judged: list[Judged] = []
    for fold in range(calibrate.FOLDS):
        held_out = calibrate.held_out(intents, fold)
        judged += _judged(learn.learn(lessons, held_out), _only(held_out, shown, examples))
    return _calibrated(learned, judged, courtesy)


def _only(
    held_out: NDArray[np.bool_], shown: Sequence[Shown], examples: Sequence[Example]
) -> list[tuple[Shown, str]]:
    return [(one, example.text) for one, example, out in zip(shown, examples, held_out, strict=True) if out]


def _judged(trial: Learned, unseen: Sequence[tuple[Shown, str]]) -> list[Judged]:
    """What a trial makes of sentences that it has not seen."""
    return [
        (trial.intents.index(one.intent), text, scores)
        for one, text in unseen
        if (scores := trial.scores(one.plain)) is not None
    ]


def _calibrated(learned: Learned, judged: Sequence[Judged], courtesy: Courtesy) -> Learned:
    """With the temperature and the threshold that the trials would have needed."""
    owner = np.array([at for at, _, _ in judged])
    learned = replace(learned, temperature=calibrate.temperature(np.array([scores for _, _, scores in judged]), owner))
    restraint = Restraint(learned.intents, courtesy)
    answers = []
    for at, text, scores in judged:
        shares = restraint.corrected(learn.softmax(scores / np.float32(learned.temperature)), text)
        best = int(shares.argmax())
        if learned.intents[best] not in NOT_ANSWERABLE:
            answers.append((float(shares[best]), best == at))
    return replace(learned, accept=calibrate.threshold(answers))
