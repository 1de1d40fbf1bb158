"""Kinds of after-sale cases: ours say what the manuals say, and a trainer's mistake is named with its line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content import case_kinds, load
from bot.content.check import check
from bot.core.accounts import Role
from bot.core.case_kinds import Happening
from bot.core.knowledge import Knowledge
from bot.settings import ROOT
from tests.content.mini import MiniTree

_KIND = "phrases/cases/late.yaml"
_GOOD = """\
title: 迟到
opens: {intents: [ship.when_sent]}
evidence:
  - {name: photo, title: 照片, photo: yes, before: offer}
steps:
  - {name: call, title: 打电话}
deadlines:
  - {name: reply, title: 回复, within: 3天, after: call, then: 请回复}
remedies:
  - {name: sorry, title: 道歉, outcome: none}
  - {name: pay, title: 补偿, outcome: money, limits: {agent: 10元, admin: 不限}}
reasons: {slow: 慢}
"""


@pytest.fixture
def tree(tmp_path: Path) -> MiniTree:
    """A small content with one kind."""
    made = MiniTree(tmp_path)
    made.write(_KIND, _GOOD)
    made.write("phrases/cases/_shared.yaml", (ROOT / "phrases/cases/_shared.yaml").read_text("utf-8"))
    return made


def test_a_sound_kind_brings_no_finding(tree: MiniTree) -> None:
    assert [str(found) for found in check(tree.root) if "cases/" in found.path and found.severity == "error"] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("[ship.when_sent]", "[ship.never]", 2, "不是一个意图"),
        ("[ship.when_sent]}", "[ship.when_sent], dialogues: [nowhere]}", 2, "不是一个对话"),
        ("title: 照片, photo: yes", "title: 照片, slots: [missing_step]", 4, "missing_step"),
        ("before: offer", "before: lunch", 4, "只能是 offer、settle"),
        ("within: 3天", "within: 三天", 8, "不是时长"),
        ("within: 3天", "within: 0天", 8, "不是时长"),
        ("after: call", "after: cal", 8, "不是一个步骤"),
        ("then: 请回复", "then: 请回复, until: offered", 8, "不是一个步骤"),
        ("outcome: none", "outcome: 道歉", 10, "只能是 none、return、exchange、money"),
        ("agent: 10元", "agent: 十元", 11, "不是金额"),
        ("agent: 10元", "agent: 120%", 11, "不是额度"),
        ("agent: 10元", "boss: 10元", 11, "不认识“boss”"),
        ("name: pay", "name: sorry", 11, "重复了"),
        ("reasons: {slow: 慢}", "reasons: {}", 12, "至少写一项"),
        ("title: 迟到", "title: 迟到\nregister: nowhere", 2, "只能是 parcels"),
        ("title: 迟到", "title: 迟到\nwho: me", 2, "不认识“who”"),
        ("name: call", "name: courier", 6, "分不清"),
    ],
)
def test_a_mistake_is_named_with_its_line(tree: MiniTree, old: str, new: str, line: int, words: str) -> None:
    tree.change(_KIND, old, new)
    found = [one for one in check(tree.root) if one.path == _KIND and words in one.message]
    assert [one.line for one in found] == [line]


def test_an_intent_opens_one_kind_only(tree: MiniTree) -> None:
    tree.write("phrases/cases/later.yaml", _GOOD)
    assert any("只能选一类" in found.message for found in check(tree.root))


def test_what_customers_are_told_names_only_what_a_case_has(tree: MiniTree) -> None:
    tree.write(_KIND, _GOOD + "says:\n  settled:\n    - 您的{{ case.weather }}好了\n")
    assert any("case.weather" in found.message and found.line == 15 for found in check(tree.root))


def test_without_the_words_for_all_kinds_somebody_would_be_told_nothing(tree: MiniTree) -> None:
    tree.remove("phrases/cases/_shared.yaml")
    missing = [found for found in check(tree.root) if found.path == "phrases/cases/_shared.yaml"]
    assert [found.message.split("“")[1].split("”")[0] for found in missing] == sorted(case_kinds.SAID)


def test_every_matter_of_the_manuals_has_its_kind(knowledge: Knowledge) -> None:
    assert set(knowledge.case_kinds) == {
        "wrong_address", "unreachable", "stalled", "mis_sorted", "lost", "damaged", "quality", "not_as_described",
        "wrong_or_missing", "fake", "invoice", "complaint", "bad_review", "return",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "deadline", "days", "source"),
    [
        ("wrong_address", "kept", 3, "SR-191"),
        ("stalled", "verify", 3, "SR-200"),
        ("stalled", "lost", 7, "SR-198"),
        ("mis_sorted", "verify", 3, "SR-200"),
        ("mis_sorted", "lost", 7, "SR-198"),
        ("lost", "verify", 3, "SR-200"),
        ("lost", "made_good", 7, "SR-198"),
        ("bad_review", "week", 7, "SR-269"),
        ("bad_review", "month", 30, "SR-270"),
    ],
)
def test_the_clocks_of_the_manuals(knowledge: Knowledge, kind: str, deadline: str, days: int, source: str) -> None:
    [found] = [one for one in knowledge.case_kinds[kind].deadlines if one.name == deadline]
    assert (found.span, found.source) == (timedelta(days=days), source)


def test_complaints_and_fakes_are_a_leads_matter(knowledge: Knowledge) -> None:
    for kind in ("complaint", "fake"):
        assert knowledge.case_kinds[kind].alert
        assert knowledge.case_kinds[kind].settled_by is Role.LEAD


def test_seven_days_without_a_scan_and_a_bad_review_open_cases(knowledge: Knowledge) -> None:
    [silence] = knowledge.case_kinds["stalled"].opens.orders
    [review] = knowledge.case_kinds["bad_review"].opens.orders
    assert (silence.on, silence.span) == (Happening.SILENCE, timedelta(days=7))
    assert (review.on, review.score) == (Happening.REVIEW, 3)


def test_the_cheapest_remedy_stands_first_and_costs_nothing_or_least(knowledge: Knowledge) -> None:
    for kind in knowledge.case_kinds.values():
        first = kind.remedies[0].limits
        assert not first or kind.id == "wrong_or_missing", kind.id  # what is missing cannot be talked away


def test_everything_that_costs_has_somebody_who_may_give_more(knowledge: Knowledge) -> None:
    for kind in knowledge.case_kinds.values():
        for remedy in kind.remedies:
            assert not remedy.limits or any(one.fen is None for one in remedy.limits.values()), (kind.id, remedy.name)


def test_our_own_kinds_are_read_without_findings() -> None:
    content = load.read(ROOT)
    assert [str(found) for found in content.findings if "/cases/" in found.path] == []
