"""Which size fits: one with its reason, two with the choice left to the customer, or none; never a guess."""

from __future__ import annotations

import pytest

from bot.core.fitting import SizeAdvice, measured, size_for
from bot.core.normalize import normalize
from bot.core.sizes import SizeChart, chart_of

CLOTHES = chart_of(
    "S:身高155-160 体重45-50公斤; M:身高161-167 体重50-59; L:身高168-173 体重60-68; XL:身高174-180 体重69-80"
)
IN_JIN = chart_of("M:身高156-164 体重96-112斤; L:身高162-170 体重110-128斤")
SHOES = chart_of("39:脚长245mm; 40:脚长250mm; 41:脚长255mm")
TROUSERS = chart_of("27:腰围67-70 臀围88-92; 28:腰围70-73 臀围92-96")


def advised(chart: SizeChart, text: str) -> SizeAdvice:
    """What a customer who writes this is told."""
    return size_for(chart, measured(chart, normalize(text)))


def test_the_reason_is_told() -> None:
    advice = advised(CLOTHES, "身高170，体重65公斤，穿多大")
    assert advice == SizeAdvice(
        ("L",), "按身高170厘米、体重65公斤，对应尺码表的L码（身高168-173，体重60-68）"
    )


@pytest.mark.parametrize(
    ("chart", "text", "labels"),
    [
        (CLOTHES, "我一米五八 95斤", ("S",)),
        (CLOTHES, "178 75kg", ("XL",)),
        (CLOTHES, "一米七，130斤", ("L",)),
        (IN_JIN, "身高160体重50公斤", ("M",)),
        (IN_JIN, "身高168，120斤", ("L",)),
        (SHOES, "脚长245", ("39",)),
        (SHOES, "脚长25.5cm", ("41",)),
        (TROUSERS, "腰围2尺1，臀围93", ("28",)),
        (TROUSERS, "我腰71臀93", ("28",)),
        (TROUSERS, "腰围68厘米 臀围90厘米", ("27",)),
    ],
)
def test_a_size_that_holds_every_measure_is_the_one(chart: SizeChart, text: str, labels: tuple[str, ...]) -> None:
    advice = advised(chart, text)
    assert (advice.labels, advice.needs) == (labels, ())


@pytest.mark.parametrize(
    ("chart", "text", "labels"),
    [
        (CLOTHES, "身高165体重125斤", ("M", "L")),  # the height is M's, the weight L's
        (CLOTHES, "身高167.5体重119斤", ("M", "L")),  # the weight lies in the gap of 59 to 60
        (IN_JIN, "身高163体重111斤", ("M", "L")),  # both hold it
        (SHOES, "脚长24.8", ("39", "40")),
    ],
)
def test_between_two_sizes_both_are_named_and_the_customer_chooses(
    chart: SizeChart, text: str, labels: tuple[str, ...]
) -> None:
    advice = advised(chart, text)
    assert advice.labels == labels
    assert f"喜欢合身选{labels[0]}码，喜欢宽松选{labels[1]}码" in advice.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("身高195体重150斤", "身高195厘米不在尺码表的范围内"),
        ("身高170体重200斤", "体重100公斤不在尺码表的范围内"),
        ("身高158体重150斤", "身高158厘米对应S码，体重75公斤对应XL码，相差较大"),
    ],
)
def test_beyond_the_chart_no_size_is_named_and_the_reason_says_why(text: str, why: str) -> None:
    advice = advised(CLOTHES, text)
    assert (advice.labels, advice.needs) == ((), ())
    assert why in advice.reason


@pytest.mark.parametrize(
    ("chart", "text", "needs"),
    [
        (CLOTHES, "穿多大", ("身高", "体重")),
        (CLOTHES, "我一米七", ("体重",)),
        (CLOTHES, "130斤穿什么码", ("身高",)),
        (CLOTHES, "身高170体重55", ("体重",)),  # in which unit?
        (CLOTHES, "身高170体重800斤", ("体重",)),
        (SHOES, "穿多大", ("脚长",)),
        (SHOES, "脚长60厘米", ("脚长",)),
        (SHOES, "脚长18米", ("脚长",)),
        (TROUSERS, "腰围68", ("臀围",)),
    ],
)
def test_a_missing_or_impossible_measure_is_asked_for(chart: SizeChart, text: str, needs: tuple[str, ...]) -> None:
    advice = advised(chart, text)
    assert (advice.labels, advice.needs) == ((), needs)
    assert all(need in advice.reason for need in needs)


def test_a_wide_gap_in_a_chart_is_not_between_two_sizes() -> None:
    chart = chart_of("小:身高100-110; 大:身高150-160")
    assert advised(chart, "身高130").reason == "身高130厘米不在尺码表的范围内"


def test_reasons_are_short_enough_for_a_phrase() -> None:
    columns = " ".join(f"{name}80-90" for name in ("胸围", "腰围", "臀围"))
    chart = chart_of(f"S:身高150-190 体重40-90公斤 {columns}; M:身高150-190 体重40-90公斤 {columns}")
    advice = advised(chart, "身高165体重120斤 胸围85 腰围85 臀围85")
    assert advice.labels == ("S", "M")
    assert len(advice.reason) <= 200
