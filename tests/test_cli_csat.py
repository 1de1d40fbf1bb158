"""`kefu csat`: the report as a table and as JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import wiring
from bot.cli.main import kefu
from bot.content.live import LiveContent
from bot.core.effects import Rate
from bot.store import csat
from bot.store.sqlite import SqliteStore
from bot.trainer.scratch import SHOP, ScratchShop


def _kefu(*arguments: str) -> str:
    result = CliRunner().invoke(kefu, ["csat", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_scores_are_shown_by_who_helped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: LiveContent
) -> None:  # fmt: skip
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    _kefu()  # makes the database
    store = SqliteStore(f"sqlite:///{tmp_path / 'kefu.db'}")
    shop = ScratchShop(store, content.knowledge, now=wiring.now() - timedelta(hours=1))
    conversation = shop.say("c1", "什么时候发货").conversation

    def rated(agent: str, score: int, reason: str) -> None:
        asked = store.submit(
            lambda tx: csat.asked(tx, SHOP, conversation, shop.now, ticket="", agent=agent, intent="after.refund")
        ).result()
        store.submit(lambda tx: csat.rate(tx, SHOP, Rate(asked, score, reason), shop.now)).result()

    rated("小美", 2, "打13812345678没人接")
    rated("", 5, "")
    store.close()
    table = _kefu()
    assert "小美" in table
    assert "机器人" in table
    assert "打138****5678没人接" in table
    told = json.loads(_kefu("--by", "intent", "--format", "json"))
    [line] = told["lines"]
    counts = (line["key"], line["asked"], line["average"], line["satisfied"], line["low"])
    assert counts == ("after.refund", 2, 3.5, 0.5, 1)
    assert json.loads(_kefu("--shop", "other", "--format", "json")) == {"lines": [], "low": []}
