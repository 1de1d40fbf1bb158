"""Read a delivery address out of what a customer pasted or typed, part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.core.address import block, contact, detail, house, islands, receiver, region
from bot.core.address.block import Block
from bot.core.address.divisions import Divisions
from bot.core.address.model import Address, Doubt
from bot.core.address.region import Region

_WISHED = re.compile(r"(?:[改换变][成为到]|[寄发送]到)")


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
    place = "".join(detail.pieces(opened, end, name, bool(found)))
    place += detail.ahead(opened, begin, name, divisions) if found and not wished else ""
    zone = house.zone(place) if found and found.city and found.districts and not found.district else ""
    place = place.removeprefix(zone)
    if found and zone == "新区":
        zone = found.city.removesuffix("市") + zone  # 甘肃省兰州新区
    street = house.street(place)
    place = street + detail.once(place.removeprefix(street), found, street) if found and street else place
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


def _address(opened: Block, found: Region, zone: str, street: str, place: str, name: str) -> Address:
    phone = contact.chosen(opened.phones)
    read = Address(
        province=found.province, city=found.city, district=found.district or zone, street=street, detail=place,
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


def _called(typed: str) -> str:
    """A name as it was typed, but 王 芳 without the blank."""
    return typed if typed.isascii() else "".join(typed.split())
