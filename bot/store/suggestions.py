"""Queries about the drafts laid before agents and their ledger: shown, taken, edited, rejected, by whom and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store import events
from bot.store.prepared import Prepared
from bot.store.tables import decisions, suggestion_marks, suggestions

Outcome = Literal["taken", "edited", "rejected"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A suggestion with what it goes back to."""

    id: str
    conversation: str
    decision: str
    text: str
    phrase: str
    score: float
    after_seq: int  #: the newest message when it was written


_COLUMNS = [
    suggestions.c.id, suggestions.c.conversation, suggestions.c.decision, suggestions.c.text, suggestions.c.phrase,
    sa.func.coalesce(decisions.c.score, 0.0).label("score"), suggestions.c.after_seq,
]  # fmt: skip
_DRAFTS = sa.select(*_COLUMNS).select_from(
    suggestions.outerjoin(
        decisions, sa.and_(decisions.c.shop == suggestions.c.shop, decisions.c.id == suggestions.c.decision)
    )
)
_settled = sa.exists().where(
    suggestion_marks.c.shop == suggestions.c.shop, suggestion_marks.c.suggestion == suggestions.c.id,
    suggestion_marks.c.kind != "shown",
)  # fmt: skip
_ROW: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in suggestion_marks.columns}
_MARK = Prepared(
    {
        "sqlite": sqlite.insert(suggestion_marks).values(_ROW).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(suggestion_marks).values(_ROW).on_conflict_do_nothing(),
    }
)


def newest(tx: sa.Connection, shop: str, conversation: str, most: int) -> list[Draft]:
    """The open drafts of the conversation's newest turn that has any; none once all of that turn are settled."""
    of = suggestions.c
    turn = sa.select(sa.func.max(of.after_seq)).where(of.shop == shop, of.conversation == conversation)
    query = _DRAFTS.where(
        of.shop == shop, of.conversation == conversation, of.after_seq == turn.scalar_subquery(), ~_settled
    )
    return [Draft(*row) for row in tx.execute(query.order_by(of.created_at, of.id).limit(most))]


def get(tx: sa.Connection, shop: str, conversation: str, suggestion: str) -> Draft | None:
    """A draft of the conversation, settled or not."""
    of = suggestions.c
    row = tx.execute(
        _DRAFTS.where(of.shop == shop, of.conversation == conversation, of.id == suggestion)
    ).one_or_none()
    return None if row is None else Draft(*row)


def show(tx: sa.Connection, shop: str, agent: str, ids: Iterable[str], now: datetime) -> None:
    """Write down that drafts were shown to an agent; the first time counts."""
    for suggestion in ids:
        _MARK.do(tx, _mark(shop, suggestion, agent, "shown", now))


def settle(
    tx: sa.Connection, shop: str, draft: Draft, agent: str, outcome: Outcome, now: datetime, *, text: str = "",
    reason: str = "",
) -> bool:
    """Write down what became of a draft; False when that was written before. `text`: what was sent of an edited
    one."""
    mark = _mark(shop, draft.id, agent, outcome, now) | {"text": text, "reason": reason}
    events.note(tx, shop, draft.conversation)
    return _MARK.do(tx, mark) == 1


def ledger(tx: sa.Connection, shop: str, ids: Collection[str]) -> list[sa.RowMapping]:
    """Everything written about drafts, in order of time."""
    marks = suggestion_marks
    query = sa.select(marks).where(marks.c.shop == shop, marks.c.suggestion.in_(ids))
    return list(tx.execute(query.order_by(marks.c.at, marks.c.kind)).mappings())


def _mark(shop: str, suggestion: str, agent: str, kind: str, now: datetime) -> dict[str, object]:
    return {
        "shop": shop, "suggestion": suggestion, "agent": agent, "kind": kind, "text": "", "reason": "", "at": now
    }  # fmt: skip
