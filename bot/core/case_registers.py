"""Registers: lists of cases that a shop hands to finance, the warehouse or its buyers, and the time each looks back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.hours import DAY, SHOP_ZONE


@dataclass(frozen=True, slots=True)
class Register:
    """One list; `days` back from now, or (0) the running calendar month and the last ten days of the one before, so
    that nothing falls between two lists handed in ten days before a month's end."""

    name: str
    title: str
    days: int
    source: str


REGISTERS: Mapping[str, Register] = {
    one.name: one
    for one in (
        Register("parcels", "疑难件登记", 7, "SR-190"),
        Register("lost", "丢件登记", 0, "SR-206、SR-207"),
        Register("returns", "退换货登记", 10, "SR-237、SR-238"),
        Register("quality", "质量问题登记", 7, "SR-230、SR-231"),
        Register("complaints", "投诉登记", 30, "SR-261、SR-262"),
        Register("reviews", "中差评登记", 30, "SR-290、SR-292"),
        Register("all", "全部案件", 30, "SR-259"),
    )
}
_HANDED_IN = timedelta(days=10)  # SR-207: ten days before a month's end


def begins(register: Register, now: datetime) -> datetime:
    """Since when a register looks, unless somebody says otherwise; aware, a midnight of the shop."""
    today = now.astimezone(SHOP_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    if register.days:
        return today - register.days * DAY
    return today.replace(day=1) - _HANDED_IN
