"""Prove the content before a customer meets it: every finding names file, line, rule and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.content import case_kinds, dialogues, load, plans, quick
from bot.content.build import build, compiled_patterns
from bot.content.load import Content
from bot.content.phrase_check import check_phrases
from bot.content.promise_check import check_promises
from bot.content.reader import Finding
from bot.content.shop_check import check_shops, names_given
from bot.content.style_check import check_style
from bot.content.yaml import Text
from bot.core import stage as in_stage
from bot.core.knowledge import Knowledge
from bot.core.model import NOT_ANSWERABLE, Stage
from bot.errors import ContentError

_FEWEST_EXAMPLES = 8
_SHARED = Path("intents") / "_shared.yaml"
_NOT_WORD = re.compile(r"[\W_]+")


def check(root: Path, cache_dir: Path | None = None, now: datetime | None = None) -> list[Finding]:
    """Everything wrong with the content under a folder, in order of file and line. `now`: aware; without it nothing is
    said of what is over by then."""
    return prove(load.read(root), cache_dir, now)[0]


def prove(
    content: Content, cache_dir: Path | None = None, now: datetime | None = None
) -> tuple[list[Finding], Knowledge | None]:
    """Everything wrong with the content, as above, and the content compiled unless there is an error in it."""
    knowledge = None
    compiled_patterns(content)  # its faults stand beside the others, not behind them
    content.findings += [
        *_intents(content), *_stages(content), *_examples(content), *check_phrases(content),
        *_dialogues(content), *_case_kinds(content), *_plans(content), *_cases(content), *check_shops(content, now),
        *check_style(content), *check_promises(content),
        *quick.check(content.root, names_given(content), content.style.gate),
    ]
    if not any(finding.severity == "error" for finding in content.findings):
        with suppress(ContentError):  # each fault stands among the findings
            knowledge = build(content, cache_dir)
    return sorted(set(content.findings)), knowledge


def _finding(path: Path | str, line: int, rule: str, message: str, severity: str = "error") -> Finding:
    return Finding(str(path), line, rule, message, severity)


def _intents(content: Content) -> Iterator[Finding]:
    for intent in content.intents.values():
        if len(intent.title) > 12:
            yield _finding(intent.path, intent.title.line, "title", "标题超过 12 个字，客户看选项会吃力")
        for rival in intent.unlike:
            if rival not in content.intents:
                yield _finding(intent.path, getattr(rival, "line", 1), "rival", f"unlike 里的“{rival}”不是一个意图")
        if len(intent.examples) < _FEWEST_EXAMPLES:
            few = f"例句只有 {len(intent.examples)} 句，至少写 8 句"
            yield _finding(intent.path, 1, "few-examples", few, "warning")


def _stages(content: Content) -> Iterator[Finding]:
    for stage, names in content.lexicon.stages.items():
        if stage not in {known.value for known in Stage if known}:
            advice = f"不认识订单进度“{stage}”，可以写的有：{'、'.join(known.value for known in Stage if known)}"
            yield _finding(_SHARED, getattr(stage, "line", 1), "stage", advice)
        for name in names:
            if all(in_stage.fits(intent, (name,)) for intent in content.intents):
                yield _finding(_SHARED, getattr(name, "line", 1), "stage", f"stages 里的“{name}”不是一个意图")


def _examples(content: Content) -> Iterator[Finding]:
    seen: dict[str, tuple[str, Text]] = {}
    for intent in content.intents.values():
        for example in intent.examples:
            key = _NOT_WORD.sub("", example).lower()
            if not key:
                continue
            if key in seen:
                other, first = seen[key]
                where = f"本文件第 {first.line} 行" if other == intent.id else f"{other} 第 {first.line} 行"
                yield _finding(intent.path, example.line, "duplicate", f"“{example}”与{where}重复，请删掉一处")
            else:
                seen[key] = (intent.id, example)


def _dialogues(content: Content) -> Iterator[Finding]:
    modes = {intent.id: intent.mode for intent in content.intents.values()}
    taken: dict[str, str] = {}
    for file in content.dialogues:
        yield from dialogues.check(file, modes, taken)
        taken |= dict.fromkeys(file.script.intents, file.script.id)


def _case_kinds(content: Content) -> Iterator[Finding]:
    scripts = {file.script.id: file.script for file in content.dialogues}
    taken: dict[str, str] = {}
    for file in content.case_kinds:
        opens = file.kind.opens
        yield from case_kinds.check(file, content.intents, scripts, taken)
        taken |= dict.fromkeys((*opens.intents, *opens.dialogues), file.kind.id)
    for said in case_kinds.SAID if content.case_kinds else ():
        if case_kinds.situation("", said) not in content.phrases:
            where = f"phrases/{case_kinds.FOLDER}/_shared.yaml"
            yield _finding(where, 1, "missing", f"缺少“{said}”的说法，每一类案件都用得到")


def _plans(content: Content) -> Iterator[Finding]:
    kinds = {file.kind.id for file in content.case_kinds}
    for plan in content.plans.values():
        if (task := plan.plan.task) and task.case and task.case not in kinds:
            yield Finding(str(plan.path), 1, "plan", f"task 里的 case“{task.case}”不是 phrases/cases/ 里的一类案件")
    for file in content.shop_files.values():
        yield from plans.check_manner(file, content.plans)


def _cases(content: Content) -> Iterator[Finding]:
    if not content.cases:
        return  # a content folder without tests/, such as the image's
    covered = {case.intent for case in content.cases}
    for intent in content.intents.values():
        if intent.id not in covered:
            yield _finding(intent.path, 1, "no-cases", f"没有用例：请写 tests/cases/{intent.id.replace('.', '/')}.yaml")
    examples = {_NOT_WORD.sub("", e): i.id for i in content.intents.values() for e in i.examples}
    for case in content.cases:
        if case.intent not in content.intents:
            yield _finding(case.path, 1, "no-intent", f"没有“{case.intent}”这个意图")
        for text in case.says:
            if _NOT_WORD.sub("", text) in examples and case.intent not in NOT_ANSWERABLE:
                yield _finding(case.path, text.line, "not-fresh", f"“{text}”就是例句，用例要换一种说法", "warning")
