"""PostgreSQL goes away under load and comes back: 503 meanwhile, nothing acknowledged is lost, no restart of kefu."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import POSTGRES_URL, skip_or_fail
from tests.crash.conftest import Make
from tests.crash.platform import Poster, Receiver
from tests.crash.scene import callback_channel, response_channel, set_up
from tests.nursery import until
from tests.server import free_port, message

STOPS = 3
REFUSALS = 20  # answers 503 to see before the database comes back

pytestmark = [pytest.mark.crash, pytest.mark.postgres]
log = logging.getLogger(__name__)


@dataclass
class Cluster:
    """A PostgreSQL of our own, to be stopped as we like."""

    programs: Path
    folder: Path
    port: int = field(default_factory=free_port)
    user: str | None = None  #: PostgreSQL refuses to run as root

    @property
    def url(self) -> str:
        """Of its only database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make its files; durable as a real one."""
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", f"--pgdata={self.folder}")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        log_file = str(self.folder / "server.log")
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self.folder}", f"--log={log_file}", f"--options={options}")

    def stop(self) -> None:
        """Stop without saving anything, as a crash would."""
        self._run("pg_ctl", "stop", "--wait", f"--pgdata={self.folder}", "--mode=immediate")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(
            command, user=self.user, cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )
        assert done.returncode == 0, done.stderr


@dataclass
class Closable:
    """A database of the shared cluster that can be closed to everybody: to kefu it looks gone."""

    url: str

    def stop(self) -> None:
        """Let nobody in and throw everybody out."""
        name = sa.make_url(self.url).database
        self._admin(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self._admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def start(self) -> None:
        """Open it again."""
        self._admin(f"ALTER DATABASE {sa.make_url(self.url).database} ALLOW_CONNECTIONS true")

    def _admin(self, statement: str) -> None:
        shared = sa.make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(shared, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@pytest.fixture
def closable(postgres_url: str) -> Closable:
    """A database of its own on the shared cluster."""
    return Closable(postgres_url)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A running throw-away cluster; skipped where PostgreSQL's own programs or its user are not installed."""
    programs, user = _programs(), "postgres" if os.getuid() == 0 else None
    if programs is None:
        skip_or_fail("initdb", "initdb and pg_ctl are not installed")
    folder = Path(tempfile.mkdtemp(prefix="kefu-pg-"))
    if user is not None:
        try:
            shutil.chown(folder, user)
        except LookupError:
            skip_or_fail("initdb", "PostgreSQL does not run as root, and there is no user postgres")
    assert programs is not None
    made = Cluster(programs, folder, user=user)
    made.create()
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder)


def test_stopping_postgres_three_times_under_load_loses_nothing(make_server: Make, cluster: Cluster) -> None:
    """The whole server crashes, loses every connection and recovers from its log."""
    _goes_away_and_comes_back(make_server, cluster)


def test_cutting_all_connections_three_times_under_load_loses_nothing(make_server: Make, closable: Closable) -> None:
    """The server stays up and throws kefu out."""
    _goes_away_and_comes_back(make_server, closable)


def _goes_away_and_comes_back(make_server: Make, database: Cluster | Closable) -> None:
    """Every acknowledged message is there once with its answer, and messages flow again by themselves each time."""
    platform = Receiver()
    server = make_server(KEFU_DATABASE_URL=database.url, KEFU_CALLBACK_HOSTS="127.0.0.1")
    with platform.listening():
        set_up(server, response_channel("shop-chat"), callback_channel("pushed", platform.url))
        server.start()
        poster = Poster(f"{server.url}/v1/channels/shop-chat/messages")
        with poster.posting(8):
            for _ in range(STOPS):
                poster.wait_for(200, more=50)
                database.stop()
                poster.wait_for(503, more=REFUSALS)
                database.start()
            poster.wait_for(200, more=50)
        assert server.post("pushed", message("什么时候发货")).json()["status"] == "replied"
        until(lambda: platform.seen != [], what="a callback by the worker inside")
        server.stop()
    assert set(poster.statuses) == {200, 503}
    assert poster.cut == 0, "the server itself went away"
    assert _stored(database) == {one.external_id: tuple(one.replies) for one in poster.deliveries}
    log.info("%d stops: %s, none lost, none doubled", STOPS, dict(poster.statuses))


def _stored(database: Cluster | Closable) -> dict[str, tuple[str, ...]]:
    """The external id of every message on the loaded channel with the ids of its answers."""
    engine = sa.create_engine(database.url.replace("postgresql:", "postgresql+psycopg:"))
    query = """SELECT asked.external_id, array_agg(said.id ORDER BY said.seq) FROM messages asked
        JOIN messages said ON said.decision = asked.decision AND said.author = 'bot' AND said.state = 'delivered'
        WHERE asked.author = 'customer' AND asked.channel = 'shop-chat' GROUP BY asked.id, asked.external_id"""
    with engine.connect() as connection:
        found = connection.execute(sa.text(query)).all()
        customers = "SELECT count(*) FROM messages WHERE author = 'customer' AND channel = 'shop-chat'"
        assert connection.execute(sa.text(customers)).scalar() == len(found)
    engine.dispose()
    return {row[0]: tuple(row[1]) for row in found}


def _programs() -> Path | None:
    """Where initdb and pg_ctl are: Debian keeps them off the path."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if all((folder / p).exists() for p in ("initdb", "pg_ctl"))), None)
