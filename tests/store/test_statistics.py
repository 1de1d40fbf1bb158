"""Statistics of young tables: gathered as a database grows, so that PostgreSQL does not plan for an empty one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.store import channels, migrate, statistics
from bot.store.channels import Channel
from bot.store.postgres import PostgresStore, open_engine
from bot.store.statistics import Growth
from tests.server import free_port
from tests.store.rows import NOW, add_shop


@pytest.fixture
def grown(postgres_url: str) -> Iterator[sa.Engine]:
    """A database with a shop and a channel."""
    engine = open_engine(postgres_url, 1)
    migrate.migrate(engine)
    with engine.begin() as tx:
        add_shop(tx)
        channels.add(tx, Channel("demo", "web", "response", "", False, 0.0, False, ("whsec_AAAA",)), NOW)
    yield engine
    engine.dispose()


def test_it_is_time_at_each_fourfold_of_the_first_stories() -> None:
    growth = Growth(first=500)
    times = [stories for stories in range(1, 10_001) if growth.add(1)]
    assert times == [500, 2_000, 8_000]


def test_a_large_group_is_counted_whole() -> None:
    growth = Growth(first=10)
    assert [growth.add(stories) for stories in (9, 32, 1)] == [False, True, False]


@pytest.mark.postgres
def test_the_planner_knows_of_the_rows_that_five_hundred_stories_brought(postgres_url: str) -> None:
    store = PostgresStore(postgres_url, pool_size=2)  # one reads, after whatever it was told before
    migrate.migrate(store.engine)
    known = sa.text("SELECT reltuples FROM pg_class WHERE oid = 'shops'::regclass")
    assert store.read(lambda tx: tx.execute(known).scalar_one()).result() < 1
    for future in [store.submit(lambda tx, n=n: add_shop(tx, f"s{n}", "", NOW)) for n in range(500)]:  # type: ignore[misc]
        future.result(timeout=30)
    assert store.read(lambda tx: tx.execute(known).scalar_one()).result() >= 468  # all but the last group
    store.close()


@pytest.mark.postgres
def test_tables_are_sampled_when_they_have_grown_and_not_again(grown: sa.Engine) -> None:
    assert statistics.gather(grown, lambda: False) == ["channel_secrets", "channels", "shops"]
    assert statistics.gather(grown, lambda: False) == []
    with grown.begin() as tx:
        for number in range(3_000):
            add_shop(tx, f"s{number}", "", NOW)
    assert statistics.gather(grown, lambda: False) == ["shops"]


@pytest.mark.postgres
def test_who_is_about_to_close_does_not_wait_for_the_rest(grown: sa.Engine) -> None:
    asked = iter([False, True])
    assert statistics.gather(grown, lambda: next(asked)) == ["channel_secrets"]


def test_a_server_that_is_gone_is_only_noted(caplog: pytest.LogCaptureFixture) -> None:
    engine = open_engine(f"postgresql://postgres@127.0.0.1:{free_port()}/test", 1)
    assert statistics.gather(engine, lambda: False) == []
    assert "event=statistics_not_gathered" in caplog.text
