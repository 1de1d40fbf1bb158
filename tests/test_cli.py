"""The `kefu` command: what each verb does to a database, and how a refusal reads."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli import main as entry
from bot.cli.main import kefu
from bot.core.knowledge import Knowledge
from bot.core.model import Status
from bot.settings import ROOT, Settings
from bot.store import migrate as schema
from bot.store.sqlite import SqliteStore
from bot.store.tables import messages
from bot.trainer.scratch import ScratchShop
from tests.store.rows import add_shop, count


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that every command uses, on a narrow terminal."""
    folder = tmp_path / "data"
    monkeypatch.setenv("KEFU_DATA_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return folder


def test_a_channel_is_added_listed_and_given_a_new_secret(data: Path) -> None:
    assert _kefu("shop", "add", "demo", "--name", "演示店铺").exit_code == 0
    added = _kefu("channel", "add", "web")
    secret = _secret(added.output)
    assert "demo" in added.output

    rotated = _secret(_kefu("channel", "rotate", "web").output)

    listed = _kefu("channel", "list", "--secrets").output
    assert rotated != secret
    assert re.findall(r"^web  (whsec_[\w+/=]+)$", listed, re.MULTILINE) == [rotated, secret]
    assert "whsec_" not in _kefu("channel", "list").output


def test_a_callback_channel_says_so(data: Path) -> None:
    _kefu("shop", "add", "demo")
    _kefu("channel", "add", "push", "--callback", "https://shop.example/in", "--dedup", "--quiet", "0")
    assert "callback" in _kefu("channel", "list").output
    with _opened(data) as connection:
        row = connection.execute("SELECT mode, callback_url, callback_dedup, quiet_seconds FROM channels").fetchone()
    assert row == ("callback", "https://shop.example/in", 1, 0.0)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("channel", "add", "web", "--shop", "none"), "没有店铺 none"),
        (("channel", "add", "Web Shop"), "渠道名只能用"),
        (("channel", "add", "web", "--callback", "ftp://x"), "回调地址"),
        (("channel", "rotate", "none"), "没有渠道 none"),
        (("shop", "add", "demo"), "已经存在"),
        (("shop", "add", "店"), "店铺编号只能用"),
        (("shop", "mode", "none", "assist"), "没有店铺 none"),
        (("queue", "claim", "tk_none"), "没有这个工单"),
        (("backup", "pyproject.toml"), "已存在"),
    ],
)
def test_a_refusal_is_one_clear_line_and_exit_code_1(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], why: str
) -> None:
    _kefu("shop", "add", "demo")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["kefu", *command])
    with pytest.raises(SystemExit) as ended:
        entry()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith("kefu: ")
    assert why in told
    assert len(told.splitlines()) == 1


def test_a_wrong_setting_is_refused_before_anything_is_made(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_PORTT", "1")
    assert "KEFU_PORTT" in str(_kefu("shop", "add", "demo").exception)
    assert not data.exists()


def test_an_agent_works_the_queue_from_the_terminal(data: Path, knowledge: Knowledge) -> None:
    store = wiring.open_store(Settings(data_dir=data))
    shop = ScratchShop(store, knowledge, now=wiring.now())
    ticket = shop.say("小李", "转人工").ticket
    store.close()
    assert ticket is not None

    listed = _kefu("queue", "list").output
    assert ticket in listed
    assert "客户要求人工" in listed
    assert "已领取" in _kefu("queue", "claim", ticket, "--agent", "小王").output
    assert "小王" in str(_kefu("queue", "claim", ticket, "--agent", "小张").exception)
    assert "不引导客户" in str(_kefu("queue", "reply", ticket, "您加我微信", "--agent", "小王").exception)
    assert "称呼客户用“您”" in _kefu("queue", "reply", ticket, "你好，在的", "--agent", "小王").output
    assert "已回复" in _kefu("queue", "reply", ticket, "您好，我是小王", "--agent", "小王").output
    shown = _kefu("queue", "show", ticket).output
    assert "客户：转人工" in shown
    assert "客服：您好，我是小王" in shown
    assert "微信" not in shown
    assert "已结束" in _kefu("queue", "resolve", ticket, "--agent", "小王").output
    assert ticket not in _kefu("queue", "list").output
    assert ticket in _kefu("queue", "list", "--resolved").output


def test_a_shopkeeper_sees_what_may_be_said_and_what_may_not(data: Path) -> None:
    noon = _kefu("shop", "facts", "--at", "2026-12-01T12:00").output
    assert "2026-12-01 12:00，客服在线" in noon
    assert "满199元减20元" in noon
    assert "现在不说的" not in noon
    holiday = _kefu("shop", "facts", "--shop", "tea", "--at", "2027-02-06T23:00").output
    assert "客服下班，下次上班 2027-02-09 09:00，免打扰时间" in holiday
    years_later = _kefu("shop", "facts", "--at", "2028-01-01").output
    assert "2028-01-01 00:00 已结束" in years_later
    assert "coupon、holiday、promotion" in years_later


def test_facts_that_cannot_be_read_are_named_with_their_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("intents", "phrases"):
        (tmp_path / "content" / folder).mkdir(parents=True)
    (tmp_path / "content/phrases/_shop.yaml").write_text("name: 茶铺\nwork_hours: 九点到六点\n", "utf-8")
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(tmp_path / "content"))
    assert "phrases/_shop.yaml:2: fact: “九点到六点”不是时间段" in str(_kefu("shop", "facts").exception)


def test_migrate_says_where_the_schema_stands(data: Path) -> None:
    assert "已升级" in _kefu("migrate").output
    again = _kefu("migrate").output
    assert "已是最新" in again
    assert schema.newest() in again


def test_a_database_in_use_is_backed_up_whole_and_serves_again_elsewhere(
    data: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    """More pages than one step of a copy takes, and commits all the while: every one before the backup is in it."""
    store = wiring.open_store(Settings(data_dir=data))
    shop = ScratchShop(store, knowledge)
    for number in range(1500):
        store.submit(lambda tx, n=number: add_shop(tx, f"filler{n}", "长" * 5000))  # type: ignore[misc]
    stop, acknowledged = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            acknowledged.append(shop.say("c1", "你好").message)

    writer = threading.Thread(target=write)
    writer.start()
    while len(acknowledged) < 5:
        stop.wait(0.01)
    before = list(acknowledged)
    backup = tmp_path / "backup.db"
    done = _kefu("backup", str(backup))
    stop.set()
    writer.join(30)
    store.close()
    assert done.exit_code == 0, done.exception

    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(backup, restored / "kefu.db")
    with _opened(restored) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert set(before) <= {row[0] for row in connection.execute("SELECT id FROM messages")}
    again = wiring.open_store(Settings(data_dir=restored))
    assert isinstance(again, SqliteStore)
    held = again.read(count(messages)).result()
    shop.store = again
    assert shop.say("c1", "转人工").status is Status.HANDED_OFF
    assert again.read(count(messages)).result() == held + 2
    again.close()


def test_parse_prints_json(data: Path) -> None:
    explained = json.loads(_kefu("parse", "转人工").output)
    assert (explained["text"], explained["decision"]["status"]) == ("转人工", "handed_off")


def test_replay_prints_its_figures_as_json_and_keeps_a_transcript(data: Path, tmp_path: Path) -> None:
    file, transcript = tmp_path / "sessions.jsonl", tmp_path / "out.jsonl"
    spoken = [("customer", "你好"), ("agent", "您好"), ("customer", "转人工")]
    turns = [{"role": role, "text": text} for role, text in spoken]
    file.write_text(json.dumps({"dialog": "a", "turns": turns}) + "\n", "utf-8")

    figures = json.loads(_kefu("replay", str(file), "--format", "json", "--transcript", str(transcript)).output)

    assert {*map(str, Status), "turns", "exceptions", "placeholders", "ms_per_message"} <= set(figures)
    assert (figures["turns"], figures["handed_off"], figures["exceptions"], figures["placeholders"]) == (2, 1, 0, 0)
    kept = json.loads(transcript.read_text("utf-8"))["turns"]
    assert [(turn["role"], turn["text"]) for turn in kept] == spoken
    assert not (data / "kefu.db").exists()  # the shop's own database is not touched


def test_check_names_the_place_of_an_error_and_exits_1(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = tmp_path / "content"
    for folder in ("intents", "phrases", "tests/cases"):
        shutil.copytree(ROOT / folder, content / folder)
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(content))
    broken = content / "phrases" / "_shared.yaml"
    lines = broken.read_text("utf-8").splitlines()
    broken.write_text("\n".join([*lines, "broken_situation:", "  - 您好{{ nobody.knows }}", ""]), "utf-8")

    found = _kefu("check", "--format", "json")

    assert found.exit_code == 1
    errors = [one for one in json.loads(found.output) if one["severity"] == "error"]
    assert any("_shared.yaml" in one["path"] and "nobody" in one["message"] for one in errors)
    assert {one["line"] for one in errors if "nobody" in one["message"]} == {len(lines) + 2}


def _kefu(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, arguments)


def _secret(output: str) -> str:
    (secret,) = re.findall(r"whsec_[\w+/=]+", output)
    return str(secret)


def _opened(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / "kefu.db"))


def test_every_verb_leads_to_its_command_and_a_word_that_is_none_is_refused() -> None:
    context = click.Context(kefu)
    assert all(kefu.get_command(context, name) for name in kefu.list_commands(context))
    assert CliRunner().invoke(kefu, ["chekc"]).exit_code == 2


def test_checking_the_content_imports_neither_the_web_framework_nor_the_database() -> None:
    loaded = "import sys, bot.cli.check; print(*sorted({'fastapi', 'sqlalchemy', 'uvicorn'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == ""
