"""Find the things of the shop's world in a text: orders, parcels, links, addresses, money, dates, sizes, quantities."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.core import address, links, measures
from bot.core.model import Entity
from bot.core.numerals import NUMBER, number

# What a bare number is called right before it; the nearest name decides (物流单号 … names a parcel, 单号 … an order).
_CUE = re.compile(r"(?P<tracking>(?:快递|物流|运单|包裹)的?(?:单号|编号|号码?)?)|(?P<order>订单|编号|单号|单子)")
_CUE_REACH = 6


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    needs: str  # a trait without which the rule finds nothing, see _TRAITS
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], str | None]


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


def _thousands(match: re.Match[str]) -> str | None:
    """2w is money beside a word that speaks of money; elsewhere it may be a lamp's or a charger's watts."""
    before = match.string[max(0, match.start() - 8) : match.start()]
    if match.group("sure") or _PRICE_CUE.search(before) or match.group() == match.string:
        return f"{number(match.group('yuan')) or 0:.2f}"
    return None


# Shapes of tracking numbers as facts from couriers' rules: SF, YTO, JT, JD, Deppon, UPU S10 (EMS).
_TRACKING = (
    r"(?<![a-z0-9])(?:sf\s?[a-z0-9]\d{12}|(?:yt|jt)\s?\d{13}|jd[a-z0-9]{2}\d{11}|dpk\s?\d{12}|[a-z]{2}\d{9}cn)(?![a-z0-9])"
)
_PHONE = (
    r"(?<![\d.])(?:(?:\+|00)?86[\s-]?)?(?P<number>1[3-9]\d(?:[\s-]?\d{4}){2}|1[3-9]\d\*{2,8}\d{4})"
    r"(?:[\s,]?(?:-|转|分机)\s?(?P<extension>\d{3,4}))?(?!\d|\.\d)"
)
_DIGIT = "一二三四五六七八九"
_TENS = rf"[{_DIGIT}十]{{1,3}}"
_DATE = (
    r"(?:今天|明天|后天|大后天|昨天|前天|今早|今晚|明早|明晚|昨晚|周末|(?:这|本|下|上)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|(?<!\d)\d{1,2}月(?:\d{1,2}[日号]|\d{1,2}(?![\d天个件]))"
    rf"|(?<!\d)(?:[12]?\d|3[01])[日号](?!线|楼|店|仓)|(?<![{_DIGIT}十]){_TENS}月{_TENS}[日号]"
    r"|双(?:十[一二]|1[12](?!\d))|(?<![a-z\d.*/-])618(?![a-z\d.*/-]|\s?[个件码号栋室斤天米克])"
    r"|(?:月底|月初|年前|年底|节前|节后))(?:早上|上午|中午|下午|晚上)?(?:之?前|之?后|以前|以后)?"
)
_DURATION = rf"{NUMBER}(?:\s?[-~到至]\s?{NUMBER})?个?(?:天|小时|分钟|星期|礼拜|周|月)"
_TOGETHER = r"(?<!一(?=块(?:儿|[发寄买付拍送退换装])))"  # 一块儿发: together, no money
_MONEY = rf"(?P<yuan>(?<!\d)\d{{1,3}}(?:,\d{{3}}){{1,3}}(?:\.\d+)?|(?<![\d.])\d+(?:\.\d+)?w(?=元|块)|{NUMBER})\s?"
_MONEY += rf"(?:元|块钱|{_TOGETHER}块)(?P<jiao>[\d{_DIGIT}](?!\d))?"
# 三千五, 一百二: a sum that leaves its last unit out; with a measure behind it (一百二十, 三千五米) it is none.
_SPOKEN = rf"(?<![\d{_DIGIT}两十百千万第])(?P<yuan>[{_DIGIT}两][百千万](?:[{_DIGIT}][百千])?[{_DIGIT}])(?P<jiao>)"
_SPOKEN += (
    "(?![0-9零〇一二两三四五六七八九十百千万个件袋包盒瓶台双条套罐斤箱支只张份片桶米克瓦公毫平升码岁人天年月度次分点起])"
)
_THOUSANDS = r"(?<![a-z\d.])(?P<yuan>\d{1,4}(?:\.\d{1,3})?w)(?![a-z0-9])(?P<sure>多|左右|以内|以下|以上)?"
_PRICE_CUE = re.compile(r"预算|花|价|卖|赔|付|便宜|[一总]共|钱|贵|余额|转账?|押金")
_COUNTERS = "个件袋包盒瓶台双条套罐斤箱支只本张份块片桶"
_INSIDE = r"(?<![第\d.一二两三四五六七八九十百千万])"  # 第一个 counts nothing, and no number begins inside another
_QUANTITY = rf"{_INSIDE}(?P<count>{NUMBER})\s?{_TOGETHER}(?P<unit>[{_COUNTERS}])"

#: What a text must hold for a group of rules to be tried at all: most messages hold little of it.
_TRAITS = {
    "link": re.compile(r"\.(?:com|cn|hk)/"),
    "digits": re.compile(r"[0-9]{3}"),
    "number": re.compile(r"[0-9零〇一二两三四五六七八九十百千万半]"),
    "sum": re.compile(r"[块元¥w百千万]"),
    "day": re.compile(r"[天早晚周期拜月号日双末节年时钟]|618"),
}
_WHO = (
    _Rule("product_link", "link", re.compile(links.LINK), links.article),
    _Rule("tracking_no", "digits", re.compile(_TRACKING), _plain),
    _Rule("order_no", "digits", re.compile(r"(?<!\d)\d{6}-\d{15}(?!\d)"), _whole),  # Pinduoduo
    _Rule("phone", "digits", re.compile(_PHONE), _phone),
)
_WHAT = (
    _Rule("order_no", "digits", re.compile(r"(?<!\d)\d{10,20}(?!\d)"), _long_number),
    _Rule("tracking_no", "digits", re.compile(r"(?<!\d)\d{12,15}(?!\d)"), _bare_tracking),
    _Rule("money", "sum", re.compile(_MONEY), _money),
    _Rule("money", "sum", re.compile(r"¥\s?(?P<yuan>\d+(?:,\d{3})*(?:\.\d+)?[万w]?)(?P<jiao>)"), _money),
    _Rule("money", "sum", re.compile(_THOUSANDS), _thousands),
    _Rule("money", "sum", re.compile(_SPOKEN), _money),
    _Rule("date", "day", re.compile(_DATE), _whole),
    _Rule("duration", "day", re.compile(_DURATION), _whole),
    _Rule("quantity", "number", re.compile(_QUANTITY), _quantity),
)


class _Finds:
    """What was found so far, and which characters it took."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._taken = bytearray(len(text))
        self._found: list[tuple[int, Entity]] = []

    def add(self, kind: str, begin: int, end: int, value: str) -> bool:
        """Claim a place; False where an earlier find holds some of it."""
        if 1 in self._taken[begin:end]:
            return False
        self._taken[begin:end] = b"\1" * (end - begin)
        self._found.append((begin, Entity(kind, value, self._text[begin:end])))
        return True

    def match(self, rules: tuple[_Rule, ...], traits: set[str]) -> list[address.Span]:
        """Claim what the rules find; the places of the phones among it."""
        phones = []
        for rule in rules:
            if rule.needs not in traits:
                continue
            for match in rule.pattern.finditer(self._text):
                value = rule.value(match)
                if value is not None and self.add(rule.kind, *match.span(), value) and rule.kind == "phone":
                    phones.append(match.span())
        return phones

    def in_order(self) -> tuple[Entity, ...]:
        return tuple(entity for _, entity in sorted(self._found, key=lambda item: item[0]))


def find(text: str) -> tuple[Entity, ...]:
    """Entities of a normalised text, in order of appearance; where two rules claim a place the earlier rule wins:
    links, numbers and phones, then the delivery block, measures and sizes, then money, days and quantities."""
    traits = {trait for trait, pattern in _TRAITS.items() if pattern.search(text)}
    finds = _Finds(text)
    phones = finds.match(_WHO, traits)
    places = address.addresses(text, phones)
    for begin, end in places:
        finds.add("address", begin, end, address.plain(text[begin:end]))
    for begin, end in address.names(text, phones, places):
        finds.add("name", begin, end, text[begin:end])
    for found in measures.find(text):
        finds.add(*found)
    finds.match(_WHAT, traits)
    return finds.in_order()
