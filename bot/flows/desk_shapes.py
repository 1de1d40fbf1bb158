"""What an agent's desk is told, as plain data; the JSON API has these very shapes. All times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.desk import Row
from bot.core.summary import Summary
from bot.store.notes import Note
from bot.store.promises import Promise
from bot.store.supervisions import Supervision


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The list of a desk as it stood right after an event. Times are UTC."""

    event: int
    now: datetime
    conversations: Sequence[Row]


@dataclass(frozen=True, slots=True)
class News:
    """What changed behind one event up to another, as it stands now."""

    after: int
    number: int  #: of the newest event told of; `after` where there is none
    rows: Sequence[Row] = ()
    messages: Sequence[tuple[str, Line]] = ()  #: each with its conversation
    lost: bool = False  #: events in between are no longer kept: only a new snapshot tells what happened


@dataclass(frozen=True, slots=True)
class Why:
    """Why the bot said what it said."""

    intent: str
    score: float
    situation: str
    reasons: Sequence[str]
    phrase: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One of the customer's orders, with receiver and address as platforms mask them."""

    id: str
    state: str  #: in the agents' language
    items: str
    amount: str  #: yuan
    receiver: str  #: name and phone
    address: str
    courier: str
    tracking_no: str
    scan: str  #: the newest
    buyer_note: str
    seller_note: str
    as_of: datetime | None  #: of the newest event
    live: bool  #: pushed by the shop's system; else read from a file at `as_of`


@dataclass(frozen=True, slots=True)
class ShownCard:
    """The order or product that the customer sent a card of; by the message's type it is one or the other."""

    id: str  #: the order's number, or the product's id
    order: OrderCard | None = None  #: null unless it is this customer's order and the shop has told of it
    title: str = ""  #: of a product that the shop has told of
    price: str = ""  #: of such a product, yuan: 69 or 69-89


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation."""

    seq: int
    id: str
    author: str  #: customer | bot | agent
    agent: str  #: who typed it, of an agent's
    type: str
    text: str
    state: str
    at: datetime
    url: str  #: of a picture
    why: Why | None
    card: ShownCard | None = None  #: of an order card or product card


@dataclass(frozen=True, slots=True)
class Suggested:
    """A draft of the newest turn that nobody has taken or rejected yet."""

    id: str
    text: str
    phrase: str
    score: float
    after_seq: int
    stale: bool  #: the customer has written or recalled something since: it can no longer be sent


@dataclass(frozen=True, slots=True)
class StockCard:
    """What a warehouse held when it was read: pieces by SKU, null where nobody counted."""

    read_at: datetime
    levels: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class ProductCard:
    """The product that the conversation is about."""

    id: str
    title: str
    price: str
    attributes: Mapping[str, str]
    size_chart: str
    stock: StockCard | None
    after_sale: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case of the same customer that is closed."""

    id: str
    reason_title: str
    opened_at: datetime
    resolved_at: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class Side:
    """What stands beside a conversation."""

    order_id: str
    order_stage: str
    product: ProductCard | None
    notes: Sequence[Note]
    promises: Sequence[Promise]  #: that somebody still has to see to, the soonest due first
    earlier: Sequence[Earlier]
    orders: Sequence[OrderCard] = ()  #: those that changed last first


@dataclass(frozen=True, slots=True)
class Detail:
    """One conversation with all that an answer needs."""

    row: Row
    messages: Sequence[Line]
    suggestions: Sequence[Suggested]
    side: Side
    summary: Summary
    supervisions: Sequence[Supervision] = ()  #: what leads ordered and whispered, oldest first; never for customers


@dataclass(frozen=True, slots=True)
class Watched:
    """A conversation as a lead looks on."""

    detail: Detail
    trail: Sequence[Supervision]  #: what leads did in it and who looked on, oldest first
