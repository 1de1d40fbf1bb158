"""The stories of opening an after-sale case: by an agent, by the bot at a hand-off, by what happens to an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind, evidence_of, kind_of_hand_off
from bot.core.case_orders import Occasion, occasions
from bot.core.cases import Case, State, Waits
from bot.core.effects import OpenTicket, Outcome
from bot.core.model import Status
from bot.core.orders import Order
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import orders as order_stories
from bot.flows.apply import Writing
from bot.flows.case_work import BOT, ORDER, Hand, Work, set_timer
from bot.store import case_parts, cases, conversations, messages, orders, tickets
from bot.store.case_parts import Evidence
from bot.store.messages import StoredMessage

#: Pictures that came with the talk that opens a case; a conversation's memory is as long.
_PICTURES_SINCE = timedelta(hours=24)
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_LOOKED_AT = 100  # pictures


@dataclass(frozen=True, slots=True)
class Opening:
    """What a case is to be about: an order, a customer's conversation, or both."""

    kind: str
    order: str = ""
    conversation: str = ""
    amount: int | None = None  #: fen, of an order that kefu does not know
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  #: evidence: item → text
    occasion: str = ""
    owner: str = ""


def open_by_hand(tx: sa.Connection, kinds: Mapping[str, CaseKind], opening: Opening, hand: Hand) -> Case:
    """Open a case of which the hand is the owner. What the customer told the bot in a dialogue is its first evidence.
    InvalidField for an unknown kind or an order of somebody else, NotFound for an unknown conversation, Conflict with
    `case` where one is open already."""
    kind = kinds.get(opening.kind)
    if kind is None:
        raise InvalidField(f"kind: 没有这类案件，可以选 {'、'.join(kinds)}", field="kind")
    if not opening.order and not opening.conversation:
        raise InvalidField("order: 请填写订单号，或从会话里开案", field="order")
    order, conversation = _about(tx, opening, hand.shop)
    facts = {**_told(tx, kind, hand.shop, conversation), **opening.facts}
    case, opened = _open(tx, kind, _placed(opening, order, conversation, facts), hand)
    if not opened:
        raise Conflict("这个订单（或会话）已有一个同类的案件在处理", more={"case": case.id, "owner": case.owner})
    return case


def of_hand_off(
    writing: Writing, kinds: Mapping[str, CaseKind], outcome: Outcome, carrier: StoredMessage
) -> Case | None:
    """The bot hands over what it has asked about: a case of the kinds that say so, or more for the one that is open."""
    ticket = next((effect for effect in outcome.effects if isinstance(effect, OpenTicket)), None)
    if ticket is None or outcome.decision.status is not Status.HANDED_OFF:
        return None
    form = ticket.told
    kind = kind_of_hand_off(kinds, form.script if form else "", ticket.intent)
    if kind is None or not kind.opens.alone:
        return None
    slots = dict(form.slots) if form else {}
    held = writing.conversation
    named = str(carrier.details.get("order_id") or slots.get("order_no", ""))
    order = order_stories.of_turn(writing.tx, held, named, writing.now)
    number = order.id if order else str(carrier.details.get("order_id", ""))
    note = "" if slots else (ticket.note or carrier.text)
    opening = Opening(kind.id, number, held.id, order.facts.amount if order else None, note, evidence_of(kind, slots))
    hand = Hand(held.shop, BOT, Role.AGENT, writing.now)
    case, opened = _open(writing.tx, kind, opening, hand)
    if not opened:
        _add_facts(Work(writing.tx, kind, hand, case), opening)
    return case


def look_at_order(
    tx: sa.Connection, kinds: Mapping[str, CaseKind], shop: str, order_id: str, now: datetime
) -> datetime | None:
    """Open the cases that what happened to an order asks for, each happening once. Returns when to look again: a
    parcel that nobody scans becomes a case later (SR-198)."""
    order = orders.get(tx, shop, order_id)
    if order is None:
        return None
    found = occasions(tuple(kinds.values()), order)
    for occasion in found:
        if occasion.at <= now and not cases.had_occasion(tx, shop, order.id, occasion.kind.id, occasion.key):
            open_on(tx, occasion, order, now)
    return min((occasion.at for occasion in found if occasion.at > now), default=None)


def open_on(tx: sa.Connection, occasion: Occasion, order: Order, now: datetime) -> None:
    """Open a case for a happening to an order, or add what happened to the one that is open."""
    hand = Hand(order.shop, ORDER, Role.AGENT, now)
    opening = Opening(
        occasion.kind.id, order.id, _conversation_of(tx, order), order.facts.amount, occasion.told,
        occasion=occasion.key,
    )  # fmt: skip
    case, opened = _open(tx, occasion.kind, opening, hand)
    if not opened:
        _add_facts(Work(tx, occasion.kind, hand, case), opening)


def _open(tx: sa.Connection, kind: CaseKind, opening: Opening, hand: Hand) -> tuple[Case, bool]:
    """The new case, or the one that is open already and False."""
    known = _existing(tx, kind, opening, hand.shop)
    if known is not None:
        return known, False
    now = hand.now
    case = Case(
        hand.shop, cases.fresh_id(), kind.id, State.OPEN, Waits.NOBODY, kind.priority, hand.name, now, now, now,
        opening.order, opening.conversation, opening.owner, opening.amount, occasion=opening.occasion,
    )  # fmt: skip
    work = Work(tx, kind, hand, case)
    due = work.wind()
    if kind.alert:
        work.alarm(f"新的{kind.title}案件")
    if not cases.add(tx, work.case):  # somebody else was first, in this very moment
        known = _existing(tx, kind, opening, hand.shop)
        if known is None:
            raise Conflict("有人同时开了同一个案件，请刷新后再看")
        return known, False
    _furnish(work, opening)
    if due is not None:
        set_timer(tx, work.case, due, now)
    return work.case, True


def _furnish(work: Work, opening: Opening) -> None:
    """Give a case that was just opened its history and what is known at the beginning."""
    work.note("opened", order=opening.order, occasion=opening.occasion)
    _add_facts(work, opening, is_new=True)
    add_pictures(work, work.hand.now - _PICTURES_SINCE)
    if work.case.escalated_at is not None:
        work.note("escalated", why=work.case.escalated_why)


def _existing(tx: sa.Connection, kind: CaseKind, opening: Opening, shop: str) -> Case | None:
    """The open case of this matter: of the order, or of the conversation from when its order was not known yet."""
    of_order = cases.open_of(tx, shop, kind.id, opening.order, "") if opening.order else None
    if of_order is not None or not opening.conversation:
        return of_order
    return cases.open_of(tx, shop, kind.id, "", opening.conversation)


def _add_facts(work: Work, opening: Opening, *, is_new: bool = False) -> None:
    """What is known at the beginning; what stands there word for word already is left out."""
    tx, case, now = work.tx, work.case, work.hand.now
    known = [] if is_new else case_parts.evidence_of(tx, case.shop, case.id)
    there = {(one.item, one.text) for one in known}
    told = [*opening.facts.items(), *([("", opening.note)] if opening.note else [])]
    for item, text in told:
        if (item, text) not in there:
            piece = Evidence(case_parts.evidence_id(), item, text, "", "", work.hand.name, now)
            case_parts.add_evidence(tx, case.shop, case.id, piece)


def add_pictures(work: Work, since: datetime = _EVER) -> int:
    """Attach the customer's pictures of the conversation, each once (SR-230). Returns how many were new."""
    case = work.case
    if not case.conversation:
        return 0
    item = next((item.name for item in work.kind.evidence if item.photo), "")
    found = messages.pictures(work.tx, case.shop, case.conversation, since, _LOOKED_AT)
    return sum(
        case_parts.add_evidence(
            work.tx, case.shop, case.id,
            Evidence(case_parts.evidence_id(), item, said.text, said.details["url"], said.id, work.hand.name,
                     said.sent_at),
        )
        for said in found if said.details.get("url")
    )  # fmt: skip


def _about(tx: sa.Connection, opening: Opening, shop: str) -> tuple[Order | None, str]:
    """The order as it is known, and the conversation with its customer."""
    order = orders.get(tx, shop, opening.order) if opening.order else None
    if not opening.conversation:
        return order, _conversation_of(tx, order) if order else ""
    talk = conversations.get(tx, shop, opening.conversation)
    if talk is None:
        raise NotFound("没有这个会话")
    if order is not None and order.facts.customer and (order.facts.channel, order.facts.customer) != (
        talk.channel, talk.customer,
    ):  # fmt: skip
        raise InvalidField("order: 这个订单不是这位客户的，请核对订单号", field="order")
    return order, talk.id


def _placed(opening: Opening, order: Order | None, conversation: str, facts: Mapping[str, str]) -> Opening:
    amount = order.facts.amount if order and order.facts.amount is not None else opening.amount
    return Opening(opening.kind, opening.order, conversation, amount, opening.note, facts, "", opening.owner)


def _told(tx: sa.Connection, kind: CaseKind, shop: str, conversation: str) -> dict[str, str]:
    """What the customer told in the dialogue that the open ticket ended; the ticket's line where it fits no item."""
    ticket = tickets.open_of(tx, shop, conversation) if conversation else None
    if ticket is None:
        return {}
    ours = ticket.told.get("dialogue") in kind.opens.dialogues
    facts = evidence_of(kind, ticket.told["slots"]) if ours else {}
    return facts or ({"": ticket.note} if ticket.note else {})


def _conversation_of(tx: sa.Connection, order: Order) -> str:
    facts = order.facts
    if not facts.channel or not facts.customer:
        return ""
    talk = conversations.of_customer(tx, order.shop, facts.channel, facts.customer)
    return talk.id if talk else ""
