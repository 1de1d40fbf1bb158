"""A shop's own system is asked before an order is told of: what it says is told, and where it does not say it in time
the customer hears that it is looked up, and a human has a ticket (bars 30, 31, 38)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from bot import metrics
from bot.channels.order_api import CONNECTIONS, FakeOrderApi, HttpOrderApi
from bot.content.live import LiveContent
from bot.core.breaker import IN_A_ROW, PROBE_EVERY
from bot.flows.inquiries import Inquiry
from bot.inquiring import Inquirer
from bot.store import order_apis
from bot.store.base import Store
from bot.store.jobs import Job
from bot.store.order_apis import OrderApi
from bot.store.sqlite import SqliteStore
from tests import shop_system
from tests.server import SECRET, message
from tests.shop_system import ShopSystem, order, shipped
from tests.web.front import Front, opened, sentence
from tests.web.shop_feed import event, tell

pytestmark = pytest.mark.anyio

WHERE, WHEN, MOVE, THANKS, PRICE = (
    "我的快递到哪了", "什么时候发货", "能帮我改一下收货地址吗", "谢谢", "你们家包邮吗"
)  # fmt: skip
TOLD = ("78900012345", "中通", "11月10日")
PATIENT = 20.0  # seconds: a limit that only a test that hangs comes to


@dataclass(slots=True)
class Asked:
    """A shop whose system is asked, on a clock of its own for the breaker."""

    front: Front
    system: ShopSystem
    steady: float = 0.0

    async def about(self, text: str, number: str = "A1", **more: Any) -> dict[str, Any]:
        """The answer to a question with an order's card."""
        return await self.front.say(text, type="order_card", order_id=number, **more)

    def change(self, shop: str = "demo", seconds: float = PATIENT, url: str = "") -> None:
        """Set how a shop's system is asked."""
        given, now = url or self.system.url, self.front.clock()
        self.front.store.real.submit(lambda tx: order_apis.put(tx, shop, given, seconds, SECRET, now)).result()
        self.front.state._channels.clear()

    def tickets(self) -> list[tuple[str, str]]:
        """Reason and note of every ticket."""
        return [(row[0], row[1]) for row in self.front.rows("SELECT reason, note FROM tickets ORDER BY id")]


@asynccontextmanager
async def asking(
    store: Store, content: LiveContent, *, seconds: float = 0.8, patience: float = PATIENT, **orders: Any
) -> AsyncIterator[Asked]:
    """Shop demo with a system that knows these orders."""
    async with opened(store, content) as front, shop_system.running(**orders) as system:
        asked = Asked(front, system)
        api = HttpOrderApi("127.0.0.1", lambda: front.clock().timestamp())
        inquirer = Inquirer(front.store, api, front.clock, lambda: asked.steady, patience, PATIENT)
        front.state.inquirer = inquirer
        asked.change(seconds=seconds)
        yield asked
        system.answers.set()
        await inquirer.close()
        await api.close()


@pytest.fixture
async def asked(sqlite_store: SqliteStore, content: LiveContent) -> AsyncIterator[Asked]:
    """A shop whose system knows of one parcel."""
    async with asking(sqlite_store, content, seconds=PATIENT, A1=shipped()) as running:
        yield running


def situation(front: Front, answer: dict[str, Any]) -> str:
    (row,) = front.rows("SELECT situation FROM decisions WHERE id = :id", id=answer["decision_id"])
    return str(row[0])


def is_looked_up(asked: Asked, answer: dict[str, Any]) -> bool:
    """Whether the customer heard that it is looked up, and nothing of the order."""
    assert not any(told in sentence(answer) for told in TOLD), sentence(answer)
    return (answer["status"], situation(asked.front, answer)) == ("handed_off", "handoff_check")


async def test_what_the_system_says_is_told_on_each_database(store: Store, content: LiveContent) -> None:
    async with asking(store, content, seconds=PATIENT, A1=shipped()) as asked:
        answer = await asked.about(WHERE)
        assert "78900012345" in sentence(answer)
        assert asked.system.asked == ["A1"]


async def test_what_was_read_is_told_for_a_minute_and_then_read_again(asked: Asked) -> None:
    await asked.about(WHERE)
    asked.front.clock.move(40)
    await asked.front.say(WHEN)
    assert asked.system.asked == ["A1"]
    asked.system.orders["A1"] = shipped(signed_at="2026-11-10T23:30:00+08:00")
    asked.front.clock.move(30)
    answer = await asked.about("快递现在到哪里了")
    assert asked.system.asked == ["A1", "A1"]
    assert situation(asked.front, answer) == "ship.track/signed+order"


async def test_an_order_known_from_events_is_asked_for_without_being_named(asked: Asked) -> None:
    await tell(asked.front, event("created", "09:00"), event("paid", "09:05"))
    answer = await asked.front.say(WHERE)
    assert "78900012345" in sentence(answer)
    assert asked.system.asked == ["A1"]


async def test_scans_and_refunds_are_told_too(asked: Asked) -> None:
    asked.system.orders["A1"] = shipped(scans=[{"at": "2026-11-10T20:10:00+08:00", "text": "快件已到达杭州转运中心"}])
    assert situation(asked.front, await asked.about(WHERE)) == "ship.track/shipped+order"
    (row,) = asked.front.rows("SELECT record FROM orders")
    assert [scan[1] for scan in json.loads(row[0])["scans"]] == ["快件已到达杭州转运中心"]
    asked.system.orders["A2"] = order(
        refund_requested_at="2026-11-10T21:00:00+08:00", refund_done_at="2026-11-10T23:45:00+08:00",
        refund_amount="199.00",
    )  # fmt: skip
    assert "11月10日23:45" in sentence(await asked.about("退款到账了吗", "A2", customer="c1"))


@pytest.mark.parametrize("question", [WHERE, WHEN, MOVE, "我这单付款成功了吗"])
async def test_a_system_that_fails_leaves_it_to_a_human(asked: Asked, question: str) -> None:
    asked.system.status = "500 Internal Server Error"
    answer = await asked.about(question)
    assert is_looked_up(asked, answer), sentence(answer)
    ((reason, note),) = asked.tickets()
    assert reason == "order_unsure"
    assert "A1" in note


async def test_what_was_true_ten_minutes_ago_is_not_told(asked: Asked) -> None:
    assert "78900012345" in sentence(await asked.about(WHERE))
    asked.front.clock.move(600)
    asked.system.status = "502 Bad Gateway"
    assert is_looked_up(asked, await asked.about("快递现在到哪里了"))


async def test_a_pushed_event_is_not_told_either_while_the_system_is_away(asked: Asked) -> None:
    await tell(asked.front, event("created", "09:00"), event("paid", "09:05"))
    asked.system.status = "500 Internal Server Error"
    assert is_looked_up(asked, await asked.front.say(WHERE))


async def test_the_reply_arrives_before_a_system_that_does_not(sqlite_store: SqliteStore, content: LiveContent) -> None:
    async with asking(sqlite_store, content, seconds=1.0, A1=shipped()) as asked:
        asked.system.hold()
        answer = await asked.about(WHERE)
        assert not asked.system.answers.is_set()
        assert asked.system.asked == ["A1"]
        assert is_looked_up(asked, answer)


async def test_the_reply_arrives_even_if_the_question_never_ends(
    sqlite_store: SqliteStore, content: LiveContent
) -> None:
    async with asking(sqlite_store, content, seconds=PATIENT, patience=0.1, A1=shipped()) as asked:
        asked.system.hold()
        assert is_looked_up(asked, await asked.about(WHERE))
        asked.system.answers.set()  # what comes too late for this answer is kept for the next
        await asked.front.until(lambda: asked.front.rows("SELECT 1 FROM orders") != [])


async def test_failures_open_the_circuit_and_a_probe_closes_it(asked: Asked) -> None:
    asked.system.status = "500 Internal Server Error"
    for number in range(IN_A_ROW + 3):
        assert is_looked_up(asked, await asked.about(WHERE, customer=f"b{number}"))
    assert len(asked.system.asked) == IN_A_ROW
    asked.system.status = ""
    assert is_looked_up(asked, await asked.about(WHERE, customer="early"))
    assert len(asked.system.asked) == IN_A_ROW
    asked.steady += PROBE_EVERY
    assert "78900012345" in sentence(await asked.about(WHERE))
    asked.front.clock.move(61)
    assert "78900012345" in sentence(await asked.about("快递现在到哪里了"))
    assert len(asked.system.asked) == IN_A_ROW + 2


async def test_an_unknown_order_is_no_failure_and_not_told_of(asked: Asked) -> None:
    for number in range(IN_A_ROW + 1):
        assert is_looked_up(asked, await asked.about(WHERE, f"B{number}", customer=f"b{number}"))
    assert len(asked.system.asked) == IN_A_ROW + 1
    assert asked.front.rows("SELECT 1 FROM orders") == []


@pytest.mark.parametrize(
    "theirs",
    [shipped(customer="somebody-else"), shipped(channel="push"), {**shipped(), "customer": None}],
    ids=["another customer", "another channel", "nobody named"],
)
async def test_anothers_order_is_not_told(asked: Asked, theirs: dict[str, Any]) -> None:
    asked.system.orders["A1"] = theirs
    assert is_looked_up(asked, await asked.about(WHERE))


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"not json"}, {"body": b'{"code": 500, "msg": "busy"}'}, {"body": b'{"paid_at": "yesterday"}'},
        {"body": b'{"id": "A2"}'}, {"body": b"[]"},
        {"kind": "text/html"}, {"body": b'{"buyer_note": "' + b"x" * 70_000 + b'"}'},
        {"status": "302 Found", "more": ("location: http://127.0.0.1:1/",)},
    ],
    ids=["no JSON", "a fault as 200", "no time", "another number", "a list", "a page", "too much", "a redirect"],
)  # fmt: skip
async def test_an_answer_that_cannot_be_used_is_not_used(asked: Asked, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(asked.system, name, value)
    assert is_looked_up(asked, await asked.about(WHERE))
    assert asked.front.rows("SELECT 1 FROM orders") == []


async def test_a_fault_reported_as_200_does_not_make_what_is_known_fresh(asked: Asked) -> None:
    await asked.about(WHERE)
    asked.front.clock.move(61)
    asked.system.body = b'{"code": 500, "msg": "busy"}'
    assert is_looked_up(asked, await asked.about("快递现在到哪里了"))


async def test_what_does_not_depend_on_an_order_asks_nobody(asked: Asked) -> None:
    asked.system.status = "500 Internal Server Error"
    await tell(asked.front, event("created", "09:00"), event("paid", "09:05"))
    for text in (THANKS, PRICE):
        answer = await asked.front.say(text, customer="c1")
        assert answer["status"] == "replied", sentence(answer)
    assert asked.system.asked == []


async def test_who_has_no_order_hears_the_usual_words(asked: Asked) -> None:
    answer = await asked.front.say(WHEN, customer="visitor")
    assert situation(asked.front, answer) == "ship.when_sent/default"
    assert asked.system.asked == []


async def test_many_who_ask_for_one_order_share_one_question(asked: Asked) -> None:
    asked.system.hold()
    answers = [asyncio.create_task(asked.about(WHERE, customer=f"b{n}")) for n in range(5)]
    answers.append(asyncio.create_task(asked.about(WHERE)))
    await asked.front.until(lambda: bool(asked.system.asked))
    asked.system.answers.set()
    *others, own = await asyncio.gather(*answers)
    assert asked.system.asked == ["A1"]
    assert "78900012345" in sentence(own)
    assert all(is_looked_up(asked, other) for other in others)  # one order, and it is not theirs


async def test_an_answer_that_comes_behind_an_event_changes_nothing_newer(asked: Asked) -> None:
    await tell(asked.front, event("created", "09:00"), event("paid", "09:05"))
    asked.system.orders["A1"] = order(courier="圆通速递")
    asked.system.hold()
    answer = asyncio.create_task(asked.front.say(WHERE))
    await asked.front.until(lambda: bool(asked.system.asked))
    asked.front.clock.move(1)
    moment = asked.front.clock().isoformat()
    await tell(asked.front, event("shipped", moment, courier="中通快递", tracking_no="78900012345"))
    asked.system.answers.set()
    assert "圆通" not in sentence(await answer)
    (row,) = asked.front.rows("SELECT state FROM orders")
    assert row[0] == "shipped"


async def test_a_turn_of_fragments_is_asked_for_while_it_waits(asked: Asked) -> None:
    asked.system.orders["A1"] = shipped(channel="slow")
    first = asyncio.create_task(asked.about("你好", channel="slow"))
    await asked.front.until_waiting(1)
    second = asyncio.create_task(asked.front.say(WHERE, channel="slow"))
    await asked.front.until_waiting(2)
    await asked.front.until(lambda: bool(asked.system.asked))
    asked.front.clock.move(1)
    answers = await asyncio.gather(first, second)
    assert "78900012345" in sentence(answers[1])


async def test_one_shops_slow_system_holds_up_its_own_customers_only(asked: Asked) -> None:
    async with shop_system.running(B1=shipped(channel="careful")) as other:
        asked.change("careful", url=other.url)
        asked.system.hold()
        waiting = [asyncio.create_task(asked.about(WHERE, f"A{n}", customer=f"b{n}")) for n in range(CONNECTIONS + 2)]
        await asked.front.until(lambda: len(asked.system.asked) == CONNECTIONS)
        await asked.about(WHERE, "B1", channel="careful", shop="careful")
        assert other.asked == ["B1"]
        assert not any(task.done() for task in waiting)
        assert len(asked.system.asked) == CONNECTIONS  # the others wait for one of these to end
        drafts = asked.front.rows("SELECT text FROM suggestions")
        assert any("78900012345" in text for (text,) in drafts)
        asked.system.answers.set()
        await asyncio.gather(*waiting)


async def test_a_shop_without_a_system_is_answered_from_its_events(asked: Asked) -> None:
    await asked.front.say(WHERE, channel="careful", shop="careful", type="order_card", order_id="A1")
    assert asked.system.asked == []


async def test_a_database_that_is_away_is_said_at_once(asked: Asked) -> None:
    await asked.front.say(THANKS)
    asked.front.store.refuses = True
    response = await asked.front.post(message(WHERE, type="order_card", order_id="A1"))
    assert response.status_code == 503
    assert asked.system.asked == []


async def test_a_fault_in_finding_what_to_ask_costs_no_answer(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.flows.inquiries.of_message", broken)
    assert is_looked_up(asked, await asked.about(WHERE))


class Looks:
    """A store in which each look in turn finds what is told here, when it is told."""

    def __init__(self, count: int) -> None:
        self.found: list[Future[Inquiry | None]] = [Future() for _ in range(count)]
        self._left = iter(self.found)

    def read(self, story: object) -> Future[Inquiry | None]:
        return next(self._left)


async def test_two_timers_of_an_order_ask_once_though_one_looked_before_the_others_answer(content: LiveContent) -> None:
    looks, api, now = Looks(3), FakeOrderApi(), datetime.now(UTC)
    inquirer = Inquirer(cast(Store, looks), api, lambda: now, store_patience=PATIENT)
    timer = Job(1, "demo", "proactive", {"plan": "nudge_later", "order": "A1"}, 1, now, "w")
    question = Inquiry(OrderApi("demo", "https://erp.example/{order}", PATIENT, (SECRET,)), "A1")
    slow = asyncio.create_task(inquirer.before_job(content.knowledge, timer))
    await asyncio.sleep(0)
    looks.found[1].set_result(question)
    await inquirer.before_job(content.knowledge, timer)
    looks.found[2].set_result(None)  # the answer is there now
    looks.found[0].set_result(question)
    await slow
    assert [ask.order for ask in api.asked] == ["A1"]


async def test_a_restart_knows_whom_to_ask(store: Store, content: LiveContent) -> None:
    async with asking(store, content, seconds=PATIENT, A1=shipped()) as asked:
        fresh = FakeOrderApi()
        asked.front.state.inquirer = Inquirer(asked.front.store, fresh, asked.front.clock, store_patience=PATIENT)
        await asked.about(WHERE)
        (ask,) = fresh.asked
        assert (ask.shop, ask.order, ask.url, ask.secrets) == ("demo", "A1", asked.system.url, (SECRET,))


async def test_questions_are_counted_by_what_became_of_them(asked: Asked) -> None:
    def count(outcome: str) -> float:
        return metrics.registry.get_sample_value("kefu_order_asks_total", {"outcome": outcome}) or 0.0

    def away() -> float:
        return metrics.registry.get_sample_value("kefu_order_apis_away") or 0.0

    were_away = away()
    before = {name: count(name) for name in ("found", "no_such", "failed", "away")}
    await asked.about(WHERE)
    await asked.about(WHERE, "B1", customer="b1")
    asked.system.status = "500 Internal Server Error"
    for number in range(IN_A_ROW + 1):
        await asked.about(WHERE, f"D{number}", customer=f"d{number}")
    assert {name: count(name) - before[name] for name in before} == {
        "found": 1, "no_such": 1, "failed": IN_A_ROW, "away": 1,
    }  # fmt: skip
    assert away() == were_away + 1
    asked.system.status, asked.steady = "", PROBE_EVERY
    await asked.about(WHERE, "B1", customer="b2")
    assert away() == were_away
