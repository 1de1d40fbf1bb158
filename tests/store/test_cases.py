"""Cases in both databases: one open per order and kind, found by what is asked for, a history that only grows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from bot.core.case_kinds import Outcome
from bot.core.case_offers import Offer, OfferState
from bot.core.cases import Case, State, Waits
from bot.core.model import Priority
from bot.store import case_parts, cases
from bot.store.base import Store, Story
from bot.store.cases import Wanted
from tests.store.rows import NOW, add_shop, opened

T = TypeVar("T")
HOUR = timedelta(hours=1)


def _do(store: Store, story: Story[T]) -> T:
    return store.submit(story).result()


def _case(id_: str, **fields: Any) -> Case:
    made = Case("demo", id_, "lost", State.OPEN, Waits.NOBODY, Priority.NORMAL, "小美", NOW, NOW, NOW)
    return replace(made, **fields)


def _ids(store: Store, wanted: Wanted, **page: Any) -> list[str]:
    return [one.case.id for one in _do(store, lambda tx: cases.listed(tx, "demo", wanted, **page))]


@pytest.fixture
def conversation(store: Store) -> str:
    """A customer's, in shop demo."""
    return opened(store)


def test_a_case_comes_back_as_it_was_written(store: Store, conversation: str) -> None:
    case = _case(
        "cs_1", order="A1", conversation=conversation, amount=19900, steps={"chase": NOW}, due=NOW + HOUR,
        state=State.SETTLED, reason="courier", outcome=Outcome.RETURN, cost=19900, ended_at=NOW, priority=Priority.HIGH,
    )
    assert _do(store, lambda tx: cases.add(tx, case))
    assert _do(store, lambda tx: cases.get(tx, "demo", "cs_1")) == case
    assert _do(store, lambda tx: cases.get(tx, "other", "cs_1")) is None
    changed = replace(case, state=State.OPEN, ended_at=None, steps={})
    _do(store, lambda tx: cases.put(tx, changed, NOW))
    assert _do(store, lambda tx: cases.lock(tx, "demo", "cs_1")) == changed


def test_an_order_has_one_open_case_of_a_kind(store: Store, conversation: str) -> None:
    assert _do(store, lambda tx: cases.add(tx, _case("cs_1", order="A1")))
    assert not _do(store, lambda tx: cases.add(tx, _case("cs_2", order="A1", conversation=conversation)))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_3", order="A1", kind="return")))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_4", order="A2")))
    found = _do(store, lambda tx: cases.open_of(tx, "demo", "lost", "A1", ""))
    assert found is not None
    assert found.id == "cs_1"
    _do(store, lambda tx: cases.put(tx, replace(found, state=State.CLOSED, ended_at=NOW), NOW))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_5", order="A1")))


def test_without_an_order_a_conversation_has_one(store: Store, conversation: str) -> None:
    assert _do(store, lambda tx: cases.add(tx, _case("cs_1", conversation=conversation)))
    assert not _do(store, lambda tx: cases.add(tx, _case("cs_2", conversation=conversation)))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_3")))  # by hand, of nobody yet
    assert _do(store, lambda tx: cases.add(tx, _case("cs_4")))


def test_another_shop_may_have_the_same_order_number(store: Store, conversation: str) -> None:
    _do(store, lambda tx: add_shop(tx, "other"))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_1", order="A1")))
    assert _do(store, lambda tx: cases.add(tx, _case("cs_2", shop="other", order="A1")))
    assert _ids(store, Wanted()) == ["cs_1"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(), ["late", "soon", "ended", "free"]),
        (Wanted(states=[State.OPEN]), ["late", "free"]),
        (Wanted(kinds=["return"]), ["free"]),
        (Wanted(owner="小美"), ["soon"]),
        (Wanted(owner=""), ["late", "ended", "free"]),
        (Wanted(overdue_at=NOW), ["late"]),
        (Wanted(escalated=True), ["soon"]),
        (Wanted(order="A1"), ["late"]),
        (Wanted(query="a"), ["late", "soon", "ended"]),
        (Wanted(query="c1"), ["soon"]),
        (Wanted(query="%"), []),
        (Wanted(opened_from=NOW), ["late", "soon", "free"]),
        (Wanted(opened_until=NOW), ["ended"]),
        (Wanted(states=[State.OPEN], kinds=["lost"]), ["late"]),
    ],
)
def test_what_is_asked_for_is_found(store: Store, conversation: str, wanted: Wanted, ids: list[str]) -> None:
    for case in (
        _case("late", order="A1", due=NOW - HOUR),
        _case("soon", order="A2", due=NOW + HOUR, owner="小美", escalated_at=NOW, conversation=conversation,
              state=State.WAITING, waits_for=Waits.COURIER),
        _case("free", kind="return"),
        _case("ended", order="A3", state=State.CLOSED, ended_at=NOW, opened_at=NOW - HOUR),
    ):  # fmt: skip
        assert _do(store, lambda tx, one=case: cases.add(tx, one))  # type: ignore[misc]
    assert _ids(store, wanted) == ids
    assert _do(store, lambda tx: cases.count(tx, "demo", wanted)) == len(ids)


def test_pages_follow_each_other_without_a_gap(store: Store, conversation: str) -> None:
    for number in range(7):
        due = NOW + HOUR if number < 4 else None
        _do(store, lambda tx, n=number, d=due: cases.add(tx, _case(f"cs_{n}", order=f"A{n}", due=d)))  # type: ignore[misc]
    seen: list[str] = []
    place = None
    while page := _do(store, lambda tx, at=place: cases.listed(tx, "demo", Wanted(), at, 2)):  # type: ignore[misc]
        seen += [one.case.id for one in page]
        place = page[-1].place
    assert seen == [f"cs_{number}" for number in range(7)]


def test_a_customers_cases_those_that_go_on_first(store: Store, conversation: str) -> None:
    for case in (
        _case("cs_1", order="A1"),
        _case("cs_2", conversation=conversation, state=State.CLOSED, ended_at=NOW),
        _case("cs_3", order="A9"),
    ):
        _do(store, lambda tx, one=case: cases.add(tx, one))  # type: ignore[misc]
    found = _do(store, lambda tx: cases.of_conversation(tx, "demo", conversation, ["A1"], 10))
    assert [case.id for case in found] == ["cs_1", "cs_2"]


def test_the_history_is_numbered_and_evidence_from_a_message_is_kept_once(store: Store, conversation: str) -> None:
    def story(tx: sa.Connection) -> list[bool]:
        cases.add(tx, _case("cs_1", order="A1"))
        case_parts.write(tx, "demo", "cs_1", "opened", "bot", NOW)
        case_parts.write(tx, "demo", "cs_1", "step", "小美", NOW, step="chase")
        photo = case_parts.Evidence("ev_1", "photos", "", "https://img.example/1", "ms_1", "小美", NOW)
        kept = [case_parts.add_evidence(tx, "demo", "cs_1", replace(photo, id=f"ev_{n}")) for n in (1, 2)]
        fact = replace(photo, message="", url="", text="瓶子碎了")
        return [*kept, *(case_parts.add_evidence(tx, "demo", "cs_1", replace(fact, id=f"ev_{n}")) for n in (3, 4))]

    assert _do(store, story) == [True, False, True, True]
    entries = _do(store, lambda tx: case_parts.history(tx, "demo", "cs_1"))
    assert [(one.number, one.kind, one.data) for one in entries] == [(1, "opened", {}), (2, "step", {"step": "chase"})]
    assert len(_do(store, lambda tx: case_parts.evidence_of(tx, "demo", "cs_1"))) == 3
    assert _do(store, lambda tx: case_parts.evidence_of_all(tx, "demo", ["cs_1"])) == {"cs_1": {"photos": "瓶子碎了"}}


def test_an_offer_and_its_answer(store: Store, conversation: str) -> None:
    offer = Offer("of_1", "coupon", 1000, OfferState.OPEN, "小美", NOW)
    _do(store, lambda tx: cases.add(tx, _case("cs_1", order="A1")))
    _do(store, lambda tx: case_parts.add_offer(tx, "demo", "cs_1", offer))
    _do(store, lambda tx: case_parts.answer(tx, "demo", "cs_1", "of_1", OfferState.DECLINED, NOW))
    [found] = _do(store, lambda tx: case_parts.offers_of(tx, "demo", "cs_1"))
    assert found == replace(offer, state=OfferState.DECLINED, answered_at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.WAITING},
        {"waits_for": Waits.COURIER},
        {"state": State.SETTLED, "ended_at": NOW},
        {"state": State.CLOSED},
        {"ended_at": NOW},
    ],
)
def test_the_database_holds_the_rules(store: Store, conversation: str, wrong: dict[str, Any]) -> None:
    case = _case("cs_1", order="A1")
    assert _do(store, lambda tx: cases.add(tx, case))
    with pytest.raises(sa.exc.IntegrityError):
        _do(store, lambda tx: cases.put(tx, replace(case, **wrong), NOW))
