"""Quick phrases: the texts that agents send with a few keys (SR-045), what they may say, and filling in their gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bot.core import render
from bot.core.render import Phrase
from bot.core.style import ANYTHING, Gate
from bot.errors import InvalidField, RenderError

#: What a text may leave open beside the shop's facts, and what an agent calls it.
VARIABLES: Mapping[str, str] = {"customer": "客户称呼", "order_no": "订单号", "product": "商品", "agent": "客服姓名"}
#: The group of a phrase that names none, as other desks call it.
NO_GROUP = "未分组"

_NAMES = frozenset({*VARIABLES, "shop"})
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")
_LONGEST_GROUP = 20
_LONGEST_TEXT = 500  # bar 41
_IMAGE = re.compile(r"https://[^\s\"'<>\\]{1,500}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_UNFILLED = "有像没填好的占位符的写法（如 {姓名}、None、[]），请写成 {{ 变量 }} 或删掉"
_SLOT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_BARE_SHOP = re.compile(r"\{\{\W*shop\W*\}\}")


class Scope(StrEnum):
    """Whose a phrase is, nearest first."""

    PERSONAL = "personal"
    TEAM = "team"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class QuickPhrase:
    """One quick phrase of a shop. Unproven until `proven` has passed it."""

    id: str
    scope: Scope
    owner: str  #: the agent of a personal one, the team of a team's; "" for the shop's
    group: str
    code: str
    text: str
    image: str = ""  #: a link that goes out beside the text
    valid_from: date | None = None  #: first and last day, in the shop's time zone (SR-097)
    valid_until: date | None = None
    source: str = ""  #: "phrases/quick/ship.yaml:7" for one that is kept in the trainers' files; "" otherwise

    def is_valid(self, today: date) -> bool:
        """Whether it may be used on a day of the shop's calendar."""
        return (self.valid_from or today) <= today <= (self.valid_until or today)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text ready to send, or the names of what is still missing and must be asked for."""

    text: str
    missing: tuple[str, ...] = ()


def proven(phrase: QuickPhrase) -> QuickPhrase:
    """The phrase in its stored form (code in lower case, no outer blanks, a group in any case); InvalidField names in
    Chinese what cannot stay. Limits are our defaults, but for the text's (bar 41)."""
    tidy = replace(
        phrase, code=phrase.code.strip().lower(), text=phrase.text.strip().replace("\r\n", "\n").replace("\t", " "),
        group=phrase.group.strip() or NO_GROUP, image=phrase.image.strip(),
    )
    if not _CODE.fullmatch(tidy.code):
        raise InvalidField("编码只能用字母、数字、- 和 _，以字母或数字开头，最多 16 个字符", field="code")
    if len(tidy.group) > _LONGEST_GROUP or _CONTROL.search(tidy.group) or "\n" in tidy.group:
        raise InvalidField(f"分组要写在一行里，最多 {_LONGEST_GROUP} 个字", field="group")
    if tidy.image and not _IMAGE.fullmatch(tidy.image):
        raise InvalidField("图片要写成 https:// 开头的链接", field="image")
    if tidy.valid_from and tidy.valid_until and tidy.valid_from > tidy.valid_until:
        raise InvalidField("有效期的开始不能晚于结束", field="valid_until")
    _prove_text(tidy.text)
    return tidy


@lru_cache(maxsize=8192)  # a sheet is looked at before it is taken over, which then must not hold up the database
def _prove_text(text: str) -> None:
    if not text:
        raise InvalidField("缺少快捷短语的内容", field="text")
    if len(text) > _LONGEST_TEXT:
        raise InvalidField(f"有 {len(text)} 个字，最多 {_LONGEST_TEXT} 个", field="text")
    if _CONTROL.search(text):
        raise InvalidField("含有不可见的控制字符，请删掉重新输入", field="text")
    _prove_gaps(text)
    try:  # not by rendering: a sheet's 5,000 templates would push those of the bot's replies out of their cache
        render.guard(_SLOT.sub("某", text))
    except RenderError as error:
        raise InvalidField(_UNFILLED, field="text") from error


def _prove_gaps(text: str) -> None:
    try:
        needed = needs(text)
    except RenderError as error:
        raise InvalidField(str(error), field="text") from error
    if _BARE_SHOP.search(text):
        raise InvalidField("店铺事实要写明是哪一项，如 {{ shop.work_hours }}", field="text")
    for name in needed:
        if name not in VARIABLES and not name.startswith("shop."):
            raise InvalidField(f"没有名为 {name} 的变量，店铺事实写成 shop.xxx", field="text")


def closed(text: str) -> str:
    """The text with some word in each gap, as the house style looks at it."""
    return _SLOT.sub(ANYTHING, text)


def remarks(gate: Gate, text: str) -> list[str]:
    """What the house style advises about a text, in Chinese, each advice once."""
    return list(dict.fromkeys(found.rule.title for found in gate.findings(closed(text))))


@lru_cache(maxsize=8192)
def needs(text: str) -> tuple[str, ...]:
    """The names of what must be filled in ("order_no", "shop.cutoff_time"), sorted; RenderError for a text that is no
    template of ours."""
    return tuple(sorted(render.variables(_compiled(text).source))) if "{" in text else ()


def fill(text: str, facts: Mapping[str, str]) -> Filled:
    """The text with the facts ("order_no", "shop.cutoff_time") in their places, never half filled: what is absent,
    empty or would itself look like a placeholder is named as missing. RenderError when the whole may not go out."""
    missing = tuple(name for name in needs(text) if not _sayable(facts.get(name, "")))
    if missing:
        return Filled("", missing)
    if not needs(text):
        return Filled(render.guard(text))
    known = {name: value for name, value in facts.items() if "." not in name}
    of_shop = {name.removeprefix("shop."): value for name, value in facts.items() if name.startswith("shop.")}
    return Filled(render.render(_compiled(text), {**known, "shop": of_shop}))


def _compiled(text: str) -> Phrase:
    return render.compile_phrase("quick", text, names=_NAMES)


def _sayable(value: str) -> bool:
    try:
        render.render(_ANY, {"customer": value})
    except RenderError:
        return False
    return True


_ANY = render.compile_phrase("quick", "{{ customer }}", names=_NAMES)
