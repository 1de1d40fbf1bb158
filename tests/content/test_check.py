"""`kefu check` names file, line, rule and remedy of everything wrong; the project's own content has nothing wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.content.check import check
from bot.content.phrase_check import SHARED
from bot.settings import ROOT, Settings
from tests.content.mini import MiniTree

Spoil = Callable[[MiniTree], None]
SENT, COMPLAINT = "intents/ship/when_sent.yaml", "intents/risk/complaint.yaml"
SAY_SENT, SAY_COMPLAINT = "phrases/ship/when_sent.yaml", "phrases/risk/complaint.yaml"
CASE_SENT, CASE_COMPLAINT = "tests/cases/ship/when_sent.yaml", "tests/cases/risk/complaint.yaml"


def change(name: str, old: str, new: str) -> Spoil:
    return lambda mini: mini.change(name, old, new)


def write(name: str, text: str) -> Spoil:
    return lambda mini: mini.write(name, text)


def remove(name: str) -> Spoil:
    return lambda mini: mini.remove(name)


SPOILED: list[tuple[Spoil, str, int, str]] = [
    (change(SENT, "title: 什么时候发货", "title: 什么时候能把我买的东西发货"), SENT, 1, "title"),
    (change(SENT, "title: 什么时候发货", "title: "), SENT, 1, "missing"),
    (change(SENT, "mode: auto\n", ""), SENT, 1, "missing"),
    (change(SENT, "mode: auto", "mode: loud"), SENT, 2, "choice"),
    (change(SENT, "group: sale", "group: nobody"), SENT, 3, "choice"),
    (change(SENT, "priority: normal", "priority: soon"), SENT, 4, "choice"),
    (change(SENT, "priority: normal", "priority: normal\nmodus: auto"), SENT, 5, "unknown-key"),
    (change(SENT, "risk.complaint: [", "risk.nothing: ["), SENT, 6, "rival"),
    (change(SENT, "risk.complaint: [再不发货就投诉]", "- 再不发货就投诉"), SENT, 5, "shape"),
    (change(SENT, "  - 今天能发吗\n", "  - ''\n  - 今天能发吗\n"), SENT, 10, "empty"),
    (change(SENT, "  - 周末发不发\n", ""), SENT, 1, "few-examples"),
    (change(SENT, "  - 周末发不发\n", "  - 今天，能发吗？\n"), SENT, 15, "duplicate"),
    (change(SENT, "  - 周末发不发\n", "  - 我要投诉！\n"), SENT, 15, "duplicate"),
    (change(SENT, "  - 周末发不发\n", "  - [周末发不发]\n"), SENT, 7, "shape"),
    (change(SENT, "title: 什么时候发货", "title: &x 什么时候发货"), SENT, 1, "yaml"),
    (change(SENT, "  - 今天能发吗\n", "\t- 今天能发吗\n"), SENT, 10, "yaml"),
    (change(SAY_SENT, "按付款先后发出", "{{ shop.nothing }}前发出"), SAY_SENT, 3, "unknown-fact"),
    (change(SAY_SENT, "按付款先后发出", "{{ wait }}发出"), SAY_SENT, 3, "unknown-slot"),
    (change(SAY_SENT, "按付款先后发出", "{{ first }}发出"), SAY_SENT, 3, "unknown-slot"),
    (change(SAY_SENT, "按付款先后发出", "{{ basket.no }}发出"), SAY_SENT, 3, "template"),
    (change(SAY_SENT, "按付款先后发出", "{% if a %}发出{% endif %}"), SAY_SENT, 3, "template"),
    (change(SAY_SENT, "按付款先后发出", "{{ shop.name 发出"), SAY_SENT, 3, "template"),
    (change(SAY_SENT, "按付款先后发出", "{{ 7 * 7 }}天发出"), SAY_SENT, 3, "template"),
    (change(SAY_SENT, "请您放心", "请你放心"), SAY_SENT, 3, "style-you"),
    (change(SAY_SENT, "请您放心", "亲请亲放心"), SAY_SENT, 3, "style-dear"),
    (change(SAY_SENT, "请您放心。", "请您放心！"), SAY_SENT, 3, "style-mark"),
    (change(SAY_SENT, "请您放心", "绝对放心"), SAY_SENT, 3, "style-promise"),
    (change(SAY_SENT, "请您放心", "正在处理中"), SAY_SENT, 3, "style-no-time"),
    (change("phrases/_shop.yaml", "name: 小满生活馆", "name: 全网第一品牌"), "phrases/_shop.yaml", 7, "style-first"),
    (change(SAY_SENT, "请您放心", "请您放心，" * 40), SAY_SENT, 3, "long"),
    (change(SAY_SENT, "  - 订单按付款先后发出，请您放心。\n", ""), SAY_SENT, 2, "few-variants"),
    (change(SAY_SENT, "  - 发货进度可以在订单详情页查看。\n", ""), SAY_SENT, 6, "few-variants"),
    (change(SAY_SENT, "发出后可以在订单里看到单号。", "订单按付款先后发出，请您放心。"), SAY_SENT, 4, "duplicate"),
    (change(SAY_SENT, "repeated:", "again:"), SAY_SENT, 5, "unknown-key"),
    (change(SAY_SENT, "repeated:", "shipped+signed:"), SAY_SENT, 5, "unknown-key"),
    (change(SAY_SENT, "repeated:", "shipped:"), SAY_SENT, 6, "few-variants"),
    (change(SAY_SENT, "- 订单按付款先后发出，请您放心。", "- {say: 按先后发出。, tone: 严肃}"), SAY_SENT, 3, "choice"),
    (change(SAY_SENT, "- 订单按付款先后发出，请您放心。", "- {say: 按先后, for: [老]}"), SAY_SENT, 2, "few-variants"),
    (change(SAY_SENT, "- 订单按付款先后发出，请您放心。", "- {tell: 按付款先后发出。}"), SAY_SENT, 3, "unknown-key"),
    (change(SENT, "priority: normal", "priority: normal\nstates: [paid, shiped]"), SENT, 5, "stage"),
    (change(SENT, "priority: normal", "priority: normal\nstates: [paid]"), SENT, 5, "no-phrases"),
    (change(SAY_COMPLAINT, "已记录，专员预计{{ wait }}回复您", "已记录"), SAY_COMPLAINT, 3, "no-time"),
    (remove(SAY_SENT), SENT, 1, "no-phrases"),
    (change(SAY_SENT, "default:", "upset:"), SENT, 1, "no-phrases"),
    (remove(CASE_SENT), SENT, 1, "no-cases"),
    (write("phrases/ship/nowhere.yaml", "default: [一, 二, 三]\n"), "phrases/ship/nowhere.yaml", 1, "no-intent"),
    (write("tests/cases/ship/nowhere.yaml", "says: [一]\noutcome: replied\nreply: default\n"),
     "tests/cases/ship/nowhere.yaml", 1, "no-intent"),
    (change(CASE_SENT, "啥时候发出", "今天能发吗？"), CASE_SENT, 3, "not-fresh"),
    (change(CASE_SENT, "outcome: replied", "outcome: maybe"), CASE_SENT, 4, "choice"),
    (change(CASE_SENT, "  outcome: replied\n", ""), CASE_SENT, 1, "missing"),
    (change(CASE_SENT, "reply: default", "reply: default\n  note: x"), CASE_SENT, 6, "unknown-key"),
    (change("phrases/_shop.yaml", "name: 小满生活馆", "name: ''"), "phrases/_shop.yaml", 7, "missing"),
    (write("intents/_shared.yaml", "words: [发货]\nwrods: [单号]\n"), "intents/_shared.yaml", 2, "unknown-key"),
    (change(SENT, "examples:", "patterns:\n  - 几号发\n  - （哪天|今天\nexamples:"), SENT, 9, "pattern"),
    (change(SENT, "examples:", "patterns:\n  - 发{快的}\nexamples:"), SENT, 8, "pattern"),
    (write("intents/_shared.yaml", "words: [发货]\nstages: {paied: []}\n"), "intents/_shared.yaml", 2, "stage"),
    (write("intents/_shared.yaml", "words: [发货]\nstages:\n  paid: [no.such]\n"), "intents/_shared.yaml", 3, "stage"),
    (write("intents/_signals.yaml", "human: [人工]\nhumman: [真人]\n"), "intents/_signals.yaml", 2, "unknown-key"),
]


@pytest.mark.parametrize(
    ("spoil", "path", "line", "rule"), SPOILED, ids=[f"{rule}-{n}" for n, (*_, rule) in enumerate(SPOILED)]
)
def test_each_fault_is_found_where_it_stands(
    mini: MiniTree, cache_dir: Path, spoil: Spoil, path: str, line: int, rule: str
) -> None:
    spoil(mini)
    found = [(finding.path, finding.line, finding.rule) for finding in check(mini.root, cache_dir)]
    assert (path, line, rule) in found


@pytest.mark.parametrize("situation", SHARED)
def test_a_shared_situation_that_nobody_wrote_is_missed(mini: MiniTree, cache_dir: Path, situation: str) -> None:
    mini.change("phrases/_shared.yaml", f"\n{situation}:\n", f"\n{situation}_gone:\n")
    found = {(finding.path, finding.rule) for finding in check(mini.root, cache_dir) if situation in finding.message}
    assert ("phrases/_shared.yaml", "missing") in found


def test_the_little_tree_is_clean(mini: MiniTree, cache_dir: Path) -> None:
    assert check(mini.root, cache_dir) == []


def test_the_projects_own_content_has_no_error() -> None:
    findings = check(ROOT, Settings().cache_dir)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []


def test_findings_come_in_the_order_of_files_and_lines_each_once(mini: MiniTree, cache_dir: Path) -> None:
    mini.change(SAY_SENT, "请您放心。", "请你放心！")
    mini.change(SENT, "group: sale", "group: nobody")
    findings = check(mini.root, cache_dir)
    assert findings == sorted(set(findings))
    assert [str(finding).split(" ")[0] for finding in findings] == [
        f"{SENT}:3:", f"{SAY_SENT}:3:", f"{SAY_SENT}:3:"
    ]


def test_a_folder_without_cases_is_not_asked_for_them(mini: MiniTree, cache_dir: Path) -> None:
    mini.remove(CASE_SENT)
    mini.remove(CASE_COMPLAINT)
    assert check(mini.root, cache_dir) == []


def test_a_faulty_file_does_not_hide_the_faults_of_others(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(COMPLAINT, "title: [\n")
    mini.change(SAY_SENT, "请您放心。", "请你放心。")
    rules = {finding.rule for finding in check(mini.root, cache_dir)}
    assert {"yaml", "style-you"} <= rules
