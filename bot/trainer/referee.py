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
_SETTLED = _OVER - {Kind.PAID, Kind.COD_PLACED}
_DAY = timedelta(hours=24)
_HUSH = timedelta(minutes=5)
_CARE_PAUSE = timedelta(days=30)
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
    "settled": "订单已经发出、签收、关闭或退款，还去核对地址、货到付款或缺货",
    "consent": "没有同意收关怀的客户收到了关怀",
    "declined": "客户说了别再发，还发了关怀或催付",
    "care": "三十天里给同一个客户发了两次关怀",
    "unbound": "没有针对当时内容的“对的”，就确认或改了收货信息",
    "lost": "客户要改地址、退款、换款或不要了，没有备注也没有人接手",
    "uncalled": "货到付款、缺货没有等到回答，也没有请客服联系",
}


@dataclass(slots=True)
class Referee:
    """Watches one simulated shop."""

    told: dict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))  #: order → what the shop was told
    heard: dict[str, datetime] = field(default_factory=dict)  #: customer → last word
    nudged: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))  #: customer → nudges
    nudges: Counter[str] = field(default_factory=Counter)  #: by order
    agreed: set[str] = field(default_factory=set)  #: customers of whom the platform said that they agree to care
    stopped: set[str] = field(default_factory=set)  #: customers who want nothing unasked
    cared: dict[str, datetime] = field(default_factory=dict)  #: customer → newest message of care
    said: Counter[tuple[str, str, str]] = field(default_factory=Counter)  #: by order, plan and what it is about
    sent: Counter[str] = field(default_factory=Counter)  #: messages by plan
    faults: Counter[str] = field(default_factory=Counter)

    def tell(self, event: OrderEvent) -> None:
        """The shop has been told of an event."""
        self.told[event.order].add(event.kind)

    def hear(self, customer: str, now: datetime, *, agrees: bool = False, stops: bool = False) -> None:
        """A customer wrote. `agrees`: the platform said with it that the customer agrees to care; `stops`: it, or the
        customer, said that nothing unasked is wanted."""
        self.heard[customer] = now
        if agrees:
            self.agreed.add(customer)
        if stops:
            self.stopped.add(customer)

    def post(self, plan: Plan, order: str, customer: str, about: str, now: datetime) -> None:
        """A message of the shop's own accord left. `about`: what makes it different from another of its plan."""
        known, clock = self.told[order], now.astimezone(SHOP_ZONE)
        self.sent[plan.id] += 1
        self.said[order, plan.id, about] += 1
        self._count("doubled", self.said[order, plan.id, about] > 1)
        self._count("quiet", not 9 <= clock.hour < 22)
        self._count("talking", now - self.heard.get(customer, now - _DAY) < _HUSH)
        self._count("settled", bool(plan.asks) and bool(known & _SETTLED))
        self._count("declined", plan.kind is not PlanKind.NOTICE and customer in self.stopped)
        self._care(plan, customer, now)
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

    def _care(self, plan: Plan, customer: str, now: datetime) -> None:
        if plan.segment is not None:
            last = self.cared.get(customer)
            self._count("consent", customer not in self.agreed)
            self._count("care", last is not None and now - last < _CARE_PAUSE)
        if plan.kind is PlanKind.CARE:
            self.cared[customer] = now

    def _count(self, fault: str, happened: bool) -> None:
        self.faults[fault] += happened
