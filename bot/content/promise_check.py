"""What phrases promise: declared where it is dated, and never where a ticket promises it already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.content import case_kinds
from bot.content.load import Content
from bot.content.reader import Finding, Variant
from bot.core import promise_words
from bot.core.hours import SHOP_ZONE
from bot.core.plans import FOLDER

_SEEN_TO = (f"{case_kinds.FOLDER}/", f"{FOLDER}/")
_SLOT = re.compile(r"\{\{.*?\}\}")
_WAIT = re.compile(r"\{\{\s*wait\s*\}\}")
_SOME_MORNING = datetime(2026, 1, 5, 10, tzinfo=SHOP_ZONE)  # what is promised does not depend on it


def check_promises(content: Content) -> Iterator[Finding]:
    """Declarations beside {{ wait }}, and dated promises without a declaration (SR-041, SR-286). What is told about an
    after-sale case is seen to by the case's own clocks, what a plan says unasked by the ticket that it opens."""
    for situation, variants in content.phrases.items():
        if not situation.startswith(_SEEN_TO):
            for variant in variants:
                yield from _check(content.phrase_paths[situation], variant)


def _check(path: Path, variant: Variant) -> Iterator[Finding]:
    if _WAIT.search(variant):
        if variant.promise is not None:
            twice = "{{ wait }} 是工单答应的时间，到时有人盯着，请去掉 promise"
            yield Finding(str(path), variant.line, "promise-twice", twice)
    elif variant.promise is None:
        for found in promise_words.find(_SLOT.sub("甲", variant), _SOME_MORNING, None):
            if found.is_dated:
                advice = f"“{found.words}”答应了客户，请写上 promise（答应什么、多久之内），或改成不许诺的说法"
                yield Finding(str(path), variant.line, "promise-open", advice, "warning")
