"""The processes under load: the product and the floor, and what the kernel knows of their memory and time."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import sqlalchemy as sa

from tests.bench.floor import CHANNEL, SHOP
from tests.server import SECRET, Server

_TICK = os.sysconf("SC_CLK_TCK")
_TROUBLE = re.compile(r"error|warning", re.IGNORECASE)
#: Seconds to wait for ready: far beyond the bar, so that a slow start is measured and not cut off.
PATIENCE = 120.0
_AT_WORK = "后台任务已启动"
DEFAULT_POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"


class Floor(Server):
    """The floor's process, started and stopped as the product's."""

    def start(self, seconds: float = 30.0) -> float:
        """Start and wait until ready; returns how long that took, in seconds."""
        began = time.monotonic()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "serve.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.floor", "--port", str(self.port)],
                env=self._environment(), stdout=log, stderr=log, text=True,
            )  # fmt: skip
        while time.monotonic() - began < seconds and self.process.poll() is None:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise RuntimeError(f"the floor did not start: {(self.data_dir / 'serve.log').read_text()[-2000:]}")


@dataclass(frozen=True, slots=True)
class Fleet:
    """Running servers of one kind over one database, and the secret that their channel takes."""

    servers: tuple[Server, ...]
    secret: str

    @property
    def ports(self) -> tuple[int, ...]:
        """Where they listen."""
        return tuple(server.port for server in self.servers)

    @property
    def pids(self) -> tuple[int, ...]:
        """Their processes."""
        return tuple(server.process.pid for server in self.servers if server.process is not None)

    def last_trouble(self) -> str:
        """The newest error or warning in the servers' logs; empty when there is none."""
        lines = [line for s in self.servers for line in (s.data_dir / "serve.log").read_text().splitlines()]
        return next((line[:600] for line in reversed(lines) if _TROUBLE.search(line)), "")


def product(folder: Path, url: str, count: int) -> contextlib.AbstractContextManager[Fleet]:
    """`count` kefu servers with the channel `bench`, which answers every message by itself; the lone server on
    SQLite runs its worker inside as it does by default."""
    return _product(folder, url, count, ("--no-worker",) if url else ())


def whole_product(folder: Path, url: str, count: int) -> contextlib.AbstractContextManager[Fleet]:
    """The same with a worker inside on either database: where agents are at work, somebody gives customers to them."""
    return _product(folder, url, count, ())


@contextlib.contextmanager
def _product(folder: Path, url: str, count: int, arguments: tuple[str, ...]) -> Iterator[Fleet]:
    environment = {"KEFU_DATABASE_URL": url, "KEFU_TRY_PAGE": "true"}
    servers = tuple(Server(folder / f"kefu{number}", environment, arguments) for number in range(count))
    servers[0].kefu("shop", "add", SHOP)
    printed = servers[0].kefu("channel", "add", CHANNEL, "--shop", SHOP, "--quiet", "0")
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", printed)
    if found is None:
        raise RuntimeError(f"kefu channel add printed no secret: {printed}")
    with running(servers):
        yield Fleet(servers, found[0])


class Worker(Server):
    """A `kefu worker` process, started and stopped as the server is."""

    def start(self, seconds: float = PATIENCE) -> float:
        """Start and wait until it says that it is at work; returns how long that took, in seconds."""
        began = time.monotonic()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        said = self.data_dir / "serve.log"
        with said.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "worker"], env=self._environment(), stdout=log, stderr=log, text=True
            )
        while time.monotonic() - began < seconds and self.process.poll() is None:
            if _AT_WORK in said.read_text():
                return time.monotonic() - began
            time.sleep(0.02)
        raise RuntimeError(f"the worker did not start: {said.read_text()[-2000:]}")


def workers(folder: Path, environment: Mapping[str, str], count: int, callback: str) -> Fleet:
    """`count` worker processes over one PostgreSQL database, or the lone server with its worker inside on SQLite, not
    started yet; the channel `bench` posts to `callback`."""
    on_postgres = bool(environment.get("KEFU_DATABASE_URL"))
    kind = Worker if on_postgres else Server
    fleet = tuple(kind(folder / f"kefu{number}", environment) for number in range(count))
    fleet[0].kefu("shop", "add", SHOP)
    fleet[0].kefu("channel", "add", CHANNEL, "--shop", SHOP, "--callback", callback)
    return Fleet(fleet, SECRET)


@contextlib.contextmanager
def floor(folder: Path, url: str, count: int) -> Iterator[Fleet]:
    """`count` floors."""
    servers = tuple(Floor(folder / f"floor{number}", {"KEFU_DATABASE_URL": url}) for number in range(count))
    with running(servers):
        yield Fleet(servers, SECRET)


@contextlib.contextmanager
def running(servers: tuple[Server, ...]) -> Iterator[None]:
    """The processes while they run, ended whatever happens."""
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(started(server))
        yield


@contextlib.contextmanager
def started(server: Server) -> Iterator[float]:
    """A running server, ended whatever happens; gives the seconds it took to be ready."""
    try:
        yield server.start(PATIENCE)
    finally:
        if server.process is not None:
            server.stop()


def postgres_url() -> str:
    """The PostgreSQL server to use."""
    return os.environ.get("KEFU_TEST_POSTGRES_URL") or DEFAULT_POSTGRES


def postgres_fault() -> str:
    """Why PostgreSQL cannot be used; empty when it can."""
    try:
        with _admin().connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except sa.exc.OperationalError as error:
        return str(error.orig).strip().splitlines()[0]
    return ""


@contextlib.contextmanager
def fresh_postgres() -> Iterator[str]:
    """The URL of an empty database of its own."""
    name, admin = f"bench_{uuid.uuid4().hex[:12]}", _admin()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield sa.make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def _admin() -> sa.Engine:
    url = sa.make_url(postgres_url()).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})


def rows(database: sa.URL, query: str) -> int:
    """The number that a query counts, on a connection of its own."""
    engine = sa.create_engine(database)
    try:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(query).scalar_one())
    finally:
        engine.dispose()


def cpu_seconds(pids: tuple[int, ...]) -> float:
    """Processor time that the processes took so far, all threads, user and system."""
    total = 0
    for pid in pids:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(after_name[11]) + int(after_name[12])
    return total / _TICK


def machine_busy() -> float:
    """Processor time that the whole machine spent working so far, in seconds over all cores."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + softirq) / _TICK

