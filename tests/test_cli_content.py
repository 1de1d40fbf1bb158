"""`kefu reload`, `kefu content history` and `kefu content rollback`, where no server runs and where one does."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli.main import kefu
from bot.content import archive
from bot.errors import NotFound
from bot.settings import Settings
from bot.store import versions
from bot.store.sqlite import SqliteStore
from tests.content.mini import MiniTree

PHRASES, SENT = "phrases/ship/when_sent.yaml", "intents/ship/when_sent.yaml"


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MiniTree:
    """The content folder of the commands, and a data folder beside it."""
    for name in ("content", "data", "learned"):
        monkeypatch.setenv({"learned": "KEFU_CACHE_DIR"}.get(name, f"KEFU_{name.upper()}_DIR"), str(tmp_path / name))
    return MiniTree(tmp_path / "content")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, arguments)


def test_a_sound_folder_is_published_and_waits_for_a_server(mini: MiniTree) -> None:
    done = run("reload")
    assert done.exit_code == 0
    assert "下次启动时使用这个版本" in done.output
    assert archive.pack(mini.root).hash in run("reload").output
    assert run("content", "history").output.count("更新") == 1


def test_an_error_refuses_it_with_exit_code_1_and_stands_in_the_history(mini: MiniTree) -> None:
    run("reload")
    mini.change(PHRASES, "请您放心", "请你放心")
    refused = run("reload", "--anyway")
    assert refused.exit_code == 1
    assert f"{PHRASES}:3: style-you: " in refused.output
    assert "没有换上：1 处错误" in refused.output
    history = run("content", "history").output
    assert "没有换上" in history
    assert "还没有启用" in history


def test_broken_cases_are_listed_and_taken_only_when_told_so(mini: MiniTree) -> None:
    run("reload")
    mini.change(SENT, "mode: auto", "mode: suggest")
    refused = run("reload")
    assert refused.exit_code == 1
    assert "tests/cases/ship/when_sent.yaml:2: case: “我的东西哪天寄”原来答对" in refused.output
    assert run("reload", "--anyway").exit_code == 0
    assert run("reload").exit_code == 0


def test_a_rollback_pins_until_the_next_reload(mini: MiniTree) -> None:
    first = archive.pack(mini.root).hash
    run("reload")
    mini.change(PHRASES, "请您放心", "您可以放心")
    run("reload")
    assert first in run("content", "rollback").output
    pinned = run("content", "history").output
    assert f"正在使用 {first}\n固定在旧版本，文件夹里的内容未启用" in pinned
    assert "您可以放心" in mini.text(PHRASES)
    run("reload")
    assert "固定在旧版本" not in run("content", "history").output


def test_without_a_version_before_there_is_no_rollback(mini: MiniTree) -> None:
    run("reload")
    assert isinstance(run("content", "rollback").exception, NotFound)
    assert isinstance(run("content", "rollback", "abc").exception, NotFound)


def test_servers_that_take_it_are_named(mini: MiniTree, tmp_path: Path) -> None:
    """One server is at work: it holds the lock, and has told about the version that is published next."""
    store = SqliteStore(f"sqlite:///{tmp_path / 'data' / 'kefu.db'}")
    run("content", "history")
    coming = archive.pack(mini.root).hash
    with (tmp_path / "data" / "serve.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert wiring.is_served(Settings(data_dir=tmp_path / "data"))
        # a trigger stands for the server: it answers in the very transaction of the publication
        with store.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER server AFTER INSERT ON content_events WHEN new.action = 'reload' BEGIN INSERT INTO "
                "content_events (at, who, action, hash, accepted) VALUES (new.at, 'host:1', 'serve', new.hash, 1); END"
            )
        assert f"host:1 已换上 {coming}" in run("reload").output
    told = store.read(lambda tx: versions.served(tx, 0)).result()
    store.close()
    assert [event.who for event in told] == ["host:1"]
    assert not wiring.is_served(Settings(data_dir=tmp_path / "data"))
