"""A text is read so that width, case and decoration hide nothing, and what others said or named is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.reading import COVER, covered, folded, read


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("您好，在的。", ["您好,", "在的。"]),
        ("Ｖ信、ⓥ信、𝐯信", ["v信v信v信"]),
        ("加 微-信·聊", ["加微信聊"]),
        ("好的！！明天发", ["好的!!", "明天发"]),
        ("16:30前付款，3~5天到，S~XL都有", ["16:30前付款,", "3~5天到,", "s~xl都有"]),
        ("电话：明天打", ["电话:", "明天打"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("等等……", ["等等⋯⋯"]),
        ("", []),
    ],
)
def test_every_clause_is_a_line_of_plain_characters(text: str, lines: list[str]) -> None:
    assert read(text).text.splitlines() == lines


def test_a_sign_that_rules_speak_of_is_kept() -> None:
    assert read("+v聊").text == "v聊"
    assert read("+v聊", "+").text == "+v聊"


@pytest.mark.parametrize(
    "text", ["您拍的“你好”杯", "《你的名字》", "「你」", "见https://shop.example/?q=ni", "www.shop.example", '"你好"牌']
)
def test_citations_and_links_are_covered(text: str) -> None:
    assert COVER in covered(text)
    assert "你" not in covered(text)
    assert len(covered(text)) == len(text)


def test_a_short_citation_can_be_left_uncovered() -> None:
    assert covered("加“微信”，不是“加微信领红包”", shortest=5) == "加“微信”，不是" + COVER * 8


def test_a_pattern_keeps_its_gap_and_a_text_has_an_ellipsis() -> None:
    assert (folded("甲…乙", pattern=True), folded("甲…乙")) == ("甲…乙", "甲⋯乙")


@given(st.text(max_size=200))
def test_every_character_of_a_reading_knows_where_it_stood(text: str) -> None:
    reading = read(covered(text))
    assert len(reading.text) == len(reading.places) == len([place for place in reading.places if place < len(text)])
    assert list(reading.places) == sorted(reading.places)
    assert len(folded(text)) == len(text)
