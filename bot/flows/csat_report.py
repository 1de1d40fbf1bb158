"""How satisfied customers are: by who helped them, by what they wanted (SR-279: after-sale apart), by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot.core.csat import LOW, SATISFIED
from bot.core.hours import SHOP_ZONE
from bot.core.mask import mask
from bot.store import csat
from bot.store.csat import Answered, By

#: Low answers told of one by one; our default.
_LOW_TOLD = 50
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """What the customers of an agent, an intent or a day said."""

    key: str  #: "" is the bot, among agents; a day is 2026-11-11 in the shop's time
    asked: int
    answered: int
    average: float | None  #: of 1 to 5; None where nobody answered
    satisfied: float | None  #: the share of those who answered with 4 or 5
    low: int  #: answers of 1 and 2


@dataclass(frozen=True, slots=True)
class Report:
    """Lines, and the newest low answers with personal data masked."""

    lines: Sequence[Line]
    low: Sequence[Answered]


def report(tx: sa.Connection, shop: str, since: datetime, by: By) -> Report:
    """The shop's questions since an aware moment: days in their order, all else the most asked first."""
    ahead = since.astimezone(SHOP_ZONE).utcoffset() or timedelta()
    found: dict[str, Counter[int | None]] = defaultdict(Counter)
    for count in csat.counts(tx, shop, since, by, ahead // timedelta(milliseconds=1)):
        found[_day(count.key) if by == "day" else count.key][count.score] += count.customers
    lines = [_line(key, scores) for key, scores in found.items()]
    lines.sort(key=lambda line: line.key if by == "day" else (-line.asked, line.key))
    low = csat.low(tx, shop, since, LOW, _LOW_TOLD)
    return Report(lines, [replace(one, reason=mask(one.reason)) for one in low])


def _line(key: str, scores: Counter[int | None]) -> Line:
    given = {score: customers for score, customers in scores.items() if score is not None}
    answered = sum(given.values())
    average = sum(score * customers for score, customers in given.items()) / answered if answered else None
    satisfied = _from(given, SATISFIED, 5) / answered if answered else None
    return Line(key, scores.total(), answered, average, satisfied, _from(given, 1, LOW))


def _from(given: dict[int, int], least: int, most: int) -> int:
    return sum(customers for score, customers in given.items() if least <= score <= most)


def _day(since_1970: str) -> str:
    return (_EPOCH + timedelta(days=int(since_1970))).isoformat()
