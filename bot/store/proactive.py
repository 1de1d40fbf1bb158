"""Queries of the ledger of what the shop said first: never twice, and every silence with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.plans import PlanKind
from bot.core.unasked import Told
from bot.store.customers import of_one
from bot.store.prepared import Prepared
from bot.store.tables import messages
from bot.store.tables import proactive_messages as ledger


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one plan for one order on one occasion."""

    shop: str
    order: str
    plan: str
    occasion: str
    kind: PlanKind
    channel: str
    customer: str
    outcome: str  #: sent | held_out | snoozed | dropped
    reason: str
    at: datetime  #: aware; of the outcome
    cluster: str = ""  #: courier and province of a parcel in trouble
    message: str = ""
    ticket: str = ""


_GIVEN = tuple(Entry.__slots__)
_SPOKEN = "('sent', 'held_out')"  # written out: a prepared statement takes no lists


def _upsert(dialect: Any) -> Any:
    insert = dialect.insert(ledger).values({name: sa.bindparam(name) for name in _GIVEN})
    new = insert.excluded
    changed = ("channel", "customer", "outcome", "reason", "at", "cluster", "message", "ticket")
    return insert.on_conflict_do_update(
        index_elements=["shop", "order", "plan", "occasion"],
        set_={name: new[name] for name in changed}
        | {"snoozes": ledger.c.snoozes + sa.case((new.outcome == "snoozed", 1), else_=0)},
        where=sa.text(f"proactive_messages.outcome NOT IN {_SPOKEN}"),
    )


_PUT = Prepared({"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)})
_TOLD_COLUMNS = [ledger.c[name] for name in ("order", "plan", "kind", "occasion", "at", "outcome")]
_TOLD = Prepared(
    sa.select(*_TOLD_COLUMNS).where(
        ledger.c.shop == sa.bindparam("shop"), ledger.c.channel == sa.bindparam("channel"),
        ledger.c.customer == sa.bindparam("customer"), sa.text(f"outcome IN {_SPOKEN}"),
    ),
    _TOLD_COLUMNS,
)


def put(tx: sa.Connection, entry: Entry) -> bool:
    """Write down an outcome; one that was snoozed or dropped before gives way. False, and nothing written, where the
    customer was told already: then nobody may tell once more."""
    values = {name: getattr(entry, name) for name in _GIVEN}
    return _PUT.do(tx, {**values, "kind": entry.kind.value}) == 1


def told(tx: sa.Connection, shop: str, channel: str, customer: str) -> tuple[Told, ...]:
    """Everything that this customer was told first, or would have been but for the hold-out."""
    return tuple(_told(row) for row in _TOLD.all(tx, {"shop": shop, "channel": channel, "customer": customer}))


def told_to(
    tx: sa.Connection, shop: str, customers: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Told]]:
    """The same of each of these customers (channel and id), by customer; who was told nothing is left out."""
    of = ledger.c
    spoken = sa.text(f"outcome IN {_SPOKEN}")
    query = sa.select(*_TOLD_COLUMNS, of.channel, of.customer).where(of_one(ledger, shop, customers), spoken)
    found: dict[tuple[str, str], list[Told]] = {}
    for row in tx.execute(query).mappings():
        found.setdefault((row["channel"], row["customer"]), []).append(_told(row))
    return found


def started_for(
    tx: sa.Connection, shop: str, customers: Collection[tuple[str, str]], plan: str, occasion: str
) -> set[tuple[str, str]]:
    """Those of these customers (channel and id) for whom a plan was started on this occasion, whatever became of it."""
    of = ledger.c
    same = (of.plan == plan, of.occasion == occasion)
    query = sa.select(of.channel, of.customer).where(of_one(ledger, shop, customers), *same)
    return {(row.channel, row.customer) for row in tx.execute(query)}


def tickets_of(tx: sa.Connection, shop: str, plan: str, cluster: str, since: datetime) -> int:
    """How many tickets a plan opened for parcels of one courier to one province since a moment."""
    of = ledger.c
    query = sa.select(sa.func.count()).where(
        of.shop == shop, of.cluster == cluster, of.at >= since, of.plan == plan, of.ticket != ""
    )
    return int(tx.execute(query).scalar_one())


def take_back(tx: sa.Connection, shop: str, message: str, outcome: str, reason: str, now: datetime) -> None:
    """What was written and never left is not said after all."""
    of = ledger.c
    values = {"outcome": outcome, "reason": reason, "message": "", "at": now}
    tx.execute(ledger.update().where(of.shop == shop, of.message == message).values(**values))


def answered(tx: sa.Connection, shop: str, key: tuple[str, str, str], answer: str, now: datetime) -> bool:
    """Keep what the customer answered (`right` or `other`) about this order, plan and occasion; False where that was
    never asked."""
    order, plan, occasion = key
    of = ledger.c
    asked = (of.shop == shop, of.order == order, of.plan == plan, of.occasion == occasion, of.outcome == "sent")
    return tx.execute(ledger.update().where(*asked).values(answer=answer, answered_at=now)).rowcount == 1


def ask_anew(tx: sa.Connection, shop: str, key: tuple[str, str, str], occasion: str, now: datetime) -> None:
    """The question of this order, plan and occasion was put once more, about what it has become."""
    order, plan, before = key
    of = ledger.c
    asked = sa.select(of.kind, of.channel, of.customer).where(
        of.shop == shop, of.order == order, of.plan == plan, of.occasion == before
    )
    if (row := tx.execute(asked).one_or_none()) is not None:
        put(tx, Entry(shop, order, plan, occasion, PlanKind(row.kind), row.channel, row.customer, "sent", "", now))


def confirmed(tx: sa.Connection, shop: str, order: str, plan: str, occasion: str) -> datetime | None:
    """When the customer said that this very occasion (an address as it was shown) is right."""
    of = ledger.c
    query = sa.select(of.answered_at).where(
        of.shop == shop, of.order == order, of.plan == plan, of.occasion == occasion, of.answer == "right"
    )
    return tx.execute(query).scalar()


def unanswered(tx: sa.Connection, shop: str, key: tuple[str, str, str]) -> bool:
    """Whether the customer was asked about this order, plan and occasion, has not answered, and nobody was told."""
    order, plan, occasion = key
    of = ledger.c
    asked = (of.shop == shop, of.order == order, of.plan == plan, of.occasion == occasion, of.outcome == "sent")
    return tx.execute(sa.select(of.order).where(*asked, of.answer == "", of.ticket == "")).first() is not None


def give_ticket(tx: sa.Connection, shop: str, key: tuple[str, str, str], ticket: str) -> None:
    """Keep which task came of it."""
    order, plan, occasion = key
    of = ledger.c
    this = (of.shop == shop, of.order == order, of.plan == plan, of.occasion == occasion)
    tx.execute(ledger.update().where(*this).values(ticket=ticket))


def listed(tx: sa.Connection, shop: str, order: str = "", plan: str = "", most: int = 50) -> list[Mapping[str, Any]]:
    """The newest entries of a shop, of one order or plan where given, with what became of the message sent
    (`delivered`)."""
    query = (
        sa.select(ledger, messages.c.state.label("delivered"))
        .outerjoin(messages, sa.and_(messages.c.shop == ledger.c.shop, messages.c.id == ledger.c.message))
        .where(ledger.c.shop == shop)
        .order_by(ledger.c.at.desc(), ledger.c.order, ledger.c.plan)
    )
    for column, wanted in ((ledger.c.order, order), (ledger.c.plan, plan)):
        query = query.where(column == wanted) if wanted else query
    return [dict(row) for row in tx.execute(query.limit(most)).mappings()]


def counts(tx: sa.Connection, shop: str) -> dict[tuple[str, str], int]:
    """How many entries a shop has by (plan, outcome)."""
    of = ledger.c
    query = sa.select(of.plan, of.outcome, sa.func.count()).where(of.shop == shop).group_by(of.plan, of.outcome)
    return {(row.plan, row.outcome): row[2] for row in tx.execute(query)}


def first_nudges(tx: sa.Connection, shop: str, since: datetime) -> dict[str, tuple[datetime, bool]]:
    """Order → when it got, or would have got, its first nudge since a moment, and whether it was held out."""
    of = ledger.c
    query = (
        sa.select(of.order, of.at, of.outcome)
        .where(of.shop == shop, of.kind == PlanKind.NUDGE.value, sa.text(f"outcome IN {_SPOKEN}"), of.at >= since)
        .order_by(of.at.desc())
    )
    return {row.order: (row.at, row.outcome == "held_out") for row in tx.execute(query)}


def _told(row: Mapping[str, Any] | sa.RowMapping) -> Told:
    held_out = row["outcome"] == "held_out"
    return Told(row["order"], row["plan"], PlanKind(row["kind"]), row["occasion"], row["at"], held_out)
