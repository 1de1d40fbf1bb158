"""What the books say at the end of a simulated month: what became of every timer, and of all that was to be said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from bot.store.tables import jobs, promises
from bot.store.tables import proactive_messages as ledger

_SEND = "send"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Counted from the database, not by who simulates."""

    timers: Counter[tuple[str, str, str]]  #: by kind, state and, of those dropped or failed, the reason
    silences: Counter[tuple[str, str]]  #: what was not said, by plan and reason
    promises: Counter[str]  #: of agents and bot, by state
    lost: int  #: timers that neither ran nor were dropped for a reason, nor lie in the future

    def ended(self) -> dict[str, dict[str, int]]:
        """Timers by kind and state."""
        found: dict[str, Counter[str]] = {}
        for (kind, state, _), count in self.timers.items():
            found.setdefault(kind, Counter())[state] += count
        return {kind: dict(found[kind]) for kind in sorted(found)}

    def reasons(self) -> dict[str, int]:
        """Why timers were dropped, the most frequent first."""
        found = Counter[str]()
        for (_, state, why), count in self.timers.items():
            if state == "dropped":
                found[why] += count
        return dict(found.most_common())


@dataclass(slots=True)
class _Sums:
    timers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    lost: int = 0


def draw_up(tx: sa.Connection, shop: str, now: datetime) -> Accounts:
    """The accounts of a shop at an aware moment; a timer that is due at this moment counts as waiting."""
    sums, of = _Sums(), jobs.c
    is_late = sa.and_(of.state == "waiting", of.run_at < now)
    columns = of.kind, of.state, of.last_error, is_late.label("late")
    for kind, state, why, late, count in tx.execute(
        sa.select(*columns, sa.func.count()).where(of.shop == shop).group_by(*columns)
    ):
        sums.timers[kind, state, why if state in ("dropped", "failed") else ""] += count
        unexplained = state == "dropped" and not why
        if state == "running" or late or unexplained or (state == "failed" and kind != _SEND):
            sums.lost += count
    return Accounts(sums.timers, _silences(tx, shop), _promises(tx, shop), sums.lost)


def _silences(tx: sa.Connection, shop: str) -> Counter[tuple[str, str]]:
    of = ledger.c
    silent = sa.select(of.plan, of.reason, sa.func.count()).where(
        of.shop == shop, of.outcome.in_(["dropped", "snoozed"])
    )
    return Counter({(row[0], row[1]): row[2] for row in tx.execute(silent.group_by(of.plan, of.reason))})


def _promises(tx: sa.Connection, shop: str) -> Counter[str]:
    of = promises.c
    query = sa.select(of.state, sa.func.count()).where(of.shop == shop).group_by(of.state)
    return Counter({str(row[0]): row[1] for row in tx.execute(query)})
