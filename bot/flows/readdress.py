"""The story of a parcel that left for the old address after all: a human is asked to stop it, once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.core import tickets as queue
from bot.core.address_talk import CHANGE
from bot.core.effects import KeepNote, OpenTicket
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.core.model import Priority, Reason
from bot.core.order_notes import NoteReason
from bot.core.orders import Order
from bot.core.readdressing import UNDER_WAY
from bot.flows import apply
from bot.flows import wishes as stories
from bot.store import channels, conversations, tickets, wishes
from bot.store.wishes import StoredWish

_NOTE = "客户 {at} 要求改收货信息，发货时订单上还不是新的。请核对面单，不对就请{courier}拦截或转寄到：{place}"


def look(tx: sa.Connection, knowledge: Knowledge, shop: str, order_id: str, now: datetime) -> None:
    """Open the task for an order that is under way to another address than its customer confirmed. Nothing is said to
    the customer: what can still be done is the agent's to tell."""
    found = stories.unfulfilled(tx, shop, order_id)
    conversation = conversations.lock(tx, shop, found[1].conversation) if found else None
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    found = stories.unfulfilled(tx, shop, order_id) if conversation else None  # under the lock
    if found is None or conversation is None or channel is None or found[0].state not in UNDER_WAY:
        return
    order, wish = found
    facts, note = knowledge.shop(shop), _note(order, wish)
    promise = queue.promise(Priority.HIGH, tickets.waiting(tx, shop), now, facts.hours, facts.waits)
    writing = apply.begin(tx, channel, conversation, now)
    task = OpenTicket(
        Reason.ORDER_TASK, Priority.HIGH, "sale", promise.deadline, CHANGE, f"{note}（订单 {order.id}）",
        promise.resolve_by,
    )  # fmt: skip
    ticket = apply.open_ticket(writing, task)
    stories.keep_note(tx, conversation, KeepNote(order.id, note, NoteReason.INTERCEPT), now)
    wishes.settle(tx, wish, "intercept", ticket)
    writing.flush()


def _note(order: Order, wish: StoredWish) -> str:
    new = wish.address
    number = f"{new.phone}转{new.extension}" if new.extension else new.phone
    place = " ".join(filter(None, (f"{new.region}{new.street}{new.detail}", new.name, number)))
    courier = f"{order.facts.courier or '快递'}{order.facts.tracking_no or ''}"
    return _NOTE.format(at=f"{wish.at.astimezone(SHOP_ZONE):%m-%d %H:%M}", courier=courier, place=place)
