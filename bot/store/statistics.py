"""The statistics by which PostgreSQL plans, gathered while tables are young and it would plan for empty ones."""

from __future__ import annotations

import logging
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.store.tables import metadata

log = logging.getLogger(__name__)

#: Stories after which statistics are gathered for the first time, and how many times as many until the next; ours.
_FIRST, _TIMES = 500, 4
#: By size, for the counts of changed rows are told with a delay; names as they must be written in a statement.
_GROWN = sa.text("""
    SELECT CAST(CAST(oid AS regclass) AS text) FROM pg_class
    WHERE relkind = 'r' AND relname = ANY(:tables) AND relnamespace = CAST(current_schema() AS regnamespace)
    AND pg_relation_size(oid) > 1.5 * relpages * CAST(current_setting('block_size') AS integer)
    ORDER BY relname
""")


class Growth:
    """Tells when a database may have outgrown its statistics.

    A connection keeps its plans, and those made for empty tables read all rows of a shop where one is meant, at each
    check of a foreign key too: 0.5 ms a row after 2,500 conversations, and more with each (measured). Autovacuum
    gathers once a minute at best, and not at all where it is off."""

    def __init__(self, first: int = _FIRST) -> None:
        """`first`: stories until statistics are gathered for the first time."""
        self._left, self._next = first, first * (_TIMES - 1)

    def add(self, stories: int) -> bool:
        """Note stories that were committed; True when it is time to gather."""
        self._left -= stories
        if self._left > 0:
            return False
        self._left, self._next = self._next, self._next * _TIMES
        return True


def gather(engine: sa.Engine, is_enough: Callable[[], bool]) -> list[str]:
    """Have the server sample those of kefu's tables that have grown by half since it did last, one at a time, beside
    everybody's work, until that is enough: some 5 ms each while they are small, and 30,000 rows at most. Returns their
    names. A table that somebody else is at is left to them. A refusal costs speed, never an answer."""
    sampled: list[str] = []
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in connection.execute(_GROWN, {"tables": list(metadata.tables)}).scalars().all():
                if is_enough():
                    break
                connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {table}")
                sampled.append(table)
    except SQLAlchemyError as error:
        log.warning("event=statistics_not_gathered reason=%s", type(error).__name__)
    return sampled
