"""Prove the content before a customer meets it: every finding names file, line, rule and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.content import case_kinds, dialogues, load, plans, quick, schema
from bot.content.load import Content
from bot.content.promise_check import check_promises
from bot.content.reader import Finding
from bot.content.shop_check import check_shops, names_given
from bot.content.style_check import check_style
from bot.content.yaml import Text
from bot.core import care, goods, order_facts, proactive, situations
from bot.core import stage as in_stage
from bot.core.knowledge import Knowledge
from bot.core.model import NOT_ANSWERABLE, Mode, Stage
from bot.core.plans import FOLDER
from bot.core.render import compile_phrase, variables
from bot.errors import ContentError, RenderError

_FEWEST_VARIANTS = 3  # of what is said again and again (SR-019); two where a second circumstance narrows it
_RARE = (
    situations.UPSET, situations.REPEATED, situations.BUSY, *situations.OF_GOODS, situations.ORDER, "again", "human",
    "right", "changed",
)  # fmt: skip
_FEWEST_EXAMPLES = 8
_LONGEST_PHRASE = 200
#: Situations that the policy speaks from beside the intents' own; each must be in phrases/_shared.yaml.
SHARED = (
    "clarify", "clarify_choice", "handoff", "handoff_unclear", "handoff_failed", "handoff_upset", "handoff_urgent",
    "handoff_off_hours", "handoff_check", "waiting_ack", "waiting_chase", "holding", "agent_away", "image",
    "voice_unclear", "sticker", "order_card", "product_card", "empathy", "csat_ask", "csat_thanks", "csat_why",
    "csat_noted",
)
#: Situations whose customer is told how long a human takes (SR-040).
_WITH_WAIT = (
    *(name for name in SHARED if name.startswith("handoff")), "image", "waiting_chase", "agent_away", "csat_why",
    "csat_noted",
)  # fmt: skip
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
    load.compiled_patterns(content)  # its faults stand beside the others, not behind them
    content.findings += [
        *_intents(content), *_stages(content), *_examples(content), *_phrases(content), *_coverage(content),
        *_dialogues(content), *_case_kinds(content), *_plans(content), *_cases(content), *check_shops(content, now),
        *check_style(content), *check_promises(content),
        *quick.check(content.root, names_given(content), content.style.gate),
    ]
    if not any(finding.severity == "error" for finding in content.findings):
        with suppress(ContentError):  # each fault stands among the findings
            knowledge = load.build(content, cache_dir)
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


def _phrases(content: Content) -> Iterator[Finding]:
    facts = names_given(content)
    for situation, variants in content.phrases.items():
        path = content.phrase_paths[situation]
        for variant in variants:
            yield from _phrase(path, variant, facts, _may_use(content, situation), _needs_wait(content, situation))
        group = situation.rpartition("/")[2]
        fewest = _FEWEST_VARIANTS - (group in _RARE or "+" in group)
        general = [variant for variant in variants if variant.tone is None and not variant.audience]
        if len(general) < fewest:
            line = variants[0].line if variants else 1
            yield _finding(path, line, "few-variants", f"“{situation}”通用的只有 {len(general)} 条，至少 {fewest} 条")
        for number, variant in enumerate(variants):
            if variant in variants[:number]:
                yield _finding(path, variant.line, "duplicate", "这条说法写了两遍")


def _phrase(
    path: Path, variant: Text, facts: Iterable[str], allowed: frozenset[str], needs_wait: bool
) -> Iterator[Finding]:
    try:
        compile_phrase("", variant)
    except RenderError as error:
        yield _finding(path, variant.line, "template", str(error))
        return
    used = variables(variant)
    for name in sorted(used):
        owner, _, fact = name.partition(".")
        if owner == "shop" and fact and fact not in facts:
            yield _finding(path, variant.line, "unknown-fact", f"_shop.yaml 里没有“{fact}”，请补上或换一种说法")
        elif owner != "shop" and name not in allowed:
            usable = "、".join(sorted(allowed)) or "无"
            yield _finding(path, variant.line, "unknown-slot", f"这里用不了“{name}”，可用：{usable}")
    if needs_wait and "wait" not in used:
        yield _finding(path, variant.line, "no-time", "转人工的话要告诉客户多久，请写上 {{ wait }}（SR-040）")
    if len(variant) > _LONGEST_PHRASE:
        yield _finding(path, variant.line, "long", f"有 {len(variant)} 个字，超过 {_LONGEST_PHRASE}")


def _intent_of(content: Content, situation: str) -> schema.IntentFile | None:
    return content.intents.get(situation.rpartition("/")[0])


def _may_use(content: Content, situation: str) -> frozenset[str]:
    if situation == "clarify_choice":
        return frozenset({"first", "second"})
    if situation.startswith(f"{case_kinds.FOLDER}/"):
        return case_kinds.NAMES
    if situation.startswith(f"{dialogues.FOLDER}/"):
        name = situation.split("/")[1]
        slots = next(file.script.slots for file in content.dialogues if file.script.id == name)
        own = "wait" if situation.endswith("/human") else "missing"
        return frozenset({own, *(f"slot.{slot}" for slot in slots), *goods.NAMES, *order_facts.NAMES})
    if situation.startswith(f"{FOLDER}/"):
        of_start = care.NAMES if content.plans[situation.split("/")[1]].plan.segment else frozenset[str]()
        return proactive.NAMES | of_start | _of_talk(content, situation)
    intent = _intent_of(content, situation)
    with_wait = situation in (*_WITH_WAIT, "holding") or (intent is not None and intent.mode is Mode.HANDOFF)
    needed = situations.circumstances(situation.rpartition("/")[2]) or frozenset()
    known = goods.NAMES if needed & situations.OF_GOODS else frozenset[str]()
    if situations.ORDER in needed:
        known |= order_facts.NAMES
        with_wait = with_wait and not order_facts.answers(situation)
    return known | {"wait"} if with_wait else known


def _needs_wait(content: Content, situation: str) -> bool:
    intent = _intent_of(content, situation)
    if situation.startswith(f"{dialogues.FOLDER}/"):
        return situation.endswith("/human")
    needs_human = intent is not None and intent.mode is Mode.HANDOFF and not order_facts.answers(situation)
    if situation.startswith(f"{FOLDER}/"):
        return "wait" in _of_talk(content, situation)
    return situation in _WITH_WAIT or needs_human


def _of_talk(content: Content, situation: str) -> frozenset[str]:
    """What only the phrases of a question may name."""
    _, plan, group = situation.split("/")
    return proactive.OF_TALK[content.plans[plan].plan.asks].get(group, frozenset())


def _coverage(content: Content) -> Iterator[Finding]:
    for name in SHARED:
        if name not in content.phrases:
            yield _finding("phrases/_shared.yaml", 1, "missing", f"缺少“{name}”的说法")
    for intent in content.intents.values():
        if f"{intent.id}/default" not in content.phrases:
            yield _finding(intent.path, 1, "no-phrases", f"没有话术：请写 phrases/{intent.id.replace('.', '/')}.yaml")
        groups = [name.rpartition("/")[2].split("+") for name in content.phrases if name.startswith(f"{intent.id}/")]
        for stage in intent.states:
            if not any(stage in group for group in groups):
                missing = f"states 里写了“{stage}”，但 phrases/{intent.id.replace('.', '/')}.yaml 里没有“{stage}”的话术"
                yield _finding(intent.path, stage.line, "no-phrases", missing)
    for situation, path in content.phrase_paths.items():
        told = situation.startswith((f"{dialogues.FOLDER}/", f"{case_kinds.FOLDER}/", f"{FOLDER}/"))
        if "/" in situation and not told and _intent_of(content, situation) is None:
            yield _finding(path, 1, "no-intent", f"这份话术没有对应的意图：{situation.rpartition('/')[0]}")
        elif "/" not in situation and situation not in SHARED:
            line = next((variant.line for variant in content.phrases[situation]), 1)
            yield _finding(path, line, "unused", f"没有地方会用到“{situation}”这组话术，请检查名字或删掉", "warning")


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
