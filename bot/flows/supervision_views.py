"""What a lead's view is shown: who waits, who has how much in hand, and what went wrong; in a fixed number of queries
however many conversations there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from bot.core import attendance, supervision
from bot.core.accounts import Group, Role
from bot.core.attendance import Timing
from bot.core.csat import LOW
from bot.core.desk import Row
from bot.core.hours import SHOP_ZONE
from bot.core.mask import mask
from bot.core.model import Holder
from bot.core.promises import KIND_TITLES, State
from bot.core.supervision import Flag, FlagKind
from bot.core.tempers import MARK_TITLES
from bot.flows import desk_views
from bot.flows.desk_views import Ears
from bot.store import agents, csat, events, marks, presence, promises, supervisions, tickets
from bot.store import desk as queries
from bot.store.agents import Agent
from bot.store.presence import Presence, There

#: Bounds of what is flagged from the books; our defaults. A low score is flagged for a day.
_PROMISES, _SCORES, _SCORES_FOR = 50, 20, timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Load:
    """An agent and how much they have in hand. Times are UTC."""

    name: str
    display_name: str
    role: Role
    groups: Sequence[Group]
    state: Presence
    held: int  #: conversations in hand
    capacity: int  #: that fit at once
    unanswered: int  #: of those in hand, how many customers wait
    oldest: datetime | None  #: since when the first of them waits
    answered: int  #: cases taken today that have a first answer
    first_answer: float | None  #: seconds from taking a case to its first answer, today's average
    seen_at: datetime | None  #: last sign of their page; None of one who has never been there


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole view as it stood right after an event. Times are UTC."""

    event: int
    now: datetime
    waiting: Sequence[str]  #: conversations whose customer waits for a human, the oldest unanswered first
    flags: Sequence[Flag]  #: what nobody has seen to first, then the more pressing
    agents: Sequence[Load]  #: who is there first, then by name
    rows: Mapping[str, Row]  #: every conversation that is named, by id


def overview(tx: sa.Connection, shop: str, ears: Ears, now: datetime, timing: Timing) -> Overview:
    """The shop's desk as a lead looks at it."""
    number = events.newest(tx, shop)
    needing = queries.needing_a_human(tx, shop)
    booked = [*_broken(tx, shop), *_low(tx, shop, now)]
    rows = desk_views.rows(tx, shop, {*needing, *(one.conversation for one in booked)}, ears)
    at_work = [rows[id_] for id_ in needing if id_ in rows]
    raised = [flag for row in at_work for flag in supervision.flags_of(row)]
    flags = _judged(tx, shop, [*raised, *booked, *_marked(tx, shop, needing, now)])
    waiting = [row.id for row in supervision.longest_first(at_work)]
    shown = {*needing, *(one.conversation for one in flags)}
    return Overview(
        number, now, waiting, flags, _loads(tx, shop, at_work, now, timing),
        {id_: row for id_, row in rows.items() if id_ in shown},
    )  # fmt: skip


def _broken(tx: sa.Connection, shop: str) -> list[Flag]:
    """Promises whose time passed and that somebody still has to see to."""
    return [
        supervision.flag(
            FlagKind.PROMISE, one.promise.conversation, one.promise.due,
            f"{KIND_TITLES[one.promise.kind]}：{one.promise.words}", one.promise.agent,
        )
        for one in promises.standing(tx, shop, _PROMISES)
        if one.promise.state is State.BROKEN
    ]  # fmt: skip


def _low(tx: sa.Connection, shop: str, now: datetime) -> list[Flag]:
    """Low scores of the last day, the reason with personal data masked."""
    return [
        supervision.flag(
            FlagKind.CSAT, one.conversation, one.at, "，".join(filter(None, [f"{one.score} 分", mask(one.reason)])),
            one.agent,
        )
        for one in csat.low(tx, shop, now - _SCORES_FOR, LOW, _SCORES)
    ]  # fmt: skip


def _marked(tx: sa.Connection, shop: str, ids: Collection[str], now: datetime) -> list[Flag]:
    """The latest mark of each customer whom a human is asked for."""
    return [
        supervision.flag(FlagKind.MARK, id_, one.at, f"{MARK_TITLES[one.kind]}：{one.reason}", one.agent)
        for id_, one in marks.newest(tx, shop, ids, now).items()
    ]


def _judged(tx: sa.Connection, shop: str, flags: Sequence[Flag]) -> list[Flag]:
    """In order, each with the lead who has seen to it since it was raised."""
    seen = supervisions.seen(tx, shop, {one.conversation for one in flags})
    return supervision.by_urgency(
        replace(one, seen_by=by.lead) if (by := seen.get(one.conversation)) and by.at >= one.at else one
        for one in flags
    )


def _loads(tx: sa.Connection, shop: str, rows: Sequence[Row], now: datetime, timing: Timing) -> list[Load]:
    there, answers = presence.listed(tx, shop), tickets.first_answers(tx, shop, _morning(now))
    held: dict[str, list[Row]] = {}
    for row in rows:
        if row.holder is Holder.AGENT:
            held.setdefault(row.owner, []).append(row)
    loads = [
        _load(agent, held.get(agent.name, ()), there.get(agent.name), answers.get(agent.name, (0, None)), now, timing)
        for agent in agents.listed(tx, shop)
        if agent.disabled_at is None
    ]
    return sorted(loads, key=lambda one: (_STATES.index(one.state), one.name))


_STATES: Sequence[Presence] = ("online", "busy", "away", "offline")


def _load(
    agent: Agent, held: Sequence[Row], there: There | None, answers: tuple[int, float | None], now: datetime,
    timing: Timing,
) -> Load:
    waits = [row.waiting_since for row in held if row.waiting_since]
    return Load(
        name=agent.name, display_name=agent.display_name or agent.name, role=agent.role, groups=agent.groups,
        state=attendance.state_now(there.state, there.seen_at, now, timing) if there else "offline",
        held=len(held), capacity=agent.capacity, unanswered=len(waits), oldest=min(waits, default=None),
        answered=answers[0], first_answer=answers[1], seen_at=there.seen_at if there else None,
    )  # fmt: skip


def _morning(now: datetime) -> datetime:
    """The beginning of the shop's day."""
    return datetime.combine(now.astimezone(SHOP_ZONE).date(), time(), SHOP_ZONE)
