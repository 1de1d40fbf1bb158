"""The migrations and the tables tell the same story, and a migration happens wholly or not at all."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store import migrate
from bot.store.base import Store
from bot.store.tables import Moment, metadata


def test_the_migrated_database_is_what_the_tables_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_key_begins_with_the_shop() -> None:
    keys = {name: next(iter(table.primary_key.columns)).name for name, table in metadata.tables.items()}
    shared = ("shops", "jobs", "content_versions", "content_events")
    assert {key for name, key in keys.items() if name not in shared} == {"shop"}


def test_migrating_again_changes_nothing(store: Store) -> None:
    assert migrate.migrate(store.engine) is False
    with store.engine.connect() as connection:
        assert migrate.current(connection) == migrate.newest()


def test_a_migration_that_fails_half_way_leaves_the_old_schema(store: Store) -> None:
    _empty(store.engine)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE suggestions (old INTEGER)")  # in the way of one of the last steps

    with pytest.raises(sa.exc.DatabaseError):
        migrate.migrate(store.engine)

    assert sa.inspect(store.engine).get_table_names() == ["suggestions"]
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE suggestions")
    assert migrate.migrate(store.engine) is True


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


def _empty(engine: sa.Engine) -> None:
    metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
