"""Whole conversations: the bot asks, hears, stops asking, and hands over what it was told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.content.reader import Finding
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.settings import ROOT
from bot.trainer import talks

MORNING = datetime(2026, 11, 11, 10, 0, tzinfo=SHOP_ZONE)
FILES = sorted((ROOT / talks.FOLDER).glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_conversation_goes_as_written(knowledge: Knowledge, path: Path) -> None:
    findings: list[Finding] = []
    found = talks.read(path, findings)
    assert findings == []
    assert found
    assert all(talk.lines for talk in found)
    differences = [difference for talk in found for difference in talks.play(knowledge, talk, MORNING)]
    assert not differences, "\n".join(differences)


def test_every_dialogue_has_conversations_of_its_own(knowledge: Knowledge) -> None:
    assert knowledge.scripts.keys() <= {path.stem for path in FILES}


def test_a_turn_that_went_another_way_is_told_with_its_line(knowledge: Knowledge, tmp_path: Path) -> None:
    path = tmp_path / "talk.yaml"
    path.write_text("- about: 试\n  turns:\n    - says: 谢谢\n      reply: chat.bye/default\n", "utf-8")
    (talk,) = talks.read(path, [])
    (difference,) = talks.play(knowledge, talk, MORNING)
    assert difference.startswith("talk.yaml:3: “谢谢” reply 应当是“chat.bye/default”，实际是“chat.thanks/default”")


def test_a_misspelt_key_is_found_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "talk.yaml"
    path.write_text("- about: 试\n  turns:\n    - says: 谢谢\n      answer: x\n      sends: voice\n", "utf-8")
    findings: list[Finding] = []
    talks.read(path, findings)
    assert {(finding.line, finding.rule) for finding in findings} == {
        (4, "unknown-key"), (5, "choice"), (3, "missing")
    }  # fmt: skip
