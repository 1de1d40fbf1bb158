"""Which examples speak for another intent: each is judged by a learner that was shown the others, but not it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from bot.content.build import compiled_patterns
from bot.content.load import Content
from bot.content.reader import Finding
from bot.content.yaml import Text
from bot.core import learn
from bot.core.evidence import Evidence
from bot.core.learn import Learned, Shown
from bot.core.normalize import normalize
from bot.core.patterns import PatternSet
from bot.core.tokens import Tokenizer

_PARTS = 5  # learners, each without a fifth of the examples; more of them take longer and hardly say anything else
_SURE = 0.6  # share from which an intent claims a sentence; where the bot begins to answer alone (core/learn.py)
_WORST = 20


@dataclass(frozen=True, slots=True)
class Claimed:
    """An example, its own intent, and the one that claims it and how surely."""

    example: Text
    intent: str
    rival: str
    share: float


def find(content: Content, temperature: float, worst: int = _WORST) -> list[Finding]:
    """The examples that another intent claims most surely, as warnings. Takes half a minute of processor.
    `temperature`: of the content's own scores (`Learned.temperature`), so that these mean the same."""
    titles = {intent.id: intent.title for intent in content.intents.values()}
    claimed = sorted(_claimed(content, temperature), key=lambda one: -one.share)[:worst]
    return [
        Finding(
            str(content.intents[one.intent].path), one.example.line, "rival-example",
            f"“{one.example}”更像“{titles[one.rival]}”（{one.rival}，{one.share:.0%}）", "warning",
        )
        for one in claimed
    ]  # fmt: skip


def _claimed(content: Content, temperature: float) -> Iterator[Claimed]:
    said = [(intent.id, example) for intent in content.intents.values() for example in intent.examples]
    features = _features(content, [example for _, example in said])
    lessons = learn.prepare([Shown(intent, f, f) for (intent, _), f in zip(said, features, strict=True)])
    part = np.random.default_rng(1).permutation(len(said)) % _PARTS
    for number in range(_PARTS):
        trial = replace(learn.learn(lessons, part == number), temperature=temperature)
        for at in np.flatnonzero(part == number):
            rival, share = _best(trial, features[at])
            if rival != said[at][0] and share >= _SURE:
                yield Claimed(said[at][1], said[at][0], rival, share)


def _features(content: Content, examples: list[Text]) -> list[set[str]]:
    """What the learner sees of each example."""
    patterns = PatternSet(one for of_intent in compiled_patterns(content).values() for one in of_intent)
    evidence = Evidence(patterns, content.lexicon.meanings)
    cut = Tokenizer(content.lexicon.words).cut
    texts = [normalize(example) for example in examples]
    return [evidence.of(text, cut(text), whole=True) for text in texts]


def _best(trial: Learned, found: set[str]) -> tuple[str, float]:
    shares = trial.shares(found)
    if shares is None:
        return "", 0.0
    return trial.intents[int(shares.argmax())], float(shares.max())
