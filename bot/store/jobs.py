"""Queries of the jobs table: work that was promised in a commit and is done after it, exactly as often as it must be.

waiting → running → done; running → waiting (retry, snooze, rescue); waiting | running → dropped; running → failed;
a send also running → unknown: the platform's answer was lost, so it is shown to a human and never blindly repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.base import jobs_added
from bot.store.bulk import inserting
from bot.store.prepared import Prepared, attempt
from bot.store.tables import IN_LANE, WAITING, jobs


@dataclass(frozen=True, slots=True)
class Job:
    """A job that this worker holds until `lease_until`."""

    id: int
    shop: str
    kind: str
    payload: Mapping[str, Any]
    attempts: int  #: this one included
    run_at: datetime
    owner: str

    @property
    def deaths(self) -> int:
        """How many attempts ended with the worker's death, which says nothing about the platform."""
        return int(self.payload.get("deaths", 0))


_COLUMNS = [jobs.c[name] for name in ("id", "shop", "kind", "payload", "attempts", "run_at", "owner")]


_GIVEN = ("shop", "kind", "payload", "run_at", "created_at", "lane", "unique_key")


def _or_moved(insert: Any) -> Any:
    return insert.on_conflict_do_update(
        index_elements=["shop", "unique_key"],
        index_where=sa.text(WAITING),
        set_={"run_at": insert.excluded.run_at, "payload": insert.excluded.payload},
    )


_ADD = Prepared(inserting(jobs, _GIVEN), abreast=True)
_SCHEDULE = Prepared(inserting(jobs, _GIVEN, _or_moved), abreast=True)

_CANCEL = Prepared(
    jobs.update()
    .where(jobs.c.shop == sa.bindparam("of_shop"), jobs.c.unique_key == sa.bindparam("of_key"), sa.text(WAITING))
    .values(
        state=sa.literal_column("'dropped'"), last_error=sa.bindparam("why"),
        finished_at=sa.bindparam("now", type_=jobs.c.finished_at.type),
    )
)

_earlier = jobs.alias("earlier")
_is_first = ~sa.exists(
    sa.select(sa.literal(1)).select_from(_earlier).where(
        _earlier.c.lane == jobs.c.lane,
        sa.text(IN_LANE.replace("lane", "earlier.lane").replace("state", "earlier.state")),
        _earlier.c.id < jobs.c.id,
    )
)  # fmt: skip


def _claiming(*where: sa.ColumnElement[bool]) -> Prepared:
    due = (
        sa.select(jobs.c.id)
        .where(sa.text(f"jobs.{WAITING}"), jobs.c.run_at <= sa.bindparam("now"), *where)
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .with_for_update(skip_locked=True)
    )
    claim = jobs.update().where(jobs.c.id.in_(due.scalar_subquery())).returning(*_COLUMNS)
    return Prepared(
        claim.values(
            state="running", owner=sa.bindparam("worker"), lease_until=sa.bindparam("lease"),
            attempts=jobs.c.attempts + 1,
        ),
        _COLUMNS,
    )


#: Takes the oldest due jobs that nobody earlier in their lane holds up.
CLAIM = _claiming(sa.or_(jobs.c.lane.is_(None), _is_first))
_CLAIM_SENDS = _claiming(jobs.c.lane.is_not(None), _is_first)
_CLAIM_TIMERS = _claiming(jobs.c.lane.is_(None), jobs.c.kind != sa.bindparam("but"))
_held = (
    jobs.c.id == sa.bindparam("of_id", type_=jobs.c.id.type), jobs.c.owner == sa.bindparam("of_owner"),
    jobs.c.attempts == sa.bindparam("of_attempts", type_=sa.Integer), jobs.c.state == sa.literal_column("'running'"),
)  # fmt: skip
_HOLDS = Prepared(sa.select(jobs.c.id).where(*_held).with_for_update(), [jobs.c.id])
_NEW: Mapping[str, Any] = {
    name: sa.bindparam(f"new_{name}", type_=jobs.c[name].type)
    for name in ("state", "run_at", "attempts", "payload", "last_error", "finished_at")
}
_WRITE = Prepared(jobs.update().where(*_held).values(**_NEW, lease_until=sa.null()))
_ORPHANS = Prepared(
    sa.select(*_COLUMNS)
    .where(jobs.c.state == sa.literal_column("'running'"), jobs.c.lease_until < sa.bindparam("now"))
    .order_by(jobs.c.id)
    .with_for_update(skip_locked=True),
    _COLUMNS,
)
_NEXT_DUE = Prepared(
    sa.select(jobs.c.run_at).where(sa.text(WAITING)).order_by(jobs.c.run_at, jobs.c.id).limit(1), [jobs.c.run_at]
)


def add(
    tx: sa.Connection,
    shop: str,
    kind: str,
    payload: Mapping[str, Any],
    run_at: datetime,
    now: datetime,
    *,
    lane: str | None = None,
    unique_key: str | None = None,
) -> None:
    """Promise a job in this transaction. A `unique_key` that already waits is moved to the new time instead; jobs
    of one `lane` run one after the other in the order they were added (sends only: a timer in a lane would hold up
    everything behind it)."""
    values = {
        "shop": shop, "kind": kind, "payload": dict(payload), "run_at": run_at, "created_at": now, "lane": lane,
        "unique_key": unique_key,
    }
    (_SCHEDULE if unique_key else _ADD).do(tx, values)
    if run_at <= now:  # a timer's time is found by the worker's poll: waking it for each would cost each message
        jobs_added(tx)


def cancel(tx: sa.Connection, shop: str, unique_key: str, why: str, now: datetime) -> None:
    """Drop the waiting job of this key, if any."""
    _CANCEL.do(tx, {"of_shop": shop, "of_key": unique_key, "why": why, "now": now})


def claim(tx: sa.Connection, worker: str, now: datetime, lease: datetime, limit: int) -> list[Job]:
    """Take up to `limit` due jobs for this worker, oldest first."""
    return _claimed(tx, CLAIM, worker=worker, now=now, lease=lease, limit=limit)


def claim_sends(tx: sa.Connection, worker: str, now: datetime, lease: datetime, limit: int) -> list[Job]:
    """The same of sends alone."""
    return _claimed(tx, _CLAIM_SENDS, worker=worker, now=now, lease=lease, limit=limit)


def claim_timers(
    tx: sa.Connection, worker: str, now: datetime, lease: datetime, limit: int, but: str = ""
) -> list[Job]:
    """The same of timers alone, without those of a kind."""
    return _claimed(tx, _CLAIM_TIMERS, worker=worker, now=now, lease=lease, limit=limit, but=but)


def _claimed(tx: sa.Connection, statement: Prepared, **values: Any) -> list[Job]:
    return sorted((Job(**row) for row in statement.all(tx, values)), key=lambda job: (job.run_at, job.id))


def holds(tx: sa.Connection, job: Job) -> bool:
    """Whether the job is still this worker's (its lease was not given to another), locking it."""
    return _HOLDS.one(tx, _of(job)) is not None


def finish(tx: sa.Connection, job: Job, state: str, now: datetime, error: str = "") -> bool:
    """End a job; False when it is no longer this worker's (then nothing is written)."""
    return _write(tx, job, {"state": state, "finished_at": now, "last_error": error})


def again(tx: sa.Connection, job: Job, run_at: datetime, error: str = "", *, counts: bool = True) -> bool:
    """Put a job back to run at a later time; a snooze does not count as an attempt."""
    attempts = job.attempts if counts else job.attempts - 1
    return _put_back(tx, job, {"run_at": run_at, "last_error": error, "attempts": attempts})


def after_death(tx: sa.Connection, job: Job, now: datetime, error: str) -> bool:
    """Put back the job of a worker that died. `attempts` rises with every claim, for it tells one holder from the
    next; how many of them died is kept beside it."""
    payload = {**job.payload, "deaths": job.deaths + 1}
    return _put_back(tx, job, {"run_at": now, "last_error": error, "payload": payload})


def _put_back(tx: sa.Connection, job: Job, values: Mapping[str, Any]) -> bool:
    """Let a job wait again; one whose unique key was scheduled anew meanwhile is dropped, and that one stands."""
    try:
        with attempt(tx):
            return _write(tx, job, {**values, "state": "waiting"})
    except sa.exc.IntegrityError:
        return _write(tx, job, {"state": "dropped", "last_error": "scheduled anew", "finished_at": job.run_at})


def _write(tx: sa.Connection, job: Job, values: Mapping[str, Any]) -> bool:
    """Write columns of a job that is still its worker's; those not given stay as they were when it was claimed."""
    as_claimed = {"run_at": job.run_at, "attempts": job.attempts, "payload": dict(job.payload), "finished_at": None}
    new = {f"new_{name}": value for name, value in {**as_claimed, **values}.items()}
    return _WRITE.do(tx, {**_of(job), **new}) == 1


def _of(job: Job) -> dict[str, Any]:
    return {"of_id": job.id, "of_owner": job.owner, "of_attempts": job.attempts}


def orphans(tx: sa.Connection, now: datetime, workers: Sequence[str] | None = None) -> list[Job]:
    """Running jobs whose lease has run out, locked; with `workers` given, also every one not held by these (a single
    process that starts anew knows that nobody else is at work)."""
    if workers is None:
        return [Job(**row) for row in _ORPHANS.all(tx, {"now": now})]
    late = sa.or_(jobs.c.lease_until < now, jobs.c.owner.not_in(workers))
    query = sa.select(*_COLUMNS).where(jobs.c.state == "running", late).order_by(jobs.c.id)
    return [Job(**row._asdict()) for row in tx.execute(query.with_for_update(skip_locked=True))]


def next_due(tx: sa.Connection) -> datetime | None:
    """When the next waiting job is due."""
    row = _NEXT_DUE.one(tx, {})
    return None if row is None else row["run_at"]


def prune(tx: sa.Connection, before: datetime) -> int:
    """Delete jobs that ended before a moment; returns how many."""
    return tx.execute(jobs.delete().where(jobs.c.finished_at < before)).rowcount


def counts(tx: sa.Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are by (kind, state)."""
    query = sa.select(jobs.c.kind, jobs.c.state, sa.func.count()).group_by(jobs.c.kind, jobs.c.state)
    return {(row.kind, row.state): row[2] for row in tx.execute(query)}
