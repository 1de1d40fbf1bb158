"""`kefu proactive` and `kefu simulate`: what runs, what was said and why not, and what it brings."""

from __future__ import annotations

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
from bot.store import proactive as ledger
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
