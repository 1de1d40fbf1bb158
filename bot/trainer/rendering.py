"""Say every phrase in worlds where facts are missing, broken or hostile, and count what must never reach a customer."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.knowledge import Knowledge
from bot.core.render import Phrase, render, variables
from bot.core.style import Gate
from bot.errors import RenderError

#: What a fact, a name or a number from a platform can turn out to be (bar 40).
BROKEN: tuple[object, ...] = (
    None, "", " ", "\u3000\n", "None", "null", "nan", "undefined", float("nan"), 0, 3.5, True, False, [], ["顺丰"], {},
    b"16:30", "长" * 201, "{{7*7}}", "{{ shop.name }}", "{% for x in y %}", "{name}", "${x}{}", "[]", "&lt;b&gt;",
    "<Order object at 0x7f3a9c00d2e0>",
)
#: Unusual, but to be said as they are.
UNUSUAL = ("长" * 200, "A&B", "王\u200b小明", "O'Neil", "Nanjing", "1 < 2", "100%")
_GOOD = ("3分钟内", "明天09:30前", "小满", "顺丰速运", "16:30")
#: An opinion of its own on what is left over, apart from core/render.py's that is on trial.
_PLACEHOLDER = re.compile(r"[{}]|\[\]|<\w+ object|&(?:lt|gt|amp|quot);")
_NOTHING = re.compile(r"(?<![A-Za-z])(?:None|null|nan|NaN|undefined|True|False)(?![A-Za-z])")
_SAID_LONGEST, _FACT_LONGEST = 500, 200

FAULTS = ("placeholder", "nothing", "style", "unfounded", "length", "exception")


@dataclass(slots=True)
class Report:
    """How often phrases were said, refused, stopped by the house style, and each kind of fault with an example."""

    said: int = 0
    refused: int = 0
    stopped: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)  #: fault → phrase id and text

    def take(self, phrase: Phrase, text: str | None, found: Iterable[str]) -> None:
        """Count one saying that rendered; None was stopped by the house style."""
        if text is None:
            self.stopped += 1
            return
        self.said += 1
        self.add(phrase, text, found)

    def add(self, phrase: Phrase, text: str, found: Iterable[str]) -> None:
        """Count what was found wrong with one saying."""
        for fault in found:
            self.faults[fault] += 1
            self.examples.setdefault(fault, f"{phrase.id}: {text}")


def phrases_of(knowledge: Knowledge) -> list[Phrase]:
    """Every phrase of every situation."""
    return [phrase for variants in knowledge.phrases.values() for phrase in variants]


def drawn(knowledge: Knowledge, count: int, seed: int) -> Iterator[tuple[Phrase, Mapping[str, object]]]:
    """So many phrases drawn at random, each with a world of its own; the same seed gives the same."""
    chance, phrases = random.Random(seed), phrases_of(knowledge)
    return ((phrase, world(knowledge, phrase, chance)) for phrase in chance.choices(phrases, k=count))


def world(knowledge: Knowledge, phrase: Phrase, chance: random.Random) -> Mapping[str, object]:
    """Values for the names that a phrase uses: those of the shop at some moment, when campaigns may be over or offices
    closed; mostly sound, sometimes unusual, broken or absent."""
    soundness = chance.choice((1.0, 0.9, 0.5))
    _, facts = chance.choice(knowledge.shop("").timetable)
    made: dict[str, dict[str, object]] = {"": {}}  # owner → attribute → value; "" owns the plain names
    for name in sorted(variables(phrase.source)):
        owner, attribute = name.split(".") if "." in name else ("", name)
        sound = facts.get(attribute, _ABSENT) if owner == "shop" else chance.choice(_GOOD)
        values = made.setdefault(owner, {})
        if (value := sound if chance.random() < soundness else _unsound(chance)) is not _ABSENT:
            values[attribute] = value
    return {**made.pop(""), **made}


_ABSENT = object()


def _unsound(chance: random.Random) -> object:
    return chance.choice((_ABSENT, chance.choice(UNUSUAL), chance.choice(BROKEN), chance.choice(BROKEN)))


def trial(gate: Gate, sayings: Iterable[tuple[Phrase, Mapping[str, object]]]) -> Report:
    """Say each phrase in its world the way that sends, past the gate of the house style, and look at what comes out."""
    report = Report()
    for phrase, facts in sayings:
        try:
            text = gate.passed(render(phrase, facts))
        except RenderError:
            report.refused += 1
        except Exception as error:
            report.add(phrase, repr(error), ["exception"])
        else:
            report.take(phrase, text, () if text is None else faults_in(gate, phrase, facts, text))
    return report


def faults_in(gate: Gate, phrase: Phrase, facts: Mapping[str, object], text: str) -> Iterator[str]:
    """The faults (of `FAULTS`) in what was said of a phrase in a world."""
    if _PLACEHOLDER.search(text):
        yield "placeholder"
    if _NOTHING.search(text):
        yield "nothing"
    if gate.passed(text) != text:
        yield "style"
    if not all(_is_founded(_looked_up(facts, name)) for name in variables(phrase.source)):
        yield "unfounded"
    if not 0 < len(text.strip()) <= _SAID_LONGEST:
        yield "length"


def _looked_up(facts: Mapping[str, object], name: str) -> object:
    value: object = facts
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _is_founded(value: object) -> bool:
    """Whether a promise may rest on this: a text that says something."""
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= _FACT_LONGEST

