"""Dialogues as data: steps that ask, say or hand over, and how an answer moves a customer from one to the next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.core import measures
from bot.core.model import Entity, MessageType, Priority
from bot.core.patterns import LOOKED_AT, Pattern
from bot.core.questions import Form

#: What a step may ask for by kind, and how a customer hears the missing ones named.
NEEDS: Mapping[str, str] = {
    "height": "身高", "weight": "体重", "size": "平时穿的尺码", "order_no": "订单号", "phone": "手机号",
    "name": "收货人", "address": "收货地址", "tracking_no": "快递单号", "date": "日期", "quantity": "数量",
    "money": "金额",
}
#: Answers in a row that are not understood before the bot stops asking (our default, as `policy.FAILURES`).
MISSES = 2
#: Turns about something else after which a dialogue is given up.
ASIDES = 2
#: “没有破洞” tells of no hole. “有没有破洞” and “不是破了吗” deny nothing.
_DENIAL = re.compile(
    r"(?:(?<!有)没有?|(?<!是)不是|(?<!要)不(?:想|要|用|需要|打算)?|(?<![特区级类])别|未|无)(?:什么|任何|发现|看到|出现|再|很|太|特别|怎么|那么)?$"
)
_ASKED = re.compile(r"^[^,.!?;，。！？；]*?[吗嘛么?](?:$|[,.!?;，。！？；])")
_REACH = 6
#: What a body is asked for; with the words before it, 120斤 is a body's, and so is 120 where 体重 alone was asked for.
_BODY = ("height", "weight")
_ABOUT_A_BODY = "穿,"
_NUMBER = re.compile(r"\d{2,3}(?![\d.])")
_BARE = re.compile(r"\d{2,3}(?:[\s,，、/]{1,3}\d{2,3})?[\s.。,，]*")
#: Sounds and signs: they answer nothing, not even an open question.
_SOUNDS = re.compile(r"[啊哦喔噢嗯恩额呃哈呵嘿唉诶哎咦嘛呢吧呀\W_]*")
_SENT = {MessageType.IMAGE: "图片", MessageType.ORDER_CARD: "订单", MessageType.PRODUCT_CARD: "商品"}


class StepKind(StrEnum):
    """What happens at a step: a question that waits for its answer, an answer, or a human; the last two end it."""

    ASK = "ask"
    SAY = "say"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer a question, and where it leads."""

    go: str  #: the next step
    hears: tuple[Pattern, ...] = ()
    sends: MessageType | None = None
    value: str = ""  #: what it is kept as; empty: the words themselves
    anything: bool = False  #: whatever is said answers an open question
    opening: bool = False  #: and so does what the customer began with


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a dialogue."""

    id: str
    kind: StepKind
    about: str = ""  #: what the question is about, as an agent reads it
    needs: tuple[str, ...] = ()  #: kinds of entities that it asks for; known ones are not asked again
    answers: tuple[Answer, ...] = ()
    go: str = ""  #: the step after all needs are known
    lost: str = ""  #: the step for a customer whose answers are not understood; empty: a human
    group: str = ""
    priority: Priority = Priority.NORMAL
    alone: bool = False  #: the bot may say this by itself, whatever the intent's mode


@dataclass(frozen=True, slots=True)
class Script:
    """One dialogue: which intents begin it, and its steps, the first one first."""

    id: str
    title: str
    intents: tuple[str, ...]
    steps: Mapping[str, Step]
    stages: tuple[str, ...] = ()  #: stages of the order in which it begins; empty: any
    begins: tuple[Pattern, ...] = ()  #: what the customer has to say for it to begin; empty: anything

    def situation(self, step: str, part: str) -> str:
        """Where the phrases of a step stand: `part` is ask, again, say or human."""
        return f"dialogues/{self.id}/{step}/{part}"

    @property
    def slots(self) -> frozenset[str]:
        """What its phrases may name as `{{ slot.… }}`."""
        return frozenset(self.steps).union(*(step.needs for step in self.steps.values()))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a turn holds that may answer a question."""

    text: str
    entities: Sequence[Entity] = ()
    types: frozenset[MessageType] = field(default_factory=frozenset)
    known: frozenset[str] = frozenset()  #: kinds that need no asking: where the platform tells of the order, its number
    aside: bool = False  #: the words surely ask us something else: no answer to an open question


def begin(script: Script, heard: Heard) -> Form:
    """The dialogue at the first question that the customer's opening has not answered already. What an opening says
    answers an open question only where the trainers say so."""
    first = next(iter(script.steps))
    form = Form(script.id, first, slots=_named(heard))
    return _walked(script, form, heard, opening=True)


def suits(script: Script, stage: str, text: str) -> bool:
    """Whether the dialogue begins on this text of a customer whose order is at this stage ("": unknown)."""
    if script.stages and stage and stage not in script.stages:
        return False
    return not script.begins or bool(_found(script.begins, text[:LOOKED_AT]))


def go_on(script: Script, form: Form, heard: Heard) -> Form | None:
    """The dialogue after an answer; None when the turn answers nothing that was asked."""
    if form.step not in script.steps:
        return None  # the content has changed under the conversation
    told = {**_body(script.steps[form.step], form, heard), **_named(heard)}
    known = replace(form, slots={**form.slots, **told}, misses=0, aside=0)
    moved = _walked(script, known, heard, opening=False)
    wanted = script.steps[form.step].needs
    return moved if moved.step != form.step or any(_is_new(kind, form, moved) for kind in wanted) else None


def missing(script: Script, form: Form) -> str:
    """What the step still asks for, in the customer's words (“身高和体重”); "" when nothing is named."""
    step = script.steps[form.step]
    return "和".join(NEEDS[kind] for kind in step.needs if kind not in form.slots)


def note(script: Script, form: Form) -> str:
    """What was learned so far, in one line for an agent (“质量问题：哪里有问题=开线，图片=已发”)."""
    titles = {**NEEDS, **{step.id: step.about for step in script.steps.values() if step.about}}
    known = "，".join(f"{titles[name]}={value}" for name, value in form.slots.items() if name in titles)
    return f"{script.title}：{known}" if known else script.title


def _walked(script: Script, form: Form, heard: Heard, *, opening: bool) -> Form:
    """As far as the turn leads. Words answer one question at most; what is named or sent may answer several."""
    words = True
    for taken in range(len(script.steps)):
        step = script.steps[form.step]
        if step.kind is not StepKind.ASK:
            return form
        if step.needs and all(kind in form.slots or kind in heard.known for kind in step.needs):
            form = replace(form, step=step.go)
            continue
        open_too = words and not (taken or heard.aside)
        found = _answer(step, heard, words=words, open_too=open_too, opening=opening)
        if found is None:
            return form
        answer, value, by_words = found
        words = words and not by_words
        form = replace(form, step=answer.go, slots={**form.slots, step.id: value})
    return form


def _answer(
    step: Step, heard: Heard, *, words: bool, open_too: bool, opening: bool
) -> tuple[Answer, str, bool] | None:
    """The first answer of a step that the turn gives, what to keep of it, and whether its words were used up."""
    text = heard.text[:LOOKED_AT]
    for answer in step.answers:
        if answer.sends in heard.types and answer.sends is not None:
            return answer, answer.value or _SENT.get(answer.sends, "已发"), False
        if words and (found := _found(answer.hears, text)):
            return answer, answer.value or found, True
        if open_too and (answer.opening if opening else answer.anything) and not _SOUNDS.fullmatch(text):
            return answer, answer.value or text, True
    return None


def _found(patterns: Sequence[Pattern], text: str) -> str:
    """What is heard of these patterns and not denied; empty when nothing is."""
    found = (match for pattern in patterns for match in pattern.found.finditer(text))
    return next((match[0] for match in found if not _is_denied(text, *match.span())), "")


def _is_denied(text: str, begin: int, end: int) -> bool:
    """Whether a denial stands right before a place. “能不能退” asks, and so does “不是破了吗”."""
    denial = _DENIAL.search(text, max(0, begin - _REACH), begin)
    if denial is None or (denial[0].startswith("不是") and _ASKED.match(text[end:])):
        return False
    return not (denial[0] == "不" and text[denial.start() - 1 : denial.start()] == text[begin])


def _named(heard: Heard) -> dict[str, str]:
    return {entity.kind: entity.value for entity in heard.entities if entity.kind in NEEDS}


def _body(step: Step, form: Form, heard: Heard) -> dict[str, str]:
    """The height and weight in an answer to a question after them: “120斤”, “165 110”, or one bare number for the one
    that is still missing."""
    wanted = [kind for kind in _BODY if kind in step.needs]
    if not wanted:
        return {}
    text = heard.text[:LOOKED_AT]
    lacking = [kind for kind in wanted if kind not in form.slots]
    numbers = _NUMBER.findall(text) if _BARE.fullmatch(text) else []
    if numbers and len(numbers) == len(lacking):
        text = ",".join(f"{NEEDS[kind]}{value}" for kind, value in zip(lacking, numbers, strict=True))
    return {kind: value for kind, _, _, value in measures.find(f"{_ABOUT_A_BODY}{text}") if kind in wanted}


def _is_new(kind: str, before: Form, after: Form) -> bool:
    return kind in after.slots and after.slots[kind] != before.slots.get(kind)
