"""What an agent's text promises is found with its kind and its time, and nothing is found where nothing is promised."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.hours import SHOP_ZONE, Hours, Period
from bot.core.promise_words import find, is_answer
from bot.core.promises import Kind
from tests.core.promise_sentences import NONE, PROMISES

NOW = datetime(2026, 11, 11, 14, 0, tzinfo=SHOP_ZONE)  # a Wednesday
HOURS = Hours(((Period(9 * 60, 22 * 60),),) * 7)


def found(text: str, now: datetime = NOW) -> list[tuple[str, str]]:
    """Kind and time of each promise."""
    return [(one.kind.value, f"{one.due:%m-%d %H:%M}") for one in find(text, now, HOURS)]


@pytest.mark.parametrize(("text", "kind", "due"), PROMISES)
def test_a_promise_is_found_with_its_kind_and_time(text: str, kind: str, due: str) -> None:
    assert found(text) == [(kind, due)]


@pytest.mark.parametrize("text", NONE)
def test_where_nothing_is_promised_nothing_is_found(text: str) -> None:
    assert found(text) == []


def test_every_kind_stands_in_the_table() -> None:
    assert {kind for _, kind, _ in PROMISES} == set(Kind)
    assert (len(PROMISES), len(NONE)) >= (40, 40)


def test_two_things_promised_in_one_text_are_two_promises() -> None:
    both = "运费明天退给您。赠品给您备注了，随单送您一个杯子。"
    assert found(both) == [("refund", "11-12 22:00"), ("gift", "11-12 14:00")]
    assert found("红色今天发货，蓝色明天发货") == [("ship", "11-11 22:00"), ("ship", "11-12 22:00")]


def test_the_words_of_a_promise_are_the_agents() -> None:
    [promised] = find("好的亲，下午5点前给您结果，请您放心", NOW, HOURS)
    assert promised.words == "下午5点前给您结果"


def test_a_text_as_long_as_can_be_sent_and_hostile_ones_are_read_in_no_time() -> None:
    for text in ("今天给您" * 125, "1" * 500, "，" * 500, "“" * 500, "给您" + "九十" * 240 + "天内发货"):
        find(text, NOW, HOURS)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("您的包裹今天早上到了杭州，明天送到", True), ("您好，查到了。还有什么想问的吗？", True), ("请稍等", False),
        ("再等我10分钟", False), ("方便说一下订单号吗？", False), ("今天给您发货", True), ("。", False),
    ],
)  # fmt: skip
def test_an_answer_neither_promises_one_nor_only_asks(text: str, answers: bool) -> None:
    assert is_answer(text, find(text, NOW, HOURS)) is answers
