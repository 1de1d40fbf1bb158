"""Find what customers say of their bodies and of sizes in a normalised text: height, weight, clothes and shoe sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.numerals import NUMBER, number

#: Kind, begin, end and value of a thing found.
Found = tuple[str, int, int, str]

_ONE_TO_NINE = "一二三四五六七八九"
_NUMERALS = "零一二两三四五六七八九十百千万"
_HEIGHT = re.compile(
    r"(?<![\d.])(?:(?P<metres>[12])(?:米(?P<tail>\d{1,2})|m(?P<short>\d{2}))(?!\d)"
    r"|(?P<decimal>[12]\.\d{1,2})\s?(?:米|m(?![a-z0-9]))"
    r"|(?P<cm>\d{2,3})(?:\.\d)?\s?(?:cm(?![a-z0-9])|厘米|公分)"
    r"|(?P<bare>\d{2,3})(?![\d.]|\s?[%元块件个斤天码])(?P<beside>(?=[\s,/、]{1,2}\d{2,3}\s?(?:公?斤|kg|千克)|体重))?)"
    rf"|一米(?P<spoken>[{_ONE_TO_NINE}]{{1,2}})(?![十百千万])"
)
_HEIGHT_CUE = re.compile(r"(?:身高|个子|个头|净身高)[^\d,]{0,3}$")
_BODY = re.compile(r"身高|体重|个子|穿|胖|瘦|\d码|[sml]码|尺码|斤|kg|孩子|宝宝")
# Goods are measured too: 1米8的床, 宽150cm, 承重100kg.
_THING_BEFORE = re.compile(r"长|宽|厚|深|径|围|床|桌|柜|线|布|帘|绳|管|板|箱|垫|沙发|屏|架|尺寸|规格|高度")
_THING_AFTER = re.compile(r"床|桌|柜|线|布|帘|绳|管|板|箱|垫|沙发|屏|架|[长宽厚高深]的|[*x×]\s?\d")
_WEIGHT = re.compile(
    rf"(?P<jin>{NUMBER})[多来几]?斤|(?<![\d.])(?P<kg>\d{{1,3}}(?:\.\d)?)\s?(?:kg(?![a-z])|公斤|千克)"
    r"|(?<![\d.])(?P<bare>\d{2,3})(?![\d.]|\s?[%元块件个斤天码a-z公千])"
    rf"|(?<![{_NUMERALS}])(?P<spoken>[一二两]百零?[{_ONE_TO_NINE}十]{{0,3}})(?![{_NUMERALS}]|[元块件个天码公多来几斤])"
)
_WEIGHT_CUE = re.compile(r"体重[^\d,]{0,3}$")
_WEIGHT_NEAR = re.compile(r"体重|身高|重(?![新发复拍庆要])|胖|穿")
_LOAD_BEFORE = re.compile(r"承重|载重|限重|净重|毛重|净含量|拉力")
_LOAD_AFTER = re.compile(r"装|米|粮|面|果|肉|/|洗衣")
_MEASURED = re.compile("[0-9]{2}|[0-9一][米m]|[0-9]k|斤|体重")
_SIZED = re.compile("[a-z码]")
_REACH = 8
_ADULT = (60, 300)  # 斤; what else weighs this much is seldom said to be worn
_SIZE = re.compile(
    r"(?P<one>均码)"
    r"|(?<![a-z0-9.=_&'+-])(?<![a-z0-9] )(?:(?P<large>(?P<times>[2-9]|x{0,4})xl)(?![a-z0-9]|[ -][a-z0-9])(?:\s?码)?"
    r"|(?P<marked>x{0,3}s|m|l)\s?[码号](?!码)"
    r"|(?:(?<=[穿要拍买选换成码])|(?<=还是)|(?<=[sml]和)|(?<=[sml]/))(?P<wanted>xs|s|m|l)(?=$|[,.!?;~/]|[的吧吗呢啊还和可行合会是好小大偏]))"
    r"|(?<![a-z0-9.=_&'+-])(?P<first>xs|s|m|l)(?=(?:还是|和|/)(?:xl|[sml])(?![a-z0-9]))"
    rf"|(?<![\d.a-z/-])(?P<number>\d{{2,3}}(?:\.5)?)\s?码(?![头农字])|(?P<spoken>[二三四]十[{_ONE_TO_NINE}]?)码"
)


def find(text: str) -> Iterator[Found]:
    """Heights in cm, weights in 斤 and sizes in their short upper-case form. A bare “120斤” is a body's weight only
    beside a word like 体重 or 穿, or where the text tells a height."""
    tall = False
    if _MEASURED.search(text):
        body, rest = _BODY.search(text) is not None, text
        for match in _HEIGHT.finditer(text):
            height = _height(match, body)
            if height:
                tall = True
                yield "height", *match.span(), height
                begin, end = match.span()
                rest = f"{rest[:begin]}{' ' * (end - begin)}{rest[end:]}"  # 一米六八一百一 are two numbers
        for match in _WEIGHT.finditer(rest):
            weight = _weight(match, tall)
            if weight:
                yield "weight", *match.span(), weight
    for match in _SIZE.finditer(text) if _SIZED.search(text) else ():
        size = _size(match)
        if size:
            yield "size", *match.span(), size


def _around(match: re.Match[str], reach: int) -> tuple[str, str]:
    text = match.string
    return text[max(0, match.start() - reach) : match.start()], text[match.end() : match.end() + reach]


def _height(match: re.Match[str], body: bool) -> str | None:
    before, after = _around(match, _REACH)
    cued = _HEIGHT_CUE.search(before) is not None
    if not cued and (_THING_BEFORE.search(before[-4:]) or _THING_AFTER.search(after[:4])):
        return None
    tail = match["tail"] or match["short"]
    sure = cued or (body and (before.endswith("高") or after.startswith("高")))
    if tail:
        cm = int(match["metres"]) * 100 + int(tail.ljust(2, "0"))
        sure = sure or body or len(tail) == 2
    elif match["decimal"]:
        cm = round(float(match["decimal"]) * 100)
        sure = sure or body or len(match["decimal"]) == 4
    elif match["spoken"]:
        cm = 100 + sum(int(number(digit) or 0) * place for digit, place in zip(match["spoken"], (10, 1), strict=False))
        sure = sure or body or len(match["spoken"]) == 2
    else:
        cm = int(match["cm"] or match["bare"])
        sure = sure or (match["beside"] is not None if match["bare"] else body or cm >= 140)
    return str(cm) if sure and 50 <= cm <= 220 else None


def _weight(match: re.Match[str], tall: bool) -> str | None:
    before, after = _around(match, _REACH)
    cued = _WEIGHT_CUE.search(before) is not None
    told = cued or tall
    if match["bare"]:  # 体重55 may mean either unit: only what no one weighs in kilos is taken for 斤
        jin = float(match["bare"])
        return f"{jin:g}" if cued and 80 <= jin <= _ADULT[1] else None
    if match["spoken"]:
        return f"{number(match['spoken']):g}" if told else None
    if match["kg"]:
        jin = float(match["kg"]) * 2
        if not told and (_LOAD_BEFORE.search(before[-5:]) or _LOAD_AFTER.search(after[:3])):
            return None
    else:
        jin = number(match["jin"]) or 0
        if not (told or _WEIGHT_NEAR.search(before) or _WEIGHT_NEAR.search(after)):
            return None
    least, most = (4, 400) if told else _ADULT
    return f"{jin:g}" if least <= jin <= most else None


def _size(match: re.Match[str]) -> str | None:
    if match["large"]:
        times = match["times"]
        count = int(times) if times.isdigit() else len(times) + 1
        return f"{count}XL" if count > 1 else "XL"
    if match["number"]:
        return match["number"] if 15 <= float(match["number"]) <= 190 else None
    if match["spoken"]:
        return f"{number(match['spoken']):g}"
    return (match["marked"] or match["wanted"] or match["first"] or match["one"]).upper()
