"""What may be offered and by whom, in a table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind, Limit, Outcome, Remedy
from bot.core.case_offers import Offer, OfferState, cheaper, is_stalemate, who_may

SORRY = Remedy("sorry", "道歉", Outcome.NONE)
COUPON = Remedy("coupon", "优惠券", Outcome.MONEY, {Role.AGENT: Limit(fen=1000), Role.LEAD: Limit(percent=30)})
REFUND = Remedy("refund", "退款", Outcome.RETURN, {Role.LEAD: Limit(fen=20000), Role.ADMIN: Limit()})
KIND = CaseKind("k", "种类", remedies=(SORRY, COUPON, REFUND))
NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("remedy", "amount", "order", "role"),
    [
        (SORRY, 0, None, Role.AGENT),
        (COUPON, 1000, None, Role.AGENT),
        (COUPON, 1001, 10000, Role.LEAD),
        (COUPON, 3000, 10000, Role.LEAD),
        (COUPON, 3001, 10000, None),
        (COUPON, 1001, None, None),  # a part of an order that is not known
        (REFUND, 100, None, Role.LEAD),
        (REFUND, 20000, None, Role.LEAD),
        (REFUND, 20001, None, Role.ADMIN),
    ],
)
def test_who_may_offer_how_much(remedy: Remedy, amount: int, order: int | None, role: Role | None) -> None:
    assert who_may(remedy, amount, order) == role


def test_the_cheaper_ways_that_cost_something_are_named() -> None:
    assert cheaper(KIND, REFUND, ()) == (COUPON,)
    assert cheaper(KIND, REFUND, {"coupon"}) == ()
    assert cheaper(KIND, COUPON, ()) == ()


@pytest.mark.parametrize(("declined", "stuck"), [(0, False), (2, False), (3, True), (4, False), (6, True)])
def test_every_third_no_asks_for_the_lead(declined: int, stuck: bool) -> None:
    offers = [Offer(str(n), "coupon", 100, OfferState.DECLINED, "小美", NOW) for n in range(declined)]
    offers.append(Offer("x", "coupon", 100, OfferState.WITHDRAWN, "小美", NOW))
    assert is_stalemate(offers) is stuck
