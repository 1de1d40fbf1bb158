"""What a message that nobody asked for is judged by, and what becomes of it: the terms of the gate (`core.tact`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.model import Holder
from bot.core.orders import Order
from bot.core.plans import PlanKind, Start, Task
from bot.core.shop import Shop


@dataclass(frozen=True, slots=True)
class Talk:
    """How the conversation with the customer stands; the defaults are those of one that has not begun."""

    holder: Holder = Holder.BOT
    ticket_open: bool = False
    pending: bool = False  #: what the customer wrote waits to be answered
    heard_at: datetime | None = None  #: aware; the customer's last word
    unheard: int = 0  #: our messages since then
    upset: bool = False  #: the customer sounded upset within the last day
    refused: bool = False  #: the customer does not want the order any more
    callback: bool = False  #: the platform can be called
    assist: bool = False  #: the shop confirms every reply
    tags: Sequence[str] = ()  #: what the platform said of the customer last
    declined: bool = False  #: the customer wants nothing unasked
    case_open: bool = False  #: an after-sale case goes on; only looked at for care


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger holds of one message to this customer."""

    order: str
    plan: str
    kind: PlanKind
    occasion: str
    at: datetime  #: aware
    held_out: bool = False  #: was to be said, and not said to see the difference


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the gate looks at, read at the moment it is asked."""

    shop: Shop
    order: Order
    talk: Talk = field(default_factory=Talk)
    others: Sequence[Order] = ()  #: the customer's other orders
    asked: bool = False  #: the shop's system can be asked how the order stands, and has to have said so just now
    told: Sequence[Told] = ()  #: what this customer was told before, of any order
    start: Start | None = None  #: of a plan that a person started


@dataclass(frozen=True, slots=True)
class Send:
    """Say it now."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """It may be said, and is not: this order is one of those that show what happens without."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Ask again at an aware moment."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never say it."""

    why: str
    task: Task | None = None  #: what a human should do instead


Verdict = Send | HoldOut | Snooze | Drop
