"""Spans, sums and limits as trainers and agents write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.case_kinds import Limit
from bot.core.case_words import read_limit, read_span, read_yuan, said_fen, said_limit, said_span
from bot.errors import FactError


@pytest.mark.parametrize(
    ("written", "span"), [("3天", timedelta(days=3)), ("24 小时", timedelta(days=1)), ("30分钟", timedelta(minutes=30))]
)
def test_a_span(written: str, span: timedelta) -> None:
    assert read_span(written) == span


@pytest.mark.parametrize("written", ["", "3", "三天", "0天", "3天半", "-1天", "1000天", "3 weeks"])
def test_what_is_no_span(written: str) -> None:
    with pytest.raises(FactError):
        read_span(written)


@pytest.mark.parametrize(
    ("written", "limit"),
    [("20元", Limit(fen=2000)), ("12.5元", Limit(fen=1250)), ("30%", Limit(percent=30)), ("不限", Limit())],
)
def test_a_limit(written: str, limit: Limit) -> None:
    assert read_limit(written) == limit


@pytest.mark.parametrize("written", ["", "20", "0%", "101%", "元", "20.123元", "-5元", "1e3元", "99999999元"])
def test_what_is_no_limit(written: str) -> None:
    with pytest.raises(FactError):
        read_limit(written)


@pytest.mark.parametrize(("written", "fen"), [("0", 0), ("12", 1200), ("12.5", 1250), ("12.05", 1205), (" 3 ", 300)])
def test_a_sum(written: str, fen: int) -> None:
    assert read_yuan(written) == fen


@pytest.mark.parametrize(("fen", "said"), [(2000, "20元"), (1250, "12.50元"), (5, "0.05元")])
def test_a_sum_is_said(fen: int, said: str) -> None:
    assert said_fen(fen) == said


def test_limits_and_spans_are_said_as_they_are_written() -> None:
    assert [said_limit(read_limit(one)) for one in ("20元", "30%", "不限")] == ["20元", "订单金额的 30%", "不限"]
    spans = [said_span(read_span(one)) for one in ("3天", "5小时", "45分钟", "24小时")]
    assert spans == ["3天", "5小时", "45分钟", "1天"]
