"""What of an order opens a case by itself, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.case_kinds import CaseKind, Happening, Opens, Trigger
from bot.core.case_orders import occasions
from bot.core.case_registers import REGISTERS, begins
from bot.core.orders import Kind, Order, OrderEvent, OrderFacts, Review, Scan, order_of

NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
STALLED = CaseKind("stalled", "停滞", opens=Opens(orders=(Trigger(Happening.SILENCE, span=7 * DAY),)))
REVIEWED = CaseKind("bad_review", "中差评", opens=Opens(orders=(Trigger(Happening.REVIEW, score=3),)))
RETURNED = CaseKind("return", "退货", opens=Opens(orders=(Trigger(Happening.REFUND_REQUESTED),)))
KINDS = (STALLED, REVIEWED, RETURNED)


def _order(*events: tuple[Kind, timedelta, OrderFacts | None]) -> Order:
    made = [
        OrderEvent(f"e{number}", "A1", kind, NOON + after, facts or OrderFacts(),
                   Scan(NOON + after, "到达") if kind is Kind.LOGISTICS else None)
        for number, (kind, after, facts) in enumerate(events)
    ]  # fmt: skip
    return order_of("demo", "A1", made)


def test_a_parcel_is_given_seven_days_from_its_last_scan() -> None:
    order = _order((Kind.SHIPPED, 0 * DAY, None), (Kind.LOGISTICS, 2 * DAY, None))
    [occasion] = occasions(KINDS, order)
    assert (occasion.kind, occasion.at) == (STALLED, NOON + 9 * DAY)


@pytest.mark.parametrize("over", [Kind.DELIVERED, Kind.SIGNED, Kind.CLOSED])
def test_what_arrived_or_was_called_off_is_not_waited_for(over: Kind) -> None:
    assert occasions(KINDS, _order((Kind.SHIPPED, 0 * DAY, None), (over, 3 * DAY, None))) == []


@pytest.mark.parametrize(("score", "kinds"), [(1, [REVIEWED]), (3, [REVIEWED]), (4, []), (5, [])])
def test_bad_and_middling_reviews(score: int, kinds: list[CaseKind]) -> None:
    order = _order((Kind.SIGNED, 0 * DAY, None), (Kind.REVIEW, DAY, OrderFacts(review=Review(score, "一般"))))
    assert [occasion.kind for occasion in occasions(KINDS, order)] == kinds


def test_a_refund_that_is_asked_for_until_it_is_withdrawn() -> None:
    asked = (Kind.SIGNED, 0 * DAY, None), (Kind.REFUND_REQUESTED, DAY, None)
    [occasion] = occasions(KINDS, _order(*asked))
    assert occasion.key == f"refund_requested@{(NOON + DAY).isoformat()}"
    assert occasions(KINDS, _order(*asked, (Kind.REFUND_WITHDRAWN, 2 * DAY, None))) == []


@pytest.mark.parametrize(
    ("register", "since"),
    [
        ("lost", datetime(2026, 10, 21, 16, 0, tzinfo=UTC)),  # ten days before the month began, in the shop's time
        ("returns", datetime(2026, 10, 31, 16, 0, tzinfo=UTC)),
        ("quality", datetime(2026, 11, 3, 16, 0, tzinfo=UTC)),
    ],
)
def test_how_far_a_register_looks_back(register: str, since: datetime) -> None:
    assert begins(REGISTERS[register], datetime(2026, 11, 11, 2, 0, tzinfo=UTC)) == since
