"""Stories abreast on PostgreSQL: one statement answers many, each story gets its own rows, a fault stays its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store import conversations, jobs, messages, prepared, tickets
from bot.store.channels import Channel, add
from bot.store.messages import StoredMessage
from bot.store.postgres import PostgresStore
from bot.store.tables import conversations as talks
from bot.store.tables import jobs as job_rows
from bot.store.tables import new_id
from tests.store.held import held
from tests.store.rows import NOW, add_shop, count

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("store", ["postgres"], indirect=True)]

Told = Callable[[sa.Connection], Any]


@pytest.fixture
def postgres(store: PostgresStore) -> PostgresStore:
    """A store with a shop and its channel."""
    store.submit(_open_shop).result()
    return store


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are run, as they are run."""
    seen: list[str] = []
    plain = prepared._executed

    def noted(tx: sa.Connection, method: str, sql: str, bound: Any) -> Any:
        seen.append(sql)
        return plain(tx, method, sql, bound)

    monkeypatch.setattr(prepared, "_executed", noted)
    return seen


def test_thirty_stories_ask_each_statement_once_and_get_their_own_rows(
    postgres: PostgresStore, asked: list[str]
) -> None:
    for number in range(0, 30, 3):  # a third of them have been here before
        postgres.submit(_writing(f"c{number}", "hello")).result()
    asked.clear()

    told = _together(postgres, {f"c{number}": _writing(f"c{number}", f"text {number}") for number in range(30)})

    assert [values[:2] for values in told] == [(f"c{number}", 1 if number % 3 else 2) for number in range(30)]
    for number, (_, _, texts) in enumerate(told):
        assert texts[-1] == f"text {number}"
    once = [sql for sql in asked if "FROM messages" not in sql]  # which is not asked abreast, so thirty times
    kinds = [sql.split("(")[0].partition(" SET ")[0].partition(" FROM ")[0] for sql in once]
    assert len(asked) - len(once) == 30
    assert len(once) == 8, kinds  # enter, open ticket, queue, message, timer, change; the events' number and rows


def test_stories_of_a_lane_run_one_after_the_other(postgres: PostgresStore) -> None:
    stories = {"c1 a": _writing("c1", "first"), "c2": _writing("c2", "x"), "c1 b": _writing("c1", "second")}
    told = _together(postgres, stories)

    assert [(customer, seq) for customer, seq, _ in told] == [("c1", 1), ("c2", 1), ("c1", 2)]
    assert told[2][2] == ["first", "second"]


def test_a_delivery_that_is_known_is_told_to_its_own_story(postgres: PostgresStore) -> None:
    postgres.submit(_delivering("c1", "m1")).result()

    stories = {f"c{n}": _delivering(f"c{n}", f"m{1 if n in (1, 7) else n + 10}") for n in range(1, 10)}
    assert _together(postgres, stories) == [n not in (1, 7) for n in range(1, 10)]


def test_of_two_that_bring_the_same_id_at_once_one_is_new(postgres: PostgresStore) -> None:
    told = _together(postgres, {f"c{n}": _delivering(f"c{n}", "m1" if n < 3 else "m3") for n in (1, 2, 3)})

    assert sorted(told[:2]) == [False, True]
    assert told[2] is True


def test_a_faulty_story_undoes_only_itself_and_leaves_nothing_waiting(postgres: PostgresStore) -> None:
    def faulty(tx: sa.Connection) -> None:
        conversations.enter(tx, "demo", "web", "c4", "", (), NOW)
        raise ZeroDivisionError

    stories: dict[str, Told] = {f"c{n}": _writing(f"c{n}", "hello") for n in range(9)}
    futures = _submitted(postgres, {**stories, "c4": faulty})

    assert [isinstance(future.exception(), ZeroDivisionError) for future in futures] == [n == 4 for n in range(9)]
    assert postgres.read(count(talks)).result() == 8
    assert postgres.submit(_writing("c4", "again")).result() == ("c4", 1, ["again"])


def test_what_may_not_run_abreast_keeps_its_place_between_the_lanes(postgres: PostgresStore, asked: list[str]) -> None:
    order: list[str] = []

    def alone(tx: sa.Connection) -> None:
        order.append(f"alone after {tx.execute(sa.select(sa.func.count()).select_from(talks)).scalar_one()}")

    with held(postgres):
        futures = [
            *(postgres.submit(_writing(f"c{n}", "x"), f"c{n}", abreast=True) for n in (1, 2, 8, 9)),
            postgres.submit(alone, "c5"),
        ]
    wait(futures, timeout=10)

    assert order == ["alone after 2"]
    assert postgres.read(count(talks)).result() == 4


@pytest.mark.parametrize(
    "value", ["", "it's “quoted” \\ \" {}", "换行\n\t制表", "👍🏽 \u2028", "null", "%s %(x)s :y $1", "a" * 60_000],
    ids=["empty", "quotes", "lines", "emoji", "null", "marks", "long"],
)  # fmt: skip
def test_texts_come_back_as_they_were_given(postgres: PostgresStore, value: str) -> None:
    told = _together(postgres, {"c1": _writing("c1", value), "c2": _writing("c2", "x")})

    assert told[0][2] == [value]


def test_a_timer_keeps_its_payload_and_its_time(postgres: PostgresStore) -> None:
    _together(postgres, {"c1": _writing("c1", "x"), "c2": _writing("c2", "y")})

    kept = postgres.read(lambda tx: [dict(row._mapping) for row in tx.execute(sa.select(job_rows))]).result()
    own = [job for job in kept if job["kind"] == "deadline"]
    assert [job["payload"] for job in sorted(own, key=lambda job: job["unique_key"])] == [{"of": "c1"}, {"of": "c2"}]
    assert {job["run_at"] for job in own} == {NOW + timedelta(minutes=5)}
    assert {job["lane"] for job in own} == {None}


def _open_shop(tx: sa.Connection) -> None:
    add_shop(tx)
    add(tx, Channel("demo", "web", "response", "", False, 0.0, False, ("whsec_AAAA",)), NOW)


def _writing(customer: str, text: str) -> Told:
    """A story as messages have it: enter, read, add, schedule, change. Tells the customer, the message's number and
    all texts so far."""

    def story(tx: sa.Connection) -> tuple[str, int, list[str]]:
        talk = conversations.enter(tx, "demo", "web", customer, "", ["vip"], NOW)
        assert tickets.open_of(tx, "demo", talk.id) is None
        assert tickets.waiting(tx, "demo") == 0
        messages.add_ours(tx, _message(talk.id, talk.last_seq, text))
        jobs.add(tx, "demo", "deadline", {"of": customer}, NOW + timedelta(minutes=5), NOW, unique_key=f"d:{customer}")
        conversations.change(tx, talk, {"last_seq": talk.last_seq, "updated_at": NOW})
        texts = [message.text for message in messages.listed(tx, "demo", talk.id)]
        assert talk.tags == ("vip",)
        return talk.customer, talk.last_seq, texts

    return story


def _delivering(customer: str, external_id: str) -> Told:
    """A story that takes in a delivery; tells whether it was new."""

    def story(tx: sa.Connection) -> bool:
        talk = conversations.enter(tx, "demo", "web", customer, "", (), NOW)
        return messages.add(tx, _message(talk.id, talk.last_seq, "hello", external_id))

    return story


def _message(conversation: str, seq: int, text: str, external_id: str | None = None) -> StoredMessage:
    return StoredMessage(
        "demo", new_id("ms"), conversation, seq, "customer", "text", text, "web", "pending", "", None, NOW, NOW,
        external_id,
    )  # fmt: skip


def _together(store: PostgresStore, stories: dict[str, Told]) -> list[Any]:
    """What the stories tell that came in one group, each in its customer's lane."""
    return [future.result() for future in _submitted(store, stories)]


def _submitted(store: PostgresStore, stories: dict[str, Told]) -> list[Future[Any]]:
    with held(store):
        futures = [store.submit(story, lane.split()[0], abreast=True) for lane, story in stories.items()]
    wait(futures, timeout=20)
    return futures
