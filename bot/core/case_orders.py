"""Which cases an order's events open by themselves, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.core.case_kinds import CaseKind, Happening, Trigger
from bot.core.orders import Kind, Order, OrderState


@dataclass(frozen=True, slots=True)
class Occasion:
    """A reason to open a case of a kind: from `at` on, once for each `key`."""

    kind: CaseKind
    key: str
    at: datetime
    told: str  #: what happened, for the agent


def occasions(kinds: Iterator[CaseKind] | tuple[CaseKind, ...], order: Order) -> list[Occasion]:
    """Every reason there is, those in the time to come included: a parcel that nobody scans may still be scanned."""
    return [
        occasion
        for kind in kinds
        for trigger in kind.opens.orders
        if (occasion := _occasion(kind, trigger, order)) is not None
    ]


def _occasion(kind: CaseKind, trigger: Trigger, order: Order) -> Occasion | None:
    match trigger.on:
        case Happening.REVIEW:
            review, at = order.facts.review, order.milestones.get(Kind.REVIEW)
            if review is None or at is None or review.score > trigger.score:
                return None
            return Occasion(kind, _key(trigger, at), at, f"{review.score} 星评价：{review.text}"[:200])
        case Happening.REFUND_REQUESTED:
            at = order.milestones.get(Kind.REFUND_REQUESTED)
            if at is None or order.state is not OrderState.REFUNDING:
                return None
            return Occasion(kind, _key(trigger, at), at, "客户在平台申请了退款")
    return _silence(kind, trigger, order)


def _silence(kind: CaseKind, trigger: Trigger, order: Order) -> Occasion | None:
    """SR-198: seven days without news of a parcel are not normal."""
    seen = [at for stage, at in order.milestones.items() if stage in (Kind.SHIPPED, Kind.LOGISTICS)]
    if order.state is not OrderState.SHIPPED or not seen:
        return None
    last = max([*seen, *(scan.at for scan in order.scans)])
    return Occasion(kind, _key(trigger, last), last + trigger.span, f"超过 {trigger.span.days} 天没有物流更新")


def _key(trigger: Trigger, at: datetime) -> str:
    return f"{trigger.on}@{at.isoformat()}"
