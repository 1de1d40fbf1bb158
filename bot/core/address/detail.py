"""Read street and house out of what is left of a delivery block, without names, remarks and words of speech."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.address import block, region
from bot.core.address.block import Block
from bot.core.address.divisions import Divisions
from bot.core.address.likeness import NOTE
from bot.core.address.people import Span
from bot.core.address.region import Region

_LEAD = re.compile(r"^.{0,18}?(?:门牌号?|房号|楼号|地址)?(?:应该)?(?:[改换写][成为]|[寄发送]到|应?该?是|为)")
#: 不是8楼是18楼
_NOT = re.compile(r"^.{0,12}?不是[^是]{1,12}是|(?<=[\d\u3400-\u9fff])不是.{1,12}$")
_SPEECH = re.compile(
    r"谢谢|麻烦|尽快|[可]以|行[吗不]|[好吗呢吧][吗呢吧]?$|发货|没[变错]|不变|不用[变改换动]|帮我|请|务必|不是|之前|漏了|[少漏多忘][写打填记]|打错|写错|填错|什么|怎么|快递(?!柜|驿|站|点|超)|^或者?$|^亲"
    r"|^(?:周[末一二三四五六日](?=[到至送配再收]|$)|工作日|白天(?!鹅)|晚上|尽量|不要|别放|放门口|或?放村口|或放)|送货上门|送上[门楼]|提前打|打电话"
)
#: What is said before an address (我在3号楼), not part of one.
_SAID = re.compile(r"[的了吗呢吧是在我你您他她到往寄送改换]|地址|订单|快递")
_TAIL = re.compile(
    r"(?<=[\d室号楼栋幢元户座])(?:白天|晚上|[中上下]午|周末|工作日|没人|有人|电联|送货上门|不要|别[放打]|勿|到了|请"
    r"|放(?:在|到)?(?:门|前台|物业|快递|[丰蜂]巢|菜鸟|驿站|楼下|鞋柜)).*$|"
    r"(?:(?:可以|行|好|能改|能换|能发)(?:吗|么|吧|不|嘛)|谢谢|麻烦|尽快|不用[变改换动]).*$|[吗呢吧呀啊]$|(?<=[\d号室楼层栋幢元户座村])[了哈哦啦喔]$"
)
_PLACE = re.compile(
    r"[路街巷弄村镇乡号栋幢室座楼区厦苑院园屯组层]|单元|[斜正]?对[面过]|旁边?[)]?$|隔壁|附近|\d[-#]\d|^\d{1,4}$"
)
_SITE = re.compile("[路街巷村镇乡厦苑园院城]|[\u4e00-\u9fff]{2}(?:店|公司|学校|医院)")
_SMALL = re.compile(
    r"[\d一二三四五六七八九十][号栋幢室座楼层弄舍]"
    r"|[\d一二三四五六七八九十A-Za-z甲乙丙丁东西中]单元|\d-\d|[路街巷村镇乡](?:\d|$)|街道|小区"
)

#: 现在是某大学3号楼
_NOW = re.compile(r"^(?:现在|目前)?(?:新?地址)?(?:改[成为]|搬到|住在?|在|是)")
_HOUSE = re.compile(
    "(?:大学|学院|校区|[中小]学|医院|公司|大厦|广场|小区|花园|家园|公寓|宿舍|工业园|科技园|酒店|宾馆|超市|驿站)$"
)
#: What bears a town's name and is not the town said twice (龙镇农场).
_NAMESAKE = re.compile("[农林牧渔]场|[中小]学|医院|卫生院|政府|派出所|大道|[路街村]|社区|居委|市场|工业")
_CALLED = re.compile("我?[叫是]|给|找|[转交]给|联系|交到?")
_NUMBER_ALONE = re.compile(r"\d{3,4}")


def once(detail: str, found: Region, street: str) -> str:
    """A detail without the region and the street said once more in front of it, as platforms' forms are filled in."""
    rest = detail
    for name in dict.fromkeys((found.province, found.city, found.district, street)):
        rest = rest.removeprefix(name) if name else rest
    return rest if detail.removesuffix(rest).endswith(street) and not _NAMESAKE.match(rest) else detail


def ahead(opened: Block, begin: int, name: Span | None, divisions: Divisions) -> str:
    """A house that stands before its region (某大学3号楼 浙江省…), parted from it by no more than a separator."""
    last = next(iter(reversed(list(block.pieces(opened.rest, 0, begin)))), None)
    if last is None or "\0" in opened.rest[last.end() : begin]:
        return ""
    if name and name[0] < last.end() and last.start() < name[1]:
        return ""
    text = _NOW.sub("", last.group())
    if _SAID.search(text) or _SPEECH.search(text) or not (_SMALL.search(text) or _HOUSE.search(text)):
        return ""
    other = region.find(text, divisions)  # 西安电子科技大学3号楼 is none, 杭州市文三路1号 an address of its own
    return "" if other and (other.district or other.end - other.begin > 2) else _closed(text)


def pieces(opened: Block, begin: int, name: Span | None, anywhere: bool) -> Iterator[str]:
    """The pieces of street and house from a place on, without the name; `anywhere`: behind a region, else from a text
    that names none and tells what is to be corrected."""
    return _behind_region(opened, begin, name) if anywhere else _corrections(opened, name)


def _behind_region(opened: Block, begin: int, name: Span | None) -> Iterator[str]:
    """All up to words of speech; behind a phone or a label only what looks like a place."""
    at = begin
    for piece in block.pieces(opened.rest, begin):
        text = _nameless(opened.rest, piece, name)
        behind, at = "\0" in opened.rest[at : piece.start()], piece.end()
        whole, text = text == piece.group(), _TAIL.sub("", text)
        if _is_note(text) or (behind and _SPEECH.search(text)):
            continue
        if text and _speaks(piece, text):
            if whole and text == piece.group():
                return
        elif text and (not behind or _PLACE.search(text)):
            yield _closed(text)


def _corrections(opened: Block, name: Span | None) -> Iterator[str]:
    """What looks like a house, or is told to be the right one: 12栋 801; 是601; 是和平花园不是和平家园."""
    follows = False
    for piece in block.pieces(opened.rest):
        text = _TAIL.sub("", _led(_nameless(opened.rest, piece, name)))
        number = None if piece.group().startswith("不是") else _NUMBER_ALONE.fullmatch(text)
        corrected = (_NOT.search(piece.group()) and _PLACE.search(text)) or (number and text != piece.group())
        house = not _speaks(piece, text) and _SMALL.search(text)
        follows = not _is_note(text) and bool(corrected or house or (follows and number))
        if follows:
            yield _closed(text)


def _speaks(piece: re.Match[str], text: str) -> bool:
    """Whether a piece is speech, so that not even a house is told in what is kept of it."""
    told = text and _SMALL.search(text) and not text.endswith("了")
    return bool(_SPEECH.search(piece.group())) and not told


def _nameless(rest: str, piece: re.Match[str], name: Span | None) -> str:
    """A piece without the name that it ends with or is; "" where nothing else is in it."""
    if name and name[0] < piece.end() and piece.start() < name[1]:
        text = rest[piece.start() : max(piece.start(), name[0])].rstrip("(")
        return "" if not text.strip("([【") or _CALLED.fullmatch(text) else text
    return piece.group()


def _led(text: str) -> str:
    """What is told behind 应该是 or 不是501是."""
    return _LEAD.sub("", _NOT.sub("", text))


def _is_note(text: str) -> bool:
    return bool(NOTE.match(text.lstrip("([【"))) and not _SMALL.search(text) and not _SITE.search(text)


def _closed(text: str) -> str:
    """A piece without brackets that open or close nothing."""
    text = text.strip("[]【】.-·~")
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    return "" if text in ("()", "或") else text
