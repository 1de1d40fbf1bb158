"""Rows of many customers at once are found by the index, not by reading the whole shop."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.store.customers import of_one
from bot.store.sqlite import SqliteStore
from bot.store.tables import conversations, orders, proactive_messages


@pytest.mark.parametrize("table", [conversations, orders, proactive_messages], ids=str)
def test_many_customers_are_looked_up_by_channel_and_id(sqlite_store: SqliteStore, table: sa.Table) -> None:
    query = sa.select(table.c.customer).where(of_one(table, "demo", [("web", "c1"), ("web", "c2"), ("app", "c1")]))

    def plan(tx: sa.Connection) -> str:
        written = query.compile(tx, compile_kwargs={"literal_binds": True})
        return "\n".join(row[-1] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {written}"))

    found = sqlite_store.read(plan).result()
    assert "(shop=? AND channel=? AND customer=?)" in found, found
