"""`kefu check` for a person, a program and a pull request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.content.rules import RULES
from tests.content.mini import MiniTree

PHRASES = "phrases/ship/when_sent.yaml"


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MiniTree:
    """The content folder of the command."""
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(tmp_path / "content"))
    monkeypatch.setenv("KEFU_CACHE_DIR", str(tmp_path / "learned"))
    return MiniTree(tmp_path / "content")


def kefu_check(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, ["check", *arguments])


def test_sound_content_is_nothing_to_complain_about(mini: MiniTree) -> None:
    for form, said in (("text", "没有问题\n"), ("json", "[]\n"), ("github", "")):
        done = kefu_check("--format", form)
        assert (done.exit_code, done.output) == (0, said)


def test_an_error_ends_with_1_and_a_warning_does_not(mini: MiniTree) -> None:
    mini.change("phrases/_shared.yaml", "\nsticker:\n", "\nstickers: [好的, 收到, 明白]\nsticker:\n")
    warned = kefu_check()
    assert (warned.exit_code, "unused" in warned.output) == (0, True)
    mini.change(PHRASES, "请您放心", "请你放心")
    failed = kefu_check()
    assert failed.exit_code == 1
    assert f"{PHRASES}:3: style-you: " in failed.output
    assert "1 处错误，1 处提醒" in failed.output


def test_json_has_every_field(mini: MiniTree) -> None:
    mini.change(PHRASES, "请您放心", "请你放心")
    [found] = json.loads(kefu_check("--format", "json").output)
    assert (found["path"], found["line"], found["rule"], found["severity"]) == (PHRASES, 3, "style-you", "error")
    assert "说话规矩" in found["about"]


def test_a_pull_request_is_annotated_and_nothing_breaks_out_of_the_line(mini: MiniTree) -> None:
    mini.write("intents/ship/100%,::error:x.yaml", "title: 发货\nmode: auto\ngroup: sale\npriority: low\n")
    mini.change(PHRASES, "  - 发出后可以在订单里看到单号。", '  - "{{ 100%\\n::error::坏 }}"')
    lines = kefu_check("--format", "github").output.splitlines()
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
    assert any(f"::error file={PHRASES},line=4,title=template::" in line for line in lines)
    assert any("file=intents/ship/100%25%2C%3A%3Aerror%3Ax.yaml,line=1,title=missing::" in line for line in lines)


def test_the_rules_are_listed_with_what_they_are_for() -> None:
    listed = kefu_check("--rules")
    assert listed.exit_code == 0
    assert all(rule in listed.output for rule in RULES)


def test_deep_looks_for_rivals_and_finds_none_here(mini: MiniTree) -> None:
    assert kefu_check("--deep").exit_code == 0
