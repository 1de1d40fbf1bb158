"""Queries about tickets (the human queue) and the drafts that wait on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.core.model import Priority
from bot.store import events
from bot.store.bulk import inserting
from bot.store.prepared import Prepared
from bot.store.tables import conversations, new_id, suggestions, tickets


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request for a human."""

    shop: str
    id: str
    conversation: str
    state: str  #: waiting | claimed | resolved
    reason: str
    intent: str
    priority: Priority
    group: str
    note: str  #: what the customer has told in a dialogue, in one line
    agent: str
    chases: int
    deadline: datetime
    overdue: bool
    opened_at: datetime
    answered_at: datetime | None  #: first by an agent
    answer_by: datetime | None  #: the customer wrote again
    resolve_by: datetime | None
    passed_by: Sequence[str]  #: agents who gave it away
    told: Mapping[str, Any] = field(default_factory=dict)  #: the dialogue and its answers, where one ended with it


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A draft that waits for an agent."""

    id: str
    text: str
    phrase: str
    after_seq: int  #: the newest message when it was written; a later one makes it stale


_COLUMNS = [
    tickets.c[name]
    for name in (
        "shop", "id", "conversation", "state", "reason", "intent", "priority", "group", "note", "agent", "chases",
        "deadline", "overdue", "opened_at", "answered_at", "answer_by", "resolve_by", "passed_by", "told",
    )
]
_OPEN = Prepared(
    sa.select(*_COLUMNS).where(
        tickets.c.shop == sa.bindparam("shop"),
        tickets.c.conversation == sa.bindparam("conversation"),
        sa.text("state <> 'resolved'"),
    ),
    _COLUMNS,
    abreast=True,
)
_BY_ID = sa.select(*_COLUMNS).where(tickets.c.id == sa.bindparam("ticket"))
_GET = Prepared(_BY_ID, _COLUMNS)
_GET_OF = Prepared(_BY_ID.where(tickets.c.shop == sa.bindparam("shop")), _COLUMNS)
_GIVEN = (
    "shop", "id", "conversation", "reason", "intent", "priority", "group", "note", "told", "deadline", "resolve_by",
    "opened_at",
)
_ADD = Prepared(inserting(tickets, _GIVEN), abreast=True)
_SUGGEST = suggestions.insert().values({column.name: sa.bindparam(column.name) for column in suggestions.columns})
_MOST_COUNTED = 200  # beyond that the promise would be off hours anyway, and counting thousands costs each message
_waiting = (
    sa.select(sa.literal_column("1").label("one"))
    .where(tickets.c.shop == sa.bindparam("shop"), tickets.c.state == "waiting")
    .limit(sa.literal_column(str(_MOST_COUNTED)))
    .correlate_except(tickets)
    .subquery()
)
_WAITING = Prepared(sa.select(sa.func.count()).select_from(_waiting), [sa.column("waiting", sa.Integer)], abreast=True)


def open_of(tx: sa.Connection, shop: str, conversation: str) -> Ticket | None:
    """The conversation's ticket that is not resolved; a partial unique index allows one."""
    row = _OPEN.one(tx, {"shop": shop, "conversation": conversation})
    return None if row is None else Ticket(**{**row, "priority": Priority(row["priority"])})


def waiting(tx: sa.Connection, shop: str) -> int:
    """How many customers of the shop wait for a human, at most 200."""
    row = _WAITING.one(tx, {"shop": shop})
    return int(row["waiting"]) if row else 0


def add(tx: sa.Connection, values: Mapping[str, Any]) -> str:
    """Open a ticket and return its id."""
    ticket = new_id("tk")
    _ADD.do(tx, {**values, "id": ticket})
    events.note(tx, values["shop"], values["conversation"])
    return ticket


def change(tx: sa.Connection, shop: str, ticket: str, values: Mapping[str, Any]) -> None:
    """Write columns of a ticket whose conversation is locked."""
    new = {f"new_{name}": value for name, value in values.items()}
    row = _changing(tuple(sorted(values))).one(tx, {**new, "of_shop": shop, "of_id": ticket})
    if row is not None:
        events.note(tx, shop, row["conversation"])


def claim(tx: sa.Connection, shop: str, ticket: str, agent: str, now: datetime) -> bool:
    """Take a waiting ticket, if it still waits: of any number at once one wins (bar 22)."""
    waits = tickets.update().where(tickets.c.shop == shop, tickets.c.id == ticket, tickets.c.state == "waiting")
    return _written(tx, shop, waits.values(state="claimed", agent=agent, claimed_at=now))


def get(tx: sa.Connection, ticket: str, shop: str | None = None) -> Ticket | None:
    """A ticket by id; of one shop when given."""
    row = _GET.one(tx, {"ticket": ticket}) if shop is None else _GET_OF.one(tx, {"ticket": ticket, "shop": shop})
    return None if row is None else Ticket(**{**row, "priority": Priority(row["priority"])})


def listed(tx: sa.Connection, shop: str | None = None, *, resolved: bool = False) -> list[tuple[Ticket, str]]:
    """Open tickets (or resolved ones) with the customer's name, most pressing first."""
    state = tickets.c.state == "resolved" if resolved else tickets.c.state != "resolved"
    of = conversations.c
    customer = sa.case((of.customer_name != "", of.customer_name), else_=of.customer)
    query = (
        sa.select(*_COLUMNS, customer.label("customer"))
        .join(conversations, sa.and_(of.shop == tickets.c.shop, of.id == tickets.c.conversation))
        .where(state)
        .order_by(tickets.c.state.desc(), tickets.c.priority.desc(), tickets.c.deadline, tickets.c.id)
    )
    if shop is not None:
        query = query.where(tickets.c.shop == shop)
    rows: sa.Result[Any] = tx.execute(query)
    return [(_ticket(row), row.customer) for row in rows]


def resolved_of(tx: sa.Connection, shop: str, conversation: str, most: int) -> list[sa.RowMapping]:
    """The newest tickets of a conversation that are resolved, the latest first: id, reason, agent, opened_at and
    resolved_at."""
    of = tickets.c
    query = (
        sa.select(of.id, of.reason, of.agent, of.opened_at, of.resolved_at)
        .where(of.shop == shop, of.conversation == conversation, of.state == "resolved")
        .order_by(of.opened_at.desc(), of.id.desc())
    )
    return list(tx.execute(query.limit(most)).mappings())


def first_answers(tx: sa.Connection, shop: str, since: datetime) -> dict[str, tuple[int, float]]:
    """By agent, of the cases that they took since a moment: how many have a first answer, and how many seconds it took
    them on average from taking the case."""
    of = tickets.c
    took = sa.type_coerce(of.answered_at, sa.BigInteger) - sa.type_coerce(of.claimed_at, sa.BigInteger)
    query = (
        sa.select(of.agent, sa.func.count().label("cases"), sa.func.sum(took).label("took"))
        .where(of.shop == shop, of.claimed_at >= since, of.answered_at >= of.claimed_at, of.agent != "")
        .group_by(of.agent)
    )
    return {row.agent: (row.cases, float(row.took) / row.cases / 1000) for row in tx.execute(query)}


def suggest(tx: sa.Connection, values: Mapping[str, Any]) -> str:
    """Store a draft for an agent and return its id."""
    suggestion = new_id("sg")
    tx.execute(_SUGGEST, {**values, "id": suggestion})
    events.note(tx, values["shop"], values["conversation"])
    return suggestion


def suggestions_of(tx: sa.Connection, shop: str, ticket: str) -> list[Suggestion]:
    """Drafts of a ticket, newest first."""
    query = (
        sa.select(suggestions.c.id, suggestions.c.text, suggestions.c.phrase, suggestions.c.after_seq)
        .where(suggestions.c.shop == shop, suggestions.c.ticket == ticket)
        .order_by(suggestions.c.created_at.desc(), suggestions.c.id.desc())
    )
    return [Suggestion(**row._asdict()) for row in tx.execute(query)]


@cache
def _changing(names: tuple[str, ...]) -> Prepared:
    """The statement that writes these columns of one ticket; there are some ten such sets."""
    new = {name: sa.bindparam(f"new_{name}", type_=tickets.c[name].type) for name in names}
    mine = tickets.c.shop == sa.bindparam("of_shop"), tickets.c.id == sa.bindparam("of_id")
    update = tickets.update().where(*mine).values(new).returning(tickets.c.conversation)
    return Prepared(update, [tickets.c.conversation], abreast=True)


def _written(tx: sa.Connection, shop: str, update: sa.Update) -> bool:
    """Run an update of one ticket and note whose it is; False when there was nothing to update."""
    conversation = tx.execute(update.returning(tickets.c.conversation)).scalar()
    if conversation is not None:
        events.note(tx, shop, conversation)
    return conversation is not None


def _ticket(row: sa.Row[Any]) -> Ticket:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    return Ticket(**{**values, "priority": Priority(values["priority"])})
