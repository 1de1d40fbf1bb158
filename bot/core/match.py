"""Rank the intents that a text may mean, and name the trainers' example nearest to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.core.evidence import Evidence
from bot.core.learn import Floats, Learned
from bot.core.model import Match
from bot.core.restraint import Restraint
from bot.core.train import Example

#: Distance to the second intent that an answer without a human wants; the score it wants is the content's own
#: (`Knowledge.accept`), measured for a precision of `calibrate.PRECISION_TARGET`.
MARGIN = 0.15

_TOP = 5
_NOT_WORD = re.compile(r"[\W_]+")


class Matcher:
    """Ranks intents; built once per content version, read by every thread."""

    def __init__(
        self, examples: Sequence[Example], learned: Learned, evidence: Evidence, restraint: Restraint
    ) -> None:
        """`learned` from these very examples."""
        self._learned, self._evidence, self._restraint = learned, evidence, restraint
        self._written: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._exact: dict[str, str] = {}
        for example in examples:
            self._written[example.intent].append(example.written)
            self._texts[example.intent].append(example.text)
            self._exact.setdefault(_NOT_WORD.sub("", example.text), example.intent)

    def rank(self, text: str, tokens: tuple[str, ...], *, explain: bool = False) -> tuple[Match, ...]:
        """Up to five intents, best first, scores summing to at most one; none for a text without a known feature.
        A text that is word for word an example is that example's intent. The best one comes with its nearest example,
        the others only when asked to `explain`."""
        shares = self._shares(text, tokens)
        if shares is None:
            return ()
        scores = {self._learned.intents[at]: float(shares[at]) for at in shares.argsort()[: -_TOP - 1 : -1]}
        if (exact := self._exact.get(_NOT_WORD.sub("", text))) is not None:
            scores = {exact: 1.0, **{intent: 0.0 for intent in scores if intent != exact}}
        return tuple(
            Match(intent, score, self._nearest(intent, text) if explain or not place else "")
            for place, (intent, score) in enumerate(list(scores.items())[:_TOP])
        )

    def best(self, text: str, tokens: tuple[str, ...]) -> Match | None:
        """The first rank alone, without its example; for the parts of a text, where that is enough."""
        if (exact := self._exact.get(_NOT_WORD.sub("", text))) is not None:
            return Match(exact, 1.0, "")
        shares = self._shares(text, tokens)
        if shares is None:
            return None
        at = int(shares.argmax())
        return Match(self._learned.intents[at], float(shares[at]), "")

    def _shares(self, text: str, tokens: tuple[str, ...]) -> Floats | None:
        if not _NOT_WORD.sub("", text):
            return None
        learned = self._learned.shares(self._evidence.of(text, tokens))
        return None if learned is None else self._restraint.corrected(learned, text)

    def _nearest(self, intent: str, text: str) -> str:
        found = process.extractOne(text, self._texts[intent], scorer=fuzz.ratio)
        return self._written[intent][found[2]] if found else ""


def accepted(matches: Sequence[Match], accept: float) -> bool:
    """Whether the engine is sure enough of the best match to answer by itself."""
    scores = [match.score for match in matches[:2]] + [0.0, 0.0]
    return scores[0] >= accept and scores[0] - scores[1] >= MARGIN
