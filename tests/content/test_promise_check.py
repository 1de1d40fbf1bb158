"""A phrase declares what it promises; what is declared wrongly, twice or not at all is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.content.build import build
from bot.content.check import check
from bot.content.reader import Finding
from bot.core.promises import Kind, Pledge
from tests.content.mini import MiniTree

PHRASES, SHARED = "phrases/ship/when_sent.yaml", "phrases/_shared.yaml"
FIRST = "  - 您好，{{ shop.cutoff_time }}前付款的订单当天发出。\n"


def findings(mini: MiniTree, cache_dir: Path, lines: str) -> list[Finding]:
    """What is found with these lines as the first phrase."""
    mini.change(PHRASES, FIRST, lines)
    return [one for one in check(mini.root, cache_dir) if one.path == PHRASES]


def test_a_declaration_is_compiled_into_the_knowledge(mini: MiniTree, cache_dir: Path) -> None:
    assert findings(mini, cache_dir, "  - say: 您好，今天给您发出。\n    promise: {kind: 发货, within: 今天}\n") == []
    knowledge = build(load.read(mini.root), cache_dir)
    assert dict(knowledge.pledges) == {"ship.when_sent/default/1": Pledge(Kind.SHIP, "今天")}


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("{kind: 发火, within: 今天}", "choice"), ("{kind: 发货, within: 有空}", "fact"), ("{kind: 发货}", "missing"),
        ("{within: 今天}", "missing"), ("{kind: 发货, within: 今天, by: 小美}", "unknown-key"), ("今天", "shape"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_read_is_named_with_its_line(
    mini: MiniTree, cache_dir: Path, written: str, rule: str
) -> None:
    found = findings(mini, cache_dir, f"  - say: 您好，稍后就来。\n    promise: {written}\n")
    assert rule in {one.rule for one in found if one.severity == "error"}
    assert {one.line for one in found if one.severity == "error"} == {3}


def test_a_dated_promise_without_a_declaration_is_advised_on(mini: MiniTree, cache_dir: Path) -> None:
    [found] = findings(mini, cache_dir, "  - 您好，您的订单今天给您发出。\n")
    assert (found.rule, found.severity, found.line) == ("promise-open", "warning", 2)


def test_a_rule_of_the_shop_is_no_promise(mini: MiniTree, cache_dir: Path) -> None:
    assert findings(mini, cache_dir, FIRST) == []


def test_what_a_ticket_promises_is_not_declared_again(mini: MiniTree, cache_dir: Path) -> None:
    first = next(line for line in mini.text(SHARED).splitlines() if "{{ wait }}" in line and line.startswith("  - "))
    declared = f"  - say: {first.removeprefix('  - ')}\n    promise: {{kind: 回复, within: 今天}}"
    mini.change(SHARED, first, declared)
    assert [one.rule for one in check(mini.root, cache_dir) if one.rule.startswith("promise")] == ["promise-twice"]
