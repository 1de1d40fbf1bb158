"""The tree is read whole and compiled whole; a fault anywhere leaves nothing half loaded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.content import load
from bot.content.build import build
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.core.model import Mode, Priority
from bot.errors import ContentError
from tests.content.mini import MiniTree

NOW = datetime(2026, 11, 22, 10, tzinfo=SHOP_ZONE)
WHEN_SENT = "intents/ship/when_sent.yaml"


def test_a_path_is_an_intents_name(mini: MiniTree) -> None:
    content = load.read(mini.root)
    assert set(content.intents) == {"ship.when_sent", "risk.complaint"}
    assert content.findings == []
    intent = content.intents["risk.complaint"]
    assert (intent.mode, intent.group, intent.priority) == (Mode.HANDOFF, "senior", Priority.URGENT)


def test_phrases_are_found_by_situation_and_numbered(mini: MiniTree, cache_dir: Path) -> None:
    knowledge = build(load.read(mini.root), cache_dir)
    variants = knowledge.phrases["ship.when_sent/default"]
    assert [phrase.id for phrase in variants] == [f"ship.when_sent/default/{number}" for number in (1, 2, 3)]
    assert "handoff" in knowledge.phrases


def test_what_was_read_understands_and_speaks(mini: MiniTree, cache_dir: Path) -> None:
    knowledge = build(load.read(mini.root), cache_dir)
    understood = knowledge.understand("请问什么时候發貨")
    assert understood.text == "请问什么时候发货"
    assert understood.matches[0].intent == "ship.when_sent"
    assert knowledge.facts("any-shop", NOW)["cutoff_time"] == "16:30"


@pytest.mark.parametrize(
    "name", [
        WHEN_SENT, "phrases/ship/when_sent.yaml", "phrases/_shop.yaml", "intents/_signals.yaml",
    ],
)
def test_any_change_of_what_is_said_or_understood_changes_the_version(mini: MiniTree, name: str) -> None:
    before = load.read(mini.root).digest
    mini.write(name, mini.text(name) + "# a note\n")
    assert load.read(mini.root).digest != before


def test_a_renamed_file_is_another_version(mini: MiniTree) -> None:
    before = load.read(mini.root).digest
    (mini.root / WHEN_SENT).rename(mini.root / "intents/ship/sent.yaml")
    assert load.read(mini.root).digest != before


def test_a_change_of_the_cases_is_not(mini: MiniTree) -> None:
    before = load.read(mini.root).digest
    mini.remove("tests/cases/risk/complaint.yaml")
    assert load.read(mini.root).digest == before


def test_a_folder_without_cases_loads(mini: MiniTree, cache_dir: Path) -> None:
    for name in ("ship/when_sent", "risk/complaint"):
        mini.remove(f"tests/cases/{name}.yaml")
    assert isinstance(build(load.read(mini.root), cache_dir), Knowledge)


def test_a_folder_that_is_no_content_says_which_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="KEFU_CONTENT_DIR"):
        load.read(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (WHEN_SENT, "title: 发货\ntitle: 发货\n", 2),
        (WHEN_SENT, "- 一\n", 1),
        (WHEN_SENT, "一句话\n", 1),
        (WHEN_SENT, "", 1),
        ("phrases/ship/when_sent.yaml", "default:\n  - 一\n  - '{{ 7 * 7 }}'\n", 3),
        ("phrases/ship/when_sent.yaml", "default: 一句话\n", 1),
        ("phrases/ship/when_sent.yaml", "default:\n  - [一, 二]\n", 1),
        ("phrases/_shop.yaml", "name: [一]\n", 1),
        ("phrases/_shop.yaml", "name:\n", 1),
        ("intents/_signals.yaml", "human: 人工\n", 1),
        ("intents/_shared.yaml", "words: {a: b}\n", 1),
        ("intents/_shared.yaml", "fixes: [a]\n", 1),
        ("intents/_shared.yaml", "synonyms: [a]\n", 1),
        ("intents/_shared.yaml", "unknown: [a]\n", 1),
    ],
)
def test_a_faulty_file_stops_the_load_and_is_named(
    mini: MiniTree, cache_dir: Path, name: str, text: str, line: int
) -> None:
    mini.write(name, text)
    with pytest.raises(ContentError, match=f"{name}:{line}: "):
        build(load.read(mini.root), cache_dir)


def test_several_faults_are_told_at_once(mini: MiniTree, cache_dir: Path) -> None:
    mini.change(WHEN_SENT, "mode: auto", "mode: loud")
    mini.change("intents/risk/complaint.yaml", "group: senior", "group: nobody")
    with pytest.raises(ContentError) as caught:
        build(load.read(mini.root), cache_dir)
    assert len(str(caught.value).splitlines()) == 2
