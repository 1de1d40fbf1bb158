"""Find where an address stands in what a customer wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.core.address.people import Span, is_name, without
from bot.core.address.towns import CITY, PROVINCE

# Words of speech end a part of an address; letters, digits, dashes and Chinese names make it.
_LETTER = r"(?:[^\W_的了吗呢吧啊呀我你您他她它们是在到寄送改换把给请帮能不没么什就也还哪谁几问这想说买]|[-#])"
_PART = re.compile(
    rf"(?P<name>{_LETTER}{{1,14}}?)(?:"
    r"(?P<region>省|自治[区州县]|特别行政区|市(?![场面价])|(?<!小)(?<!社)区(?![别分间域块])|县|旗(?!舰))"
    r"|(?P<street>街道|镇(?!店)|乡|村|社区|大道|路(?![上过由程费况途边线])|街|巷|胡同|小区|大厦|公寓|广场|花园|家园|大楼|中心|学校|大学"
    r"|[中小]学|医院|驿站|公司|酒店|宾馆|超市|工业园(?!区)|科技园(?![区东南西北中])|产业园(?!区)|商场|市场)"
    r"|(?P<house>(?<=[\dA-Za-z一二三四五六七八九十甲乙丙丁])(?:号楼|号院|号(?![码称召线色前后之早晚下])|栋|幢|单元|座|楼|层|弄|组|队)"
    r"|(?<=\d)室(?![内外温])))"
)
_SEPARATOR = re.compile(r"[\s,，、;；]{1,3}(?:(?:详细|街道)地址|(?:详细|街道)(?=[:：\s]))?[:：]?\s?")
_HOUSE_NUMBER = re.compile(
    r"\s?[A-Za-z]?\d{1,5}(?:-[A-Za-z]?\d{1,5}){0,3}(?![\dA-Za-z.*]|-\d|\s?[件个天元块斤双包袋箱盒瓶套条日月点小周年折号到])"
)
_GAP = re.compile(r"[\s,，、;；]{0,3}(?:(?:详细|街道)(?:地址)?[\s:：]{0,2})?")
_LEAD = re.compile(r"[^\n]{0,12}(?:地址|收货|[改换写填][成为]|\d(?=[\u4e00-\u9fff])|^[发寄往])")
_MARK = re.compile(r"[省市区县镇乡街路巷弄村号栋幢室旗厦苑园]|单元|大道")

def addresses(text: str, phones: Sequence[Span] = ()) -> list[Span]:
    """Where addresses stand: from the province or city to the house's number, two parts or more of which one is
    smaller than a district (so that 浙江省杭州市能到吗 holds none)."""
    if len(_MARK.findall(text)) < 2:
        return []
    found = []
    for chain in _chains(without(text, phones)):
        begin, end = _begin(chain[0]), chain[-1].end()
        tail = _HOUSE_NUMBER.match(text, end)
        end = tail.end() if tail else end
        fine = any(part["region"] is None for part in chain)
        if len(chain) >= 2 and fine and (len(chain) >= 3 or re.search(r"\d", text[begin:end])):
            found.append((begin, end))
    return found


def plain(found: str) -> str:
    """An address in one form, without separators and inner labels like 详细地址."""
    return _SEPARATOR.sub("", found)


def _chains(text: str) -> Iterator[list[re.Match[str]]]:
    """Parts of an address that follow each other, beginning with a region or a street."""
    chain: list[re.Match[str]] = []
    for part in _PART.finditer(text):
        gap = text[chain[-1].end() : part.start()] if chain else ""
        if not _GAP.fullmatch(gap):
            yield chain
            chain = []
        if chain or part["house"] is None:
            chain.append(part)
    if chain:
        yield chain


def _begin(part: re.Match[str]) -> int:
    """Where the address begins in its first part: at the province, else at the city, else behind a word like 改成 or
    a name that lost its blank (张三义乌市)."""
    name = part["name"]
    provinces = list(PROVINCE.finditer(part.group()))
    if provinces:
        first = provinces[-1].start()
        doubled = name.startswith(provinces[-1].group(), first - 2) if first >= 2 else False  # 北京北京市
        return part.start() + first - (2 if doubled else 0)
    city = CITY.search(part.group())
    if city:
        return part.start() + city.start()
    lead = _LEAD.match(name)
    begin = lead.end() if lead else 0
    if part["region"] and 4 <= len(name) - begin <= 6 and is_name(name[begin:-2], False):
        begin = len(name) - 2
    return part.start() + begin
