"""What a customer wants an order's address changed to: read from the words said, put together with what the order has,
and bound to one digest (bar 37)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce

from bot.core.address import house
from bot.core.address.change import TITLES, digest, is_same, merge
from bot.core.address.model import PARTS, Address, Doubt
from bot.core.mask import masked_address, masked_name, masked_phone
from bot.core.orders import Order

Read = Callable[[str], Address]
_PLACE = ("province", "city", "district", "street", "detail")
#: How what is missing is asked for; a courier calls nobody without a phone.
_ASKED = {"省/市": "省市", "区县": "区县", "门牌号": "门牌号", "姓名": "收件人姓名", "电话": "收件人电话"}
#: Doubts that a better number settles; all others are for a human to ask about.
_OF_PHONES = ("phone", "several_phones")
_HARMLESS = ("former",)


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish: what the order has, what was told of it, and both put together. `old` holds what platforms hide as
    they hide it."""

    order: Order
    old: Address
    told: Address
    new: Address

    @property
    def is_told(self) -> bool:
        """Whether anything was told at all."""
        return any(getattr(self.told, part) for part in PARTS)

    @property
    def is_moved(self) -> bool:
        """Whether the place is told, not only who receives."""
        return any(getattr(self.told, part) for part in _PLACE)

    @property
    def is_whole(self) -> bool:
        """Whether a place is told from its city down to a door, as who reads an address out does."""
        return bool(self.told.city and self.told.detail)

    @property
    def is_news(self) -> bool:
        """Whether the order would go elsewhere, to somebody else or with another phone."""
        return digest(self.new) != digest(self.old)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a courier would still need, in the customer's words. What the order lacks by itself (platforms hide
        much) is asked for only where its place changes."""
        lacks = [one for one in self.new.missing if self.is_moved or one not in self.old.missing]
        if "区县" in self.told.missing and self.told.region and house.split(self.told.detail).road:
            lacks = ["区县", *lacks]  # another road of the same city need not be in the old district
        if not self.is_moved:
            lacks = [one for one in lacks if one in ("姓名", "电话")]
        elif not self.told.region:
            lacks = [one for one in lacks if one not in ("省/市", "区县")]
        named = [_ASKED[one] for one in lacks]
        return (*named, *(_ASKED["电话"] for one in self._doubts(_OF_PHONES) if one and _ASKED["电话"] not in named))

    @property
    def doubt(self) -> str:
        """What a human has to ask about, in Chinese; "" for nothing."""
        told = [one for one in self.new.doubts if one.kind not in (*_OF_PHONES, *_HARMLESS)]
        return "；".join(one.says for one in told) if self.is_moved else ""

    def bound(self, occasion: str) -> str:
        """The digest that a yes is bound to: what the order shows now (`core.proactive.occasion`) and what it would
        become. 64 hexadecimal digits."""
        return hashlib.sha256(f"{occasion}\x1f{digest(self.new)}".encode()).hexdigest()

    def _doubts(self, kinds: tuple[str, ...]) -> list[Doubt]:
        return [one for one in self.told.doubts if one.kind in kinds][:1]


def wish(order: Order, said: Iterable[str], read: Read) -> Wish:
    """The wish that these texts make, the oldest first, each on top of those before it, and all on the order's."""
    old = of_order(order, read)
    told = reduce(merge, (read(text) for text in said), Address())
    return Wish(order, old, told, merge(old, told))


def of_order(order: Order, read: Read) -> Address:
    """Where an order goes, in parts: its address read, receiver and phone as they stand beside it."""
    facts = order.facts
    place = read(facts.address or "")
    phone, _, extension = (facts.phone or "").partition("-")
    is_line = phone.startswith("0") and len(phone) < 5  # 0571-88886666: no extension
    number, more = (facts.phone or "", "") if is_line else (phone, extension)
    known = replace(
        place, name=facts.receiver or place.name, phone=number or place.phone, extension=more or place.extension
    )
    lacks = {"姓名": not known.name, "电话": not known.phone}
    return replace(known, missing=tuple(one for one in place.missing if lacks.get(one, True)))


def is_fulfilled(order: Order, wished: Address, read: Read) -> bool:
    """Whether the order goes where the customer wished, for all that can be seen of it."""
    now = of_order(order, read)
    return all(
        is_same(getattr(now, part), getattr(wished, part)) for part in (*_PLACE, "name", "phone")
        if getattr(wished, part)
    )  # fmt: skip


def changes(found: Wish) -> str:
    """The difference for the customer: the old as platforms hide it, the new as it was typed. Of what stays nothing is
    read out (SR-122, SR-124)."""
    facts, lines = found.order.facts, []
    if found.is_moved and _differs(found, *_PLACE):
        old = masked_address(facts.address or "") or "未填"
        lines.append(f"地址：{old} → {_place(found)}")
    if found.told.name and _differs(found, "name"):
        lines.append(f"收件人：{masked_name(facts.receiver or '') or '未填'} → {found.new.name}")
    if found.told.phone and _differs(found, "phone", "extension"):
        lines.append(f"电话：{masked_phone(facts.phone or '') or '未填'} → {_phone(found.new)}")
    return "；".join(lines)


def record(found: Wish) -> str:
    """The change for whoever makes up the order: each part before and after, and the whole as it is to be (SR-156)."""
    told = [
        f"{TITLES[part]} {getattr(found.old, part) or '无'}→{getattr(found.new, part) or '无'}"
        for part in PARTS if _differs(found, part)
    ]  # fmt: skip
    new = found.new
    whole = " ".join(filter(None, (f"{new.region}{new.street}{new.detail}", new.name, _phone(new), new.postcode)))
    return f"{'；'.join(told)}。新的收货信息：{whole}"


def _differs(found: Wish, *parts: str) -> bool:
    return any(_bare(getattr(found.old, part)) != _bare(getattr(found.new, part)) for part in parts)


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _place(found: Wish) -> str:
    """The new place. What it keeps of the old one below the district stays hidden."""
    new, told = found.new, found.told
    is_kept = bool(new.detail.removesuffix(told.detail) if told.detail else new.detail)
    hidden = "****" if (new.street and not told.street and told.street != new.street) or is_kept else ""
    return f"{new.region}{told.street}{hidden}{told.detail}"


def _phone(address: Address) -> str:
    return f"{address.phone}转{address.extension}" if address.phone and address.extension else address.phone
