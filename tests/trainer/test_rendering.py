"""Every phrase in fifty worlds (bar 40), ten thousand sayings (bar 41), and a trial that sees what it is for."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from bot.core.knowledge import Knowledge
from bot.core.render import Phrase, compile_phrase, variables
from bot.trainer import rendering
from bot.trainer.rendering import BROKEN, FAULTS, UNUSUAL


def test_every_phrase_in_fifty_worlds_is_refused_or_clean(knowledge: Knowledge) -> None:
    phrases, chance = rendering.phrases_of(knowledge), random.Random(40)
    worlds = [
        (phrase, rendering.world(knowledge, phrase, chance))
        for phrase in phrases
        for _ in range(50 if variables(phrase.source) else 1)  # without a variable all worlds are alike
    ]
    report = rendering.trial(knowledge.style, worlds)
    assert (report.faults, report.examples) == ({}, {})
    assert report.said > len(phrases)
    assert report.refused > len(phrases)


def test_ten_thousand_sayings_leave_nothing_over_and_are_repeatable(knowledge: Knowledge) -> None:
    first, again, other = (
        rendering.trial(knowledge.style, rendering.drawn(knowledge, 10_000, seed)) for seed in (1, 1, 2)
    )
    assert not first.faults
    assert not other.faults
    assert first.said + first.refused + first.stopped == 10_000
    assert first.stopped < 100  # only what a broken world puts into sound phrases
    assert (first.said, first.refused) == (again.said, again.refused) != (other.said, other.refused)


@pytest.mark.parametrize("value", BROKEN, ids=[repr(value)[:20] for value in BROKEN])
def test_what_is_broken_is_not_said(knowledge: Knowledge, value: object) -> None:
    report = rendering.trial(knowledge.style, [(compile_phrase("p", "您好，{{ first }}。"), {"first": value})])
    assert (report.said, report.refused) == (0, 1)


@pytest.mark.parametrize("value", UNUSUAL, ids=[value[:10] for value in UNUSUAL])
def test_what_is_only_unusual_is_said(knowledge: Knowledge, value: str) -> None:
    report = rendering.trial(knowledge.style, [(compile_phrase("p", "您好，{{ first }}。"), {"first": value})])
    assert (report.said, dict(report.faults)) == (1, {})


def test_what_the_house_style_forbids_is_stopped_on_the_way_out(knowledge: Knowledge) -> None:
    report = rendering.trial(knowledge.style, [(Phrase("p/1", "您好{{ first }}"), {"first": "，加微信聊"})] * 2)
    assert (report.said, report.stopped) == (0, 2)
    broken = rendering.trial(knowledge.style, [(Phrase("p/1", "您好{{ first }}"), {"first": "，今天发"})] * 2)
    assert (broken.said, broken.faults) == (2, {})


def test_every_fault_can_be_seen_in_a_text(knowledge: Knowledge) -> None:
    phrase = Phrase("p", "{{ first }}")
    sayings = {
        "placeholder": "您好{name}", "nothing": "共nan元", "style": "你好", "unfounded": "明天到", "length": "长" * 501,
    }
    for fault, text in sayings.items():
        facts: Mapping[str, object] = {} if fault == "unfounded" else {"first": "好"}
        assert list(rendering.faults_in(knowledge.style, phrase, facts, text)) == [fault]
    assert set(sayings) | {"exception"} == set(FAULTS)
