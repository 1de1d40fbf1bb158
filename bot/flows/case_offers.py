"""The stories of remedies: offered within the role's limit, taken, turned down or withdrawn."""

from __future__ import annotations

from bot.core.case_offers import ANSWER_TITLES, ROLE_TITLES, Offer, OfferState, cheaper, is_stalemate, who_may
from bot.core.case_words import said_fen
from bot.core.cases import ENDED, Case, State
from bot.errors import Conflict, Forbidden, InvalidField, NotFound
from bot.flows.case_acts import lacking_for_offer
from bot.flows.case_work import Work
from bot.store import case_parts


def offer(work: Work, name: str, amount: int, note: str) -> Case:
    """Lay a remedy before the customer; several may lie there to choose from (SR-247). `amount`: fen, what it costs the
    shop. Forbidden beyond the role's limit, with who may; Conflict names what has to be known or done first."""
    work.refuse_unless_led()
    if work.case.state in ENDED:
        raise Conflict("案件已结束，请先重新打开", more={"state": work.case.state})
    remedy = work.kind.remedy(name)
    if remedy is None:
        raise InvalidField("remedy: 这类案件没有这个办法", field="remedy")
    if bool(remedy.limits) != (amount > 0):
        raise InvalidField(f"amount: {'请填写金额' if remedy.limits else '这个办法不花钱，不填金额'}", field="amount")
    if lacking := lacking_for_offer(work):
        raise Conflict(f"提方案前还差：{lacking}", more={"missing": lacking})
    _refuse_beyond(work, name, amount)
    before = case_parts.offers_of(work.tx, work.case.shop, work.case.id)
    skipped = [one.name for one in cheaper(work.kind, remedy, {one.remedy for one in before})]
    made = Offer(case_parts.offer_id(), name, amount, OfferState.OPEN, work.hand.name, work.hand.now, note)
    case_parts.add_offer(work.tx, work.case.shop, work.case.id, made)
    if work.case.state is not State.OFFERED:
        work.move(State.OFFERED)
    work.note("offered", offer=made.id, remedy=name, amount=amount, skipped=skipped)
    return work.flush()


def answer(work: Work, offer_id: str, given: OfferState) -> Case:
    """Write down what became of an offer. With one accepted the others are withdrawn; turned down again and again
    asks for the lead (SR-244). NotFound for an unknown offer, Conflict for one that is settled."""
    work.refuse_unless_led()
    shop, case, now = work.case.shop, work.case.id, work.hand.now
    offers = {one.id: one for one in case_parts.offers_of(work.tx, shop, case)}
    if (made := offers.get(offer_id)) is None:
        raise NotFound("没有这个方案")
    if made.state is not OfferState.OPEN:
        raise Conflict(f"这个方案已经是“{ANSWER_TITLES[made.state]}”", more={"state": made.state})
    others = [one.id for one in offers.values() if one.state is OfferState.OPEN and one.id != offer_id]
    case_parts.answer(work.tx, shop, case, offer_id, given, now)
    for other in others if given is OfferState.ACCEPTED else ():
        case_parts.answer(work.tx, shop, case, other, OfferState.WITHDRAWN, now)
    work.note(given.value, offer=offer_id, remedy=made.remedy, amount=made.amount)
    if given is OfferState.DECLINED and is_stalemate(case_parts.offers_of(work.tx, shop, case)):
        work.escalate("客户多次不接受方案，请主管看一下：" + _ladder(work))
    if work.case.state is State.OFFERED and (given is OfferState.ACCEPTED or not others):
        work.move(State.OPEN)
    return work.flush()


def _refuse_beyond(work: Work, name: str, amount: int) -> None:
    remedy, hand = work.kind.remedy(name), work.hand
    role = who_may(remedy, amount, work.case.amount) if remedy else None
    if role is None:
        unknown = "" if work.case.amount is not None else "；订单金额未知，请先填写订单金额"
        raise Forbidden(f"{said_fen(amount)}超出了所有人的额度{unknown}")
    if not hand.role.at_least(role):
        raise Forbidden(f"{said_fen(amount)}超出{ROLE_TITLES[hand.role]}的额度，请{ROLE_TITLES[role]}来提")


def _ladder(work: Work) -> str:
    """What was offered so far, in the order of its cost."""
    offers = case_parts.offers_of(work.tx, work.case.shop, work.case.id)
    tried = {one.remedy for one in offers if one.state is OfferState.DECLINED}
    return "、".join(remedy.title for remedy in work.kind.remedies if remedy.name in tried)
