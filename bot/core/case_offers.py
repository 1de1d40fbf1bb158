"""What may be offered in a case and by whom, cheapest first, and when talking no longer helps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind, Remedy

#: Offers turned down after which the lead is asked (SR-244: whoever cannot agree for a day); our default.
STALEMATE = 3


class OfferState(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


ANSWER_TITLES = {
    OfferState.OPEN: "等客户答复", OfferState.ACCEPTED: "客户接受", OfferState.DECLINED: "客户不接受",
    OfferState.WITHDRAWN: "已撤回",
}  # fmt: skip
ROLE_TITLES = {Role.AGENT: "客服", Role.TRAINER: "训练师", Role.LEAD: "主管", Role.ADMIN: "管理员"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One remedy laid before the customer. `amount` is fen, 0 where it costs nothing."""

    id: str
    remedy: str
    amount: int
    state: OfferState
    agent: str
    at: datetime
    note: str = ""
    answered_at: datetime | None = None


def who_may(remedy: Remedy, amount: int, order_amount: int | None) -> Role | None:
    """The least role that may offer a remedy at this cost in fen; None when nobody may. A role may whatever a lower
    one may."""
    if not remedy.limits:
        return Role.AGENT
    return next(
        (role for role in Role if role in remedy.limits and remedy.limits[role].permits(amount, order_amount)), None
    )


def cheaper(kind: CaseKind, remedy: Remedy, offered: Collection[str]) -> tuple[Remedy, ...]:
    """The remedies below this one that cost something and were not offered before: the agent is reminded of them
    (SR-242, SR-243)."""
    below = kind.remedies[: kind.remedies.index(remedy)]
    return tuple(one for one in below if one.limits and one.name not in offered)


def is_stalemate(offers: Iterable[Offer]) -> bool:
    """Whether the customer has just turned down so many offers that the lead should look (SR-244)."""
    declined = sum(offer.state is OfferState.DECLINED for offer in offers)
    return declined >= STALEMATE and declined % STALEMATE == 0
