"""A vague line is read together with what the talk was about; a clear line decides alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.knowledge import Knowledge
from bot.core.model import NOT_ANSWERABLE, Match
from bot.core.topic import VAGUE, heard, in_topic

SENT, STOCK, REFUND = "ship.when_sent", "presale.stock", "after.refund"
INTENTS = (SENT, STOCK, REFUND, "ship.track", "chat.thanks", "unclear", "other")


def test_a_talk_is_about_what_was_said_last_and_less_about_what_was_said_before() -> None:
    first = heard({}, [Match(SENT, 0.9, ""), Match(STOCK, 0.06, "")])
    assert first == {SENT: 0.9, STOCK: 0.06}
    second = heard(first, [Match(REFUND, 0.8, "")])
    assert second == {REFUND: 0.8, SENT: 0.72}  # 0.9 and 0.06 fade to four fifths; what is below 0.05 is forgotten
    assert list(second) == [REFUND, SENT]


def test_what_is_said_again_and_again_weighs_one_at_most() -> None:
    weights: dict[str, float] = {}
    for _ in range(5):
        weights = heard(weights, [Match(SENT, 0.9, "")])
    assert weights == {SENT: 1.0}


def test_a_topic_is_forgotten_when_the_talk_turns_to_nothing() -> None:
    weights = {SENT: 1.0}
    turns = 0
    while weights:
        weights, turns = heard(weights, []), turns + 1
    assert turns == 14  # 0.8 ** 13 is above 0.05, 0.8 ** 14 below


@pytest.mark.parametrize("intent", ["chat.thanks", "chat.greet", *sorted(NOT_ANSWERABLE)])
def test_small_talk_and_what_is_not_for_the_shop_are_no_topic(intent: str) -> None:
    assert heard({SENT: 0.5}, [Match(intent, 0.99, "")]) == {SENT: 0.4}


def test_a_clear_line_decides_alone() -> None:
    matches = (Match(REFUND, VAGUE, "我要退款"), Match(STOCK, 0.1, "有货吗"))
    assert in_topic(matches, {SENT: 1.0}) == matches


def test_without_a_topic_a_vague_line_stays_what_it_is() -> None:
    matches = (Match(REFUND, 0.2, "我要退款"), Match(STOCK, 0.1, "有货吗"))
    assert in_topic(matches, {}) == matches
    assert in_topic((), {}) == ()


def test_a_vague_line_means_what_the_talk_was_about() -> None:
    matches = (Match(REFUND, 0.2, "我要退款"), Match(SENT, 0.1, "什么时候发货"))
    best, second = in_topic(matches, {SENT: 1.0})
    assert (best.intent, best.example) == (SENT, "什么时候发货")
    assert best.score == pytest.approx(0.1 + 0.5 * 0.7)  # half of what the line leaves free goes to the topic
    assert second == matches[0]


def test_a_line_without_any_match_means_the_topic_in_its_order() -> None:
    ranked = in_topic((), {SENT: 0.3, REFUND: 0.6})
    assert [(match.intent, match.example) for match in ranked] == [(REFUND, ""), (SENT, "")]
    assert [match.score for match in ranked] == pytest.approx([0.3, 0.15])


def test_a_weak_topic_helps_little() -> None:
    matches = (Match(REFUND, 0.4, ""),)
    assert in_topic(matches, {SENT: 0.2})[0].intent == REFUND
    assert in_topic(matches, {SENT: 0.2})[1].score == pytest.approx(0.5 * 0.6 * 0.2)


def test_a_line_that_says_too_little_offers_the_topic_beside_it() -> None:
    ranked = in_topic((Match("unclear", 0.9, "那个"),), {SENT: 1.0})
    assert {match.intent for match in ranked} == {"unclear", SENT}
    assert max(match.score for match in ranked) == VAGUE


_MATCHES = st.lists(
    st.builds(Match, st.sampled_from(INTENTS), st.floats(0, 1), st.just("")), max_size=5, unique_by=lambda m: m.intent
).map(lambda matches: tuple(sorted(matches, key=lambda match: -match.score)))
_TOPIC = st.dictionaries(st.sampled_from((SENT, STOCK, REFUND)), st.floats(0.05, 1), max_size=3)


@given(_MATCHES, _TOPIC)
def test_what_rests_on_the_topic_never_scores_above_a_vague_line(
    matches: tuple[Match, ...], weights: dict[str, float]
) -> None:
    """So that the bot never answers alone because of it."""
    ranked = in_topic(matches, weights)
    scores = [match.score for match in ranked]
    assert ranked == matches or max(scores) <= VAGUE
    assert scores == sorted(scores, reverse=True)
    assert len({match.intent for match in ranked}) == len(ranked) <= max(len(matches), 3)


@given(_TOPIC, st.lists(_MATCHES, max_size=6))
def test_a_topic_stays_small_however_long_the_talk(weights: dict[str, float], turns: list[tuple[Match, ...]]) -> None:
    for matches in turns:
        weights = heard(weights, matches)
        assert len(weights) <= 3
        assert all(0.05 <= weight <= 1 for weight in weights.values())
        assert not {"chat.thanks", "unclear", "other"} & set(weights)


def test_a_customers_earlier_turns_tell_what_a_vague_line_means(knowledge: Knowledge) -> None:
    alone = knowledge.understand_after([], "那另一件呢")
    after = knowledge.understand_after(["什么时候发货"], "那另一件呢")
    assert alone.matches == knowledge.understand("那另一件呢").matches
    assert alone.matches[0].intent == "unclear"
    assert _score(after.matches, SENT) > _score(alone.matches, SENT)


def test_a_clear_line_means_the_same_whatever_was_said_before(knowledge: Knowledge) -> None:
    alone, after = knowledge.understand("转人工"), knowledge.understand_after(["什么时候发货"], "转人工")
    assert alone == after


def _score(matches: tuple[Match, ...], intent: str) -> float:
    return next((match.score for match in matches if match.intent == intent), 0.0)
