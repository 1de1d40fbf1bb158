"""Queries about what became of the drafts laid before agents: counted by phrase, intent, agent or hour, and edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from bot.store.tables import decisions, messages, suggestion_marks, suggestions, tickets

#: What a report is told by.
By = Literal["phrase", "intent", "agent", "hour"]
#: What became of a draft. Ignored: an agent wrote something else, the customer went on, or the case ended; open: it
#: may still be taken.
Fate = Literal["taken", "edited", "rejected", "ignored", "open"]

_HOUR = 3_600_000  # in what a moment is kept in


@dataclass(frozen=True, slots=True)
class Count:
    """How many drafts of one kind met one fate."""

    key: str  #: a phrase's id, an intent, an agent's name ("" where nobody saw it), or hours since 1970
    fate: Fate
    seen: bool  #: shown to an agent, or used
    drafts: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One draft that was sent in other words."""

    phrase: str
    offered: str
    sent: str
    agent: str
    at: datetime


_of, _said, _ticket = suggestions.c, messages.c, tickets.c
_outcome, _shown = suggestion_marks.alias("outcome"), suggestion_marks.alias("shown")
_went_on = sa.exists().where(
    _said.shop == _of.shop, _said.conversation == _of.conversation, _said.seq > _of.after_seq,
    _said.author.in_(("customer", "agent")),
)  # fmt: skip
_ended = sa.exists().where(_ticket.shop == _of.shop, _ticket.id == _of.ticket, _ticket.state == "resolved")
_first_seen_by = (
    sa.select(sa.func.min(_shown.c.agent))
    .where(_shown.c.shop == _of.shop, _shown.c.suggestion == _of.id, _shown.c.kind == "shown")
    .scalar_subquery()
)
_FATE = sa.case((_outcome.c.kind.is_not(None), _outcome.c.kind), (_went_on | _ended, "ignored"), else_="open")
_KEYS: Mapping[By, sa.ColumnElement[Any]] = {
    "phrase": _of.phrase,
    "intent": sa.func.coalesce(decisions.c.intent, ""),
    "agent": sa.func.coalesce(_outcome.c.agent, _first_seen_by, ""),
    "hour": sa.type_coerce(_of.created_at, sa.BigInteger) // sa.literal_column(str(_HOUR), sa.BigInteger),
}
_SETTLED = suggestions.outerjoin(
    _outcome,
    sa.and_(_outcome.c.shop == _of.shop, _outcome.c.suggestion == _of.id, _outcome.c.kind != "shown"),
).outerjoin(decisions, sa.and_(decisions.c.shop == _of.shop, decisions.c.id == _of.decision))


def counts(tx: sa.Connection, shop: str, since: datetime, by: By) -> list[Count]:
    """The shop's drafts written since a moment, by key, fate and whether an agent saw them."""
    each = (
        sa.select(
            _KEYS[by].label("key"), _FATE.label("fate"),
            (_outcome.c.kind.is_not(None) | _first_seen_by.is_not(None)).label("seen"),
        )
        .select_from(_SETTLED)
        .where(_of.shop == shop, _of.created_at >= since)
        .subquery()
    )  # fmt: skip
    query = sa.select(each, sa.func.count()).group_by(each.c.key, each.c.fate, each.c.seen)
    return [Count(str(key), fate, bool(seen), drafts) for key, fate, seen, drafts in tx.execute(query)]


def edits(tx: sa.Connection, shop: str, since: datetime) -> list[Edit]:
    """The drafts that were sent in other words since a moment, in order of time."""
    mark = suggestion_marks.c
    query = (
        sa.select(_of.phrase, _of.text, mark.text, mark.agent, mark.at)
        .join(suggestion_marks, sa.and_(mark.shop == _of.shop, mark.suggestion == _of.id))
        .where(_of.shop == shop, mark.kind == "edited", _of.created_at >= since)
        .order_by(mark.at, _of.id)
    )
    return [Edit(*row) for row in tx.execute(query)]
