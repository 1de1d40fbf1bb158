"""A customer's turn beside its text: everything a decision depends on, gathered by a flow and read by the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.address.model import Address
from bot.core.model import Dialogue, Holder, MessageType, Stage
from bot.core.orders import Order
from bot.core.products import Product


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one customer."""

    shop: str
    now: datetime  #: aware
    type: MessageType = MessageType.TEXT
    holder: Holder = Holder.BOT
    assist: bool = False  #: the shop lets agents confirm every reply
    dialogue: Dialogue = field(default_factory=Dialogue)
    queue_length: Callable[[], int] = lambda: 0  #: tickets waiting in the shop
    stage: Stage = Stage.UNKNOWN
    types: frozenset[MessageType] = frozenset()  #: of every message of the turn
    product_id: str = ""  #: of the product that the talk is about, as far as the platform has told
    product: Callable[[], Product | None] = lambda: None  #: its facts; asked for only where an answer depends on them
    order: Order | None = None  #: what the turn is about: this customer's own, and current
    unsure_order: str = ""  #: number of the order that is meant, whose state the shop's system did not just tell
    tags: tuple[str, ...] = ()  #: what the platform says of the customer (新客, 老客 …)
    typed: str = ""  #: the words as they were typed, a line for each message
    sent_at: datetime | None = None  #: aware; when the platform took the newest of them
    read_address: Callable[[str], Address] = lambda _: Address()  #: the reader of addresses with the divisions it needs
    seed: str = ""  #: makes the choice of a variant repeatable
