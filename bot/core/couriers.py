"""Which of a shop's couriers deliver at an address, and which of them a customer names (SR-125, SR-126, SR-128)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.address.model import Address

#: A place by its names from the province down: ("新疆维吾尔自治区", "和田地区").
Area = tuple[str, ...]
#: No courier of the mainland is taken to go there unless the shop says so.
_APART = ("香港特别行政区", "澳门特别行政区", "台湾省")
_KIND = re.compile(r"(?:快递|速递|快运|速运|物流|快件)$")
_ASKED = (
    r"(?:(?:请|麻烦|帮我|给我|那就|就|还是|想|要|能不能|可以)*(?:改?发|寄|用|走|选|换成?|改成?|指定)?(?:个)?)(?P<name>{names})(?:快递|速递|速运|快运)?"
    r"(?:吧|呢|啊|呀|可以|好了|就行|就好|发货?|送|寄|的)*[,。!~.，、\s]*"
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a courier delivers: `only` there if that says anything, and nowhere in `never`."""

    only: tuple[Area, ...] = ()
    never: tuple[Area, ...] = ()

    def covers(self, address: Address) -> bool:
        """Whether a parcel gets there, as far as the address tells: a place that is not told is not held against it."""
        place = (address.province, address.city, address.district)
        if any(_is_within(place, area) for area in self.never):
            return False
        if self.only:
            return any(_is_within(place, area) or _may_be_within(place, area) for area in self.only)
        return address.province not in _APART


EVERYWHERE = Reach()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a shop can send to one address: the couriers that deliver there, the default among them, and what is left
    where none of them does (EMS); "" for nothing."""

    couriers: tuple[str, ...]
    default: str
    fallback: str = ""

    @property
    def said(self) -> dict[str, str]:
        """The words for phrases. A choice between one is none."""
        several = "、".join(self.couriers) if len(self.couriers) > 1 else ""
        words = {"courier": self.default or self.fallback, "couriers": several}
        return {name: text for name, text in words.items() if text}


def offer(
    couriers: tuple[str, ...], default: str, fallback: str, reach: Mapping[str, Reach], address: Address
) -> Offer:
    """What is offered for an address: the shop's default where it delivers there, else the first that does."""
    there = tuple(name for name in couriers if reach.get(name, EVERYWHERE).covers(address))
    if there or not couriers:
        return Offer(there, default if default in there else next(iter(there), ""))
    is_left = bool(fallback) and reach.get(fallback, EVERYWHERE).covers(address)
    return Offer((), "", fallback if is_left else "")


def named(text: str, names: Iterable[str]) -> tuple[str, str]:
    """Which of these couriers a normalised text asks for, and the text without that (“对的,发中通” → 中通快递, “对的”);
    ("", text) where it asks for none, or for more than one."""
    known = {short: name for name in names for short in (name.lower(), _KIND.sub("", name).lower())}
    spelled = "|".join(re.escape(short) for short in sorted(known, key=len, reverse=True))
    found = list(re.finditer(_ASKED.replace("{names}", spelled), text)) if spelled else []
    if len({known[match["name"]] for match in found}) != 1 or _is_denied(text, found[0].start("name")):
        return "", text
    rest = text[: found[0].start()] + text[found[-1].end() :]
    return known[found[0]["name"]], rest.strip(" ,。!~.，、")


def _is_denied(text: str, at: int) -> bool:
    return bool(re.search(r"(?:不|别|没|勿)[^,。，]{0,3}$", text[:at])) or bool(re.search(r"[吗么?？]", text))


def _is_within(place: tuple[str, ...], area: Area) -> bool:
    return place[: len(area)] == area


def _may_be_within(place: tuple[str, ...], area: Area) -> bool:
    told = tuple(name for name in place if name)
    return len(told) < len(area) and area[: len(told)] == told
