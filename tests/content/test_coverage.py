"""What every intent is answered with in every state, and the holes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.cli.main import kefu
from bot.content import load
from bot.content.coverage import STATES, Cell, Kind, coverage, holes
from tests.content.mini import MiniTree

SENT, COMPLAINT = "ship.when_sent", "risk.complaint"
PHRASES = "phrases/ship/when_sent.yaml"


def covered(mini: MiniTree, intent: str, state: str) -> Cell:
    return coverage(load.read(mini.root))[intent][state]


def test_own_phrases_are_counted(mini: MiniTree) -> None:
    assert covered(mini, SENT, "default") == Cell(Kind.OWN, 3)
    assert covered(mini, SENT, "repeated") == Cell(Kind.OWN, 2)


def test_else_the_usual_ones_serve_or_a_human(mini: MiniTree) -> None:
    assert covered(mini, SENT, "signed") == Cell(Kind.DEFAULT)
    assert covered(mini, COMPLAINT, "signed") == Cell(Kind.HUMAN)


def test_what_is_not_said_in_a_stage_needs_no_answer(mini: MiniTree) -> None:
    mini.write("intents/_shared.yaml", "stages:\n  signed: [ship.*]\n")
    assert covered(mini, SENT, "signed") == Cell(Kind.NEVER)
    assert covered(mini, COMPLAINT, "signed") == Cell(Kind.HUMAN)
    assert covered(mini, SENT, "shipped") == Cell(Kind.DEFAULT)


def test_a_stage_may_have_phrases_of_its_own_and_so_may_a_combination(mini: MiniTree) -> None:
    assert "shipped+upset" not in coverage(load.read(mini.root))[SENT]
    mini.write(PHRASES, mini.text(PHRASES) + "shipped: [已经发出了]\nshipped+upset: [已经发出, 请您放心]\n")
    assert covered(mini, SENT, "shipped") == Cell(Kind.OWN, 1)
    assert covered(mini, SENT, "shipped+upset") == Cell(Kind.OWN, 2)
    assert "shipped+upset" not in coverage(load.read(mini.root))[COMPLAINT]


def test_a_state_that_is_declared_and_not_written_is_a_hole(mini: MiniTree) -> None:
    mini.change("intents/ship/when_sent.yaml", "priority: normal", "priority: normal\nstates: [paid, shipped, signed]")
    mini.write(PHRASES, mini.text(PHRASES) + "paid: [明天发出, 后天发出]\nshipped+upset: [已经发出, 请您放心]\n")
    assert holes(coverage(load.read(mini.root))) == [(SENT, "signed")]


def test_an_intent_without_its_usual_phrases_is_a_hole(mini: MiniTree) -> None:
    assert holes(coverage(load.read(mini.root))) == []
    mini.change(PHRASES, "default:", "upset:")
    assert holes(coverage(load.read(mini.root))) == [(SENT, "default")]


@pytest.fixture
def command(mini: MiniTree, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command on that folder."""
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(mini.root))
    return CliRunner()


def test_the_command_ends_with_1_on_a_hole_and_names_it(mini: MiniTree, command: CliRunner) -> None:
    whole = command.invoke(kefu, ["coverage"])
    assert whole.exit_code == 0
    assert "缺 0" in whole.output
    mini.remove(PHRASES)
    holed = command.invoke(kefu, ["coverage"])
    assert holed.exit_code == 1
    assert "intents/ship/when_sent.yaml：缺少“default”的话术" in holed.output


def test_the_command_speaks_json(mini: MiniTree, command: CliRunner) -> None:
    mini.remove(PHRASES)
    done = command.invoke(kefu, ["coverage", "--format", "json"])
    data = json.loads(done.output)
    assert done.exit_code == 1
    assert data["holes"] == [{"intent": SENT, "state": "default"}]
    assert set(data["intents"][COMPLAINT]) == set(STATES)
    assert data["intents"][COMPLAINT]["default"] == {"kind": "own", "phrases": 3}
