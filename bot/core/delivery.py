"""How long parcels are on their way, by province."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.address import PROVINCES

#: Provinces that no “everywhere else” stands for: parcels go there by other ways, or not at all.
_APART = frozenset({"香港", "澳门", "台湾"})


@dataclass(frozen=True, slots=True)
class Zone:
    """Provinces that parcels reach in `least` to `most` days; without `regions` every other one of the mainland.
    `name` is what customers call them (江浙沪)."""

    regions: tuple[str, ...]
    least: int
    most: int
    name: str = ""

    @property
    def days(self) -> str:
        """In words: 1-2天."""
        return f"{self.least}天" if self.least == self.most else f"{self.least}-{self.most}天"

    def __str__(self) -> str:
        return self.name or "、".join(self.regions)


def province_of(place: str) -> str | None:
    """The province that a place's full name begins with (广西壮族自治区, 浙江省杭州市 → 浙江)."""
    return next((province for province in PROVINCES if place.startswith(province)), None)


def days_to(zones: Sequence[Zone], place: str) -> str | None:
    """How long a parcel takes to a province (1-2天); None when the shop does not say or the place is no province."""
    province = province_of(place)
    if province is None:
        return None
    fitting = [zone for zone in zones if province in zone.regions]
    elsewhere = [zone for zone in zones if not zone.regions and province not in _APART]
    return next((zone.days for zone in (*fitting, *elsewhere)), None)


def said(zones: Sequence[Zone]) -> dict[str, str]:
    """The zones as facts for phrases: the usual days, and the fastest and slowest provinces where these differ from it.
    Nothing without usual days: what is true of some provinces alone answers nobody."""
    usual = next((zone for zone in zones if not zone.regions), None)
    if usual is None:
        return {}
    facts = {"eta_normal": usual.days}
    fastest, *_, slowest = sorted((usual, usual, *zones), key=lambda zone: (zone.least, zone.most))
    if fastest.regions:
        facts |= {"near_region": str(fastest), "eta_near": fastest.days}
    if slowest.regions:
        facts |= {"far_region": str(slowest), "eta_far": slowest.days}
    return facts
