"""A size chart is read as shopkeepers type it, in one line; what cannot be meant is refused with the size named."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sizes import PLAUSIBLE, Range, SizeChart, chart_of, written
from bot.errors import FactError

CANONICAL = "S:身高155-160厘米 体重45-50公斤; M:身高160-165厘米 体重50-55公斤"


@pytest.mark.parametrize(
    "text",
    [
        "S:身高155-160 体重45-50公斤; M:身高160-165 体重50-55公斤",
        "S：身高155－160，体重45～50ｋｇ；M：身高160至165、体重50到55kg",
        "S:身高155cm-160cm体重45公斤-50公斤\nM:身高160-165体重50-55",
        "S: 身高1.55-1.6米 体重(公斤)45-50 | M: 身高1600-1650mm 体重50-55",
        " S:身高155-160 体重45-50千克;;M:身高160-165 体重50-55; ",
    ],
)
def test_the_same_chart_in_many_hands(text: str) -> None:
    assert written(chart_of(text)) == CANONICAL


def test_a_chart_keeps_the_shops_unit_of_weight_and_open_ends() -> None:
    chart = chart_of("均码:身高150以上 体重80-130斤; 大码:体重130斤以上 胸围92")
    assert chart.units == {"身高": "厘米", "体重": "斤", "胸围": "厘米"}
    assert chart.rows["均码"] == {"身高": Range(150, math.inf), "体重": Range(80, 130)}
    assert chart.rows["大码"] == {"体重": Range(130, math.inf), "胸围": Range(92, 92)}
    assert str(chart.rows["大码"]["胸围"]) == "92"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "1 到 40 个尺码"),
        (";".join(f"{n}:脚长20-21" for n in range(41)), "1 到 40 个尺码"),
        ("S", "“S”看不懂"),
        ("S:", "看不懂"),
        ("S:大", "S码的“大”看不懂"),
        ("S:身高155-160 大概", "S码的“大概”看不懂"),
        ("S:身高160-155", "S码的身高大小写反了：160-155"),
        ("S:身高155-160; S:身高160-165", "尺码“S”写了两次"),
        ("S:身高155-160 身高150-155", "S码的身高写了两次"),
        ("S:体重45-50", "体重要写明单位"),
        ("S:体重45-50公斤;M:体重100-110斤", "体重一处用公斤、一处用斤"),
        ("S:身高45-50公斤", "不能用“公斤”作单位"),
        ("S:体重45-50厘米", "不能用“厘米”作单位"),
        ("S:体重450-500公斤", "体重450公斤不合常理"),
        ("S:身高1550-1600", "身高1550厘米不合常理"),
        ("S:腰围2-2.1", "腰围2厘米不合常理"),
        ("加" * 21 + ":身高155-160", "太长"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, why: str) -> None:
    with pytest.raises(FactError, match=why.replace("(", r"\(")):
        chart_of(text)


_COLUMNS = st.sampled_from([name for name in PLAUSIBLE if name != "体重"])


@st.composite
def _charts(draw: st.DrawFn) -> SizeChart:
    columns = draw(st.lists(_COLUMNS, min_size=1, max_size=3, unique=True))
    rows: dict[str, dict[str, Range]] = {}
    for label in draw(st.lists(st.sampled_from(["S", "M", "L", "XL", "170/92A", "均码"]), min_size=1, unique=True)):
        rows[label] = {}
        for column in columns:
            least, most = (int(end * 2) for end in PLAUSIBLE[column])
            low, high = sorted(draw(st.tuples(st.integers(least, most), st.integers(least, most))))
            rows[label][column] = Range(low / 2, draw(st.sampled_from([high / 2, math.inf])))
    return SizeChart(dict.fromkeys(columns, "厘米"), rows)


@given(_charts())
def test_a_written_chart_reads_back(chart: SizeChart) -> None:
    assert chart_of(written(chart)) == chart


@given(st.text(alphabet="SML:：;；身高体重腰围斤公斤厘米cmkg0123456789.-~ \n", max_size=60))
def test_any_text_is_a_chart_or_a_clear_refusal(text: str) -> None:
    try:
        chart = chart_of(text)
    except FactError as error:
        told = str(error)
    else:
        told = written(chart)
    assert told
