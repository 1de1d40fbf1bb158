"""Read a delivery address out of what a customer pasted or typed, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.core.address import block, contact, house, islands, receiver, region
from bot.core.address.block import Block
from bot.core.address.divisions import Divisions
from bot.core.address.likeness import NOTE
from bot.core.address.model import Address, Doubt
from bot.core.address.people import Span
from bot.core.address.region import Region

_WISHED = re.compile(r"(?:[改换变][成为到]|[寄发送]到)")
_LEAD = re.compile(r"^.{0,8}?(?:门牌号?|房号|楼号|地址)?(?:应该)?(?:[改换写][成为]|[寄发送]到|应?该?是|为)")
#: 不是8楼是18楼
_NOT = re.compile(r"^.{0,12}?不是[^是]{1,12}是")
_SPEECH = re.compile(
    r"谢谢|麻烦|尽快|[可]以|行[吗不]|[好吗呢吧][吗呢吧]?$|发货|没[变错]|不变|不用[变改换动]|帮我|请|务必|不是|之前|漏了|打错|写错|填错|什么|怎么|快递(?!柜|驿|站|点|超)|^或者?$|^亲"
    r"|^(?:周[末一二三四五六日](?=[到至送配再收]|$)|工作日|白天(?!鹅)|晚上|尽量|不要|别放|放门口)|送货上门|送上[门楼]|提前打|打电话"
)
#: What is said before an address (我在3号楼), not part of one.
_SAID = re.compile(r"[的了吗呢吧是在我你您他她到往寄送改换]|地址|订单|快递")
_TAIL = re.compile(
    r"(?<=[\d室号楼栋幢元户座])(?:白天|晚上|[中上下]午|周末|工作日|没人|有人|电联|送货上门|不要|别[放打]|勿|到了|请"
    r"|放(?:在|到)?(?:门|前台|物业|快递|[丰蜂]巢|菜鸟|驿站|楼下|鞋柜)).*$|"
    r"(?:(?:可以|行|好|能改|能换|能发)(?:吗|么|吧|不|嘛)|谢谢|麻烦|尽快|不用[变改换动]).*$|[吗呢吧呀啊]$"
)
_PLACE = re.compile(
    r"[路街巷弄村镇乡号栋幢室座楼区厦苑院园屯组层]|单元|[斜正]?对[面过]|旁边?[)]?$|隔壁|附近|\d[-#]\d|^\d{1,4}$"
)
_SITE = re.compile("[路街巷村镇乡厦苑园院城]|[\u4e00-\u9fff]{2}(?:店|公司|学校|医院)")
_SMALL = re.compile(r"[\d一二三四五六七八九十][号栋幢室座楼层弄舍]|单元|\d-\d|[路街巷村镇乡](?:\d|$)|街道|小区")


def parse(text: str, divisions: Divisions) -> Address:
    """The address of a text, with what is missing and what is in doubt; all parts "" where the text holds none.
    Linear in the text's length, of which 500 characters are read."""
    opened = block.opened(text)
    wished = max((match.end() for match in _WISHED.finditer(opened.rest)), default=0)
    found = region.find(opened.rest, divisions, wished)
    if found and not found.city:
        found = replace(found, city=islands.part(found.province, opened.rest, found.end))
    begin, end = (found.begin, found.end) if found else (len(opened.rest), 0)
    name = None if opened.name else receiver.find(opened, (begin, end) if found else None)
    place = "".join(_details(opened, end, name, bool(found)))
    place += _ahead(opened, begin, name, divisions) if found and not wished else ""
    zone = house.zone(place) if found and found.city and found.districts and not found.district else ""
    place = place.removeprefix(zone)
    if found and zone == "新区":
        zone = found.city.removesuffix("市") + zone  # 甘肃省兰州新区
    street = house.street(place)
    place = street + _once(place.removeprefix(street), found, street) if found and street else place
    return _address(
        opened, found or Region(0, 0), zone, street, place.removeprefix(street),
        opened.name or (_called(opened.typed[slice(*name)]) if name else ""),
    )  # fmt: skip


def missing(address: Address, districts: bool = True) -> tuple[str, ...]:
    """What a courier needs and the address does not tell; `districts`: whether there are any where it leads."""
    lacks = {
        "省/市": not address.city,
        "区县": districts and not address.district,
        "门牌号": not house.is_findable(address.detail),
        "姓名": not address.name,
        "电话": not address.phone,
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def _address(opened: Block, found: Region, zone: str, street: str, detail: str, name: str) -> Address:
    phone = contact.chosen(opened.phones)
    read = Address(
        province=found.province, city=found.city, district=found.district or zone, street=street, detail=detail,
        name=name, phone=phone.number if phone else "",
        extension=(phone.extension if phone else "") or opened.extension, postcode=opened.postcode,
        doubts=(*found.doubts, *_phone_doubts(opened, phone)),
    )  # fmt: skip
    return replace(read, missing=missing(read, found.districts))


def _phone_doubts(opened: Block, phone: contact.Phone | None) -> Iterator[Doubt]:
    if phone and not phone.is_whole:
        yield Doubt("phone", f"电话{phone.number}有{len(phone.number)}位，请与客户核对", ((phone.number,),))
    numbers = tuple(dict.fromkeys(one.number for one in opened.phones if not one.is_older))
    if phone and len(numbers) > 1 and not phone.is_newer:
        yield Doubt("several_phones", f"留了{len(numbers)}个电话，请问客户用哪一个", tuple((one,) for one in numbers))


def _once(detail: str, found: Region, street: str) -> str:
    """A detail without the region and the street said once more in front of it, as platforms' forms are filled in."""
    rest = detail
    for name in dict.fromkeys((found.province, found.city, found.district, street)):
        rest = rest.removeprefix(name) if name else rest
    return rest if detail.removesuffix(rest).endswith(street) else detail


def _called(typed: str) -> str:
    """A name as it was typed, but 王 芳 without the blank."""
    return typed if typed.isascii() else "".join(typed.split())


def _ahead(opened: Block, begin: int, name: Span | None, divisions: Divisions) -> str:
    """A house that stands before its region (某大学3号楼 浙江省…), parted from it by no more than a separator."""
    last = next(iter(reversed(list(block.pieces(opened.rest, 0, begin)))), None)
    if last is None or "\0" in opened.rest[last.end() : begin]:
        return ""
    if name and name[0] < last.end() and last.start() < name[1]:
        return ""
    text = last.group()
    if _SAID.search(text) or _SPEECH.search(text) or not _SMALL.search(text):
        return ""
    other = region.find(text, divisions)  # 西安电子科技大学3号楼 is none, 杭州市文三路1号 an address of its own
    return "" if other and (other.district or other.end - other.begin > 2) else _closed(text)


def _details(opened: Block, begin: int, name: Span | None, anywhere: bool) -> Iterator[str]:
    """The pieces of street and house from a place on: up to words of speech, without the name. Behind a phone or a
    label, and where no region was named, only what looks like a place."""
    at = begin
    for piece in block.pieces(opened.rest, begin):
        text = piece.group()
        if name and name[0] < piece.end() and piece.start() < name[1]:
            text = opened.rest[piece.start() : max(piece.start(), name[0])].rstrip("(")
            if not text.strip("([【"):
                at = piece.end()
                continue
        text = _TAIL.sub("", text)
        if not anywhere:
            text = _LEAD.sub("", _NOT.sub("", text))
        if NOTE.match(text.lstrip("([【")) and not _SMALL.search(text) and not _SITE.search(text):
            at = piece.end()
            continue
        loose = not anywhere or "\0" in opened.rest[at : piece.start()]
        at = piece.end()
        if _SPEECH.search(piece.group()) and not (text and _SMALL.search(text) and not text.endswith("了")):
            if anywhere and text == piece.group():
                return
            continue
        if text and (not loose or (_PLACE if anywhere else _SMALL).search(text)):
            yield _closed(text)


def _closed(text: str) -> str:
    """A piece without brackets that open or close nothing."""
    text = text.strip("[]【】.-·")
    if text.count("(") != text.count(")"):
        text = text.strip("()")
    return "" if text in ("()", "或") else text
