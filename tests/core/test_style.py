"""The gate: what a rule catches, what excuses a text, what may be rewritten, and that nothing typed can upset it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.patterns import compile_pattern
from bot.core.reading import folded
from bot.core.rule import Rule, Severity
from bot.core.style import Gate

_PATTERNS = ("find", "beside", "excused", "needs", "after")


def rule(id_: str = "rule", **fields: Any) -> Rule:
    """A rule of patterns as a trainer writes them."""
    made = {
        name: tuple(compile_pattern("", folded(source, pattern=True), {}) for source in sources)
        for name, sources in fields.items()
        if name in _PATTERNS
    }
    return Rule(id_, "改一改", "SR-000", **{**fields, **made})


def caught(gate: Gate, text: str) -> list[str]:
    """What is found, in order."""
    return [found.found for found in gate.findings(text)]


def test_a_finding_names_the_rule_the_place_and_what_stands_there() -> None:
    [found] = Gate([rule("pushy", find=["赶紧…拍"])]).findings("喜欢的话，赶 紧来拍吧")
    assert (found.rule.id, found.start, found.end, found.found) == ("pushy", 5, 10, "赶 紧来拍")
    assert str(found) == "“赶 紧来拍”：改一改（SR-000）"


def test_beginning_and_end_of_a_rule_are_those_of_a_clause() -> None:
    gate = Gate([rule(find=["^不能", "随意$"])])
    assert caught(gate, "您好，不能退") == ["不能"]
    assert caught(gate, "这款不能退") == []
    assert caught(gate, "您随意，都可以") == ["随意"]
    assert caught(gate, "您随意选") == []


def test_a_context_excuses_only_what_it_touches() -> None:
    gate = Gate([rule(find=["亲"], excused=["亲自", "父亲"])])
    assert caught(gate, "亲自为您父亲挑的") == []
    assert [found.start for found in gate.findings("亲，亲自挑的，亲")] == [0, 7]


def test_what_is_needed_anywhere_makes_up_for_it() -> None:
    gate = Gate([rule(find=["请稍等"], needs=["分钟"])])
    assert caught(gate, "请稍等。") == ["请稍等"]
    assert caught(gate, "请稍等，三分钟就好") == []


def test_what_must_come_before_does_not_help_behind() -> None:
    gate = Gate([rule(find=["不能退"], after=["抱歉"])])
    assert caught(gate, "抱歉，定制款不能退") == []
    assert caught(gate, "定制款不能退，抱歉") == ["不能退"]
    assert [found.start for found in gate.findings("不能退，抱歉，不能退")] == [0]


def test_a_rule_of_two_halves_wants_both_and_excuses_either() -> None:
    gate = Gate([rule(find=["好评"], beside=["返现"], excused=["不…返现"])])
    assert caught(gate, "给个好评") == []
    assert caught(gate, "给个好评，马上返现") == ["好评"]
    assert caught(gate, "谢谢好评，咱们不做返现") == []


def test_a_word_may_be_allowed_a_number_of_times() -> None:
    gate = Gate([rule(find=["亲"], most=1)])
    assert caught(gate, "亲，在的") == []
    assert [found.start for found in gate.findings("亲，在的亲，您说亲")] == [4, 8]


def test_a_curt_answer_is_offered_a_sentence() -> None:
    gate = Gate([rule("cold", severity=Severity.WARNING, whole={"可以": "可以的，您放心。"})])
    for curt in ("可以", "可以。", " 可以！"):
        assert gate.softened(curt) == "可以的，您放心。"
    assert gate.softened("可以的，这款支持机洗") is None
    assert gate.rewritten("可以") == "可以", "offered, never put into somebody's mouth"


YOU = rule("you", find=["你"], instead={"你": "您"})
MARK = rule("mark", find=["!", "⋯", "~"], instead={"！": "。", "!": "。", "…": "。", "~": ""})
OH = rule("oh", find=["哦"], instead={"哦": ""})


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("你好，你的货到了", "您好，您的货到了"),
        ("“你好”杯有货", "“你好”杯有货"),
        ("有货！！！", "有货。"),
        ("有货！！！明天发", "有货。明天发"),
        ("是吗？！", "是吗？"),
        ("好的~", "好的"),
        ("哦，明白了", "明白了"),
        ("好的，哦，明白了", "好的，明白了"),
        ("明天发哦。", "明天发。"),
        ("你好！收到哦…", "您好。收到。"),
        ("哦", "哦"),
        ("！", "！"),
    ],
)
def test_a_safe_rewrite_leaves_a_sentence(text: str, better: str) -> None:
    assert Gate([YOU, MARK, OH]).rewritten(text) == better


def test_a_rewrite_that_would_bring_a_new_fault_is_left_out() -> None:
    gate = Gate([OH, YOU, rule("cold", whole={"好的": "好的，这就为您办。"})])
    assert gate.rewritten("好的哦") == "好的哦"
    assert gate.rewritten("你好哦") == "您好"


def test_the_bot_says_what_is_clean_or_safely_mended_and_nothing_else() -> None:
    gate = Gate([YOU, rule("advice", severity=Severity.WARNING, find=["随便"]), rule("rude", find=["闭嘴"])])
    assert gate.passed("您好，随便看看") == "您好，随便看看"
    assert gate.passed("你好") == "您好"
    assert gate.passed("你闭嘴") is None


def test_an_agent_is_stopped_only_by_a_block() -> None:
    gate = Gate([YOU, rule("lure", severity=Severity.BLOCK, find=["加…微信"])])
    assert gate.blocked("你好") == ()
    assert [found.rule.id for found in gate.blocked("你加我微信")] == ["lure"]


def test_quoting_a_word_does_not_get_past_a_block() -> None:
    gate = Gate([rule("lure", severity=Severity.BLOCK, find=["加…微信"]), YOU])
    assert gate.blocked("您加“微信”聊")
    assert gate.blocked("您说的“加我微信领红包”不是本店发的") == ()


def test_a_gate_without_rules_lets_everything_through() -> None:
    assert (Gate().findings("你！"), Gate().passed("你！"), Gate().rewritten("你！")) == ((), "你！", "你！")
