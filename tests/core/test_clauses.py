"""A text cut into the things said one after another, and denial told from wish."""

from __future__ import annotations

import pytest

from bot.core import clauses
from bot.core.normalize import normalize
from bot.core.tokens import Tokenizer


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("什么时候发货，可以改地址吗", ["什么时候发货", "可以改地址吗"]),
        ("能开发票吗什么时候发货", ["能开发票吗", "什么时候发货"]),
        ("这个有货吗 包邮吗", ["这个有货吗", "包邮吗"]),
        ("发货了吗？？？", ["发货了吗"]),
        ("在吗啊", ["在吗啊"]),
        ("好", []),
        ("", []),
    ],
)
def test_clauses_end_at_punctuation_blanks_and_question_particles(
    tokenizer: Tokenizer, raw: str, said: list[str]
) -> None:
    found = list(clauses.split(tokenizer.segments(normalize(raw))))
    assert [clause.text for clause in found] == said
    assert all("".join(clause.tokens) == clause.text for clause in found)


def test_a_long_story_is_cut_to_its_end() -> None:
    assert len(list(clauses.split(["我说过了", ","] * 50))) == 50


def test_a_clause_knows_that_it_denies() -> None:
    said = list(clauses.split(["我", "不是", "要", "退货", ",", "几号", "发货"]))
    assert [(clause.text, clause.denies) for clause in said] == [("我不是要退货", True), ("几号发货", False)]


@pytest.mark.parametrize("part", ["我不是要退货", "没说要取消订单", "我没打算退", "不是问价格", "我并不是要投诉"])
def test_what_is_not_wanted_is_told_from_what_is(part: str) -> None:
    assert clauses.denies(part)


@pytest.mark.parametrize("part", ["不是说要送赠品吗", "没有想要的颜色", "没问题", "没要发票", "不是要三天吗"])
def test_a_reproach_a_lack_or_a_wish_to_stop_denies_nothing(part: str) -> None:
    assert not clauses.denies(part)
