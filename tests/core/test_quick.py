"""A quick phrase says only what may be said, and never goes out with a gap in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.patterns import compile_pattern
from bot.core.quick import NO_GROUP, Filled, QuickPhrase, Scope, fill, needs, proven, remarks
from bot.core.rule import Rule
from bot.core.style import Gate
from bot.errors import InvalidField, RenderError

PHRASE = QuickPhrase("qk_1", Scope.SHOP, "", "发货", "fh01", "您好，订单{{ order_no }}已发出。")
DAY = date(2026, 11, 11)


def test_a_phrase_is_kept_in_one_form() -> None:
    typed = replace(PHRASE, code=" FH01 ", group=" ", text=" 您好\r\n请\t讲 ")
    assert proven(typed) == replace(PHRASE, group=NO_GROUP, text="您好\n请 讲")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"), ({"code": "发货"}, "code"), ({"code": "-a"}, "code"), ({"code": "a" * 17}, "code"),
        ({"group": "组" * 21}, "group"), ({"group": "发\n货"}, "group"), ({"group": "发\x00货"}, "group"),
        ({"text": " "}, "text"), ({"text": "长" * 501}, "text"), ({"text": "您好\x00"}, "text"),
        ({"text": "您好{姓名}"}, "text"), ({"text": "您好，None"}, "text"), ({"text": "{{ nobody }}"}, "text"),
        ({"text": "{{ shop }}"}, "text"), ({"text": "{{ customer.name }}"}, "text"), ({"text": "{% if x %}"}, "text"),
        ({"text": "{{ shop.name|upper }}"}, "text"), ({"text": "{{ shop.__class__ }}"}, "text"),
        ({"text": "{{ order_no"}, "text"), ({"text": "{{ shop }}，{{ shop.name }}"}, "text"),
        ({"image": "http://shop.example/a.png"}, "image"), ({"image": "javascript:alert(1)"}, "image"),
        ({"image": 'https://shop.example/"><script>'}, "image"),
        ({"valid_from": date(2026, 11, 12), "valid_until": DAY}, "valid_until"),
    ],
)  # fmt: skip
def test_what_cannot_stay_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidField) as refused:
        proven(replace(PHRASE, **change))  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [(None, None, True), (DAY, DAY, True), (date(2026, 11, 12), None, False), (None, date(2026, 11, 10), False)],
)
def test_a_phrase_is_valid_from_its_first_day_to_its_last(first: date | None, last: date | None, valid: bool) -> None:
    assert replace(PHRASE, valid_from=first, valid_until=last).is_valid(DAY) is valid


def test_it_says_what_must_be_filled_in() -> None:
    assert needs("{{ shop.name }}的{{ customer }}，{{ customer }}您好") == ("customer", "shop.name")
    assert needs("您好，请讲。") == ()


def test_known_facts_fill_the_gaps() -> None:
    text = "{{ customer }}您好，{{ shop.cutoff_time }}前付款当天发。"
    facts = {"customer": "王女士", "shop.cutoff_time": "16:30", "order_no": "1"}
    assert fill(text, facts) == Filled("王女士您好，16:30前付款当天发。")


@pytest.mark.parametrize("value", ["", " ", "None", "{name}", "{{ shop.name }}", "长" * 201])
def test_what_cannot_be_said_is_missing_and_nothing_is_half_filled(value: str) -> None:
    assert fill("{{ customer }}您好，订单{{ order_no }}已发出。", {"customer": value}) == Filled(
        "", ("customer", "order_no")
    )


def test_a_text_that_grows_too_long_is_not_said() -> None:
    with pytest.raises(RenderError):
        fill("{{ customer }}" + "长" * 400, {"customer": "王" * 150})


def test_the_house_style_looks_at_the_words_not_at_the_gaps() -> None:
    you = Rule("you", "称呼客户用“您”", "SR-001", find=(compile_pattern("", "你", {}),))
    assert remarks(Gate([you]), "你好，你的{{ 你 }}到了") == ["称呼客户用“您”"]
    assert remarks(Gate([you]), "您好，{{ 你 }}到了") == []
