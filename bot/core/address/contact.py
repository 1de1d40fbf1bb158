"""Find phones with their extensions, and postcodes, in a delivery block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.address.people import Span

_EXTENSION = r"(?:[\[【(](?=\d{4}[\]】)])|[\s,(]{0,2}(?:转接?(?:分机)?号?|分机号?码?|ext\.?)[:：]?\s?|\s?[-#]\s?)"
_ITS = r"(?P<{}>\d{{1,6}})(?![\d*])"
#: Mobile numbers of 11 digits (GB), grouped in any way that people group them, or masked; virtual ones carry an
#: extension (Taobao, Pinduoduo).
_MOBILE = (
    r"(?:(?:\+|00)?86[\s-]?)?(?P<mobile>1[3-9]\d{9}|1[3-9]\d[\s.-]{1,2}\d{4}[\s.-]{0,2}\d{4}"
    r"|1[3-9]\d{2}[\s.-](?:\d{4}[\s.-]\d{3}|\d{3}[\s.-]\d{4})|1[3-9]\d{5}[\s-]\d{4}|1[3-9]\d[\s.-]\d{3}[\s.-]\d{5}"
    r"|1\s[3-9](?:\s\d){9}|1[\d*]{2}\*{3,7}\d{2,4})(?!\d)"
)
#: A digit too many: no phone without an extension, but perhaps a parcel's number.
_ODD = r"(?P<odd>1[3-9]\d{10})(?!\d)"
_LINE = (
    r"(?P<line>(?:\(0\d{2,3}\)[\s-]?|0\d{2,3}(?:\s?-\s?|\s))(?:\d{7,8}|\d{4} \d{4})"
    r"|0(?:37|49|8[29])-\d{6}|(?:\(0[2-8]\)\s?|0[2-8]-)\d{3,4}-?\d{4}|0(?:10|2\d|[3-9]\d{2})\d{7,8}"
    r"|400(?:[\s-]?\d{3}[\s-]?\d{4}|[\s-]?\d{4}[\s-]?\d{3})"
    r"|(?:\+85[23][\s-]?|85[23][\s-]|\(\+?85[23]\)\s?)\d{4}[\s-]?\d{4}"
    r"|(?:\+886[\s-]?|0)9\d{2}[\s-]?\d{3}[\s-]?\d{3})(?!\d)"
)
_PHONE = re.compile(
    rf"(?<![\d.*-])(?:{_MOBILE}(?:{_EXTENSION}{_ITS.format('a')})?|{_ODD}{_EXTENSION}{_ITS.format('b')}"
    rf"|{_LINE}(?:{_EXTENSION}{_ITS.format('c')})?)",
    re.IGNORECASE,
)
#: Glued to a room's number (…3单元40213812345678).
_BEHIND_ROOM = re.compile(
    r"(?<!单号)(?<!编号)(?<!账号)(?<=[栋幢座楼元室层房门号厦场园苑城区#-])\d{1,4}(?P<number>1[3-9]\d{9})(?![\d*-])"
)
#: After a label any digits are meant as a phone, even too few.
_LABELLED = re.compile(
    r"(?:电话|手机号?|号码|联系方式)(?:[写打填]?错了?|不对)?[\s,]{0,2}(?:应该)?(?:[改换][成为]|是|为)?[\s:\]】]{0,3}"
    r"(?P<odd>\d{6,15})(?![\d*-])"
)
#: In Hong Kong and Macau a number has eight digits and often no code before it.
_ISLANDS = re.compile("香港|澳门|九龙|新界|氹仔")
#: A number written out (一三八…).
_SPOKEN = re.compile("[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}")
_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
#: Eleven digits in whatever groups, where no phone was found.
_SPREAD = re.compile(r"(?<![\d.*-])(?P<number>1[ .-]?[3-9](?:[ .-]{0,2}\d){9})(?![ .-]?\d)")
#: A number of a landline without its area code, behind everything else.
_LOCAL = re.compile(r"[\u4e00-\u9fff)] (?P<number>[2-8]\d{6,7})\s?$")
_EIGHT = re.compile(r"(?:^|(?<=[\s,;:、(\0]))(?P<number>[235-9]\d{3}[ -]?\d{4})(?=$|[\s,;、)\0。])")
#: A landline's area code (three digits in the largest cities, else four) and number, however they are joined.
_FIXED = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?[\s-]?(\d{7,8})")
_NEWER = re.compile(r"(?:[改换][成为]?|新的?(?:号码?|电话|手机号?)?|应该是|以后打|现在用|改打|请打)[\s:：]{0,2}$")
_OLDER = re.compile(r"(?:老|旧|原来?的?|之前的?|以前的?)(?:号码?|电话|手机号?)?[是\s:：]{0,2}$")
_POSTCODE = re.compile(
    r"(?:邮政?编码?|zip)(?:是|为)?[\s:：\]】]{0,3}(?P<a>\d{3,6})(?!\d)"
    r"|(?:^|(?<=[\s,;、(/\0\]】]))(?P<b>\d{6})(?=$|[\s,;、()/\0。】]|[\u4e00-\u9fff](?!室))"
    r"|^(?P<c>\d{3}(?:\d{2})?)\s?(?=台|新北|桃园|高雄|基隆|新竹)"
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number with its extension, where it stands, and whether it has the digits of a phone."""

    span: Span
    number: str
    extension: str = ""
    is_whole: bool = True
    is_newer: bool = False
    is_older: bool = False


def phones(text: str) -> Sequence[Phone]:
    """The phones of a text in order; behind 电话 also what has too few or too many digits."""
    found = [_phone(text, match) for match in _PHONE.finditer(text)]
    for match in _LABELLED.finditer(text):
        if not any(one.span[0] < match.end() and match.start("odd") < one.span[1] for one in found):
            number = match["odd"]
            found.append(Phone(match.span("odd"), number, is_whole=len(number) in (7, 8)))
    for match in _BEHIND_ROOM.finditer(text):
        if not any(one.span[0] < match.end() and match.start() < one.span[1] for one in found):
            found.append(Phone(match.span("number"), match["number"]))
    if not found and (spoken := _SPOKEN.search(text)):
        found.append(Phone(spoken.span(), spoken.group().translate(_DIGITS)))
    if not found and (alone := _SPREAD.search(text) or _LOCAL.search(text)):
        found.append(Phone(alone.span("number"), re.sub(r"\D", "", alone["number"])))
    if _ISLANDS.search(text):
        taken = [one.span for one in found]
        for begin, end in (match.span("number") for match in _EIGHT.finditer(text)):
            if not any(first < end and begin < last for first, last in taken):
                found.append(Phone((begin, end), re.sub(r"[ -]", "", text[begin:end])))
    return sorted(found, key=lambda one: one.span)


def _phone(text: str, match: re.Match[str]) -> Phone:
    mobile, odd, line = match.group("mobile", "odd", "line")
    extension = match["a"] or match["b"] or match["c"] or ""
    number = re.sub(r"\s", "", line) if line else re.sub(r"[\s.-]", "", mobile or odd)
    if line and line.startswith(("+", "85", "09", "(85", "(+85")):
        number = re.sub(r"[()-]", "", number)
        number = f"+{number}" if number.startswith("85") else number
    if line and (area := re.fullmatch(r"\((0\d{1,3})\)-?(\d{7,8})", number)):
        number = f"{area[1]}-{area[2]}"
    fixed = _FIXED.fullmatch(re.sub(r"(?<=\d{4}) (?=\d{4}$)|\s(?=-)|(?<=-)\s", "", line or ""))
    number = f"{fixed[1]}-{fixed[2]}" if fixed else number
    newer, older = (bool(it.search(text, max(0, match.start() - 8), match.start())) for it in (_NEWER, _OLDER))
    return Phone(match.span(), number, extension, odd is None, newer, older)


def chosen(found: Sequence[Phone]) -> Phone | None:
    """The phone that counts: the one that replaces another (换成 139…), else the first."""
    kept = [one for one in found if not one.is_older] or found
    return next((one for one in reversed(kept) if one.is_newer), kept[0] if kept else None)


def postcode(text: str) -> tuple[Span, str] | None:
    """Where a postcode stands, with its label, and the code; None without one. Six digits count where they stand by
    themselves, Taiwan's three before a city of Taiwan."""
    match = _POSTCODE.search(text)
    return (match.span(), match["a"] or match["b"] or match["c"]) if match else None
