"""The shapes of the trainers' files of intents and cases, and how each is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.content.reader import Finding, Reader
from bot.content.yaml import Text
from bot.core.model import Mode, Priority
from bot.core.situations import CIRCUMSTANCES, circumstances

GROUPS = ("presale", "sale", "aftersale", "senior")
OUTCOMES = ("replied", "suggested", "handed_off", "ignored", "asked")  # asked: a dialogue begins


@dataclass(frozen=True, slots=True)
class IntentFile:
    """intents/<group>/<name>.yaml"""

    id: str
    path: Path
    title: Text
    mode: Mode
    group: str
    priority: Priority
    examples: tuple[Text, ...]
    unlike: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    patterns: tuple[Text, ...] = ()
    states: tuple[Text, ...] = ()  #: the order's stages in which the answer differs: each has phrases of its own


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of tests/cases/<group>/<name>.yaml: what customers say and what must become of it."""

    intent: str
    path: Path
    says: tuple[Text, ...]
    outcome: str
    reply: str


def read_intent(intent_id: str, path: Path, data: Any, findings: list[Finding]) -> IntentFile:
    """An intent file; what is wrong with it is added to the findings."""
    reader = Reader(path, data, findings)
    reader.only(("title", "mode", "group", "priority", "states", "unlike", "patterns", "examples"))
    examples = reader.texts("examples")
    if not examples:
        reader.report(reader.line("examples"), "missing", "没有例句（examples），至少写 8 句客户会说的话")
    return IntentFile(
        id=intent_id,
        path=path,
        title=reader.text("title"),
        mode=reader.choice("mode", Mode, tuple(Mode), Mode.HANDOFF),
        group=reader.choice("group", str, GROUPS, "presale"),
        priority=reader.priority("priority"),
        examples=examples,
        unlike=reader.lists("unlike"),
        patterns=reader.texts("patterns"),
        states=reader.stages("states"),
    )


def only_groups(reader: Reader) -> None:
    """Report the groups of a phrase file that no circumstances ever choose."""
    for key in reader.data:
        if circumstances(key) is None:
            names = "、".join(("default", *CIRCUMSTANCES))
            reader.report(key.line, "unknown-key", f"不认识“{key}”，可以写的有：{names}，几个条件用 + 连接")


def read_cases(intent_id: str, path: Path, data: Any, findings: list[Finding]) -> tuple[Case, ...]:
    """A case file; what is wrong with it is added to the findings."""
    cases = []
    for entry in data if isinstance(data, list) else [data]:
        reader = Reader(path, entry, findings)
        reader.only(("says", "outcome", "reply"))
        outcome = reader.choice("outcome", str, OUTCOMES, "replied")
        cases.append(Case(intent_id, path, reader.texts("says"), outcome, reader.text("reply")))
    return tuple(cases)
