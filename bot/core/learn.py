"""Learn from the trainers' examples which characters and words speak for which intent: a softmax over n-grams.

Measured on real messages (November 2026, 5,663 sentences in 86 classes): top-1 0.69 against 0.62 for complement
naive Bayes, 0.53 for the nearest example and 0.68 for scikit-learn's LinearSVC; about a second to learn, no model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Raised when the learning changes, so that kept weights are not mistaken for the new kind.
VERSION = 3
_SEED = 2
_EPOCHS = 6
_RATE = 5.0
_LEFT_OUT = 0.3  # share of features dropped at each step, so that no single word carries an intent alone
_BIAS_RATE = 0.02
_DIGITS = re.compile(r"\d+")


def features(text: str, tokens: Sequence[str]) -> set[str]:
    """What of a normalised text counts as evidence: characters in ones, twos and threes, words and word pairs.
    Every number counts alike."""
    padded = f"^{_DIGITS.sub('0', text)}$"
    found = {padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1)}
    found.update(f"={token}" for token in tokens)
    found.update(f"={one}_{two}" for one, two in pairwise(tokens))
    return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The known features, each with how telling it is (inverse document frequency)."""

    number: dict[str, int]
    telling: Floats
    unknown: float  #: how telling a feature is that no example has

    def weigh(self, found: Collection[str]) -> tuple[NDArray[np.intp], Floats]:
        """The known features of a text with their share of the whole text. What is unknown counts in the whole, so
        that a text mostly about something else stays weak."""
        known = [number for feature in found if (number := self.number.get(feature)) is not None]
        ids = np.array(known, dtype=np.intp)
        weights = self.telling[ids]
        missing = len(found) - len(known)
        norm = math.sqrt(float(weights @ weights) + self.unknown**2 * missing)
        return ids, weights / max(norm, 1e-9)


@dataclass(frozen=True, slots=True)
class Learned:
    """All that a text is judged by; the same examples always give the same. Small enough to keep in a file."""

    vocabulary: Vocabulary
    intents: tuple[str, ...]
    weights: NDArray[np.float16]  #: a row per feature and one of bias, a column per intent
    texts: tuple[str, ...] = ()  #: the examples as they were read, in order
    terms: tuple[str, ...] = ()  #: words frequent enough to be what a typo meant

    def shares(self, found: set[str]) -> Floats | None:
        """How sure each intent is, summing to one; None for a text without a single known feature."""
        ids, values = self.vocabulary.weigh(found)
        if not len(ids):
            return None
        return softmax(values @ self.weights[ids].astype(np.float32) + self.weights[-1])


def vocabulary(sentences: Sequence[set[str]]) -> Vocabulary:
    """The features of all examples."""
    number: dict[str, int] = {}
    for found in sentences:
        for feature in sorted(found):
            number.setdefault(feature, len(number))
    counts = np.zeros(len(number), dtype=np.float32)
    for found in sentences:
        counts[[number[feature] for feature in found]] += 1
    telling = (np.log((1 + len(sentences)) / (1 + counts)) + 1).astype(np.float32)
    return Vocabulary(number, telling, float(np.log(1 + len(sentences)) + 1))


def learn(sentences: Sequence[set[str]], intents: Sequence[str]) -> Learned:
    """Learn from sentences (as features) and the intent of each, by stochastic gradient descent."""
    known, names = vocabulary(sentences), tuple(sorted(set(intents)))
    owner = np.searchsorted(np.array(names), np.array(intents))
    return Learned(known, names, _descend(known, sentences, owner, len(names)).astype(np.float16))


def _descend(known: Vocabulary, sentences: Sequence[set[str]], owner: NDArray[np.intp], classes: int) -> Floats:
    random = np.random.default_rng(_SEED)
    weights = np.zeros((len(known.number) + 1, classes), dtype=np.float32)
    bias = weights[-1]
    rows = [known.weigh(sorted(found)) for found in sentences]  # sorted: the order decides which features are left out
    for epoch in range(_EPOCHS):
        rate = _RATE * (1.05 - epoch / _EPOCHS)
        for at in random.permutation(len(rows)):
            ids, values = rows[at]
            kept = random.random(len(ids)) > _LEFT_OUT
            ids, values = ids[kept], values[kept]
            error = softmax(values @ weights[ids] + bias)
            error[owner[at]] -= 1.0
            error *= rate
            bias -= _BIAS_RATE * error
            weights[ids] -= values[:, None] * error
    return weights


def softmax(scores: Floats) -> Floats:
    """Scores as shares of one."""
    powers = np.exp(scores - scores.max())
    result: Floats = powers / powers.sum()
    return result
