"""Find what an agent's text promises: what kind of thing, in which words, by when.

A text is read sentence by sentence and clause by clause. A clause promises when it names a deed of ours that is still
to come; it does not when it asks, denies, doubts, tells of the past, quotes the customer, states a rule of the shop, or
waits for something that the customer has to do first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.core.due_words import Due, due
from bot.core.hours import Hours
from bot.core.promise_deeds import (
    AT_LATEST,
    AT_ONCE,
    CONDITION,
    COURTESY,
    DAY,
    DEEDS,
    NO_PROMISE,
    QUESTION,
    QUOTED,
    RULE,
    WHEN_KNOWN,
    Deed,
)
from bot.core.promises import Kind, Promised

_LONGEST = 500  #: characters looked at: no text of ours is longer (bar 41)
_SENTENCE = re.compile("[^。！？!?;；\n~～]+[。！？!?;；\n~～]*")
_CLAUSE = re.compile("[^,，、]+")
_MARKS = " 。！!~～,，"
_TO_TELL = (Kind.ANSWER, Kind.CALLBACK)
_IN_PASSING = (Kind.ANSWER, Kind.OTHER)


def find(text: str, now: datetime, hours: Hours | None) -> tuple[Promised, ...]:
    """The promises of an agent's text said at an aware `now`, in a shop with these hours (None: always open); one for
    each kind and time. A mere 稍等 beside another promise is part of it."""
    told = QUOTED.sub("“”", text[:_LONGEST])
    found = [one for sentence in _SENTENCE.findall(told) for one in _in_sentence(sentence, now, hours)]
    kept = [one for one in found if not _is_part_of_another(one, found)]
    return tuple({(one.kind, one.due): one for one in kept}.values())


def is_answer(text: str, promised: Sequence[Promised]) -> bool:
    """Whether a text of ours answers the customer, so that a promised answer is kept: not when it promises one again,
    nor when all it does is ask."""
    if any(one.kind is Kind.ANSWER for one in promised):
        return False
    return any(not QUESTION.search(sentence) for sentence in _SENTENCE.findall(text) if sentence.strip(_MARKS))


def _is_part_of_another(one: Promised, found: Sequence[Promised]) -> bool:
    others = [other for other in found if other is not one]
    if one.is_dated:
        return False
    if any(other.is_dated and (one.kind in _IN_PASSING or other.kind is one.kind) for other in others):
        return True
    return one.kind is Kind.ANSWER and any(other.kind is not Kind.ANSWER for other in others)


def _in_sentence(sentence: str, now: datetime, hours: Hours | None) -> Iterator[Promised]:
    plain = COURTESY.sub("", sentence)
    if QUESTION.search(plain):
        return
    clauses = _CLAUSE.findall(plain)
    times = [None if RULE.search(clause) else due(clause, now, hours) for clause in clauses]
    deeds = [_deed(clause) for clause in clauses]
    for place, deed in enumerate(deeds):
        at = _time_of(place, clauses, times, deeds)
        if at is not None and at.is_vague and WHEN_KNOWN.search(plain):
            at = None
        if deed is None or (CONDITION.search(plain) and not _holds_anyhow(deed, at)):
            continue
        lasts = _lasts(deed, plain)
        if at is None and lasts is None:
            continue
        moment = at.at if at is not None else now + (lasts or AT_ONCE)
        is_dated = at is not None and not at.is_vague
        yield Promised(deed.kind, clauses[place].strip(_MARKS), moment, is_dated)


def _deed(clause: str) -> Deed | None:
    if any(sign.search(clause) for sign in NO_PROMISE):
        return None
    return next((d for d in DEEDS if d.said.search(clause) and not (d.without and d.without.search(clause))), None)


def _holds_anyhow(deed: Deed, at: Due | None) -> bool:
    """方便的话留个电话，明天给您回电: whom we tell something at a named time waits for it, whatever the sentence asks
    for first."""
    return deed.kind in _TO_TELL and at is not None and not at.is_vague


def _lasts(deed: Deed, sentence: str) -> timedelta | None:
    """What a promise without a time is given."""
    return DAY if deed.kind in _TO_TELL and WHEN_KNOWN.search(sentence) else deed.lasts


def _time_of(
    place: int, clauses: Sequence[str], times: Sequence[Due | None], deeds: Sequence[Deed | None]
) -> Due | None:
    """The time of a clause: what the clauses after it set as the latest, its own, else that of one before or after it
    that promises nothing itself."""
    for later in range(place + 1, len(clauses)):
        if deeds[later] is None and times[later] and AT_LATEST.search(clauses[later]):
            return times[later]
    beside = [near for near in (place - 1, place + 1) if 0 <= near < len(clauses) and deeds[near] is None]
    return times[place] or next((times[near] for near in beside if times[near]), None)
