"""What has changed, numbered per shop in the order of commits: what the agents' desks are told live.

Whoever writes a row that a desk shows notes it on the transaction; the store writes the notes as its last statements
before the commit. The shop's counter is locked only there, after every other lock and in the order of shops, so
numbers follow the order of commits without a gap, and no two transactions wait for each other's locks crosswise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.bulk import inserting
from bot.store.prepared import Prepared
from bot.store.tables import event_counters, events

_NOTED = "kefu_changes_noted"


@dataclass(frozen=True, slots=True)
class Event:
    """One change: of a conversation, or of a message, whose conversation may then be left out."""

    number: int
    conversation: str
    message: str


def _counting(dialect: Any) -> Any:
    insert = dialect.insert(event_counters).values(shop=sa.bindparam("shop"), number=sa.bindparam("count"))
    further = {"number": event_counters.c.number + insert.excluded.number}
    return insert.on_conflict_do_update(index_elements=["shop"], set_=further).returning(event_counters.c.number)


_COUNT = Prepared(
    {"sqlite": _counting(sqlite), "postgresql": _counting(postgresql)}, [event_counters.c.number]
)
_ADD = Prepared(inserting(events, events.columns.keys()), abreast=True)
_NEWEST = Prepared(
    sa.select(event_counters.c.number).where(event_counters.c.shop == sa.bindparam("shop")), [event_counters.c.number]
)
_COLUMNS = [events.c.number, events.c.conversation, events.c.message]
_BETWEEN = Prepared(
    sa.select(*_COLUMNS)
    .where(
        events.c.shop == sa.bindparam("shop"), events.c.number > sa.bindparam("after"),
        events.c.number <= sa.bindparam("until"),
    )
    .order_by(events.c.number)
    .limit(sa.bindparam("most", type_=sa.Integer)),
    _COLUMNS,
)


def note(tx: sa.Connection, shop: str, conversation: str = "", message: str = "") -> None:
    """Note on the transaction that a conversation, or one of its messages, is about to read differently."""
    tx.info.setdefault(_NOTED, {})[shop, conversation, message] = True


def forget(tx: sa.Connection) -> None:
    """Begin with nothing noted: what a failed transaction had noted did not happen."""
    tx.info.pop(_NOTED, None)


def write(tx: sa.Connection) -> frozenset[str]:
    """Write what was noted as the transaction's last act. Returns the shops that have news after the commit. The time
    of writing is the machine's: it only tells what is old enough to be pruned."""
    noted: Mapping[tuple[str, str, str], bool] = tx.info.pop(_NOTED, {})
    by_shop: dict[str, list[tuple[str, str]]] = {}
    for shop, conversation, message in noted:
        by_shop.setdefault(shop, []).append((conversation, message))
    at = datetime.now(UTC)
    for shop in sorted(by_shop):
        changes = _without_implied(by_shop[shop])
        newest = _COUNT.one(tx, {"shop": shop, "count": len(changes)}) or {}
        first = newest["number"] - len(changes) + 1
        rows = [
            {"shop": shop, "number": number, "conversation": conversation, "message": message, "at": at}
            for number, (conversation, message) in enumerate(changes, first)
        ]
        _ADD.do_many(tx, rows)
    return frozenset(by_shop)


def between(tx: sa.Connection, shop: str, after: int, until: int, most: int) -> list[Event]:
    """The shop's events behind a number up to another one, oldest first, at most so many."""
    return [Event(**row) for row in _BETWEEN.all(tx, {"shop": shop, "after": after, "until": until, "most": most})]


def newest(tx: sa.Connection, shop: str) -> int:
    """The number of the shop's newest event; 0 before the first."""
    row = _NEWEST.one(tx, {"shop": shop})
    return 0 if row is None else int(row["number"])


def latest_conversations(tx: sa.Connection, shop: str, looked_at: int) -> list[str]:
    """The conversations that the newest events name, the latest first; `looked_at`: how many events at most."""
    query = sa.select(events.c.conversation).where(events.c.shop == shop).order_by(events.c.number.desc())
    return [id_ for id_ in dict.fromkeys(tx.execute(query.limit(looked_at)).scalars()) if id_]


def prune(tx: sa.Connection, before: datetime) -> int:
    """Forget events older than a moment. Returns how many; the counters go on."""
    return tx.execute(events.delete().where(events.c.at < before)).rowcount


def _without_implied(changes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A changed message tells that its conversation changed, and one told with its conversation need not be told
    without: neither needs an event of its own."""
    placed = {message for conversation, message in changes if conversation}
    told = {conversation for conversation, message in changes if message}

    def is_implied(conversation: str, message: str) -> bool:
        return message in placed and not conversation if message else conversation in told

    return [change for change in changes if not is_implied(*change)]
