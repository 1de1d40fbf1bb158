"""Due timers under load: 100,000 of a shop's plans wait, 5,000 are due at one moment, and each goes through the whole
gate to a post that a platform takes."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import uvloop

from bot.content import load
from bot.core.hours import SHOP_ZONE
from bot.core.orders import Item, Kind, Order, OrderEvent, OrderFacts, applied
from bot.flows import unsaid
from bot.settings import ROOT
from bot.store import orders
from bot.store.base import Store
from bot.store.tables import jobs, messages
from bot.store.tables import proactive_messages as ledger
from tests.loopback import listening

#: What the issue asks for.
WAITING, DUE = 100_000, 5_000
PLAN = "address_check"
_PAID_AGO, _LATER = timedelta(minutes=10), timedelta(days=30)
_ROWS = 1000  # inserted at once
#: The moment at which all are due lies this far ahead when they are told of it.
LEAD = timedelta(seconds=2)
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_DUE_KEYS = jobs.c.unique_key.like(f"{unsaid.KIND}:{PLAN}:D%")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the timers that were due."""

    delays: Sequence[float]  #: seconds from the due moment to the timer's end, ascending
    posts: Sequence[float]  #: and to the platform's having the message
    faults: Sequence[str]

    def quantile(self, share: float) -> float:
        """The lateness, in seconds, that this share of the timers did not exceed."""
        return _quantile(self.delays, share)

    def posted(self, share: float) -> float:
        """The same of their messages, at the platform."""
        return _quantile(self.posts, share)

    @property
    def rate(self) -> float:
        """Timers done per second, from the due moment to the last one's end."""
        return len(self.delays) / max(0.001, self.quantile(1.0))


def _quantile(ascending: Sequence[float], share: float) -> float:
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else float("nan")


@dataclass(slots=True)
class Platform:
    """Takes posts at `url` and keeps when each came, by its webhook-id."""

    url: str = ""
    came: dict[str, datetime] = field(default_factory=dict)
    again: Counter[str] = field(default_factory=Counter)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            await reader.readexactly(int(fields["content-length"]))
            self.keep(fields["webhook-id"])
            writer.write(_OK)

    def keep(self, id_: str) -> None:
        """A post of this id came."""
        if id_ in self.came:
            self.again[id_] += 1
        self.came.setdefault(id_, datetime.now(UTC))


@contextlib.contextmanager
def platform() -> Iterator[Platform]:
    """A platform on a thread of its own."""
    made, loop, started = Platform(), uvloop.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def run() -> None:
        async with listening(made.take) as port:
            made.url = f"http://127.0.0.1:{port}/in"
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    started.wait()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


def awake_content(root: Path, shop: str, now: datetime) -> None:
    """Copy the project's content to a folder, with a shop that may write to its customers at this time of day."""
    for folder in load.ALL_FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    far = (now + timedelta(hours=12)).astimezone(SHOP_ZONE)
    shops = root / "phrases" / "shops"
    shops.mkdir(exist_ok=True)
    quiet = f"{far:%H:%M}-{far + timedelta(minutes=1):%H:%M}"
    (shops / f"{shop}.yaml").write_text(f"name: 试用店铺\nquiet: {quiet}\n", "utf-8")


def fill(store: Store, shop: str, channel: str, now: datetime, waiting: int = WAITING, due: int = DUE) -> None:
    """Orders that have been paid, and their timers, as the stories would have left them; written into the tables
    directly, for the stories of so many orders would take longer than what is measured. Of the timers that only wait
    the orders are left out: nobody looks at them."""
    for begin in range(0, due, _ROWS):
        numbers = range(begin, min(due, begin + _ROWS))
        store.submit(lambda tx, some=numbers: _orders(tx, shop, channel, some, now)).result()  # type: ignore[misc]
    rows = [_timer(shop, f"D{n:06}", now + _LATER, now) for n in range(due)]
    rows += [_timer(shop, f"W{n:06}", now + timedelta(hours=1, seconds=20 * n), now) for n in range(waiting)]
    for begin in range(0, len(rows), _ROWS):
        some = rows[begin : begin + _ROWS]
        store.submit(lambda tx, some=some: tx.execute(jobs.insert(), some)).result()  # type: ignore[misc]


def _orders(tx: sa.Connection, shop: str, channel: str, numbers: Sequence[int], now: datetime) -> None:
    made, told = [], []
    for number in numbers:
        id_, paid = f"D{number:06}", now - _PAID_AGO
        facts = OrderFacts(
            channel=channel, customer=f"buyer-{number}", items=(Item("P1", "纯棉短袜"),), amount=1990,
            receiver="林小满", phone="13812345678", address=f"浙江省杭州市人民路{number}号",
        )  # fmt: skip
        events = [
            OrderEvent("e1", id_, Kind.CREATED, paid - timedelta(minutes=5), facts),
            OrderEvent("e2", id_, Kind.PAID, paid, OrderFacts()),
        ]
        order = Order(shop, id_)
        for event in events:
            order = applied(order, event)
        made.append(order)
        told += events
    orders.put(tx, made, now)
    orders.add_events(tx, shop, told, now)


def _timer(shop: str, order: str, run_at: datetime, now: datetime) -> dict[str, object]:
    return {
        "shop": shop, "kind": unsaid.KIND, "payload": {"plan": PLAN, "order": order}, "run_at": run_at,
        "created_at": now, "lane": None, "unique_key": unsaid.key(PLAN, order),
    }  # fmt: skip


def let_due(store: Store, moment: datetime) -> None:
    """Make the timers of the orders due at one moment."""
    store.submit(lambda tx: tx.execute(jobs.update().where(_DUE_KEYS).values(run_at=moment))).result()


def wait(store: Store, seconds: float, due: int = DUE) -> None:
    """Until every timer has ended and every message left; RuntimeError when that takes longer."""
    of = jobs.c
    ended = sa.or_(_DUE_KEYS, of.kind == "send"), of.finished_at.is_not(None)
    began, count = time.monotonic(), 0
    while count < 2 * due:
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"{count} of {2 * due} timers and posts were done after {seconds:g} s")
        time.sleep(0.5)
        count = store.read(lambda tx: _count(tx, jobs, *ended)).result()


def judge(tx: sa.Connection, taker: Platform, moment: datetime, waiting: int = WAITING, due: int = DUE) -> Done:
    """How late they were, and that each was done once: counted from the database and at the platform."""
    of = jobs.c
    rows = tx.execute(sa.select(of.state, of.attempts, of.finished_at).where(_DUE_KEYS)).all()
    counted = {
        "timers done": sum(row.state == "done" for row in rows),
        "timers done at the first try": sum(row.attempts == 1 for row in rows),
        "orders told of": _count(tx, ledger, ledger.c.plan == PLAN, ledger.c.outcome == "sent"),
        "messages delivered": _count(tx, messages, messages.c.state == "delivered"),
        "posts at the platform": len(taker.came),
        "timers that still wait": _count(tx, jobs, of.state == "waiting"),
    }
    faults = [
        f"{what}: {count}, not {wanted}"
        for what, count in counted.items()
        if count != (wanted := waiting if what.endswith("wait") else due)
    ]
    faults += [f"{len(taker.again)} messages were posted more than once"] if taker.again else []
    delays = sorted((row.finished_at - moment).total_seconds() for row in rows if row.finished_at)
    return Done(delays, sorted((came - moment).total_seconds() for came in taker.came.values()), faults)


def _count(tx: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())
