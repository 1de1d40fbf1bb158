"""The bench can be believed: honest latencies, genuine requests, a floor served like the product, clear verdicts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.channels import generic, signature
from bot.channels.base import FakeSender, Fate, Post, Sent
from bot.cli import serve
from bot.content import load
from bot.content.live import LiveContent
from bot.settings import Settings
from bot.store import migrate
from bot.store.base import Store
from bot.store.sqlite import SqliteStore
from bot.store.tables import messages
from bot.worker import Worker
from tests.bench import desks, floor, timers, understanding
from tests.bench.lanes import Measured, Results
from tests.bench.load import Load, closed, open_
from tests.bench.report import Row, as_json, rows
from tests.bench.traffic import Traffic
from tests.flows.world import SHOP, World
from tests.loopback import listening
from tests.server import SECRET

_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"replied"}'
_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


@contextmanager
def _platform(answers: list[bytes], pause: float = 0.0) -> Iterator[int]:
    """A server that takes one request after another, `pause` seconds each, and gives these answers in turn."""
    loop, started, port = asyncio.new_event_loop(), threading.Event(), 0
    turn, left = asyncio.Lock(), list(answers)

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
            async with turn:
                await asyncio.sleep(pause)
                answer = left.pop(0) if len(left) > 1 else left[0]
            writer.write(answer[:9])  # in two pieces, as networks do
            await writer.drain()
            writer.write(answer[9:])

    async def run() -> None:
        nonlocal port
        async with listening(serve_one) as port:
            started.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    started.wait(5)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


def _requests(count: int) -> list[bytes]:
    return Traffic().requests(count, SECRET, floor.CHANNEL, floor.SHOP)


def test_every_request_is_genuine_and_unlike_the_others() -> None:
    ids = set()
    for request in _requests(300):
        head, _, body = request.partition(b"\r\n\r\n")
        headers = [tuple(line.split(b": ", 1)) for line in head.split(b"\r\n")[1:]]
        signature.verify([(name, value) for name, value in headers], body, (SECRET,), floor.now())
        ids.add(generic.parse(floor.CHANNEL, body).external_id)
    assert len(ids) == 300


def test_a_waiting_time_counts_from_the_planned_moment_not_from_the_sending() -> None:
    with _platform([_ANSWER], pause=0.02) as port:
        load = open_([port], _requests(20), per_second=1000, connections=1)
    assert load.answers == {"replied": 20}
    assert load.quantile(1.0) > 300  # the last of twenty came at once with the others and waited for nineteen


def test_answers_and_refusals_are_counted_apart() -> None:
    with _platform([_ANSWER, _REFUSAL, _ANSWER]) as port:
        load = closed([port], _requests(10), connections=2, seconds=30)
    assert (load.sent, load.answers, load.faults) == (10, {"replied": 9}, {"answered 503": 1})
    assert len(load.latencies) == 9


def test_the_floor_is_served_with_the_products_own_server_settings(tmp_path: Path) -> None:
    store = SqliteStore(f"sqlite:///{tmp_path / 'kefu.db'}")
    migrate.migrate(store.engine)
    try:
        settings = Settings(data_dir=tmp_path)
        ours = vars(serve._uvicorn(settings, store))
        floors = vars(floor.config(ours["app"], settings.host, settings.port, round(settings.drain_seconds)))
        assert floors == ours
    finally:
        store.close()


def test_a_missed_bar_says_so_and_a_lane_that_did_not_run_too() -> None:
    verdicts = [
        Row("r", "messages/s", figure, bar=600, more_is_better=True).verdict for figure in (599.0, 600.0, None)
    ] + [Row("r", "ms", figure, bar=30).verdict for figure in (31.0, 30.0)]
    assert verdicts == ["MISS", "pass", "not run", "MISS", "pass"]


def test_every_text_is_understood_and_the_quickest_try_of_a_hostile_one_counts() -> None:
    understood: list[str] = []
    figures = understanding.measure(understood.append, ["在吗", "几号发"])
    assert figures.keys() == {"p50", "p99", "hostile"}
    assert set(understood) == {"在吗", "几号发", *understanding.HOSTILE}
    assert min(map(len, understanding.HOSTILE)) >= 500
    assert len(set(understanding.HOSTILE)) >= 12


def test_the_report_sets_each_figure_beside_its_floor() -> None:
    results = Results()
    for name, answered in (("kefu sqlite", 1000), ("floor sqlite", 4000)):
        load = Load(answered, 1.0, (0.01,) * answered, {"replied": answered}, {}, 0.1)
        results.loads[name] = Measured(load, 0.5, 1.0)
    row = next(row for row in rows(results) if row.what == "(b) SQLite FULL, 1 process")
    assert (row.figure, row.floor, row.ratio, row.verdict) == (1000, 4000, 0.25, "pass")
    results.numbers["understanding p50"] = 1.5
    alone = {row.what: row.verdict for row in rows(results) if row.what.startswith("(f)")}
    assert alone["(f) one message understood: p50"] == "MISS"
    assert list(alone.values()).count("not run") == 4
    assert as_json({}, results, quick=True)["loads"]["kefu sqlite"]["per_second"] == 1000


def test_desks_are_told_of_late_lost_and_doubled_events_apart() -> None:
    prompt, deaf = desks._Desk(), desks._Desk()
    data = b'{"conversation":"cv_1","message":{"seq":1,"id":"ms_0a","author":"customer"}}'
    told = b"id: 4\nevent: message\ndata: %b\n\n" % data
    prompt.hear(desks._ids(told), 10.25)
    prompt.hear(desks._ids(told), 11.0)
    seen = desks._compared([prompt, deaf], {b"ms_0a": 10.0}, ["answered 503", "answered 503"])
    assert (seen.delays, seen.lost, seen.doubled, seen.faults) == ([0.25], 1, 1, ["2 × answered 503"])
    assert seen.quantile(0.99) == 250
    assert (desks._position(told), desks._position(b":\n\n")) == (4, 0)


def test_each_conversation_is_of_a_customer_who_has_never_been_here() -> None:
    made = Traffic().conversations(50, SECRET, floor.CHANNEL, floor.SHOP)
    customers = {generic.parse(floor.CHANNEL, one.partition(b"\r\n\r\n")[2]).customer for one in made}
    assert len(customers) == 50


@pytest.fixture
def calling(store: Store, content: LiveContent) -> World:
    """A shop at ten in the morning whose platform can be called, with seven timers that wait and four that are due."""
    world = World(store, content.knowledge, content=content)
    world.call_back()
    timers.fill(store, SHOP, world.channel.id, world.now, waiting=7, due=4)
    timers.let_due(store, world.now)
    return world


class _Taker(FakeSender):
    """Delivers to the lane's platform; the first post a second time where told so."""

    def __init__(self, taker: timers.Platform, *, stutters: bool = False) -> None:
        super().__init__()
        self._taker, self._stutters = taker, stutters

    async def __call__(self, post: Post) -> Sent:
        """Keep what came."""
        for _ in range(1 + self._stutters):
            self._taker.keep(post.webhook_id)
        self._stutters = False
        return Sent(Fate.DELIVERED, "200")


def _work(world: World, sender: FakeSender, rounds: int = 10) -> None:
    async def work(worker: Worker) -> None:
        for _ in range(rounds):
            await worker.work(world.now)
            await worker.idle()

    asyncio.run(work(world.worker(sender)))


def _judged(world: World, taker: timers.Platform) -> timers.Done:
    return world.store.read(lambda tx: timers.judge(tx, taker, world.now, waiting=7, due=4)).result()


def test_the_timers_of_the_lane_pass_the_whole_gate_and_their_lateness_is_counted(calling: World) -> None:
    taker, moment = timers.Platform(), calling.now
    calling.now += timedelta(seconds=3)
    _work(calling, _Taker(taker))
    done = calling.store.read(lambda tx: timers.judge(tx, taker, moment, waiting=7, due=4)).result()
    assert (done.faults, done.delays) == ([], [3.0] * 4)
    assert (done.quantile(0.99), round(done.rate, 2)) == (3.0, 1.33)
    assert all("杭州" in row["text"] for row in calling.rows(messages))


def test_a_lane_that_loses_or_doubles_a_timer_says_so(calling: World) -> None:
    taker = timers.Platform()
    assert _judged(calling, taker).faults[0] == "timers done: 0, not 4"
    _work(calling, _Taker(taker, stutters=True))
    assert _judged(calling, taker).faults == ["1 messages were posted more than once"]


def test_the_lanes_platform_takes_posts_and_sees_repetitions() -> None:
    with timers.platform() as taker:
        for id_ in ("ms_1", "ms_2", "ms_1"):
            assert httpx.post(taker.url, content=b"{}", headers={"webhook-id": id_}).status_code == 200
    assert (set(taker.came), dict(taker.again)) == ({"ms_1", "ms_2"}, {"ms_1": 1})


def test_the_lanes_shop_may_write_at_this_time_of_day(tmp_path: Path) -> None:
    night = datetime(2026, 11, 11, 18, 30, tzinfo=UTC)  # half past two in the shop
    timers.awake_content(tmp_path, floor.SHOP, night)
    assert load.read_shop_facts(tmp_path, floor.SHOP).outreach.is_open(night)
