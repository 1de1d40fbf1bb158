"""When the shop speaks first: the moment at which an order calls for a plan, and what makes one message differ from
the next, so that none is ever said twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.delivery import province_of
from bot.core.mask import masked_name, masked_phone
from bot.core.order_facts import NAMES as ORDER_NAMES
from bot.core.order_facts import said
from bot.core.orders import Kind, Order
from bot.core.plans import Asks, Need, Plan, next_clock
from bot.core.shop import Shop

_MIDDLING = 3  # stars of a 中评
#: Every name that the phrases of a plan may use beside the shop's facts.
NAMES = ORDER_NAMES | {"order.receiver", "order.phone", "order.out_of_stock", "order.restock"}
#: What the phrases of a question may name besides, by what is asked and by their group (`core.readdressing`).
OF_TALK: Mapping[Asks, Mapping[str, frozenset[str]]] = {
    Asks.NOTHING: {},
    Asks.COD: {"declined": frozenset({"wait"})},
    Asks.STOCK: {"swaps": frozenset({"wait"}), "refunds": frozenset({"wait"})},
    Asks.ADDRESS: {
        "say": frozenset({"check.courier", "check.couriers"}),
        "outside": frozenset({"check.courier"}),
        "diff": frozenset({"check.change", "check.courier", "check.couriers"}),
        "diff_outside": frozenset({"check.change", "check.courier"}),
        "noted": frozenset({"check.change"}),
        "lack": frozenset({"check.missing"}),
        "courier": frozenset({"check.courier"}),
        "couriers": frozenset({"check.courier", "check.couriers"}),
        "shipped": frozenset({"wait"}),
    },
}


@dataclass(frozen=True, slots=True)
class Timer:
    """What a change of an order does to one plan's timer."""

    plan: str
    run_at: datetime | None  #: aware; None: cancel it


def timers(old: Order | None, new: Order, plans: Iterable[Plan], shop: Shop) -> Iterator[Timer]:
    """The timers that a change of an order sets, moves and cancels. Depends on the two versions alone, so the same
    events in any order leave the same timers."""
    for plan in plans:
        before = (due(plan, old, shop), occasion(plan, old)) if old else (None, "")
        after = (due(plan, new, shop), occasion(plan, new))
        if after[0] is None and before[0] is not None:
            yield Timer(plan.id, None)
        elif after != before and after[0] is not None:
            yield Timer(plan.id, after[0])


def due(plan: Plan, order: Order, shop: Shop) -> datetime | None:
    """The aware moment at which the order as it stands calls for the plan; None where it does not."""
    base = begun(plan, order)
    if base is None or not (_fits(plan, order) and shop.proactive.runs(plan)):
        return None
    moment = base + _delay(plan, order)
    if plan.before_cutoff is not None:
        if shop.cutoff_time is None:
            return None
        moment = next_clock(moment + plan.before_cutoff, shop.cutoff_time) - plan.before_cutoff
    elif plan.at is not None:
        moment = next_clock(moment, plan.at)
    return moment if moment <= base + plan.within else None


def latest(plan: Plan, order: Order) -> datetime | None:
    """The aware moment after which the plan is too late for this order; None where nothing called for it."""
    base = begun(plan, order)
    return None if base is None else base + plan.within


def begun(plan: Plan, order: Order) -> datetime | None:
    """When what sets the plan happened; of several kinds the latest."""
    return max((order.milestones[kind] for kind in plan.on if kind in order.milestones), default=None)


def occasion(plan: Plan, order: Order) -> str:
    """What the message is about, beyond its order: an address, a parcel, a scan. About one occasion a plan speaks once;
    a new occasion is a new message (bar 37: a changed address is asked about anew)."""
    if plan.asks is Asks.ADDRESS:
        return address_digest(order)
    if plan.asks is Asks.COD:
        return str(order.facts.amount or "")
    if plan.asks is Asks.STOCK:
        return _stock(order)
    if Kind.LOGISTICS in plan.on:
        return order.scans[-1].at.isoformat() if order.scans else ""
    if Kind.SHIPPED in plan.on:
        return order.facts.tracking_no or ""
    if not {Kind.REFUND_REQUESTED, Kind.REFUND_DONE, Kind.REVIEW}.isdisjoint(plan.on):
        base = begun(plan, order)
        return base.isoformat() if base else ""
    return ""


def cluster(plan: Plan, order: Order) -> str:
    """Names the parcels that one trouble holds up together, by courier and province; "" for plans of no parcel."""
    if Kind.LOGISTICS not in plan.on:
        return ""
    return f"{order.facts.courier or '快递'} {province_of(order.facts.address or '') or '各地'}"


def address_digest(order: Order) -> str:
    """Names where an order goes, to whom and at which phone; nobody can read these out of it."""
    facts = order.facts
    goes = "\x1f".join((order.shop, order.id, facts.receiver or "", facts.phone or "", facts.address or ""))
    return hashlib.blake2b(goes.encode(), digest_size=8).hexdigest()


def stamp(order: Order, about: str) -> str:
    """Names an order as a message of ours tells of it: its state, and `about` of the message (see `about`). A message
    whose order has another stamp by now has been overtaken."""
    scan = order.scans[-1].at.isoformat() if order.scans else ""
    told = {"": "", "address": address_digest(order), "scan": scan, "stock": _stock(order)}
    return f"{order.state.value}/{told[about]}"


def about(plan: Plan) -> str:
    """What of an order, beyond its state, a plan's message stands and falls with."""
    if plan.asks is Asks.ADDRESS:
        return "address"
    if plan.asks is Asks.STOCK:
        return "stock"
    return "scan" if Kind.LOGISTICS in plan.on else ""


def words(order: Order, now: datetime) -> dict[str, str]:
    """What phrases may use of an order, by name: as `order_facts.said`, with receiver and phone masked (SR-122)."""
    facts = order.facts
    more = {
        "receiver": masked_name(facts.receiver or ""), "phone": masked_phone(facts.phone or ""),
        "out_of_stock": facts.out_of_stock or "", "restock": facts.restock or "",
    }  # fmt: skip
    return said(order, now) | {name: text for name, text in more.items() if text}


def _stock(order: Order) -> str:
    return f"{order.facts.out_of_stock or ''}/{order.facts.restock or ''}"


def shown_words(order: Order, now: datetime) -> str:
    """What a question about an order shows of it, for the agent who reads the answer: masked."""
    shown = words(order, now)
    return " ".join(shown[name] for name in ("receiver", "phone", "address") if name in shown)


def _fits(plan: Plan, order: Order) -> bool:
    """Whether the order is one for this plan: in one of its states, told by the shop's own system as things happen, of
    a customer who can be named, with the facts that the message needs."""
    facts = order.facts
    scan = order.scans[-1].text if order.scans else ""
    return (
        order.live
        and order.state in plan.states
        and bool(facts.channel and facts.customer)
        and (Need.TRACKED not in plan.needs or bool(facts.courier and facts.tracking_no))
        and (Need.ADDRESSED not in plan.needs or bool(facts.address))
        and (Need.SHORT not in plan.needs or bool(facts.out_of_stock))
        and (Need.LOW_SCORE not in plan.needs or (facts.review is not None and facts.review.score <= _MIDDLING))
        and (not plan.scan or any(word in scan for word in plan.scan))
        and not any(word in scan for word in plan.not_scan)
    )


def _delay(plan: Plan, order: Order) -> timedelta:
    province = province_of(order.facts.address or "") if plan.by_region else None
    return plan.by_region.get(province or "", plan.after)
