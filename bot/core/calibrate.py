"""Make scores mean what they say: fitted and measured on sentences that the learner was not shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.core.learn import Floats

#: Share of the answers given without a human that must be right; the threshold follows from it.
PRECISION_TARGET = 0.96
#: With fewer held-out sentences than this a measured threshold would be chance.
FEWEST = 200
_TEMPERATURES = np.geomspace(0.5, 3.0, 37)
_PART = 5  # one sentence in five is held out in a fold
#: Trials; one alone moves the threshold by two points of coverage from content version to content version (measured).
FOLDS = 2
_LOWEST, _HIGHEST = 0.5, 0.98


def held_out(intents: Sequence[str], fold: int = 0) -> NDArray[np.bool_]:
    """Which sentences to hold out in a fold, given the intent of each; always the same ones, no sentence in two folds,
    and never an intent's first."""
    out = np.random.default_rng(1).permutation(len(intents)) % _PART == fold
    out[np.unique(np.array(intents), return_index=True)[1]] = False
    return np.asarray(out, dtype=np.bool_)


def temperature(scores: Floats, owner: NDArray[np.intp]) -> float:
    """The divisor of raw scores (a row per sentence) under which the truth was least surprising: above 1 where the
    learner is too sure of itself (Guo et al., On Calibration of Modern Neural Networks, 2017)."""

    def surprise(divisor: float) -> float:
        scaled = scores / divisor
        top = scaled.max(axis=1, keepdims=True)
        log_sums = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        return float(np.mean(log_sums - scaled[np.arange(len(owner)), owner]))

    return float(min(_TEMPERATURES, key=surprise))


def threshold(judged: Sequence[tuple[float, bool]], target: float = PRECISION_TARGET) -> float:
    """The lowest score from which the answers are right in `target` of the cases; `judged`: score and whether right."""
    best, right, surest = _HIGHEST, 0, sorted(judged, reverse=True)
    for count, (score, correct) in enumerate(surest, 1):
        right += correct
        tied = count < len(surest) and surest[count][0] == score
        if right / count >= target and not tied:
            best = score
    return float(np.clip(best, _LOWEST, _HIGHEST))
