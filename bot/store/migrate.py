"""Bring a database to the newest schema: all of a step or none of it, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.errors import UnsafeStore

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6B656675  # "kefu": PostgreSQL advisory lock, so that two starting processes migrate one after the other

_LIMITS = ("lock_timeout = '60s'", "statement_timeout = '10min'")  # a message's limits would cut a migration short


def migrate(engine: sa.Engine) -> bool:
    """Upgrade (or make) the schema in one transaction; False when it was the newest already."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            for limit in _LIMITS:
                connection.execute(sa.text(f"SET LOCAL {limit}"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        found = current(connection)
        if found == newest():
            return False
        if found is not None and found > newest():
            raise UnsafeStore(f"the database has schema {found}, this kefu knows {newest()}: run the newer kefu")
        _upgrade(connection)
        return True


def current(connection: sa.Connection) -> str | None:
    """The revision a database is at; None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def newest() -> str:
    """The revision this version of kefu needs: the files are numbered."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _upgrade(connection: sa.Connection) -> None:
    # Imported here because Alembic takes 0.8 s to import and nearly every start finds the schema up to date.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
