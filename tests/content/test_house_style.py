"""The house style itself: it catches what trainers call bad, leaves alone what they call good, and cannot be upset."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import load, yaml
from bot.content.house_style import broken_examples
from bot.core.rule import Severity
from bot.errors import ContentError
from bot.settings import ROOT
from tests.content.mini import MiniTree

GATE = load.read_gate(ROOT)
TABLES = ROOT / "tests" / "cases" / "_style"
GOOD = [sentence for sentences in yaml.read(TABLES / "good.yaml").values() for sentence in sentences]
BAD = [(rule, sentence) for rule, sentences in yaml.read(TABLES / "bad.yaml").items() for sentence in sentences]
FILE = "phrases/_style.yaml"
#: What a shop's people type, and what the rules speak of, in any order.
WORDS = sorted({key for rule in GATE.rules for key in rule.keys} | set("，。！？…～ \n“”你您的不请好3元:~"))
TYPED = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=150).map("".join))
#: (bad, good) as the service manuals put them side by side.
SIDE_BY_SIDE = [
    ("question-back", "您自己不是可以看到吗？您看不到吗？",
     "不好意思，您在页面上选择好您要的尺寸、款式，会有正确的售价展示。"),  # SR-014
    ("i-think", "我觉得您可以选大一码。", "建议您可以选大一码，或者请您考虑下另一款。"),  # SR-004
    ("denial", "不可能，我们的质量没问题。", "您的建议我会记录下来提交给相关部门。"),  # SR-011
    ("no-time", "稍等，正在查询。", "麻烦您稍等，我马上查询回复您。"),  # SR-038
    ("bargain", "不能优惠。", "不好意思，目前给到您的价格，已经是我们现在很优惠的一个政策。"),  # SR-008
]  # fmt: skip


def broken(text: str) -> list[str]:
    """The rules that a text breaks."""
    return [found.rule.id for found in GATE.findings(text)]


@pytest.mark.parametrize("sentence", GOOD)
def test_a_good_sentence_is_left_alone(sentence: str) -> None:
    assert [f"{found.rule.id}: {found.found}" for found in GATE.findings(sentence)] == []


@pytest.mark.parametrize(("rule", "sentence"), BAD)
def test_a_bad_sentence_is_caught_by_its_rule(rule: str, sentence: str) -> None:
    assert rule in broken(sentence)


def test_the_tables_are_long_enough_and_show_every_rule() -> None:
    assert len(set(GOOD)) >= 150
    assert len(set(BAD)) >= 150
    assert {rule for rule, _ in BAD} == {rule.id for rule in GATE.rules}


@pytest.mark.parametrize(("rule", "bad", "good"), SIDE_BY_SIDE)
def test_the_manuals_own_pairs(rule: str, bad: str, good: str) -> None:
    assert rule in broken(bad)
    assert broken(good) == []


def test_every_rule_has_a_source_and_what_is_blocked_has_no_rewrite() -> None:
    assert all(rule.title and rule.source for rule in GATE.rules)
    assert {rule.id for rule in GATE.rules if rule.severity is Severity.BLOCK} == {
        "off-platform", "private-pay", "cashback", "review-deal", "abuse", "threat", "secrets",
    }
    assert not any(rule.instead for rule in GATE.rules if rule.severity is Severity.BLOCK)


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_whatever_is_typed_is_looked_at_and_findings_point_into_it(text: str) -> None:
    for found in GATE.findings(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.found


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_a_rewritten_text_has_fewer_faults_and_stays_as_it_is(text: str) -> None:
    better = GATE.rewritten(text)
    assert GATE.rewritten(better) == better
    for rule in set(broken(better)):
        assert broken(better).count(rule) <= broken(text).count(rule)
    assert (better == text) or len(broken(better)) < len(broken(text))


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_the_bot_never_says_what_the_style_forbids(text: str) -> None:
    said = GATE.passed(text)
    if said is None:
        assert any(found.rule.severity is not Severity.WARNING for found in GATE.findings(text))
    else:
        assert all(found.rule.severity is Severity.WARNING for found in GATE.findings(said))


def test_the_style_of_a_content_folder_is_read_alone(mini: MiniTree) -> None:
    assert len(load.read_gate(mini.root).rules) == len(GATE.rules)
    mini.remove(FILE)
    assert load.read_gate(mini.root).rules == ()
    mini.write(FILE, "rules:\n  you: 您\n")
    with pytest.raises(ContentError, match=r"_style\.yaml:2: shape"):
        load.read_gate(mini.root)


ONE_RULE = """\
lists:
  时间: [今天, 明天]
rules:
  stay:
    title: 请客户等要给时间
    from: SR-040
    severity: warning
    find: [稍等]
    needs: ["{时间}"]
    bad: 请您稍等。
    good: 请您稍等，今天就回复您。
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("    find: [稍等]", "    find: [（稍等]", 8, "pattern"),
        ('    needs: ["{时间}"]', '    needs: ["{钟点}"]', 9, "pattern"),
        ("    severity: warning", "    severity: loud", 7, "choice"),
        ("    from: SR-040\n", "", 4, "missing"),
        ("    find: [稍等]\n", "", 4, "missing"),
        ("    find: [稍等]", "    fined: [稍等]", 8, "unknown-key"),
        ("    find: [稍等]", "    find: 稍等", 8, "shape"),
        ("    severity: warning", "    severity: warning\n    most: 很多", 8, "number"),
        ("    bad: 请您稍等。\n", "", 4, "missing"),
        ("rules:", "rule:", 3, "unknown-key"),
        ("    bad: 请您稍等。", "    bad: 请您放心。", 10, "style-bad"),
        ("    good: 请您稍等，今天就回复您。", "    good: 请您稍等，很快。", 11, "style-good"),
    ],
)
def test_a_faulty_rule_is_found_where_it_stands(mini: MiniTree, old: str, new: str, line: int, rule: str) -> None:
    mini.write(FILE, ONE_RULE)
    mini.change(FILE, old, new)
    content = load.read(mini.root)
    found = [*content.findings, *broken_examples(content.style)]
    assert (FILE, line, rule) in [(one.path, one.line, one.rule) for one in found]


def test_a_flawless_rule_has_nothing_to_report(mini: MiniTree) -> None:
    mini.write(FILE, ONE_RULE)
    content = load.read(mini.root)
    assert [*content.findings, *broken_examples(content.style)] == []


def test_a_rewrite_is_found_without_being_listed_twice_and_the_longest_first(mini: MiniTree) -> None:
    mini.write(FILE, ONE_RULE)
    mini.change(FILE, "    find: [稍等]\n", "    find: [稍等]\n    instead: {你: 您, 你们: 您, …: 。}\n")
    assert load.read_gate(mini.root).rewritten("你们收到了吗，你看…") == "您收到了吗，您看。"
