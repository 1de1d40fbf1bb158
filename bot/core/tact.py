"""The gate before every message that nobody asked for: whether it may be said now, later, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core import twins
from bot.core.care import Obstacle, Standing, obstacle
from bot.core.hours import Hours
from bot.core.model import Holder, Priority
from bot.core.order_facts import is_current, is_fresh
from bot.core.orders import Order, OrderState
from bot.core.plans import Manner, Need, Plan, PlanKind, Start, Task
from bot.core.proactive import due, latest, occasion
from bot.core.shop import Shop
from bot.core.unasked import Case, Drop, HoldOut, Send, Snooze, Talk, Told, Verdict

#: Bar 35: at most one nudge per buyer and shop in 24 hours, and this many per order. The five minutes are for a nudge
#: that left later than it was written: at most two, then it is taken back (seen once in a month of 3,000 orders).
NUDGE_PAUSE = timedelta(hours=24, minutes=5)
NUDGES_PER_ORDER = 2
#: Bar 33: how the order stands was read so lately, where the shop's system can be asked.
JUST_READ = timedelta(seconds=5)
#: Why nothing is said where it could be asked and did not say.
UNSURE = "the shop's system did not say how the order stands"
#: Who wrote this long ago is still there (SR-118: 在线客户); our default.
AROUND = timedelta(minutes=30)
#: When to look again while a human has the conversation, and after a customer was upset; our defaults.
_LOOK_AGAIN = timedelta(minutes=10)
_COOL_DOWN = timedelta(hours=2)
#: After quiet hours not everybody is written to at once (bar 34); our default.
_JITTER = timedelta(minutes=20)
_REFUSED = "客户表示不要了，请与客户确认后关闭未付款的订单"
_TWIN_PAID = "同样的商品客户已在另一单付款，请确认后关闭未付款的订单"


def still_due(plan: Plan, case: Case, now: datetime) -> Verdict:
    """Whether a plan may speak at the aware moment `now`: asked when its timer runs out, with everything read anew.
    Whatever is not known for sure ends in silence."""
    verdict = _of_start(plan, case, now) if plan.segment else _of_order(plan, case, now) or _of_ledger(plan, case, now)
    verdict = verdict or _of_customer(plan, case, now) or _of_talk(plan, case, now) or _of_clock(plan, case, now)
    if isinstance(verdict, Snooze):
        end = case.start.at + plan.within if case.start else latest(plan, case.order)
        if end is None or verdict.until > end:
            return Drop(f"{verdict.why}, and later would be too late")
        return verdict
    if verdict is None:
        held = plan.kind is PlanKind.NUDGE and is_held_out(case.order, case.shop.proactive)
        return HoldOut() if held else Send()
    return verdict


def is_held_out(order: Order, manner: Manner) -> bool:
    """Whether an order gets no nudges, so that it shows what they bring: always the same orders."""
    return _hash(f"{order.shop}/{order.id}/holdout") % 100 < manner.holdout


def standing(plan: Plan, start: Start, talk: Talk, told: Sequence[Told]) -> Standing:
    """How a customer stands to a plan that a person starts."""
    care = [one for one in told if one.kind is PlanKind.CARE]
    same = any((one.plan, one.occasion) == (plan.id, start.occasion) for one in care)
    last = max((one.at for one in care), default=None)
    return Standing(talk.tags, talk.declined, same, last, talk.case_open)


def _of_start(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    of = standing(plan, case.start, case.talk, case.told) if case.start else Standing()
    if found := obstacle(plan, case.start, case.order, case.shop, of, now):
        return Drop(found.value)
    return _of_reading(case, now)


def _of_order(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    order = case.order
    if not case.shop.proactive.runs(plan):
        return Drop("the shop has switched the plan off")
    if not is_current(order, now) or order.state is OrderState.UNKNOWN:
        return Drop("how the order stands is not known for sure")
    if order.state not in plan.states:
        return Drop(f"the order is {order.state.value}")
    moment, end = due(plan, order, case.shop), latest(plan, order)
    if moment is None or end is None:
        return Drop("the order does not call for it any more")
    if now > end:
        return Drop("too late")
    if moment > now:
        return Snooze(moment, "it is due later")
    return _of_reading(case, now)


def _of_reading(case: Case, now: datetime) -> Snooze | None:
    is_unsure = case.asked and not is_fresh(case.order, now, JUST_READ)
    return Snooze(now + _LOOK_AGAIN, UNSURE) if is_unsure else None


def _of_ledger(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    of_order = [told for told in case.told if told.order == case.order.id]
    same = [told for told in of_order if told.plan == plan.id]
    if any(told.occasion == occasion(plan, case.order) for told in same):
        return Drop("told before")
    if len(same) >= plan.most:
        return Drop(f"told {len(same)} times of this order")
    if plan.kind is not PlanKind.NUDGE:
        return None
    if sum(told.kind is PlanKind.NUDGE for told in of_order) >= NUDGES_PER_ORDER:
        return Drop("enough nudges of this order")
    nudged = (told.at for told in case.told if told.kind is PlanKind.NUDGE and not told.held_out)
    last = max(nudged, default=None)
    if last is not None and now < last + NUDGE_PAUSE:
        return Snooze(last + NUDGE_PAUSE, "one nudge a day is enough")
    return None


def _of_customer(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    talk = case.talk
    if talk.assist:
        return Drop("the shop confirms every reply")
    if talk.declined and plan.kind is not PlanKind.NOTICE:
        return Drop(Obstacle.DECLINED.value)
    if plan.kind is PlanKind.NUDGE and (unwanted := _of_wish(plan, case)):
        return unwanted
    is_around = talk.heard_at is not None and now - talk.heard_at <= AROUND
    if not talk.callback and not is_around:
        return Drop("the platform cannot be called and the customer is not here")
    if Need.AROUND in plan.needs and not is_around:
        return Drop("the customer is not here any more")
    return None


def _of_wish(plan: Plan, case: Case) -> Drop | None:
    """Who has said no, or has paid for the same already, is not asked to pay: a human closes the order (SR-120)."""
    if case.talk.refused:
        return Drop("the customer does not want it", Task(_REFUSED))
    if twins.is_paid_elsewhere(case.order, case.others):
        return Drop("the same goods are paid for in another order", Task(_TWIN_PAID, priority=Priority.LOW))
    doubled = twins.is_doubled(case.order, case.others)
    if doubled != (Need.DOUBLED in plan.needs):
        return Drop("ordered twice: asked which to keep" if doubled else "the goods were not ordered twice")
    return None


def _of_talk(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    talk, manner = case.talk, case.shop.proactive
    if talk.holder is not Holder.BOT or talk.ticket_open:
        return Snooze(now + _LOOK_AGAIN, "a human has the conversation")
    if talk.pending:
        return Snooze(now + manner.hush, "the customer is writing")
    if talk.heard_at is not None and now < talk.heard_at + manner.hush:
        return Snooze(talk.heard_at + manner.hush, "the customer is talking")
    if talk.upset:
        is_notice = plan.kind is PlanKind.NOTICE
        return Snooze(now + _COOL_DOWN, "the customer is upset") if is_notice else Drop("the customer is upset")
    if manner.quota and (talk.heard_at is None or now - talk.heard_at > manner.window):
        return Drop("outside the time in which the platform lets us write")
    if manner.quota and talk.unheard >= manner.quota:
        return Drop("the platform's number of messages is used up")
    return None


def _of_clock(plan: Plan, case: Case, now: datetime) -> Verdict | None:
    for hours in awake(plan.kind, case.shop, started=plan.segment is not None):
        if not hours.is_open(now):
            opening = hours.next_opening(now)
            if opening is None:
                return Drop("customers are never written to")
            share = _hash(f"{case.order.shop}/{case.order.id}/jitter") % 1000
            return Snooze(opening + _JITTER * share / 1000, "quiet hours")
    return None


def is_quiet(kind: PlanKind, shop: Shop, now: datetime, *, started: bool) -> bool:
    """Whether nothing of this kind may reach a customer at the aware moment `now`: asked once more before a message
    leaves, for one that a platform refused at a minute to ten would else be heard after ten (bar 34). `started`: by a
    person, for many."""
    return not all(hours.is_open(now) for hours in awake(kind, shop, started=started))


def awake(kind: PlanKind, shop: Shop, *, started: bool) -> Sequence[Hours]:
    """Hours in all of which a plan may speak; at noon neither nudges nor what a person starts for many."""
    return [shop.outreach, shop.proactive.awake] if kind is PlanKind.NUDGE or started else [shop.outreach]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest())
