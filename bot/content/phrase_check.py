"""What may be wrong with phrases: what a group needs and may name, which are missing, and which are never said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.content import case_kinds, dialogues
from bot.content.load import Content
from bot.content.reader import Finding
from bot.content.schema import IntentFile
from bot.content.shop_check import names_given
from bot.content.yaml import Text
from bot.core import care, goods, order_facts, proactive, situations
from bot.core.model import Mode
from bot.core.plans import FOLDER
from bot.core.render import compile_phrase, variables
from bot.errors import RenderError

_FEWEST_VARIANTS = 3  # of what is said again and again (SR-019); two where a second circumstance narrows it
_RARE = (
    situations.UPSET, situations.REPEATED, situations.BUSY, *situations.OF_GOODS, situations.ORDER, "again", "human",
    "right", "changed",
)  # fmt: skip
_LONGEST_PHRASE = 200
#: Situations that the policy speaks from beside the intents' own; each must be in phrases/_shared.yaml.
SHARED = (
    "clarify", "clarify_choice", "handoff", "handoff_unclear", "handoff_failed", "handoff_upset", "handoff_urgent",
    "handoff_off_hours", "handoff_check", "waiting_ack", "waiting_chase", "holding", "agent_away", "image",
    "voice_unclear", "sticker", "order_card", "product_card", "empathy", "csat_ask", "csat_thanks", "csat_why",
    "csat_noted", "silence",
)
#: Situations whose customer is told how long a human takes (SR-040).
_WITH_WAIT = (
    *(name for name in SHARED if name.startswith("handoff")), "image", "waiting_chase", "agent_away", "csat_why",
    "csat_noted",
)  # fmt: skip


def check_phrases(content: Content) -> Iterator[Finding]:
    """Findings about every group of phrases, and about those that ought to be there."""
    yield from _written(content)
    yield from _missing(content)
    yield from _unused(content)


def _written(content: Content) -> Iterator[Finding]:
    facts = names_given(content)
    for situation, variants in content.phrases.items():
        path = str(content.phrase_paths[situation])
        for variant in variants:
            yield from _phrase(path, variant, facts, _may_use(content, situation), _needs_wait(content, situation))
        group = situation.rpartition("/")[2]
        fewest = _FEWEST_VARIANTS - (group in _RARE or "+" in group)
        general = [variant for variant in variants if variant.tone is None and not variant.audience]
        if len(general) < fewest:
            line = variants[0].line if variants else 1
            yield Finding(path, line, "few-variants", f"“{situation}”通用的只有 {len(general)} 条，至少 {fewest} 条")
        for number, variant in enumerate(variants):
            if variant in variants[:number]:
                yield Finding(path, variant.line, "duplicate", "这条说法写了两遍")


def _phrase(
    path: str, variant: Text, facts: Iterable[str], allowed: frozenset[str], needs_wait: bool
) -> Iterator[Finding]:
    try:
        compile_phrase("", variant)
    except RenderError as error:
        yield Finding(path, variant.line, "template", str(error))
        return
    used = variables(variant)
    for name in sorted(used):
        owner, _, fact = name.partition(".")
        if owner == "shop" and fact and fact not in facts:
            yield Finding(path, variant.line, "unknown-fact", f"_shop.yaml 里没有“{fact}”，请补上或换一种说法")
        elif owner != "shop" and name not in allowed:
            usable = "、".join(sorted(allowed)) or "无"
            yield Finding(path, variant.line, "unknown-slot", f"这里用不了“{name}”，可用：{usable}")
    if needs_wait and "wait" not in used:
        yield Finding(path, variant.line, "no-time", "转人工的话要告诉客户多久，请写上 {{ wait }}（SR-040）")
    if len(variant) > _LONGEST_PHRASE:
        yield Finding(path, variant.line, "long", f"有 {len(variant)} 个字，超过 {_LONGEST_PHRASE}")


def _intent_of(content: Content, situation: str) -> IntentFile | None:
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


def _missing(content: Content) -> Iterator[Finding]:
    for name in SHARED:
        if name not in content.phrases:
            yield Finding("phrases/_shared.yaml", 1, "missing", f"缺少“{name}”的说法")
    for intent in content.intents.values():
        path, file = str(intent.path), f"phrases/{intent.id.replace('.', '/')}.yaml"
        if f"{intent.id}/default" not in content.phrases:
            yield Finding(path, 1, "no-phrases", f"没有话术：请写 {file}")
        groups = [name.rpartition("/")[2].split("+") for name in content.phrases if name.startswith(f"{intent.id}/")]
        for stage in intent.states:
            if not any(stage in group for group in groups):
                told = f"states 里写了“{stage}”，但 {file} 里没有“{stage}”的话术"
                yield Finding(path, stage.line, "no-phrases", told)


def _unused(content: Content) -> Iterator[Finding]:
    for situation, path in content.phrase_paths.items():
        told = situation.startswith((f"{dialogues.FOLDER}/", f"{case_kinds.FOLDER}/", f"{FOLDER}/"))
        if "/" in situation and not told and _intent_of(content, situation) is None:
            yield Finding(str(path), 1, "no-intent", f"这份话术没有对应的意图：{situation.rpartition('/')[0]}")
        elif "/" not in situation and situation not in SHARED:
            line = next((variant.line for variant in content.phrases[situation]), 1)
            advice = f"没有地方会用到“{situation}”这组话术，请检查名字或删掉"
            yield Finding(str(path), line, "unused", advice, "warning")
