"""An example that another intent would claim is found by a learner that has not seen it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.trainer import rivals
from tests.content.mini import MiniTree

SENT, COMPLAINT = "intents/ship/when_sent.yaml", "intents/risk/complaint.yaml"


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """Two intents that have hardly a word in common, with examples enough to learn from."""
    made = MiniTree(tmp_path / "content")
    for name, words in ((SENT, ("发货", "寄出", "出库")), (COMPLAINT, ("投诉", "举报", "曝光"))):
        said = [f"{start}{word}{end}" for word in words for start in ("我要", "请问") for end in "吗呀了呢"]
        before = made.text(name).partition("examples:\n")[0]
        made.write(name, before + "examples:\n" + "".join(f"  - {one}\n" for one in said))
    return made


def test_intents_apart_from_each_other_have_no_rival_examples(mini: MiniTree) -> None:
    assert rivals.find(load.read(mini.root), 1.0) == []


def test_an_example_in_the_wrong_file_is_named_with_its_line_and_its_rival(mini: MiniTree) -> None:
    mini.change(SENT, "  - 我要发货吗\n", "  - 我要发货吗\n  - 请问怎么投诉呀\n")
    [found] = rivals.find(load.read(mini.root), 1.0)
    assert (found.path, found.line, found.rule, found.severity) == (SENT, 9, "rival-example", "warning")
    assert "risk.complaint" in found.message


def test_only_the_worst_are_named(mini: MiniTree) -> None:
    mini.change(SENT, "  - 我要发货吗\n", "  - 我要发货吗\n  - 请问怎么投诉呀\n")
    mini.change(COMPLAINT, "  - 我要投诉吗\n", "  - 我要投诉吗\n  - 请问几号寄出呀\n")
    assert len(rivals.find(load.read(mini.root), 1.0)) == 2
    assert len(rivals.find(load.read(mini.root), 1.0, worst=1)) == 1
