"""Queries about after-sale cases: one row each, locked while a story changes it; found by filter, order or customer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.core.case_kinds import Outcome
from bot.core.cases import ENDED, Case, State, Waits
from bot.core.model import Priority
from bot.store import events
from bot.store.bulk import inserting
from bot.store.prepared import Prepared
from bot.store.tables import ALIVE, cases, conversations, new_id

_COLUMNS = [cases.c[name] for name in Case.__slots__]
#: Stands for "no clock runs" where cases are put in order: behind all that have one.
_FAR = datetime(2999, 1, 1, tzinfo=UTC)
_PRESSING = sa.func.coalesce(cases.c.due, sa.bindparam("far", _FAR, type_=cases.c.due.type))
_GIVEN = [*Case.__slots__, "updated_at"]


def _where(**keys: str) -> sa.Select[Any]:
    """The cases in which each of these columns has the value of the parameter beside it."""
    return sa.select(*_COLUMNS).where(*(cases.c[name] == sa.bindparam(given) for name, given in keys.items()))


_ADD = Prepared(
    inserting(cases, _GIVEN, lambda insert: insert.on_conflict_do_nothing().returning(cases.c.id)),
    [cases.c.id], key=["id"], abreast=True,
)  # fmt: skip
_PUT = Prepared(
    cases.update()
    .where(cases.c.shop == sa.bindparam("of_shop"), cases.c.id == sa.bindparam("of_id"))
    .values(
        {name: sa.bindparam(f"new_{name}", type_=cases.c[name].type) for name in _GIVEN if name not in ("shop", "id")}
    )
)
_BY_ID = _where(shop="shop", id="id")
_GET, _LOCK = Prepared(_BY_ID, _COLUMNS), Prepared(_BY_ID.with_for_update(), _COLUMNS)
_OPEN = _where(shop="shop", kind="kind").where(sa.text(ALIVE))
_OPEN_OF_ORDER = Prepared(_OPEN.where(cases.c.order == sa.bindparam("order")), _COLUMNS, abreast=True)
_OPEN_OF_CONVERSATION = Prepared(
    _OPEN.where(cases.c.order == sa.literal_column("''"), cases.c.conversation == sa.bindparam("conversation")),
    _COLUMNS,
    abreast=True,
)
_NAME = conversations.c.customer_name
_CUSTOMER = sa.case((_NAME != "", _NAME), else_=conversations.c.customer)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of cases is to show; "" and None leave a side open."""

    states: Collection[State] = ()
    kinds: Collection[str] = ()
    owner: str | None = None  #: "": those without one
    order: str = ""
    conversation: str = ""
    query: str = ""  #: part of a case's or an order's number, or of the customer's name
    overdue_at: datetime | None = None  #: only those that are overdue then
    escalated: bool = False  #: only those that a lead has to look at
    opened_from: datetime | None = None
    opened_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list."""

    case: Case
    customer: str

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in the list; the next page begins behind it."""
        return self.case.due or _FAR, self.case.id


def add(tx: sa.Connection, case: Case) -> bool:
    """Store a new case; False (and nothing written) where the order, or the conversation without an order, has an
    open one of the kind already: of two at once one wins."""
    if added := _ADD.do(tx, {**_row(case), "updated_at": case.opened_at}) == 1:
        _note(tx, case)
    return added


def put(tx: sa.Connection, case: Case, now: datetime) -> None:
    """Write a case that is locked."""
    new = {f"new_{name}": value for name, value in _row(case).items() if name not in ("shop", "id")}
    _PUT.do(tx, {**new, "new_updated_at": now, "of_shop": case.shop, "of_id": case.id})
    _note(tx, case)


def get(tx: sa.Connection, shop: str, id_: str) -> Case | None:
    """A case of the shop."""
    return _one(tx, _GET, shop=shop, id=id_)


def lock(tx: sa.Connection, shop: str, id_: str) -> Case | None:
    """The same, and nobody else changes it until the end of the transaction. Its conversation is locked before it."""
    return _one(tx, _LOCK, shop=shop, id=id_)


def open_of(tx: sa.Connection, shop: str, kind: str, order: str, conversation: str) -> Case | None:
    """The open case of this kind of an order, or, without one, of a conversation."""
    if order:
        return _one(tx, _OPEN_OF_ORDER, shop=shop, kind=kind, order=order)
    return _one(tx, _OPEN_OF_CONVERSATION, shop=shop, kind=kind, conversation=conversation)


def had_occasion(tx: sa.Connection, shop: str, order: str, kind: str, occasion: str) -> bool:
    """Whether this happening has opened a case of this kind before, however that went on."""
    where = cases.c.shop == shop, cases.c.order == order, cases.c.kind == kind, cases.c.occasion == occasion
    return tx.execute(sa.select(cases.c.id).where(*where).limit(1)).scalar() is not None


def of_conversation(tx: sa.Connection, shop: str, conversation: str, orders: Collection[str], most: int) -> list[Case]:
    """The cases of a customer, by conversation or by order; those that go on first, then the newest."""
    of = sa.or_(cases.c.conversation == conversation, cases.c.order.in_(orders)) if orders else (
        cases.c.conversation == conversation
    )
    ended = sa.case((cases.c.state.in_(ENDED), 1), else_=0)
    query = sa.select(*_COLUMNS).where(cases.c.shop == shop, of).order_by(ended, cases.c.id.desc()).limit(most)
    return [_case(row) for row in tx.execute(query).mappings()]


def listed(
    tx: sa.Connection, shop: str, wanted: Wanted, after: tuple[datetime, str] | None = None, limit: int = 50
) -> list[Listed]:
    """Cases in the order of their next clock, those that are overdue first; beginning behind `after`."""
    query = _found(sa.select(*_COLUMNS, sa.func.coalesce(_CUSTOMER, "").label("customer_name")), shop, wanted)
    if after is not None:
        due, id_ = (sa.bindparam(None, after[0], type_=cases.c.due.type), after[1])
        query = query.where(sa.or_(due < _PRESSING, sa.and_(due == _PRESSING, cases.c.id > id_)))
    rows = tx.execute(query.order_by(_PRESSING, cases.c.id).limit(limit)).mappings()
    return [Listed(_case(row), row["customer_name"]) for row in rows]


def count(tx: sa.Connection, shop: str, wanted: Wanted) -> int:
    """How many there are of these."""
    return int(tx.execute(_found(sa.select(sa.func.count()), shop, wanted)).scalar_one())


def _found(query: sa.Select[Any], shop: str, wanted: Wanted) -> sa.Select[Any]:
    of = cases.c
    talk = sa.and_(conversations.c.shop == of.shop, conversations.c.id == of.conversation)
    query = query.select_from(cases.outerjoin(conversations, talk)).where(of.shop == shop)
    for column, values in ((of.state, wanted.states), (of.kind, wanted.kinds)):
        query = query.where(column.in_(values)) if values else query
    for column, value in ((of.order, wanted.order), (of.conversation, wanted.conversation)):
        query = query.where(column == value) if value else query
    if wanted.owner is not None:
        query = query.where(of.owner == wanted.owner)
    if wanted.query:
        texts = (of.id, of.order, conversations.c.customer_name, conversations.c.customer)
        query = query.where(sa.or_(*(one.icontains(wanted.query, autoescape=True) for one in texts)))
    if wanted.overdue_at is not None:
        query = query.where(of.due <= wanted.overdue_at)
    if wanted.escalated:
        query = query.where(of.escalated_at.is_not(None))
    if wanted.opened_from is not None:
        query = query.where(of.opened_at >= wanted.opened_from)
    return query.where(of.opened_at < wanted.opened_until) if wanted.opened_until is not None else query


def fresh_id() -> str:
    """The id of a case that is to be opened."""
    return new_id("cs")


def _one(tx: sa.Connection, query: Prepared, **keys: str) -> Case | None:
    row = query.one(tx, keys)
    return None if row is None else _case(row)


def _row(case: Case) -> dict[str, Any]:
    steps = {name: at.isoformat() for name, at in case.steps.items()}
    return {**{name: getattr(case, name) for name in Case.__slots__}, "priority": int(case.priority), "steps": steps}


def _case(row: Mapping[str, Any] | sa.RowMapping) -> Case:
    given = {name: row[name] for name in Case.__slots__}
    return Case(
        **{
            **given, "state": State(given["state"]), "waits_for": Waits(given["waits_for"]),
            "priority": Priority(given["priority"]), "outcome": Outcome(given["outcome"]),
            "steps": {name: datetime.fromisoformat(at) for name, at in given["steps"].items()},
        }
    )  # fmt: skip


def _note(tx: sa.Connection, case: Case) -> None:
    """The desk that shows the customer shows the case."""
    if case.conversation:
        events.note(tx, case.shop, case.conversation)
