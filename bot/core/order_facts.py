"""What may be said of an order to its customer: the words for the phrases, of what is known and still true."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.hours import SHOP_ZONE
from bot.core.mask import masked_address
from bot.core.model import Stage
from bot.core.orders import Kind, Order, OrderState
from bot.core.situations import ORDER, circumstances

#: What was read of an order, from a file or by asking the shop's system, is told of no longer than this (bar 38).
FRESH = timedelta(seconds=60)
_TITLE = 30  # characters of an item's title that are read out; our default

#: Every name that phrases about a known order may use.
NAMES = frozenset(
    f"order.{name}" for name in (
        "items", "amount", "pay_by", "paid_at", "ship_by", "shipped_at", "courier", "tracking_no", "scan", "scan_at",
        "arrived_at", "refund_asked_at", "refund_amount", "refunded_at", "closed_at", "address",
    )
)  # fmt: skip

#: Intents that need a human only where the order is not known: what is asked stands in its facts.
_ANSWERED = frozenset({"order.status"})

#: The states in the agents' language.
STATE_TITLES = {
    OrderState.UNKNOWN: "未知", OrderState.UNPAID: "待付款", OrderState.PAID: "待发货", OrderState.SHIPPED: "已发货",
    OrderState.DELIVERED: "已送达", OrderState.SIGNED: "已签收", OrderState.REFUNDING: "退款中",
    OrderState.REFUNDED: "已退款", OrderState.CLOSED: "已关闭",
}  # fmt: skip

#: The names of what is said, in the agents' language.
FACT_TITLES = {
    "items": "商品", "amount": "金额", "pay_by": "付款期限", "paid_at": "付款时间", "ship_by": "最晚发货",
    "shipped_at": "发货时间", "courier": "物流公司", "tracking_no": "物流单号", "scan_at": "最近扫描",
    "scan": "扫描内容", "arrived_at": "送达时间", "refund_asked_at": "申请退款", "refund_amount": "退款金额",
    "refunded_at": "退款完成", "closed_at": "关闭时间",
}  # fmt: skip

#: Stages of the platform that do not contradict what we know, where more than one fits.
_ALSO_FITS = {OrderState.DELIVERED: (Stage.SHIPPED,), OrderState.REFUNDED: (Stage.REFUNDING,)}


def answers(situation: str) -> bool:
    """Whether the phrases of a situation (“order.status/paid+order”) answer from the order's facts what else a human is
    asked for."""
    intent, _, group = situation.rpartition("/")
    return intent in _ANSWERED and ORDER in (circumstances(group) or ())


def is_current(order: Order, now: datetime) -> bool:
    """Whether what is known may be told as true now: the shop's system pushes what happens to the order, or it was
    read within the last minute. An order that only a file told of is for agents, who see how old it is. A push counts
    whatever its age: it is the shop's own word on each change. Where the shop's system can be asked, that is not
    enough (`is_fresh`)."""
    return order.live or (order.at is not None and now - order.at <= FRESH)


def is_fresh(order: Order, now: datetime, within: timedelta = FRESH) -> bool:
    """Whether the shop's system said so lately how the order stands as a whole. Asked of every order of a shop whose
    system can be asked: an event that was lost would show there, and nowhere else (bar 38)."""
    return order.read_at is not None and abs(now - order.read_at) <= within


def agrees(order: Order, stage: Stage) -> bool:
    """Whether the platform's own word on the order's stage contradicts nothing we know; of two stories none is told
    (bar 38)."""
    fits = (order.stage, *_ALSO_FITS.get(order.state, ()))
    return stage is Stage.UNKNOWN or order.state is OrderState.UNKNOWN or stage in fits


def said(order: Order, now: datetime) -> dict[str, str]:
    """What phrases may use, by name. What is not known, or over by now, is left out."""
    facts, since, state = order.facts, order.milestones, order.state
    scan = order.scans[-1] if order.scans else None
    is_paid = Kind.PAID in since
    words = {
        "items": _items(order),
        "amount": _yuan(facts.amount),
        "pay_by": _ahead(facts.pay_by, now) if state is OrderState.UNPAID else "",
        "paid_at": _moment(since.get(Kind.PAID)),
        "ship_by": _ahead(facts.ship_by, now) if state is OrderState.PAID else "",
        "shipped_at": _moment(since.get(Kind.SHIPPED)),
        "courier": facts.courier or "",
        "tracking_no": facts.tracking_no or "",
        "scan": scan.text.strip("。 ") if scan else "",
        "scan_at": _moment(scan.at) if scan else "",
        "arrived_at": _moment(since.get(Kind.SIGNED) or since.get(Kind.DELIVERED)),
        "refund_asked_at": _moment(since.get(Kind.REFUND_REQUESTED)) if state is OrderState.REFUNDING else "",
        "refund_amount": _yuan(facts.refund_amount) if state is OrderState.REFUNDED else "",
        "refunded_at": _moment(since.get(Kind.REFUND_DONE)) if state is OrderState.REFUNDED else "",
        "closed_at": _moment(since.get(Kind.CLOSED)) if state is OrderState.CLOSED and not is_paid else "",
        "address": masked_address(facts.address or ""),
    }
    return {name: text for name, text in words.items() if text}


def _items(order: Order) -> str:
    items = order.facts.items or ()
    if not items or not items[0].title:
        return ""
    first = items[0].title[:_TITLE]
    return first if len(items) == 1 else f"{first}等{len(items)}件商品"


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen / 100:.2f}".removesuffix(".00")


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone(SHOP_ZONE)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _ahead(at: datetime | None, now: datetime) -> str:
    return _moment(at) if at is not None and at > now else ""
