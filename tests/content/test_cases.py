"""Every sentence that a trainer wrote down as a case gets the intent, the outcome and a reply that may be sent."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.core.knowledge import Knowledge
from bot.core.render import guard
from bot.trainer import cases
from bot.trainer.cases import Answered
from tests.content import known_failures

CASES = known_failures.cases()
INTENTS = sorted({case.intent for case in CASES})


@cache
def _answered(knowledge: Knowledge, intent: str) -> list[Answered]:
    return list(cases.answered(knowledge, [case for case in CASES if case.intent == intent]))


@cache
def _known() -> dict[str, list[str]]:
    return known_failures.known()


@pytest.mark.parametrize("intent", INTENTS)
def test_every_case_is_answered_as_written(knowledge: Knowledge, intent: str) -> None:
    listed = _known().get(intent, [])
    outcomes = _answered(knowledge, intent)
    broken = [str(one) for one in outcomes if not one.right and one.text not in listed and not one.close]
    mended = [one.text for one in outcomes if one.right and one.text in listed and not one.close]
    assert not broken, "\n".join(["these sentences fail:", *broken])
    assert not mended, "\n".join([f"take it off the list ({known_failures.PATH.name}):", *mended])


@pytest.mark.parametrize("intent", INTENTS)
def test_every_reply_to_a_case_may_be_sent(knowledge: Knowledge, intent: str) -> None:
    texts = [text for one in _answered(knowledge, intent) for text in one.texts]
    assert texts, "no sentence of this intent gets a word"
    for text in texts:
        assert guard(text) == text
        assert knowledge.style.passed(text) == text


def test_hardly_a_sentence_is_too_close_to_call(knowledge: Knowledge) -> None:
    """Or the list would hide what it is there to show."""
    everything = [one for intent in INTENTS for one in _answered(knowledge, intent)]
    close = [one.text for one in everything if one.close]
    assert len(close) < 0.05 * len(everything), close


def test_the_list_of_known_failures_names_only_sentences_that_are_cases() -> None:
    sentences = {(case.intent, str(text)) for case in CASES for text in case.says}
    listed = {(intent, text) for intent, texts in _known().items() for text in texts}
    assert listed <= sentences


def test_the_list_reads_back_as_it_was_written(knowledge: Knowledge, tmp_path: Path) -> None:
    """Whatever is in a sentence: quotes, colons, digits alone, a leading mark."""
    some = [_answered(knowledge, intent)[0] for intent in INTENTS[:3]]
    tricky = [Answered(some[0].case, text, "", some[0].outcome) for text in ('"好"', "a: b", "123", "- x", "！", "\\n")]
    path = tmp_path / "list.yaml"
    known_failures.write([*some, *tricky, *some], path)
    first = path.read_bytes()
    known_failures.write([*tricky[::-1], *some[::-1]], path)
    assert path.read_bytes() == first
    listed = known_failures.known(path)
    assert {text for texts in listed.values() for text in texts} == {one.text for one in [*some, *tricky]}
    assert list(listed) == sorted(listed)


def test_without_a_list_nothing_is_known_to_fail(tmp_path: Path) -> None:
    assert known_failures.known(tmp_path / "none.yaml") == {}
