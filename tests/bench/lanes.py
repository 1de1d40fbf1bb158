"""The lanes: steady traffic, saturation on each database, memory, start; each on the product and on the floor."""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot import wiring
from bot.settings import Settings
from bot.store.base import Store
from tests.bench import addresses, desks, phrases, processes, staff, timers, understanding
from tests.bench.floor import CHANNEL, SHOP
from tests.bench.load import Load, closed, open_
from tests.bench.memory import memory_mb
from tests.bench.processes import Fleet, Floor, fresh_postgres
from tests.bench.timers import Platform
from tests.bench.traffic import Traffic
from tests.server import Server

STEADY = 50.0  # messages a second
CONNECTIONS = 50
PHRASES = 5000
_WARM_UP = 400
_FEW = 4  #: connections of a warm-up before a lane that does not saturate
#: Requests made ready per second of saturation; a server that is faster ends its lane sooner.
_MOST_PER_SECOND = 5000
_DUE_SECONDS = 600.0  #: beyond which the lane of due timers is called off
_KNOWN = {"replied", "suggested", "handed_off", "ignored", "recorded"}

Start = Callable[[Path, str, int], AbstractContextManager[Fleet]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A load and what it cost."""

    load: Load
    server_cpu_ms: float  #: of the server processes, per message
    machine_cpu_ms: float  #: of everything on the machine, per message: server, database, generator, strangers


@dataclass(slots=True)
class Results:
    """Everything that was measured, by name; `faults` holds what must not happen at all."""

    loads: dict[str, Measured] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Bench:
    """Runs the lanes one after another in a folder of its own."""

    def __init__(self, folder: Path, *, quick: bool, say: Callable[[str], None]) -> None:
        self._folder, self._say = folder, say
        self._steady_seconds, self._full_seconds = (5.0, 5.0) if quick else (30.0, 15.0)
        self._starts, self._texts = (2, 1000) if quick else (5, 5000)
        self._traffic = Traffic()
        self.results = Results()

    def run(self, *lanes: Callable[[], None]) -> None:
        """Run lanes; what one measured stays, and the next ones run, when it fails."""
        for lane in lanes:
            try:
                lane()
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                self.results.faults.append(f"a lane broke off: {error}")

    def sqlite(self) -> None:
        """Steady traffic, then saturation, then memory, on one process."""
        for kind, start in (("kefu", processes.product), ("floor", processes.floor)):
            with self._fleet(kind, start, "", 1) as fleet:
                self._steady(f"{kind} sqlite steady", fleet)
                self._saturate(f"{kind} sqlite", fleet)
                self._memory(kind, fleet)
                self._check_rows(f"{kind} sqlite", f"sqlite:///{fleet.servers[0].data_dir / 'kefu.db'}")

    def postgres(self, count: int) -> None:
        """Saturation on one or several processes over one database."""
        for kind, start in (("kefu", processes.product), ("floor", processes.floor)):
            with fresh_postgres() as url, self._fleet(kind, start, url, count) as fleet:
                name = f"{kind} postgres {count}"
                self._saturate(name, fleet)
                peak = max(memory_mb(pid)[1] for pid in fleet.pids)
                self.results.numbers[f"{name} peak"] = peak
                self._check_rows(name, url.replace("postgresql:", "postgresql+psycopg:", 1))

    def desk(self, url: str) -> None:
        """Customers arrive while 200 agents look on, each at a desk; `url`: of PostgreSQL, "" for SQLite."""
        name = f"desk {'postgres' if url else 'sqlite'}"
        with self._fleet("kefu", processes.whole_product, url, 1, connections=_FEW) as fleet:
            [port], [pid] = fleet.ports, fleet.pids
            grown = {"before": memory_mb(pid)[0]}
            agents = staff.sign_in(port, staff.hire(fleet.servers[0], url))
            grown["signed in"] = memory_mb(pid)[0]
            event = staff.open_pages(port, agents)
            count = round(desks.PER_SECOND * self._steady_seconds)
            requests = self._traffic.conversations(count, fleet.secret, CHANNEL, SHOP)
            self._say(name)
            before = processes.cpu_seconds(fleet.pids)
            told = desks.watch(port, agents, event, requests, lambda: grown.update({"open": memory_mb(pid)[0]}))
            self._sent += len(told.answered)
            now, peak = memory_mb(pid)
            self.results.numbers |= {
                **{f"{name} memory {when}": megabytes for when, megabytes in grown.items()},
                **{f"{name} {of}": told.quantile(share) for of, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))},
                f"{name} lost": told.lost, f"{name} doubled": told.doubled, f"{name} returns": told.returns,
                f"{name} memory": now, f"{name} peak": peak,
                f"{name} cores": (processes.cpu_seconds(fleet.pids) - before) / self._steady_seconds,
            }  # fmt: skip
            self.results.faults += [f"{name}: {fault}" for fault in told.faults]
            file = f"sqlite:///{fleet.servers[0].data_dir / 'kefu.db'}"
            self._check_rows(name, url.replace("postgresql:", "postgresql+psycopg:", 1) or file)

    def timers(self, url: str) -> None:
        """100,000 timers wait and 5,000 are due at once: one process on SQLite, two workers on PostgreSQL."""
        name = f"timers {'postgres' if url else 'sqlite'}"
        folder, content = self._folder / name.replace(" ", "-"), self._folder / "awake"
        self._say(f"{name}: filling the database")
        if not content.exists():
            timers.awake_content(content, SHOP, datetime.now(UTC))
        with timers.platform() as taker:
            environment = {
                "KEFU_DATABASE_URL": url, "KEFU_CONTENT_DIR": str(content), "KEFU_CALLBACK_HOSTS": "127.0.0.1",
            }
            fleet = processes.workers(folder, environment, 2 if url else 1, taker.url)
            store = wiring.open_store(Settings(database_url=url, data_dir=fleet.servers[0].data_dir))
            try:
                timers.fill(store, SHOP, CHANNEL, datetime.now(UTC))
                with processes.running(fleet.servers):
                    self._due_at_once(name, fleet, store, taker)
            finally:
                store.close()
        shutil.rmtree(folder)

    def _due_at_once(self, name: str, fleet: Fleet, store: Store, taker: Platform) -> None:
        self._say(name)
        before = processes.cpu_seconds(fleet.pids)
        moment = datetime.now(UTC) + timers.LEAD
        timers.let_due(store, moment)
        timers.wait(store, _DUE_SECONDS)
        done = store.read(lambda tx: timers.judge(tx, taker, moment)).result()
        self.results.numbers |= {
            f"{name} rate": done.rate, f"{name} p50": done.quantile(0.5), f"{name} p99": done.quantile(0.99),
            f"{name} posted p99": done.posted(0.99), f"{name} lost": timers.DUE - len(done.delays),
            f"{name} doubled": len(taker.again), f"{name} peak": max(memory_mb(pid)[1] for pid in fleet.pids),
            f"{name} cpu": 1000 * (processes.cpu_seconds(fleet.pids) - before) / timers.DUE,
        }
        self.results.faults += [f"{name}: {fault}" for fault in done.faults]

    def starts(self) -> None:
        """From the command to ready: on an empty data folder, and on one that served before."""
        for kind, server in (("kefu", Server), ("floor", Floor)):
            first: list[float] = []
            second: list[float] = []
            for number in range(self._starts):
                self._say(f"{kind} start {number + 1} of {self._starts}")
                folder = self._folder / f"start-{kind}-{number}"
                for taken in (first, second):
                    with processes.started(server(folder, {"KEFU_DATABASE_URL": ""})) as seconds:
                        taken.append(seconds)
                shutil.rmtree(folder)
            self.results.numbers[f"{kind} first start"] = statistics.median(first)
            self.results.numbers[f"{kind} second start"] = statistics.median(second)

    def check(self) -> None:
        """`kefu check` of the project's content grown to 5,000 phrases; once before, lest it learn."""
        self._say(f"kefu check, {PHRASES} phrases")
        root = self._folder / "content"
        phrases.grow(root, PHRASES)
        phrases.check_seconds(root)
        self.results.numbers["check"] = statistics.median(phrases.check_seconds(root) for _ in range(self._starts))
        shutil.rmtree(root)

    def understanding(self) -> None:
        """One message understood, without a server; after `starts`, so that what was learned is kept."""
        self._say("understanding")
        figures = understanding.run([self._traffic.text() for _ in range(self._texts)])
        self.results.numbers |= {f"understanding {name}": figure for name, figure in figures.items()}

    def addresses(self) -> None:
        """Delivery addresses read, without a server."""
        self._say("addresses")
        self.results.numbers |= {f"addresses {name}": figure for name, figure in addresses.run().items()}

    @contextlib.contextmanager
    def _fleet(
        self, kind: str, start: Start, url: str, count: int, connections: int = CONNECTIONS
    ) -> Iterator[Fleet]:
        self._say(f"starting {kind} on {'PostgreSQL' if url else 'SQLite'}, processes: {count}")
        folder = self._folder / f"{kind}{'-postgres' if url else '-sqlite'}-{count}-{connections}"
        with start(folder, url, count) as fleet:
            self._sent = 0
            warmed = closed(fleet.ports, self._requests(fleet, _WARM_UP), connections, 60)
            self._check(f"{folder.name} warm-up", fleet, warmed)
            yield fleet
        shutil.rmtree(folder)

    def _steady(self, name: str, fleet: Fleet) -> None:
        requests = self._requests(fleet, round(STEADY * self._steady_seconds))
        self._measure(name, fleet, lambda: open_(fleet.ports, requests, STEADY))

    def _saturate(self, name: str, fleet: Fleet) -> None:
        requests = self._requests(fleet, round(_MOST_PER_SECOND * self._full_seconds))
        self._measure(name, fleet, lambda: closed(fleet.ports, requests, CONNECTIONS, self._full_seconds))

    def _measure(self, name: str, fleet: Fleet, work: Callable[[], Load]) -> None:
        self._say(name)
        server, machine = processes.cpu_seconds(fleet.pids), processes.machine_busy()
        load = work()
        per_message = 1000 / max(1, load.sent)
        self.results.loads[name] = Measured(
            load,
            (processes.cpu_seconds(fleet.pids) - server) * per_message,
            (processes.machine_busy() - machine) * per_message,
        )
        self._check(name, fleet, load)

    def _memory(self, kind: str, fleet: Fleet) -> None:
        now, peak = memory_mb(fleet.pids[0])
        self.results.numbers |= {f"{kind} memory": now, f"{kind} peak": peak}

    def _requests(self, fleet: Fleet, count: int) -> list[bytes]:
        return self._traffic.requests(count, fleet.secret, CHANNEL, SHOP)

    def _check(self, name: str, fleet: Fleet, load: Load) -> None:
        """Every request answered 200 with a status that a first delivery can have."""
        self._sent += load.sent
        faults = [f"{count} × {fault}" for fault, count in load.faults.items()]
        faults += [f"{n} × status {status}" for status, n in load.answers.items() if status not in _KNOWN]
        if faults and (trouble := fleet.last_trouble()):
            faults.append(trouble)
        self.results.faults += [f"{name}: {fault}" for fault in faults]

    def _check_rows(self, name: str, url: str) -> None:
        """Every acknowledged message is a row, and the bot failed on none."""
        database = sa.make_url(url)
        kept = processes.rows(database, "SELECT count(*) FROM messages WHERE author = 'customer'")
        failed = processes.rows(database, "SELECT count(*) FROM tickets WHERE reason = 'bot_fault'")
        if kept != self._sent:
            self.results.faults.append(f"{name}: {self._sent} messages acknowledged, {kept} kept")
        if failed:
            self.results.faults.append(f"{name}: the bot failed on {failed} messages (see event=bot_fault in its log)")
