"""The house style over all that is written down: facts, phrases in their sentences, the rules' own examples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.house_style import broken_examples, found_in
from bot.content.load import Content
from bot.content.reader import Finding
from bot.core.style import ANYTHING, Gate

_SLOT = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
#: What stands in a slot while a phrase is looked at; a shop's fact stands for itself.
_SAMPLES = {"wait": "3分钟内"}


def check_style(content: Content) -> Iterator[Finding]:
    """What the house style finds in the content, and examples that do not show their rule."""
    yield from broken_examples(content.style)
    gate = content.style.gate
    for name, shop in content.shops.items():
        file = content.shop_files[name]
        for key, text in shop.timetable[0][1].items():
            if file.has(key):
                yield from found_in(gate, file.path, file.line(key), text)
    samples = {f"shop.{key}": _sample(gate, text) for key, text in content.shops[""].timetable[0][1].items()} | _SAMPLES
    for situation, variants in content.phrases.items():
        for variant in variants:
            said = _SLOT.sub(lambda slot: samples.get(slot[1], ANYTHING), variant)
            yield from found_in(gate, content.phrase_paths[situation], variant.line, said)


def _sample(gate: Gate, fact: str) -> str:
    """A fact with a fault is reported where it is written, not in every phrase that uses it."""
    return ANYTHING if gate.findings(fact) else fact
