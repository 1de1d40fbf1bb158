"""What is shown of after-sale cases: the list, one case, and a customer's beside the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.core import case_clocks
from bot.core.accounts import Role
from bot.core.case_kinds import OUTCOME_TITLES, SETTLE_NEEDS, CaseKind, Gate, Remedy, kind_of_hand_off
from bot.core.case_offers import ANSWER_TITLES, Offer
from bot.core.case_words import said_limit
from bot.core.cases import STATE_TITLES, WAITS_TITLES, Case, State, missing, titles
from bot.core.knowledge import Knowledge
from bot.errors import NotFound
from bot.flows import case_telling
from bot.flows import orders as order_stories
from bot.flows.case_shapes import (
    CaseDetail,
    CaseLine,
    CasePage,
    ClockShown,
    CustomerCases,
    ItemShown,
    KindShown,
    OfferShown,
    RemedyShown,
    StepShown,
)  # fmt: skip
from bot.flows.case_work import Hand, kind_of
from bot.store import case_parts, cases, conversations, messages, tickets
from bot.store.case_parts import Evidence
from bot.store.cases import Wanted

_OF_A_CUSTOMER, _LOOKED_AT = 10, 50


def page(
    tx: sa.Connection, kinds: Mapping[str, CaseKind], shop: str, wanted: Wanted, now: datetime,
    after: tuple[datetime, str] | None = None, limit: int = 50,
) -> tuple[list[CaseLine], tuple[datetime, str] | None]:
    """Lines of a list, and where the next page begins (None at the end)."""
    found = cases.listed(tx, shop, wanted, after, limit + 1)
    shown = [_line(kinds, one.case, one.customer, now) for one in found[:limit]]
    return shown, found[limit - 1].place if len(found) > limit else None


def detail(tx: sa.Connection, knowledge: Knowledge, id_: str, hand: Hand) -> CaseDetail:
    """One case of the shop; NotFound when there is none."""
    case = cases.get(tx, hand.shop, id_)
    if case is None:
        raise NotFound("没有这个案件")
    kind = kind_of(knowledge.case_kinds, case.kind)
    evidence = case_parts.evidence_of(tx, case.shop, case.id)
    offers = case_parts.offers_of(tx, case.shop, case.id)
    known = {piece.item for piece in evidence}
    words = case_telling.words(tx, knowledge, case, hand) if case.conversation else None
    remedy = kind.remedy(case.remedy)
    return CaseDetail(
        line=_line(knowledge.case_kinds, case, _customer(tx, case), hand.now), about=kind.about, amount=case.amount,
        items=_items(kind, evidence), further=[piece for piece in evidence if kind.item(piece.item) is None],
        steps=[StepShown(one.name, one.title, one.before, one.source, case.steps.get(one.name)) for one in kind.steps],
        clocks=_clocks(kind, case, hand.now), remedies=[_remedy(one, hand.role) for one in kind.remedies],
        offers=[_offer(kind, one) for one in offers],
        lacking_offer=titles(missing(kind, Gate.OFFER, case.steps.keys(), known)),
        lacking_settle=titles(missing(kind, Gate.SETTLE, case.steps.keys(), known)),
        reasons=kind.reasons, settle_needs={name: SETTLE_NEEDS[name] for name in kind.settle_needs},
        reason=kind.reasons.get(case.reason, case.reason),
        outcome_title=OUTCOME_TITLES[case.outcome] if case.state is State.SETTLED else "",
        remedy=remedy.title if remedy else case.remedy, cost=case.cost, responsible=case.responsible,
        lesson=case.lesson, words=words[1] if words else "", told_at=case.told_at,
        history=case_parts.history(tx, case.shop, case.id),
    )  # fmt: skip


def of_customer(tx: sa.Connection, kinds: Mapping[str, CaseKind], shop: str, id_: str, now: datetime) -> CustomerCases:
    """What a desk shows beside a conversation; NotFound when the shop has none of this id."""
    talk = conversations.get(tx, shop, id_)
    if talk is None:
        raise NotFound("没有这个会话")
    orders = [order.id for order in order_stories.of_conversation(tx, talk)]
    found = cases.of_conversation(tx, shop, id_, orders, _OF_A_CUSTOMER)
    ticket = tickets.open_of(tx, shop, id_)
    proposed = kind_of_hand_off(kinds, str(ticket.told.get("dialogue", "")), ticket.intent) if ticket else None
    history = messages.listed(tx, shop, id_, last=_LOOKED_AT)
    named = next((str(number) for said in reversed(history) if (number := said.details.get("order_id"))), "")
    return CustomerCases(
        [_line(kinds, case, talk.customer_name or talk.customer, now) for case in found],
        kinds_shown(kinds), proposed.id if proposed else "", named or (orders[0] if len(orders) == 1 else ""),
    )  # fmt: skip


def kinds_shown(kinds: Mapping[str, CaseKind]) -> list[KindShown]:
    """The kinds that an agent may choose from."""
    return [KindShown(kind.id, kind.title, kind.about) for kind in kinds.values()]


def page_of(lines: Sequence[CaseLine], place: tuple[datetime, str] | None) -> CasePage:
    """A page on the wire: its place is a text."""
    return CasePage(lines, f"{int(place[0].timestamp() * 1000)}.{place[1]}" if place else None)


def _line(kinds: Mapping[str, CaseKind], case: Case, customer: str, now: datetime) -> CaseLine:
    return CaseLine(
        case.id, case.kind, kind_of(kinds, case.kind).title, case.state,
        WAITS_TITLES[case.waits_for] or STATE_TITLES[case.state], case.waits_for, case.priority, case.order,
        case.conversation, customer, case.owner, case.opened_at, case.due, case.is_overdue(now), case.escalated_why,
    )  # fmt: skip


def _customer(tx: sa.Connection, case: Case) -> str:
    talk = conversations.get(tx, case.shop, case.conversation) if case.conversation else None
    return (talk.customer_name or talk.customer) if talk else ""


def _items(kind: CaseKind, evidence: Sequence[Evidence]) -> list[ItemShown]:
    return [
        ItemShown(item.name, item.title, item.photo, item.before, [one for one in evidence if one.item == item.name])
        for item in kind.evidence
    ]


def _clocks(kind: CaseKind, case: Case, now: datetime) -> list[ClockShown]:
    return [
        ClockShown(clock.deadline.title, clock.due, clock.is_past(now), clock.deadline.then, clock.deadline.source)
        for clock in case_clocks.running(kind, case)
    ]


def _remedy(remedy: Remedy, role: Role) -> RemedyShown:
    own = [limit for one, limit in remedy.limits.items() if role.at_least(one)]
    limit = "、".join(map(said_limit, own[-1:]))
    may = not remedy.limits or bool(own)
    return RemedyShown(
        remedy.name, remedy.title, remedy.outcome, bool(remedy.limits), limit, may, remedy.arrives
    )


def _offer(kind: CaseKind, offer: Offer) -> OfferShown:
    remedy = kind.remedy(offer.remedy)
    return OfferShown(
        offer.id, remedy.title if remedy else offer.remedy, offer.amount, offer.state, ANSWER_TITLES[offer.state],
        offer.agent, offer.at, offer.note,
    )  # fmt: skip
