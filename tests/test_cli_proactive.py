"""`kefu proactive` and `kefu simulate`: what runs, what was said and why not, and what it brings."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import wiring
from bot.cli import session
from bot.cli.main import kefu
from bot.core.orders import Kind, OrderEvent, OrderFacts
from bot.core.plans import PlanKind
from bot.flows import orders
from bot.settings import ROOT
from bot.store import channels, conversations
from bot.store import proactive as ledger
from bot.store.channels import Channel
from bot.store.proactive import Entry


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    _kefu("shop", "add", "demo")


def _kefu(*words: str) -> str:
    done = CliRunner().invoke(kefu, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_plans_are_listed_with_their_switch() -> None:
    lines = _kefu("proactive", "list").splitlines()
    assert any("address_check" in line and "开" in line for line in lines)
    assert any("review_invite" in line and "关" in line for line in lines)


def test_the_ledger_tells_why_and_uplift_what_it_brings() -> None:
    assert "还比较不了" in _kefu("proactive", "uplift")
    _write_ledger()
    shown = _kefu("proactive", "ledger")
    assert "the customer is upset" in shown
    assert "对照" in shown
    assert "N1" not in _kefu("proactive", "ledger", "--order", "N0")
    told = _kefu("proactive", "uplift")
    assert "催了的：20 单，付款 16 单（80.0%）" in told
    assert "对照的：20 单，付款 4 单（20.0%）" in told
    assert "+60.0%" in told


def test_care_is_counted_then_started_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _switch_on(tmp_path, monkeypatch)
    _buyers()
    words = ("proactive", "care", "care_weather", "--province", "浙江", "--word", "台风")
    tried = _kefu(*words, "--dry-run")
    for line in ("可以发给 2 位客户", "没有同意收关怀：1 位", "不在这次的范围里：1 位", "什么也没有写"):
        assert line in tried
    assert "care_weather" not in _kefu("proactive", "ledger")
    assert "已安排 2 位客户" in _kefu(*words)
    shown = _kefu("proactive", "ledger", "--plan", "care_weather")
    assert shown.count("waits for its turn") == 2
    again = _kefu(*words)
    assert "已安排 0 位客户" in again
    assert "这一次已经发起过：2 位" in again
    assert "已安排 2 位客户" in _kefu(*words, "--id", "第二场台风")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("care_holiday", "--word", "元旦"), "没有打开"),
        (("signed",), "不是由人发起"),
        (("nothing",), "没有“nothing”这个主动消息"),
    ],
)
def test_care_that_cannot_be_started_says_why(words: tuple[str, ...], why: str) -> None:
    refused = CliRunner().invoke(kefu, ("proactive", "care", *words))
    assert refused.exit_code == 1
    assert why in str(refused.exception)


def test_care_that_a_person_starts_is_listed_so() -> None:
    lines = _kefu("proactive", "list").splitlines()
    assert any("care_holiday" in line and "关" in line and "由人发起" in line for line in lines)


def _switch_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("intents", "phrases"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    shops = tmp_path / "content" / "phrases" / "shops"
    shops.mkdir()
    (shops / "demo.yaml").write_text("proactive: {on: [care_weather]}\n", "utf-8")
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(tmp_path / "content"))


def _buyers() -> None:
    """Four customers who paid yesterday: two agreed to care, one did not, one lives elsewhere."""
    now = wiring.now()
    channel = Channel("demo", "ch", "callback", "https://platform.example/in", False, 0.0, False, ("whsec_AAAA",))
    with session.store() as store:
        store.submit(lambda tx: channels.add(tx, channel, now)).result()
        for name, tags, place in (
            ("c1", ["同意关怀"], "浙江省"), ("c2", ["同意关怀"], "浙江省"), ("c3", [], "浙江省"),
            ("c4", ["同意关怀"], "广东省"),
        ):  # fmt: skip
            facts = OrderFacts(channel="ch", customer=name, address=f"{place}某市某路1号")
            paid = OrderEvent(f"p{name}", f"A-{name}", Kind.PAID, now - timedelta(days=1), facts)
            store.submit(lambda tx, e=paid: orders.take(tx, "demo", [e], now)).result()  # type: ignore[misc]
            store.submit(
                lambda tx, n=name, t=tags: conversations.enter(tx, "demo", "ch", n, "", t, now)  # type: ignore[misc]
            ).result()


def _write_ledger() -> None:
    now = wiring.now()
    at = now.replace(microsecond=0) - timedelta(days=2)
    with session.store() as store:
        for number in range(41):
            id_, held, paid = f"N{number}", number >= 20, number % 20 < (16 if number < 20 else 4)
            events = [OrderEvent(f"c{number}", id_, Kind.CREATED, at, OrderFacts(channel="ch", customer=id_))]
            if paid:
                events.append(OrderEvent(f"p{number}", id_, Kind.PAID, at))
            store.submit(lambda tx, e=events: orders.take(tx, "demo", e, now)).result()  # type: ignore[misc]
            outcome, why = "held_out" if held else "sent", ""
            if number == 40:
                outcome, why = "dropped", "the customer is upset"
            entry = Entry("demo", id_, "nudge_later", "", PlanKind.NUDGE, "ch", id_, outcome, why, at)
            store.submit(lambda tx, e=entry: ledger.put(tx, e)).result()  # type: ignore[misc]
