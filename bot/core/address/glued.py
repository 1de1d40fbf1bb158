"""Part a name from the house or the bracket that it is glued to."""

from __future__ import annotations

import re

from bot.core.address.likeness import SOUNDS, has_surname, likeness
from bot.core.address.people import Span

#: What a name may stand behind without a blank.
_DOOR = re.compile(
    r"[\d室号楼层座幢栋元户组队屯村社院厦园区店站苑城场馆校学司厂心处部局行口旁边面对房铺府庭居轩阁湾街巷弄里镇乡庄会柜侧东西南北内家台科间收后下上)A-Za-z]$"
)
_NUMBER_DOOR = re.compile(r"[\d号室栋幢元]$|[\d号一二三四五六七八九十][楼层组屯队房]$")
#: Names that need no surname to be told from the house before them.
_FOREIGN_TAIL = re.compile(
    rf"(?:[{SOUNDS}]{{2,7}}(?:·[\u3400-\u9fff]{{1,9}}){{1,2}}|[{SOUNDS}]{{3,8}}"
    r"|(?:[A-Z][a-z]{1,4}\.)?[A-Z][a-z]{1,12}(?: [A-Z][a-z]{1,12})?)$"
)
_COUNTS = re.compile(r"[A-Za-z\d号一二三四五六七八九十]$")
#: What counts a house's parts, and what no name behind it begins with: 3 号楼白玛 is 白玛.
_COUNTED = "室号楼层座幢栋单组队元户弄院期区米之附房"
_NO_NAME_END = "科户社团湖"


def bracketed(text: str, span: Span) -> tuple[Span, float] | None:
    """What stands in a bracket at the end of a piece (8号(杜甫, its closing half taken out), and how much it looks like
    a name (likeness.likeness); None without a bracket."""
    begin, end = span
    opening = text.rfind("(", max(begin, end - 16), end) + 1
    if not opening or ")" in text[opening:end]:
        return None
    return (opening, end), likeness(text[opening:end], told=True, beside=True)


def ending(text: str, span: Span, to: bool, housed: bool) -> tuple[Span, float] | None:
    """The name that a piece ends with, behind a door or a place, and how much it looks like one; None for none. `to`: a
    word like 收 stood behind it; `housed`: the house's number is told before."""
    begin, end = span
    foreign = _FOREIGN_TAIL.search(text[max(begin, end - 18) : end])
    sizes = (len(foreign.group()) if foreign else 0, 4, 3, 2)
    for size in sizes:
        if 0 < size < end - begin and (looks := _looks(text, span, size, to, housed)):
            return (end - size, end), looks
    return None


def _looks(text: str, span: Span, size: int, to: bool, housed: bool) -> float:
    """How much the last characters look like a name; 0 where what stands before them is no door or place."""
    begin, end = span
    name, before = text[end - size : end], text[begin : end - size].rstrip("(")[-2:]
    if not _DOOR.search(before) or (_COUNTS.search(before) and name[0] in _COUNTED):
        return 0
    door = bool(_NUMBER_DOOR.search(before))
    looks = likeness(name, told=to or door or housed, beside=True)
    if _FOREIGN_TAIL.fullmatch(name):
        return looks and max(looks, 4)
    if has_surname(name) and looks >= (5 if size == 4 else 3 if to else 3.5):
        return looks
    told = door and name[-1] not in _NO_NAME_END and (size < 4 or to)
    return looks + 1 if told and looks >= (1 if to else 2) else 0
