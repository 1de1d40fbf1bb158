"""Queries about what belongs to a case: its history, which is only added to, its evidence and its offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.case_offers import Offer, OfferState
from bot.store.bulk import inserting
from bot.store.prepared import Prepared
from bot.store.tables import case_events, case_evidence, case_offers, new_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's history: who did what, when."""

    number: int
    kind: str
    who: str  #: an account's name, bot, order or clock
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that is known: a text, a picture's address, or both."""

    id: str
    item: str  #: of the kind's list; "" for what it does not ask for
    text: str
    url: str
    message: str  #: id, where it was taken from the conversation
    who: str
    at: datetime


_EVENT = case_events.c
_LAST = sa.func.coalesce(sa.func.max(_EVENT.number), 0)
_WRITTEN = ("shop", "case", "kind", "who", "data", "at")
_WRITE = Prepared(
    case_events.insert().from_select(
        [*_WRITTEN, "number"],
        sa.select(*(sa.bindparam(name, type_=_EVENT[name].type) for name in _WRITTEN), _LAST + sa.literal_column("1"))
        .where(_EVENT.shop == sa.bindparam("shop", type_=sa.Text), _EVENT.case == sa.bindparam("case", type_=sa.Text)),
    )
)  # fmt: skip
_SEEN = case_evidence.c
_EVIDENCE = [_SEEN[name] for name in Evidence.__slots__]


_ADD_EVIDENCE = Prepared(
    inserting(
        case_evidence, ("shop", "case", *Evidence.__slots__),
        lambda insert: insert.on_conflict_do_nothing().returning(_SEEN.id),
    ),
    [_SEEN.id], key=["id"], abreast=True,
)  # fmt: skip
_EVIDENCE_OF = Prepared(
    sa.select(*_EVIDENCE)
    .where(_SEEN.shop == sa.bindparam("shop"), _SEEN.case == sa.bindparam("case"))
    .order_by(_SEEN.at, _SEEN.id),
    _EVIDENCE,
)


def write(tx: sa.Connection, shop: str, case: str, kind: str, who: str, now: datetime, **data: Any) -> None:
    """Add to the history of a case that is locked, or that this very transaction opens."""
    _WRITE.do(tx, {"shop": shop, "case": case, "kind": kind, "who": who, "data": data, "at": now})


def history(tx: sa.Connection, shop: str, case: str) -> list[Entry]:
    """All that was done, oldest first."""
    columns = (case_events.c[name] for name in Entry.__slots__)
    query = sa.select(*columns).where(case_events.c.shop == shop, case_events.c.case == case)
    return [Entry(*row) for row in tx.execute(query.order_by(case_events.c.number))]


def add_evidence(tx: sa.Connection, shop: str, case: str, evidence: Evidence) -> bool:
    """Keep a piece of evidence; False when this message is evidence of the case already."""
    values = {name: getattr(evidence, name) for name in Evidence.__slots__}
    return _ADD_EVIDENCE.do(tx, {"shop": shop, "case": case, **values}) == 1


def evidence_of(tx: sa.Connection, shop: str, case: str) -> list[Evidence]:
    """What is known in a case, oldest first."""
    return [Evidence(**row) for row in _EVIDENCE_OF.all(tx, {"shop": shop, "case": case})]


def evidence_of_all(tx: sa.Connection, shop: str, cases: Collection[str]) -> dict[str, dict[str, str]]:
    """Of many cases: case → item → text, the newest where there are several."""
    query = sa.select(case_evidence.c.case, case_evidence.c.item, case_evidence.c.text, case_evidence.c.url).where(
        case_evidence.c.shop == shop, case_evidence.c.case.in_(cases)
    )
    found: dict[str, dict[str, str]] = {}
    for case, item, text, url in tx.execute(query.order_by(case_evidence.c.at, case_evidence.c.id)):
        found.setdefault(case, {})[item] = text or url
    return found


def add_offer(tx: sa.Connection, shop: str, case: str, offer: Offer) -> None:
    """Keep an offer."""
    values = {name: getattr(offer, name) for name in Offer.__slots__}
    tx.execute(case_offers.insert().values(shop=shop, case=case, **values))


def answer(tx: sa.Connection, shop: str, case: str, offer: str, given: OfferState, now: datetime) -> None:
    """Write down what became of an offer."""
    where = case_offers.c.shop == shop, case_offers.c.case == case, case_offers.c.id == offer
    tx.execute(case_offers.update().where(*where).values(state=given, answered_at=now))


def offers_of(tx: sa.Connection, shop: str, case: str) -> list[Offer]:
    """All offers of a case, oldest first."""
    columns = (case_offers.c[name] for name in Offer.__slots__)
    query = sa.select(*columns).where(case_offers.c.shop == shop, case_offers.c.case == case)
    rows = tx.execute(query.order_by(case_offers.c.at, case_offers.c.id)).mappings()
    return [Offer(**{**row, "state": OfferState(row["state"])}) for row in rows]


def evidence_id() -> str:
    """The id of a piece of evidence that is to be kept."""
    return new_id("ev")


def offer_id() -> str:
    """The id of an offer that is to be made."""
    return new_id("of")
