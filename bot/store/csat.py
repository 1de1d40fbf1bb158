"""Queries about what customers thought of their case: asked, answered, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from bot.core.effects import Rate
from bot.store.tables import csat, new_id

#: What a report is told by; the bot is the agent without a name.
By = Literal["agent", "intent", "day"]

_DAY = 24 * 3_600_000  # in what a moment is kept in
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Count:
    """How many customers gave one score; None: were asked and gave none."""

    key: str  #: an agent's name ("" = the bot), an intent, or days since 1970 in the zone asked for
    score: int | None
    customers: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One customer's answer."""

    conversation: str
    ticket: str
    agent: str
    intent: str
    score: int
    reason: str
    at: datetime


def asked(
    tx: sa.Connection, shop: str, conversation: str, now: datetime, *, ticket: str, agent: str, intent: str
) -> str:
    """Write down that a customer is asked; returns the question's id."""
    id_ = new_id("cs")
    values = {"shop": shop, "id": id_, "conversation": conversation, "asked_at": now}
    tx.execute(csat.insert().values(**values, ticket=ticket, agent=agent, intent=intent))
    return id_


def rate(tx: sa.Connection, shop: str, answer: Rate, now: datetime) -> None:
    """Write down an answer; without a score it is only the reason of one given before. The first score stands."""
    mine = csat.update().where(csat.c.shop == shop, csat.c.id == answer.survey)
    reason = answer.reason[:_LONGEST_REASON]
    if answer.score is None:
        tx.execute(mine.values(reason=reason))
    else:
        tx.execute(mine.where(csat.c.score.is_(None)).values(score=answer.score, reason=reason, answered_at=now))


def last_asked(tx: sa.Connection, shop: str, conversation: str) -> datetime | None:
    """When the customer of a conversation was asked last."""
    query = sa.select(sa.func.max(csat.c.asked_at)).where(csat.c.shop == shop, csat.c.conversation == conversation)
    return tx.execute(query).scalar()


def counts(tx: sa.Connection, shop: str, since: datetime, by: By, ahead: int = 0) -> list[Count]:
    """The shop's questions since a moment, by key and score. `ahead`: milliseconds by which the zone of days is."""
    day = (sa.type_coerce(csat.c.asked_at, sa.BigInteger) + ahead) // sa.literal_column(str(_DAY), sa.BigInteger)
    keys: Mapping[By, sa.ColumnElement[Any]] = {"agent": csat.c.agent, "intent": csat.c.intent, "day": day}
    each = (
        sa.select(keys[by].label("key"), csat.c.score)
        .where(csat.c.shop == shop, csat.c.asked_at >= since)
        .subquery()
    )  # fmt: skip
    query = sa.select(each, sa.func.count()).group_by(each.c.key, each.c.score)
    return [Count(str(key), score, customers) for key, score, customers in tx.execute(query)]


def low(tx: sa.Connection, shop: str, since: datetime, highest: int, most: int) -> list[Answered]:
    """The newest answers up to a score, the latest first."""
    of = csat.c
    query = (
        sa.select(of.conversation, of.ticket, of.agent, of.intent, of.score, of.reason, of.answered_at)
        .where(of.shop == shop, of.asked_at >= since, of.score <= highest)
        .order_by(of.answered_at.desc(), of.id.desc())
    )
    return [Answered(*row) for row in tx.execute(query.limit(most))]
