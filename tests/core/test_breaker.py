"""The breaker opens after a row of failures or half of twenty, probes now and then, closes with an answer (bar 30)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.breaker import IN_A_ROW, LATEST, PROBE_EVERY, Breaker, called, calling, may_call


def after(*results: bool, now: float = 0.0) -> Breaker:
    """The breaker after calls that went so."""
    breaker = Breaker()
    for answered in results:
        breaker = called(calling(breaker, now), answered, now)
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    assert may_call(after(*[False] * (IN_A_ROW - 1)), 0)
    opened = after(*[False] * IN_A_ROW)
    assert opened.is_open
    assert not may_call(opened, PROBE_EVERY - 0.001)


def test_an_answer_between_begins_the_row_anew() -> None:
    assert not after(*[False] * 4, True, *[False] * 4).is_open


def test_half_of_the_latest_twenty_opens_it() -> None:
    mixed = [False, True] * (LATEST // 2)
    assert not after(*mixed[:-1]).is_open
    assert after(*mixed).is_open
    assert not after(*[True] * LATEST, *mixed[:-2]).is_open


def test_one_probe_every_ten_seconds_and_no_second_beside_it() -> None:
    opened = after(*[False] * IN_A_ROW)
    assert may_call(opened, PROBE_EVERY)
    probing = calling(opened, PROBE_EVERY)
    assert not may_call(probing, PROBE_EVERY + 0.001)
    assert may_call(probing, 2 * PROBE_EVERY)  # nobody learned how the first probe ended


def test_a_probe_that_fails_waits_ten_seconds_more_and_one_that_answers_closes_it() -> None:
    opened = after(*[False] * IN_A_ROW)
    failed = called(calling(opened, 12.0), False, 13.0)
    assert not may_call(failed, 22.9)
    assert may_call(failed, 23.0)
    assert called(calling(opened, 12.0), True, 13.0) == Breaker()


def test_a_late_failure_of_a_call_begun_before_keeps_it_open() -> None:
    assert called(after(*[False] * IN_A_ROW), False, 3.0).probe_at == 3.0 + PROBE_EVERY


@given(st.lists(st.booleans(), max_size=60))
def test_while_it_is_closed_fewer_than_half_of_twenty_failed_and_no_five_in_a_row(results: list[bool]) -> None:
    breaker = after(*results)
    if breaker.is_open:
        return
    assert len(breaker.results) <= LATEST
    assert breaker.results == tuple(results[-len(breaker.results) :] if breaker.results else ())
    assert any(breaker.results[-IN_A_ROW:]) or len(breaker.results) < IN_A_ROW
    assert len(breaker.results) < LATEST or sum(breaker.results) * 2 > LATEST
