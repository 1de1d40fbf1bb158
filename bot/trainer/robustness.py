"""Measure how often what a customer wants is still heard when the same sentence is typed otherwise."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.content.load import Content
from bot.core.knowledge import Knowledge
from bot.core.normalize import normalize
from bot.core.tokens import Tokenizer
from bot.trainer import variants

KINDS = ("homophone_typo", "traditional", "noise")
#: Shares of unchanged intents below which a change of the understanding is no improvement.
BARS = {"homophone_typo": 0.93, "traditional": 0.99, "noise": 0.99}
_WORST = 10


@dataclass(frozen=True, slots=True)
class Heard:
    """A variant with the intent that its sentence has and the one it was taken for; "" for none."""

    text: str
    variant: str
    before: str
    after: str
    score: float  #: of `after`

    @property
    def unchanged(self) -> bool:
        """Whether the variant was taken as the sentence was."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Robustness:
    """All variants of one kind."""

    heard: list[Heard] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Counts, the share of unchanged intents (null of nothing), and the ten that were most surely misheard."""
        changed = sorted((one for one in self.heard if not one.unchanged), key=lambda one: -one.score)
        unchanged = len(self.heard) - len(changed)
        return {
            "variants": len(self.heard),
            "unchanged": unchanged,
            "share": round(unchanged / len(self.heard), 4) if self.heard else None,
            "worst": [
                {"text": one.text, "variant": one.variant, "before": one.before, "after": one.after}
                for one in changed[:_WORST]
            ],
        }


@dataclass(frozen=True, slots=True)
class Ways:
    """How to make the variants of a sentence: with the shop's own words, from one seed."""

    tokenizer: Tokenizer
    known: Collection[str]  #: words that customers of this shop use
    seed: int

    def of(self, text: str) -> Iterator[tuple[str, str]]:
        """(kind, variant) for each variant: of homophone typos and thumb typos two each, of the others one."""
        segments = self.tokenizer.segments(text)
        for number in range(2):
            chance = random.Random(f"{self.seed} {number} {text}")
            made = (variants.homophone_typo(text, segments, self.known, chance), variants.thumb_typo(text, chance))
            yield from (("homophone_typo", variant) for variant in made if variant is not None)
        if (changed := variants.traditional(text)) is not None:
            yield "traditional", changed
        yield "noise", variants.noisy(text, random.Random(f"{self.seed} {text}"))


def ways(content: Content, seed: int) -> Ways:
    """The ways for a content; `known` are its trainers' words and the words of their examples."""
    tokenizer = Tokenizer(content.lexicon.words)
    said = (normalize(example) for intent in content.intents.values() for example in intent.examples)
    return Ways(tokenizer, {*content.lexicon.words, *(word for text in said for word in tokenizer.cut(text))}, seed)


def sentences(content: Content) -> list[tuple[str, str]]:
    """(intent, sentence) of every case."""
    return [(case.intent, str(text)) for case in content.cases for text in case.says]


def measure(
    knowledge: Knowledge, said: Sequence[tuple[str, str]], ways: Ways, progress: Callable[[], None] = lambda: None
) -> dict[str, Robustness]:
    """By kind, the variants of those sentences that are understood as they stand."""
    found = {kind: Robustness() for kind in KINDS}
    for intent, text in said:
        if _first(knowledge, text)[0] == intent:
            for kind, variant in ways.of(text):
                found[kind].heard.append(Heard(text, variant, intent, *_first(knowledge, variant)))
        progress()
    return found


def _first(knowledge: Knowledge, text: str) -> tuple[str, float]:
    matches = knowledge.understand(text).matches
    return (matches[0].intent, matches[0].score) if matches else ("", 0.0)
