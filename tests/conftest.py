"""The world that tests share: the real content, a store of each kind, a scratch shop, a real server."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from bot.content.live import LiveContent
from bot.core.knowledge import Knowledge
from bot.settings import ROOT, Settings
from bot.store import migrate
from bot.store.base import Store
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.tables import metadata
from bot.trainer.scratch import ScratchShop
from tests.nursery import Nursery

POSTGRES_URL = os.environ.get("KEFU_TEST_POSTGRES_URL", "")
# A busy machine is no fault of the code: examples are not timed, and drawing them may take long.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
REQUIRED = set(os.environ.get("KEFU_TEST_REQUIRED", "").split(","))  # lanes that CI does not allow to be skipped

_MEMORY, _ROOM = Path("/dev/shm"), 4 * 2**30  # bytes that must be free there; a container may have 64 MB


def pytest_configure() -> None:
    """Put the tests' files into memory where there is room: a suite that waits for a disk takes half as long again."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def skip_or_fail(lane: str, reason: str) -> None:
    """Skip with the reason; fail instead where this lane is demanded."""
    if lane in REQUIRED:
        pytest.fail(f"{lane} tests are demanded here but cannot run: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def content() -> LiveContent:
    """The project's own content, compiled once."""
    return LiveContent(ROOT, Settings().cache_dir)


@pytest.fixture(scope="session")
def knowledge(content: LiveContent) -> Knowledge:
    """The compiled content."""
    return content.knowledge


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The process that forks servers and commands: each of its own would take five seconds to start."""
    opened = Nursery(tmp_path_factory.getbasetemp())
    yield opened
    opened.close()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty database of its own on the PostgreSQL server; skipped with the reason where there is none."""
    with _database() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """The URL of a database with today's tables, emptied by each test that used it: making one takes half a second."""
    with _database() as url:
        opened = PostgresStore(url)
        migrate.migrate(opened.engine)
        with opened.engine.begin() as connection:  # nor for that of the database, but where it is killed
            connection.exec_driver_sql(f"ALTER DATABASE {opened.engine.url.database} SET synchronous_commit = off")
        opened.close()
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    file = tmp_path_factory.mktemp("migrated") / "kefu.db"
    opened = SqliteStore(f"sqlite:///{file}")
    migrate.migrate(opened.engine)
    opened.close()
    return file


@contextmanager
def _database() -> Iterator[str]:
    """The URL of a new database, dropped afterwards."""
    if not POSTGRES_URL:
        skip_or_fail("postgres", "KEFU_TEST_POSTGRES_URL is not set")
    base = sa.make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(base, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except sa.exc.OperationalError as error:
        skip_or_fail("postgres", f"PostgreSQL does not answer: {error.orig}")
    yield base.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each kind with its tables: whatever uses it is a conformance test over both."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    opened = PostgresStore(request.getfixturevalue("migrated_postgres"))
    yield opened
    opened.close()
    with opened.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    opened.engine.dispose()


@pytest.fixture
def sqlite_store(migrated_sqlite: Path, tmp_path: Path) -> Iterator[SqliteStore]:
    """A SQLite store with its tables, for tests that are not about the database."""
    file = shutil.copy(migrated_sqlite, tmp_path / "kefu.db")
    opened = SqliteStore(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def shop(sqlite_store: SqliteStore, knowledge: Knowledge) -> ScratchShop:
    """A shop that answers every message by itself, at ten in the morning."""
    return ScratchShop(sqlite_store, knowledge)
