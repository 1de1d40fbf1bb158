"""Counts what must never happen while a shop speaks first: it knows the events and the posts, and none of the code that
decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.hours import SHOP_ZONE
from bot.core.orders import Kind, OrderEvent
from bot.core.plans import Plan, PlanKind

_OVER = frozenset(Kind) - {Kind.CREATED, Kind.CHANGED, Kind.REFUND_WITHDRAWN, Kind.REVIEW}
_DAY = timedelta(hours=24)
_HUSH = timedelta(minutes=5)
#: What is counted, in words; each must be 0.
FAULTS = {
    "paid": "催了已付款、已关闭或已退款的订单",
    "gone": "给已关闭或在退款的订单发了别的消息",
    "quiet": "在免打扰时段发了消息",
    "noon": "在午休时催付",
    "buyer": "一天催了同一个客户两次",
    "order": "一个订单催了三次",
    "doubled": "同一件事说了两遍",
    "talking": "客户正在说话时插了话",
    "timers": "定时没有结果也没有原因",
}


@dataclass(slots=True)
class Referee:
    """Watches one simulated shop."""

    told: dict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))  #: order → what the shop was told
    heard: dict[str, datetime] = field(default_factory=dict)  #: customer → last word
    nudged: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))  #: customer → nudges
    nudges: Counter[str] = field(default_factory=Counter)  #: by order
    said: Counter[tuple[str, str, str]] = field(default_factory=Counter)  #: by order, plan and what it is about
    sent: Counter[str] = field(default_factory=Counter)  #: messages by plan
    faults: Counter[str] = field(default_factory=Counter)

    def tell(self, event: OrderEvent) -> None:
        """The shop has been told of an event."""
        self.told[event.order].add(event.kind)

    def hear(self, customer: str, now: datetime) -> None:
        """A customer wrote."""
        self.heard[customer] = now

    def post(self, plan: Plan, order: str, customer: str, about: str, now: datetime) -> None:
        """A message of the shop's own accord left. `about`: what makes it different from another of its plan."""
        known, clock = self.told[order], now.astimezone(SHOP_ZONE)
        self.sent[plan.id] += 1
        self.said[order, plan.id, about] += 1
        self._count("doubled", self.said[order, plan.id, about] > 1)
        self._count("quiet", not 9 <= clock.hour < 22)
        self._count("talking", now - self.heard.get(customer, now - _DAY) < _HUSH)
        if plan.kind is not PlanKind.NUDGE:
            gone = Kind.REFUND_REQUESTED in known and Kind.REFUND_DONE not in known
            self._count("gone", gone or (Kind.CLOSED in known and Kind.REFUND_DONE not in known))
            return
        self.nudges[order] += 1
        self._count("paid", Kind.CREATED not in known or bool(known & _OVER))
        self._count("noon", 12 <= clock.hour < 14)
        self._count("order", self.nudges[order] > 2)
        self._count("buyer", any(now - at < _DAY for at in self.nudged[customer]))
        self.nudged[customer].append(now)

    def _count(self, fault: str, happened: bool) -> None:
        self.faults[fault] += happened
