"""Find the things of the shop's world in a text: order and tracking numbers, phones, money, dates, quantities."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.core.model import Entity

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
# A number begins where none is under way: without that a text of digits costs the square of its length.
_NUMBER = r"(?:(?<![\d.])\d+(?:\.\d+)?|(?<![零〇一二两三四五六七八九十百千万半])[零〇一二两三四五六七八九十百千万半]+)"
# What a bare number is called right before it; the nearest name decides (物流单号 … names a parcel, 单号 … an order).
_CUE = re.compile(r"(?P<tracking>(?:快递|物流|运单|包裹)的?(?:单号|编号|号码?)?)|(?P<order>订单|编号|单号|单子)")
_CUE_REACH = 6


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], str | None]


def number(text: str) -> float | None:
    """Value of a Chinese or Arabic numeral (三千五 → 3500, 12.5 → 12.5, 半 → 0.5); None when it is none."""
    if text.replace(".", "", 1).isdigit():
        return float(text)
    if text == "半":
        return 0.5
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit, unit = total + (section + digit or 1) * 10000, 0, 0, 10000
        elif character in _UNITS:
            unit = _UNITS[character]
            section, digit = section + (digit or 1) * unit, 0
        else:
            return None
    tail = digit * unit // 10 if digit and unit > 10 and text[-2] in _UNITS else digit  # 三千五 is 3500, 三千零五 3005
    return float(total + section + tail)


def _phone(match: re.Match[str]) -> str:
    """Without the country's prefix and separators; the text before us has lost all but two of the stars of a
    masked number, so they are put back."""
    number_, extension = match.group("number"), match.group("extension")
    plain = re.sub(r"\*+", "****", re.sub(r"[\s-]", "", number_))
    return f"{plain}转{extension}" if extension else plain


def _plain(match: re.Match[str]) -> str:
    return re.sub(r"[\s-]", "", match.group(0)).upper()


def _money(match: re.Match[str]) -> str | None:
    amount = number(match.group("yuan").replace(",", ""))
    if amount is None:
        return None
    tenth = match.group("jiao")
    return f"{amount + (number(tenth) or 0) / 10 if tenth else amount:.2f}"


def _quantity(match: re.Match[str]) -> str | None:
    amount = number(match.group("count"))
    return None if amount is None else f"{amount:g}{match.group('unit')}"


def _whole(match: re.Match[str]) -> str:
    return match.group(0)


def _called(match: re.Match[str]) -> str:
    """Which kind of number the words before it speak of; "" when they name none."""
    before = match.string[max(0, match.start() - 16) : match.start()]
    last = max(_CUE.finditer(before), key=re.Match.end, default=None)
    return last.lastgroup or "" if last and len(before) - last.end() <= _CUE_REACH else ""


def _long_number(match: re.Match[str]) -> str | None:
    """A bare number is an order number by its length (Taobao and Douyin 18–19, JD 12 digits with a cue) only."""
    digits = match.group(0)
    if 16 <= len(digits) <= 20 or (10 <= len(digits) <= 15 and _called(match) == "order"):
        return digits
    return None


def _bare_tracking(match: re.Match[str]) -> str | None:
    return match.group(0) if _called(match) == "tracking" else None


# Shapes of tracking numbers as facts from couriers' rules: SF, YTO, JT, JD, Deppon, UPU S10 (EMS).
_TRACKING = (
    r"(?<![a-z0-9])(?:sf\s?[a-z0-9]\d{12}|(?:yt|jt)\s?\d{13}|jd[a-z0-9]{2}\d{11}|dpk\s?\d{12}|[a-z]{2}\d{9}cn)(?![a-z0-9])"
)
_PHONE = (
    r"(?<![\d.])(?:(?:\+|00)?86[\s-]?)?(?P<number>1[3-9]\d(?:[\s-]?\d{4}){2}|1[3-9]\d\*{2,8}\d{4})"
    r"(?:\s?(?:-|转)\s?(?P<extension>\d{3,4}))?(?!\d|\.\d)"
)
_DATE = (
    r"(?:今天|明天|后天|大后天|昨天|前天|今早|今晚|明早|明晚|昨晚|周末|(?:这|本|下|上)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|\d{1,2}月\d{1,2}[日号]?|(?<!\d)\d{1,2}[日号](?!线|楼|店|仓)|(?:月底|月初|年前|年底|节前|节后))(?:之?前|之?后|以前|以后)?"
)
_DURATION = rf"{_NUMBER}(?:\s?[-~到至]\s?{_NUMBER})?个?(?:天|小时|分钟|星期|礼拜|周|月)"
_TOGETHER = r"(?<!一(?=块(?:儿|[发寄买付拍送退换装])))"  # 一块儿发: together, no money
_MONEY = rf"(?P<yuan>(?<!\d)\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|{_NUMBER})\s?"
_MONEY += rf"(?:元|块钱|{_TOGETHER}块)(?P<jiao>[\d一二三四五六七八九](?!\d))?"
_COUNTERS = "个件袋包盒瓶台双条套罐斤箱支只本张份块片桶"
_INSIDE = r"(?<![第\d.一二两三四五六七八九十百千万])"  # 第一个 counts nothing, and no number begins inside another
_QUANTITY = rf"{_INSIDE}(?P<count>{_NUMBER})\s?{_TOGETHER}(?P<unit>[{_COUNTERS}])"

_RULES = (
    _Rule("tracking_no", re.compile(_TRACKING), _plain),
    _Rule("order_no", re.compile(r"(?<!\d)\d{6}-\d{15}(?!\d)"), _whole),  # Pinduoduo
    _Rule("phone", re.compile(_PHONE), _phone),
    _Rule("order_no", re.compile(r"(?<!\d)\d{10,20}(?!\d)"), _long_number),
    _Rule("tracking_no", re.compile(r"(?<!\d)\d{12,15}(?!\d)"), _bare_tracking),
    _Rule("money", re.compile(_MONEY), _money),
    _Rule("money", re.compile(r"¥\s?(?P<yuan>\d+(?:,\d{3})*(?:\.\d+)?)(?P<jiao>)"), _money),
    _Rule("date", re.compile(_DATE), _whole),
    _Rule("duration", re.compile(_DURATION), _whole),
    _Rule("quantity", re.compile(_QUANTITY), _quantity),
)


def find(text: str) -> tuple[Entity, ...]:
    """Entities of a normalised text, in order of appearance; where two rules claim a place the earlier rule wins."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Entity]] = []
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span()
            value = rule.value(match)
            if value is None or any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            found.append((start, Entity(rule.kind, value, match.group(0))))
    return tuple(entity for _, entity in sorted(found, key=lambda item: item[0]))
