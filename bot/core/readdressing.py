"""Which turns are part of the talk about where an order goes: the shop's check after payment, what the customer answers
to it, and the customer's own wish (SR-122 to SR-128)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core import couriers, wishes
from bot.core.address_talk import AGAIN, CHANGE, CHECK, LATE, WHAT, Talk, offer_of
from bot.core.couriers import Offer
from bot.core.effects import KeepNote, Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import Understanding
from bot.core.order_notes import NoteReason
from bot.core.orders import Order, OrderState
from bot.core.plans import FOLDER, Asks, Plan
from bot.core.proactive import occasion, shown_words, words
from bot.core.questions import Question
from bot.core.shop import Shop
from bot.core.turn import Turn
from bot.core.wishes import Wish, wish
from bot.core.yes_no import declines, is_no, is_yes, keeps

#: As long as an order is at the shop its address can be changed; once it is under way, its parcel can be stopped.
CHANGEABLE = frozenset({OrderState.UNPAID, OrderState.PAID})
UNDER_WAY = frozenset({OrderState.SHIPPED, OrderState.DELIVERED})
#: Intents under which an address that is told is the customer's own new one.
_OF_ADDRESS = frozenset({CHANGE, CHECK, "chat.deny", "chat.affirm", "other", "unclear"})


def plan_of(knowledge: Knowledge, shop: str) -> Plan | None:
    """The shop's plan that asks whether an address is right; None where it has none, or switched it off."""
    runs = knowledge.shop(shop).proactive.runs
    return next((plan for plan in knowledge.plans.values() if plan.asks is Asks.ADDRESS and runs(plan)), None)


def offered(shop: Shop, order: Order, turn: Turn) -> Offer:
    """The couriers for where an order goes now."""
    return offer_of(shop, wishes.of_order(order, turn.read_address))


@dataclass(frozen=True, slots=True)
class Opening:
    """What is said to begin the talk, the question that it asks, and what the order maker has to know if nobody
    answers (SR-126)."""

    situation: str
    facts: Mapping[str, object]
    question: Question
    note: KeepNote | None


def opening(shop: Shop, plan: Plan, order: Order, turn: Turn) -> Opening:
    """How the shop begins. Where none of its couriers delivers, EMS is proposed with it (SR-128)."""
    offer = offered(shop, order, turn)
    outside = not offer.couriers and bool(offer.fallback)
    situation = f"{FOLDER}/{plan.id}/outside" if outside else plan.situation
    question = Question(
        plan.id, order.id, occasion(plan, order), shown_words(order, turn.now), turn.now.timestamp(),
        courier=offer.fallback if outside else "",
    )  # fmt: skip
    facts = {"order": words(order, turn.now), "check": offer.said}
    return Opening(situation, facts, question, _unusual(shop, order, offer))


def _unusual(shop: Shop, order: Order, offer: Offer) -> KeepNote | None:
    if offer.default == shop.default_courier:
        return None
    proposed = f"已向客户提议{offer.fallback}" if offer.fallback else "请改用其他快递"
    other = f"请发{offer.default}" if offer.default else proposed
    return KeepNote(order.id, f"默认的{shop.default_courier}送不到这个地址，{other}", NoteReason.REMARK)


def begun(knowledge: Knowledge, turn: Turn, understood: Understanding, order: Order) -> Outcome | None:
    """The outcome of a turn in which the customer asks of her own accord to have this order sent elsewhere; None where
    the turn is about something else, or the usual way serves it better."""
    plan = plan_of(knowledge, turn.shop)
    if plan is None or not _wants(knowledge, understood, CHANGE) or understood.wishes:
        return None
    question = Question(plan.id, order.id, occasion(plan, order), shown_words(order, turn.now))
    talk = Talk(knowledge, turn, plan, question, order)
    told = wish(order, (turn.typed,), turn.read_address)
    if order.state in UNDER_WAY:
        return talk.intercepted(told) if told.is_told and told.is_news else None
    if order.state not in CHANGEABLE:
        return None
    return talk.proposed((turn.typed,)) if told.is_told and told.is_news else talk.asked_back(WHAT)


def answered(
    knowledge: Knowledge, turn: Turn, understood: Understanding, plan: Plan, question: Question, order: Order
) -> Outcome | None:
    """The outcome of a turn that answers the question about this order's address; None for one about something else.
    `order`: as it is now."""
    talk = Talk(knowledge, turn, plan, question, order)
    if order.state in UNDER_WAY:
        return _after_shipping(talk, understood)
    if order.state not in CHANGEABLE:
        return None
    courier, rest = couriers.named(understood.text, _nameable(talk))
    if is_yes(rest):
        return talk.agreed(courier)
    if keeps(rest):
        return talk.kept(courier)
    if courier and not rest:
        return talk.courier_chosen(courier)
    told = wish(order, (*question.said, turn.typed), turn.read_address)
    said = wish(order, (turn.typed,), turn.read_address)
    if (said.is_told and _is_expected(question)) or _tells(knowledge, understood, said):
        return talk.proposed((*question.said, turn.typed)) if told.is_news else _same(talk, told)
    if declines(rest) and not is_no(rest):
        return talk.handed_off("客户好像不要这单了")
    if is_no(rest) or _wants(knowledge, understood, CHANGE, "chat.deny"):
        return talk.asked_back(AGAIN if question.bound else WHAT)
    if _is_unclear(knowledge, understood):
        return talk.handed_off("")
    return None


def _after_shipping(talk: Talk, understood: Understanding) -> Outcome | None:
    """The parcel is under way: nothing is confirmed any more. What the customer wants changed is a task to stop or
    redirect the parcel."""
    question, read = talk.question, talk.turn.read_address
    tells = _tells(talk.knowledge, understood, wish(talk.order, (talk.turn.typed,), read))
    if not tells and not (question.said and is_yes(understood.text)):
        return None
    told = wish(talk.order, (*question.said, *((talk.turn.typed,) if tells else ())), read)
    return talk.intercepted(told) if told.is_news else None


def _same(talk: Talk, told: Wish) -> Outcome | None:
    """The customer read out what the order has: that is a yes, if nothing else was proposed meanwhile."""
    return talk.agreed("") if told.is_whole and not talk.question.said else talk.handed_off("")


def _tells(knowledge: Knowledge, understood: Understanding, told: Wish) -> bool:
    """Whether the turn tells a receiver, a phone or a place that is meant for the order: “到上海要几天” does not."""
    if not told.is_told or (understood.text.endswith(("吗", "吗?", "?")) and not told.told.phone and not told.is_whole):
        return False
    top = understood.matches[0] if understood.matches else None
    if top is None or top.score < knowledge.accept or top.intent in _OF_ADDRESS:
        return True
    return bool(told.told.phone and (told.told.name or told.is_whole))


def _is_expected(question: Question) -> bool:
    """Whether the customer was asked to tell something: then whatever is told is meant."""
    return bool(set(question.asked) - {LATE}) and not question.bound


def _wants(knowledge: Knowledge, understood: Understanding, *intents: str) -> bool:
    top = understood.matches[0] if understood.matches else None
    return top is not None and top.intent in intents and top.score >= knowledge.accept


def _is_unclear(knowledge: Knowledge, understood: Understanding) -> bool:
    top = understood.matches[0] if understood.matches else None
    return top is None or top.score < knowledge.accept or top.intent in ("other", "unclear", CHECK)


def _nameable(talk: Talk) -> tuple[str, ...]:
    shop = talk.shop
    return (*shop.couriers, *((shop.fallback_courier,) if shop.fallback_courier else ()))
