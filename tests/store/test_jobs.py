"""Jobs: done in order, exactly as often as they must be, by one worker at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store import jobs
from bot.store.base import Store
from bot.store.jobs import Job
from bot.store.tables import jobs as table
from tests.store.rows import NOW, count

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def test_the_oldest_due_jobs_are_claimed_first_and_none_before_its_time(store: Store) -> None:
    for name, seconds in (("c", 0), ("a", -20), ("b", -10), ("later", 1)):
        _add(store, name, NOW + seconds * _SECOND)
    assert [_name(job) for job in _claim(store, limit=2)] == ["a", "b"]
    assert [_name(job) for job in _claim(store)] == ["c"]
    assert _claim(store) == []


def test_a_lane_runs_one_at_a_time_in_the_order_it_was_filled(store: Store) -> None:
    for name, seconds in (("first", 0), ("second", -30), ("third", -60)):  # promised earlier does not mean due earlier
        _add(store, name, NOW + seconds * _SECOND, lane="cv1")
    _add(store, "other", lane="cv2")
    (first,) = (job for job in _claim(store) if _name(job) == "first")
    assert _claim(store) == []

    _retry(store, first, NOW + _SECOND)
    assert _claim(store) == []  # a retry keeps its place
    (first,) = _claim(store, at=NOW + _SECOND)
    _finish(store, first, "failed")
    (second,) = _claim(store)
    _finish(store, second, "unknown")
    assert [_name(job) for job in _claim(store)] == ["third"]


def test_timers_of_a_conversation_hold_nobody_up(store: Store) -> None:
    _add(store, "timer", NOW - _SECOND)
    _add(store, "send", lane="cv1")
    assert [_name(job) for job in _claim(store)] == ["timer", "send"]


def test_a_key_that_waits_is_moved_and_not_doubled(store: Store) -> None:
    _add(store, "old", NOW + _SECOND, unique_key="turn:cv1")
    _add(store, "new", NOW + 5 * _SECOND, unique_key="turn:cv1")
    assert _claim(store, at=NOW + 4 * _SECOND) == []
    assert [_name(job) for job in _claim(store, at=NOW + 5 * _SECOND)] == ["new"]


def test_a_key_may_be_promised_anew_while_its_job_runs(store: Store) -> None:
    _add(store, "running", unique_key="turn:cv1")
    (running,) = _claim(store)
    _add(store, "anew", NOW + _MINUTE, unique_key="turn:cv1")

    assert store.submit(lambda tx: jobs.again(tx, running, NOW + 2 * _MINUTE, counts=False)).result()

    assert _states(store) == {"dropped": 1, "waiting": 1}
    assert [_name(job) for job in _claim(store, at=NOW + _MINUTE)] == ["anew"]
    assert store.submit(lambda tx: jobs.prune(tx, NOW + _SECOND)).result() == 1  # the superseded one is forgotten too


def test_the_same_key_in_another_shop_is_another_job(store: Store) -> None:
    for shop in ("a", "b"):
        store.submit(lambda tx, shop=shop: jobs.add(tx, shop, "turn", {}, NOW, NOW, unique_key="k")).result()  # type: ignore[misc]
    store.submit(lambda tx: jobs.cancel(tx, "a", "k", "answered", NOW)).result()
    assert [job.shop for job in _claim(store)] == ["b"]


def test_a_snooze_is_no_attempt_and_a_retry_is(store: Store) -> None:
    _add(store, "one")
    (job,) = _claim(store)
    assert job.attempts == 1
    store.submit(lambda tx: jobs.again(tx, job, NOW, counts=False)).result()
    (job,) = _claim(store)
    assert job.attempts == 1
    _retry(store, job, NOW)
    assert [job.attempts for job in _claim(store)] == [2]


def test_a_worker_whose_job_was_given_away_cannot_finish_it(store: Store) -> None:
    _add(store, "one")
    (stale,) = _claim(store, worker="slow", lease=NOW + _SECOND)
    (orphan,) = store.submit(lambda tx: jobs.orphans(tx, NOW + _MINUTE)).result()
    _retry(store, orphan, NOW)
    (fresh,) = _claim(store, worker="quick")

    assert not store.submit(lambda tx: jobs.holds(tx, stale)).result()
    assert not _finish(store, stale)
    assert not _retry(store, stale, NOW)
    assert store.submit(lambda tx: jobs.holds(tx, fresh)).result()
    assert _finish(store, fresh)
    assert not _finish(store, fresh)
    assert _states(store) == {"done": 1}


def test_orphans_are_the_jobs_whose_lease_ran_out(store: Store) -> None:
    for name in ("dead", "alive"):
        _add(store, name)
        _claim(store, worker=name, lease=NOW + (_SECOND if name == "dead" else _MINUTE))

    def orphans(at: datetime, workers: Sequence[str] | None = None) -> list[str]:
        return [job.owner for job in store.submit(lambda tx: jobs.orphans(tx, at, workers)).result()]

    assert orphans(NOW) == []
    assert orphans(NOW + 2 * _SECOND) == ["dead"]
    assert orphans(NOW, ("alive",)) == ["dead"]  # a process that is alone need not wait for leases
    assert orphans(NOW + 2 * _MINUTE, ("alive",)) == ["dead", "alive"]  # but its own lost ones count as well


def test_jobs_that_ended_long_ago_are_forgotten(store: Store) -> None:
    for name in ("old", "new", "waiting"):
        _add(store, name)
    old, new = _claim(store, limit=2)
    _finish(store, old, at=NOW)
    _finish(store, new, at=NOW + _MINUTE)
    assert store.submit(lambda tx: jobs.prune(tx, NOW + _SECOND)).result() == 1
    assert _states(store) == {"done": 1, "waiting": 1}
    assert store.read(jobs.next_due).result() == NOW


def test_eight_workers_claim_each_of_300_jobs_once_and_keep_every_lane_in_order(store: Store) -> None:
    for number in range(300):
        _add(store, f"{number:03}", lane=f"cv{number % 40}" if number % 3 else None)
    done: list[tuple[str, str]] = []
    running: Counter[str] = Counter()
    overlaps: list[str] = []
    book = threading.Lock()

    def work(name: str) -> None:
        while len(done) < 300:
            for job in _claim(store, worker=name, limit=7):
                lane = f"cv{int(_name(job)) % 40}" if int(_name(job)) % 3 else ""
                with book:
                    running[lane] += 1
                    overlaps.extend([lane] * (bool(lane) and running[lane] > 1))
                    done.append((lane, _name(job)))
                with book:
                    running[lane] -= 1
                assert _finish(store, job)

    _in_threads(8, work)

    assert sorted(name for _, name in done) == [f"{number:03}" for number in range(300)]
    assert overlaps == []
    for lane in {lane for lane, _ in done if lane}:
        names = [name for its, name in done if its == lane]
        assert names == sorted(names)


def test_jobs_added_are_told_after_the_commit(store: Store) -> None:
    heard = threading.Event()
    store.on_jobs(heard.set)
    store.submit(lambda tx: tx.execute(sa.select(1)).scalar()).result()
    assert not heard.is_set()
    _add(store, "one")
    assert heard.wait(10)


def test_the_claim_uses_the_indexes_made_for_it(store: Store) -> None:
    def plan(tx: sa.Connection) -> str:
        tx.execute(
            table.insert(),
            [
                {"shop": "demo", "kind": "send", "lane": f"cv{n % 50}", "state": "done" if n % 9 else "waiting",
                 "run_at": NOW + n * _SECOND, "created_at": NOW}
                for n in range(2000)
            ],
        )
        tx.exec_driver_sql("ANALYZE jobs")
        return jobs.CLAIM.plan(tx, {"worker": "w", "now": NOW, "lease": NOW + _MINUTE, "limit": 20})

    found = store.submit(plan).result()
    assert "ix_jobs_due" in found, found
    assert "ix_jobs_lane" in found, found
    assert "Seq Scan" not in found, found
    assert "SCAN earlier" not in found, found


@pytest.mark.parametrize("key", [None, "turn:cv1"])
def test_a_job_promised_in_a_story_that_fails_is_not_there(store: Store, key: str | None) -> None:
    def story(tx: sa.Connection) -> None:
        jobs.add(tx, "demo", "turn", {}, NOW, NOW, unique_key=key)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.submit(story).result()
    assert store.read(count(table)).result() == 0


def _add(store: Store, name: str, run_at: datetime = NOW, **values: Any) -> None:
    store.submit(lambda tx: jobs.add(tx, "demo", "send", {"name": name}, run_at, NOW, **values)).result()


def _claim(
    store: Store, worker: str = "w", at: datetime = NOW, lease: datetime = NOW + _MINUTE, limit: int = 20
) -> list[Job]:
    return store.submit(lambda tx: jobs.claim(tx, worker, at, lease, limit)).result()


def _finish(store: Store, job: Job, state: str = "done", at: datetime = NOW) -> bool:
    return store.submit(lambda tx: jobs.finish(tx, job, state, at)).result()


def _retry(store: Store, job: Job, at: datetime) -> bool:
    return store.submit(lambda tx: jobs.again(tx, job, at)).result()


def _name(job: Job) -> str:
    return str(job.payload["name"])


def _states(store: Store) -> dict[str, int]:
    return {state: number for (_, state), number in store.read(jobs.counts).result().items()}


def _in_threads(number: int, work: Any) -> None:
    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
