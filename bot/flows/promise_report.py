"""How promises are kept: by each agent, by the bot, and by the whole shop (SR-043)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.promises import Record
from bot.store import promises


@dataclass(frozen=True, slots=True)
class Line:
    """How somebody keeps promises."""

    agent: str  #: "" for the bot, and in the shop's own line
    kept: int
    broken: int
    open: int
    void: int
    rate: float | None  #: kept of those that were kept or broken; null before the first


@dataclass(frozen=True, slots=True)
class Report:
    """The promises that were due in a stretch of time."""

    since: datetime
    until: datetime
    shop: Line
    makers: Sequence[Line]


def report(tx: sa.Connection, shop: str, now: datetime, days: int) -> Report:
    """The promises of the shop that were due in the last so many days before an aware `now`."""
    since = now - timedelta(days=days)
    records = promises.records(tx, shop, since, now)
    whole = sum(records.values(), Record())
    return Report(since, now, _line("", whole), [_line(agent, record) for agent, record in records.items()])


def _line(agent: str, record: Record) -> Line:
    return Line(agent, record.kept, record.broken, record.open, record.void, record.rate)
