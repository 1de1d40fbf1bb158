"""Every rule that can be broken is explained, and every explanation is of a rule that can be broken."""

from __future__ import annotations

import ast
from pathlib import Path

from bot import content, trainer
from bot.content.check import check
from bot.content.rules import RULES, explained
from tests.content.mini import MiniTree

#: Where a finding's rule stands among the arguments.
_PLACE = {"_finding": 2, "Finding": 2, "report": 1}


def _named(path: Path) -> set[str]:
    """The rules that a module's findings name; what is put together at run time begins with a constant."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    named = set()
    for call in calls:
        place = _PLACE.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
        if place is not None and len(call.args) > place:
            for part in ast.walk(call.args[place]):
                if isinstance(part, ast.Constant) and isinstance(rule := part.value, str):
                    named.add(f"{rule}…" if rule.endswith("-") else rule)
    return named


def test_the_rules_that_are_reported_are_those_that_are_explained() -> None:
    paths = [path for package in (content, trainer) for path in Path(package.__path__[0]).glob("*.py")]
    assert set().union(*map(_named, paths)) == set(RULES)


def test_a_finding_leads_to_its_explanation(mini: MiniTree, cache_dir: Path) -> None:
    mini.change("phrases/ship/when_sent.yaml", "请您放心", "请你放心")
    [finding] = check(mini.root, cache_dir)
    assert finding.rule == "style-you"
    assert "说话规矩" in explained(finding.rule)
