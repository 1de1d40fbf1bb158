"""What one address changes in another, the two put together, the digest that binds a confirmation, the masked form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.address import house
from bot.core.address.model import PARTS, Address, Doubt
from bot.core.address.parse import missing
from bot.core.normalize import simplified

#: How parts are called before customers and agents.
TITLES: Mapping[str, str] = {
    "province": "省", "city": "市", "district": "区县", "street": "街道", "detail": "详细地址", "name": "收货人",
    "phone": "电话", "extension": "分机", "postcode": "邮编",
}  # fmt: skip
_IGNORED = re.compile(r"[\s,.;:()·-]")
_HOUSE = ("road", "number", "building", "room")


@dataclass(frozen=True, slots=True)
class Change:
    """A part (of model.PARTS) that becomes another; `old` is "" when it is added."""

    part: str
    old: str
    new: str


def is_same(one: str, other: str) -> bool:
    """Whether two values of a part are equal for all that can be seen: * hides characters (林** is 林志玲, 183****2807
    is 18312342807); blanks, punctuation and traditional characters make no difference."""
    one, other = _plain(one), _plain(other)
    if "*" not in one + other:
        return one == other
    hidden, clear = (one, other) if "*" in one else (other, one)
    return _is_hidden(hidden, clear)


def difference(old: Address, new: Address) -> tuple[Change, ...]:
    """What the new address changes, part by part in the order of PARTS. A part that it does not tell changes nothing,
    but an extension ends with its phone. Merge first to see what becomes of the whole."""
    changes = []
    for part in PARTS:
        before, after = getattr(old, part), getattr(new, part)
        told = after or (part == "extension" and new.phone and not is_same(old.phone, new.phone))
        if told and not is_same(before, after):
            changes.append(Change(part, before, after))
    return tuple(changes)


def digest(address: Address) -> str:
    """The hash that a confirmation is bound to (bar 37): 64 hexadecimal digits over every part, alike for what a
    customer would call the same address. It does not hide a phone from somebody who tries all of them."""
    parts = "\0".join(_plain(getattr(address, part)) for part in PARTS)
    return hashlib.sha256(parts.encode()).hexdigest()


def masked(address: Address) -> str:
    """An address as customers are shown it (SR-122), the way platforms hide it: 浙江省杭州市余杭区五常街道文一西路
    ****，张*，138****5678. Parts that are not told are left out."""
    street = "" if address.street.startswith("*") else address.street
    place = f"{address.region}{street}{_without_door(address.detail)}"
    phone = _hidden_phone(address.phone) + (f"转{address.extension}" if address.phone and address.extension else "")
    return "，".join(part for part in (place, _hidden_name(address.name), phone) if part)


def merge(old: Address, new: Address) -> Address:
    """The old address with what the new one tells: a phone alone changes the phone; a building or a room completes or
    replaces that of the old house; another region, street or road replaces the place from there down. Where the new
    one is in doubt between districts, the old city decides."""
    place = _place(old, new)
    repeated = bool(new.phone) and is_same(old.phone, new.phone)
    phone = new if new.phone and not repeated else old
    merged = replace(
        place, name=_clearer(old.name, new.name), phone=_clearer(old.phone, new.phone),
        extension=(new.extension if repeated else "") or phone.extension,
        doubts=(*(one for one in place.doubts if not _is_about_phones(one)),
                *(one for one in phone.doubts if _is_about_phones(one))),
    )  # fmt: skip
    told = new if new.city else old  # who knows whether the city has districts
    return replace(merged, missing=missing(merged, districts=not told.city or "区县" in told.missing))


def _place(old: Address, new: Address) -> Address:
    if new.region:
        return _moved(old, _settled(old, new))
    if new.street and not is_same(old.street, new.street):
        return replace(old, street=new.street, detail=new.detail, postcode=new.postcode)
    return replace(old, detail=_house(old.detail, new.detail), postcode=new.postcode or old.postcode)


def _settled(old: Address, new: Address) -> Address:
    """The new address with its district's city, where the old address tells which of several it is."""
    for doubt in new.doubts:
        paths = [path for path in doubt.candidates if path[:2] == (old.province, old.city)]
        if doubt.kind == "ambiguous" and len(paths) == 1:
            rest = tuple(one for one in new.doubts if one is not doubt)
            return replace(new, province=old.province, city=old.city, doubts=rest)
    return new


def _moved(old: Address, new: Address) -> Address:
    """The new place; what it leaves out below a region that stays the same is the old one's."""
    region = ((old.province, new.province), (old.city, new.city), (old.district, new.district))
    if new.doubts or any(before and after and before != after for before, after in region):
        return new
    province, city, district = (after or before for before, after in region)
    doubts = tuple(one for one in old.doubts if one.kind != "ambiguous" or not new.city)
    kept = replace(old, province=province, city=city, district=district, doubts=doubts)
    if new.street and not is_same(old.street, new.street):
        return replace(kept, street=new.street, detail=new.detail, postcode=new.postcode)
    return replace(kept, detail=_house(old.detail, new.detail), postcode=new.postcode or old.postcode)


def _house(old: str, new: str) -> str:
    """A detail with what a new one tells of it: from the first part told downwards, all is new."""
    before, after = house.split(old), house.split(new)
    if is_same(old, new):
        return _clearer(old, new)
    first = next((part for part in _HOUSE if getattr(after, part)), "")
    if not first:
        return old
    kept = _HOUSE[: _HOUSE.index(first)]
    return "".join(getattr(before if part in kept else after, part) for part in _HOUSE)


def _clearer(old: str, new: str) -> str:
    """The new value, unless it tells nothing but what the old one tells, or hides some of that."""
    return old if not new or (is_same(old, new) and "*" not in old) else new


def _is_about_phones(doubt: Doubt) -> bool:
    return doubt.kind in ("phone", "several_phones")


def _plain(text: str) -> str:
    return _IGNORED.sub("", simplified(text)).lower()


def _is_hidden(hidden: str, clear: str) -> bool:
    """Whether a value with stars may be another: it holds what stands before, between and behind them, in order."""
    shown = [re.escape(part) for part in re.split(r"\*+", hidden)]
    if "*" in clear:  # both are hidden: what they show at both ends decides
        other = re.split(r"\*+", clear)
        mine = re.split(r"\*+", hidden)
        begins = mine[0].startswith(other[0]) or other[0].startswith(mine[0])
        return begins and (mine[-1].endswith(other[-1]) or other[-1].endswith(mine[-1]))
    return re.fullmatch(".+".join(shown), clear) is not None


def _without_door(detail: str) -> str:
    parts = house.split(detail)
    return f"{parts.road}****" if detail and "*" not in detail and str(parts) != parts.road else detail


def _hidden_name(name: str) -> str:
    return name if "*" in name or not name else name[0] + "*" * max(1, len(name) - 1)


def _hidden_phone(phone: str) -> str:
    return phone if "*" in phone or not phone else f"{phone[: max(0, len(phone) - 8)]}****{phone[-4:]}"
