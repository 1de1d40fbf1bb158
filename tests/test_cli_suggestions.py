"""`kefu suggestions`: what agents make of the drafts, as a table and as JSON, with the trainers' file and line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import wiring
from bot.cli.main import kefu
from bot.content.live import LiveContent
from bot.store import suggestions
from bot.store.sqlite import SqliteStore
from bot.store.suggestions import Draft
from bot.trainer.scratch import SHOP, ScratchShop


def _kefu(*arguments: str) -> str:
    result = CliRunner().invoke(kefu, ["suggestions", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: LiveContent) -> Draft:
    """A shop in whose database one draft was sent with a number of its own."""
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    _kefu("report")  # makes the database
    store = SqliteStore(f"sqlite:///{tmp_path / 'kefu.db'}")
    shop = ScratchShop(store, content.knowledge, assist=True, now=wiring.now() - timedelta(hours=1))
    conversation = shop.say("c1", "什么时候发货").conversation
    [draft] = store.read(lambda tx: suggestions.newest(tx, SHOP, conversation, 3)).result()
    sent = f"{draft.text}有事打13812345678"
    store.submit(lambda tx: suggestions.settle(tx, SHOP, draft, "小美", "edited", shop.now, text=sent)).result()
    store.close()
    return draft


def test_the_report_is_a_table_and_json(edited: Draft) -> None:
    assert edited.phrase in _kefu("report")
    assert "100%" in _kefu("report", "--by", "agent")
    [line] = json.loads(_kefu("report", "--by", "intent", "--format", "json"))
    assert (line["key"], line["offered"], line["edited"], line["adoption"]) == ("ship.when_sent", 1, 1, 1.0)
    assert "小美" not in _kefu("report", "--by", "agent", "--shop", "other")


def test_edits_name_file_and_line_and_hide_numbers(edited: Draft) -> None:
    told = _kefu("edits")
    assert "phrases/ship/when_sent.yaml:" in told
    assert "{+有事打138****5678+}" in told
    assert "13812345678" not in told
    [one] = json.loads(_kefu("edits", "--format", "json"))
    assert (one["phrase"], one["offered"], one["edited"]) == (edited.phrase, 1, 1)
    assert one["rewordings"][0]["changes"][-1] == {"fate": "added", "text": "有事打138****5678"}
    assert "没有改过" in _kefu("edits", "--shop", "other")
