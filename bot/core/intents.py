"""What trainers write about intents, as values, and the sentences that are learned from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.model import Mode, Priority
from bot.core.normalize import normalize
from bot.core.patterns import Pattern
from bot.core.tokens import Tokenizer

_FREQUENT = 8  # sentences that use a word before typos are mended towards it


@dataclass(frozen=True, slots=True)
class Intent:
    """What a customer may want, and what the bot may do about it."""

    id: str
    title: str  #: shown to customers as a choice
    mode: Mode
    group: str  #: human group that takes it
    priority: Priority
    examples: tuple[str, ...]
    unlike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: rival intent → sentences that are its own
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word knowledge shared by all intents, from `intents/_shared.yaml` and `intents/_signals.yaml`."""

    words: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    closers: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixes: Mapping[str, str] = field(default_factory=dict)
    couriers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: stage → intents unlikely in it
    signals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def meanings(self) -> dict[str, str]:
        """Word → the word that stands for it."""
        return {str(word): str(meaning) for meaning, others in self.synonyms.items() for word in others}

    @property
    def courier_names(self) -> Iterator[str]:
        """Every name of every courier."""
        return (name for courier, names in self.couriers.items() for name in (courier, *names))


def sentences(intents: Mapping[str, Intent]) -> Iterator[tuple[str, str]]:
    """Every sentence with the intent it is an example of, rivals' sentences included."""
    for intent in intents.values():
        for example in intent.examples:
            yield intent.id, example
        for rival, examples in intent.unlike.items():
            if rival in intents:
                for example in examples:
                    yield rival, example


def frequent_words(tokenizer: Tokenizer, sentences: Iterable[str]) -> Iterator[str]:
    """Words that customers of this content use again and again: what a homophone typo most likely meant."""
    counts = Counter(word for sentence in sentences for word in set(tokenizer.cut(normalize(sentence))))
    return (word for word, count in counts.items() if count >= _FREQUENT and len(word) > 1)
