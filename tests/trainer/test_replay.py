"""`replay` gives every recorded turn of a customer exactly one outcome, and names the line it cannot read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.core.model import Status
from bot.errors import InvalidField
from bot.store.sqlite import SqliteStore
from bot.trainer import replay
from bot.trainer.replay import Record, Report
from bot.trainer.scratch import ScratchShop

_CALM = [("customer", "你好"), ("customer", "请问几点发货呀"), ("agent", "四点前付款当天发"), ("customer", "好的谢谢")]
_UPSET = [("agent", "在的"), ("customer", "转人工"), ("customer", "人呢"), ("agent", "来了"), ("customer", "东西坏了")]
_CHATTY = [("customer", f"还有第{n}件事") for n in range(30)]


def test_every_turn_of_a_customer_has_exactly_one_outcome(
    sqlite_store: SqliteStore, knowledge: Knowledge, tmp_path: Path
) -> None:
    report = _replayed(sqlite_store, knowledge, tmp_path, {"a": _CALM, "b": _UPSET, "c": _CHATTY})
    figures = report.as_json()

    assert (figures["conversations"], figures["turns"]) == (3, 3 + 3 + 30)
    assert sum(figures[status.value] for status in Status) + figures["exceptions"] == figures["turns"]
    assert (figures["exceptions"], figures["placeholders"]) == (0, 0)
    assert figures["merged"] > 0
    assert figures["handed_off"] > 0
    for transcript, spoken in zip(report.transcripts, (_CALM, _UPSET, _CHATTY), strict=True):
        assert [(turn["role"], turn["text"]) for turn in transcript["turns"]] == spoken
        mine = [turn for turn in transcript["turns"] if turn["role"] == "customer"]
        assert all(turn["status"] in set(Status) for turn in mine)


def test_consecutive_turns_are_answered_together_and_a_humans_turn_parts_them(
    sqlite_store: SqliteStore, knowledge: Knowledge, tmp_path: Path
) -> None:
    (transcript,) = _replayed(sqlite_store, knowledge, tmp_path, {"a": _CALM}).transcripts
    first, second, _, third = transcript["turns"]
    assert (first["status"], first["replies"]) == ("merged", [])
    assert second["replies"]
    assert third["status"] != "merged"


def test_somebody_who_types_without_end_is_answered_in_between(
    sqlite_store: SqliteStore, knowledge: Knowledge, tmp_path: Path
) -> None:
    (transcript,) = _replayed(sqlite_store, knowledge, tmp_path, {"c": _CHATTY}).transcripts
    assert sum(turn["status"] != "merged" for turn in transcript["turns"]) == 4  # every nine seconds, and at the end


def test_progress_is_told_once_per_conversation(sqlite_store: SqliteStore, knowledge: Knowledge) -> None:
    told: list[None] = []
    records = [Record("a", (("customer", "你好"),)), Record("b", ())]
    replay.replay(ScratchShop(sqlite_store, knowledge, 3.0), records, lambda: told.append(None))
    assert len(told) == 2


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"turns": 1}', '{"turns": ["hello"]}', '{"turns": [{"role": "customer"}]}', '"text"']
)
def test_the_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "sessions.jsonl"
    file.write_text(_line("a", _CALM) + "\n" + line + "\n", "utf-8")
    with pytest.raises(InvalidField, match=r"sessions\.jsonl:3: "):
        replay.read(file)


def test_an_unnamed_conversation_is_called_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sessions.jsonl"
    file.write_text('\n{"turns": [{"role": "customer", "text": "你好"}]}\n', "utf-8")
    assert replay.read(file) == [Record("line-2", (("customer", "你好"),))]


def _replayed(store: SqliteStore, knowledge: Knowledge, folder: Path, dialogs: dict[str, Any]) -> Report:
    file = folder / "sessions.jsonl"
    file.write_text("".join(_line(name, turns) for name, turns in dialogs.items()), "utf-8")
    return replay.replay(ScratchShop(store, knowledge, 3.0), replay.read(file))


def _line(name: str, turns: list[tuple[str, str]]) -> str:
    spoken = [{"role": role, "text": text} for role, text in turns]
    return json.dumps({"dialog": name, "turns": spoken}, ensure_ascii=False) + "\n"
