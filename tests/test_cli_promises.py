"""`kefu promises` and `kefu notes`: how promises are kept, and the order notes as files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli import session
from bot.cli.main import kefu
from bot.core.promises import Kind, Promised
from bot.errors import KefuError
from bot.store import channels, conversations, messages, notes, promises
from bot.store.channels import Channel
from bot.store.messages import StoredMessage


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop with one kept promise, one broken one, and a note."""
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    with session.store() as store:
        store.submit(_set_up).result()
    return tmp_path


def _set_up(tx: sa.Connection) -> None:
    at = wiring.now() - timedelta(hours=1)
    channels.add_shop(tx, "demo", "演示", "auto", at)
    channels.add(tx, Channel("demo", "now", "response", "", False, 0.0, False, ("whsec_AAAA",)), at)
    talk = conversations.enter(tx, "demo", "now", "c1", "", (), at)
    said = StoredMessage("demo", "ms_1", talk.id, 1, "agent", "text", "好", "now", "delivered", "", None, at, at)
    messages.add_ours(tx, said)
    for place, state in enumerate(("kept", "broken")):
        promised = Promised(Kind.SHIP, "今天发", at + timedelta(minutes=place))
        id_ = promises.add(tx, "demo", talk.id, "ms_1", 1, place, promised, "小美", at, at)
        made = promises.get(tx, "demo", id_ or "")
        assert made is not None
        promises.change(tx, "demo", made, {"state": state, "settled_at": at})
    notes.add(tx, "demo", talk.id, "小美", "改地址", "red", at, "T1")


def run(*arguments: str) -> Result:
    """One kefu command."""
    return CliRunner().invoke(kefu, arguments)


def test_the_report_as_text_and_as_json() -> None:
    text = run("promises").output
    assert "小美" in text
    assert "50.0%" in text
    told = json.loads(run("promises", "--format", "json", "--days", "1").output)
    assert told["shop"] == {"agent": "", "kept": 1, "broken": 1, "open": 0, "void": 0, "rate": 0.5}
    assert json.loads(run("promises", "--shop", "other", "--format", "json").output)["makers"] == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_notes_are_exported_in_the_form_that_the_name_says(shop: Path, form: str) -> None:
    file = shop / f"notes.{form}"
    assert "已导出 1 条备注" in run("notes", "export", str(file)).output
    assert file.stat().st_size > 50
    if form == "json":
        assert json.loads(file.read_text("utf-8"))[0]["note"]["order_id"] == "T1"
    assert isinstance(run("notes", "export", str(file)).exception, KefuError)


def test_notes_from_a_later_day_are_none(shop: Path) -> None:
    file = shop / "later.csv"
    assert "已导出 0 条" in run("notes", "export", str(file), "--since", "2099-01-01").output


def test_another_ending_is_refused(shop: Path) -> None:
    assert isinstance(run("notes", "export", str(shop / "notes.txt")).exception, KefuError)
