"""The cards of a desk: an order as an agent sees it, and what customers show by sending an order or product card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.core import order_facts
from bot.core.mask import masked_name, masked_phone
from bot.core.model import MessageType
from bot.core.orders import Order
from bot.flows.desk_shapes import OrderCard, ShownCard
from bot.store import orders, products
from bot.store.messages import StoredMessage


def shown_in(tx: sa.Connection, shop: str, history: Sequence[StoredMessage], now: datetime) -> dict[str, ShownCard]:
    """What the cards among these messages show, by message; a card without a number shows nothing. Two queries at
    most, however many cards there are. Of an order that is not the conversation's own customer's nothing is told but
    the number that was sent (bar 39)."""
    return {**_orders(tx, shop, history, now), **_products(tx, shop, history)}


def order_card(order: Order, now: datetime) -> OrderCard:
    """An order as it stands, for an agent."""
    told, facts = order_facts.said(order, now), order.facts
    receiver = (masked_name(facts.receiver or ""), masked_phone(facts.phone or ""))
    return OrderCard(
        id=order.id, state=order_facts.STATE_TITLES[order.state], items=told.get("items", ""),
        amount=told.get("amount", ""), receiver=" ".join(filter(None, receiver)), address=told.get("address", ""),
        courier=told.get("courier", ""), tracking_no=told.get("tracking_no", ""), scan=told.get("scan", ""),
        buyer_note=facts.buyer_note or "", seller_note=facts.seller_note or "", as_of=order.at, live=order.live,
    )  # fmt: skip


def _orders(tx: sa.Connection, shop: str, history: Sequence[StoredMessage], now: datetime) -> dict[str, ShownCard]:
    sent = _sent(history, MessageType.ORDER_CARD, "order_id")
    if not sent:
        return {}
    known = orders.of_conversations(tx, shop, {said.conversation for said, _ in sent}, {number for _, number in sent})
    own = {place: order_card(order, now) for place, order in known.items()}
    return {said.id: ShownCard(number, own.get((said.conversation, number))) for said, number in sent}


def _products(tx: sa.Connection, shop: str, history: Sequence[StoredMessage]) -> dict[str, ShownCard]:
    sent = _sent(history, MessageType.PRODUCT_CARD, "product_id")
    if not sent:
        return {}
    known = products.some(tx, shop, {id_ for _, id_ in sent})
    told = {id_: ShownCard(id_, title=product.title, price=product.price) for id_, product in known.items()}
    return {said.id: told.get(id_, ShownCard(id_)) for said, id_ in sent}


def _sent(history: Sequence[StoredMessage], kind: MessageType, name: str) -> list[tuple[StoredMessage, str]]:
    """The cards of a kind, each with what it names."""
    return [(said, str(said.details[name])) for said in history if said.type == kind and said.details.get(name)]
