"""The stories of working on a case: evidence, steps, waiting, notes, its owner, its end and its new beginning."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.accounts import Role
from bot.core.case_kinds import SETTLE_NEEDS, Gate, Outcome
from bot.core.case_offers import ROLE_TITLES, OfferState
from bot.core.cases import ENDED, Case, State, Waits, missing, titles
from bot.errors import Conflict, Forbidden, InvalidField
from bot.flows.case_work import Work
from bot.flows.cases import add_pictures
from bot.store import agents, case_parts, cases, messages, orders
from bot.store.case_parts import Evidence


@dataclass(frozen=True, slots=True)
class Settling:
    """How a case ends well: why it came about, whose fault it was, and what is to get better."""

    reason: str
    responsible: str = ""
    lesson: str = ""


def add_fact(work: Work, item: str, text: str, url: str, message: str = "") -> Case:
    """Keep a fact, a picture's address, or a message of the conversation as evidence. InvalidField for an item that
    the kind does not know and for a message of another conversation."""
    if item and work.kind.item(item) is None:
        raise InvalidField("item: 这类案件没有这一项凭证", field="item")
    case, hand = work.case, work.hand
    if message:
        said = messages.get(work.tx, hand.shop, message)
        if said is None or said.conversation != case.conversation:
            raise InvalidField("message: 不是这个案件的会话里的消息", field="message")
        text, url = text or said.text, url or str(said.details.get("url", ""))
    if not text and not url:
        raise InvalidField("text: 请填写内容、图片地址或消息", field="text")
    piece = Evidence(case_parts.evidence_id(), item, text, url, message, hand.name, hand.now)
    if case_parts.add_evidence(work.tx, hand.shop, case.id, piece):
        work.note("evidence", item=item, evidence=piece.id)
    return work.flush()


def attach_pictures(work: Work) -> Case:
    """All pictures that the customer sent in the conversation, in one act; those that are there already stay once."""
    if added := add_pictures(work):
        work.note("pictures", count=added)
    return work.flush()


def tick(work: Work, step: str, done: bool) -> Case:
    """Tick a step of the checklist, or take the tick back."""
    if work.kind.step(step) is None:
        raise InvalidField("step: 这类案件没有这一步", field="step")
    _refuse_ended(work)
    steps = {name: at for name, at in work.case.steps.items() if name != step}
    if done:
        steps[step] = work.case.steps.get(step, work.hand.now)
    if steps.keys() != work.case.steps.keys():
        work.change(steps=steps)
        work.note("step" if done else "unstep", step=step)
    return work.flush()


def wait(work: Work, waits_for: Waits, note: str) -> Case:
    """Wait for somebody, or (for nobody) go on oneself."""
    work.refuse_unless_led()
    if work.case.state is State.OPEN and not waits_for:
        return work.case
    _refuse_ended(work)
    work.move(State.WAITING if waits_for else State.OPEN, waits_for=waits_for)
    work.note("waiting" if waits_for else "resumed", waits_for=waits_for, text=note)
    return work.flush()


def keep_note(work: Work, text: str, recording: str) -> Case:
    """Write down what was done or said, such as a call with its recording (SR-179, SR-250)."""
    work.note("note", text=text, recording=recording)
    return work.flush()


def give(work: Work, to: str) -> Case:
    """Make somebody the owner: oneself while there is none; the owner and leads may choose anybody. InvalidField when
    there is no such account."""
    if to != work.hand.name or work.case.owner:
        work.refuse_unless_led()
    agent = agents.find(work.tx, work.hand.shop, to)
    if agent is None or agent.disabled_at is not None:
        raise InvalidField("to: 没有这个账号，或已停用", field="to")
    if work.case.owner != to:
        work.note("owner", before=work.case.owner, to=to)
        work.change(owner=to)
    return work.flush()


def place(work: Work, order: str, amount: int | None) -> Case:
    """Tell which order the case is about, and what was paid for it where kefu does not know (in fen). Conflict when the
    order has an open case of the kind already."""
    work.refuse_unless_led()
    _refuse_ended(work)
    of, number = work.case, order or work.case.order
    if number != of.order and (other := cases.open_of(work.tx, of.shop, of.kind, number, "")):
        raise Conflict("这个订单已有一个同类的案件在处理", more={"case": other.id, "owner": other.owner})
    known = orders.get(work.tx, of.shop, number) if number else None
    paid = known.facts.amount if known and known.facts.amount is not None else amount
    work.change(order=number, amount=of.amount if paid is None else paid)
    work.note("placed", order=number, amount=work.case.amount)
    return work.flush()


def look(work: Work) -> Case:
    """A lead has seen what was told; Forbidden for others."""
    if not work.hand.role.at_least(Role.LEAD):
        raise Forbidden("只有主管可以标记为已看过")
    if work.case.escalated_at is not None:
        work.note("looked", why=work.case.escalated_why)
        work.change(escalated_at=None, escalated_why="")
    return work.flush()


def settle(work: Work, settling: Settling) -> Case:
    """End a case with its reason (SR-291) and the remedy that the customer accepted. Conflict names what is missing,
    InvalidField an unknown reason, Forbidden who may settle."""
    work.refuse_unless_led()
    if not work.hand.role.at_least(work.kind.settled_by):
        raise Forbidden(f"{work.kind.title}要由{ROLE_TITLES[work.kind.settled_by]}结案")
    if settling.reason not in work.kind.reasons:
        raise InvalidField(f"reason: 请选择原因：{'、'.join(work.kind.reasons.values())}", field="reason")
    for name in work.kind.settle_needs:
        if not getattr(settling, name):
            raise InvalidField(f"{name}: 请填写{SETTLE_NEEDS[name]}", field=name)
    if lacking := _lacking(work, Gate.SETTLE):
        raise Conflict(f"结案前还差：{lacking}", more={"missing": lacking})
    offers = case_parts.offers_of(work.tx, work.case.shop, work.case.id)
    taken = [offer for offer in offers if offer.state is OfferState.ACCEPTED]
    if any(offer.state is OfferState.OPEN for offer in offers):
        raise Conflict("还有方案在等客户答复，请先记下客户的答复或撤回", more={})
    remedy = work.kind.remedy(taken[-1].remedy) if taken else None
    work.move(
        State.SETTLED, reason=settling.reason, responsible=settling.responsible, lesson=settling.lesson,
        remedy=remedy.name if remedy else "", outcome=remedy.outcome if remedy else Outcome.NONE,
        cost=sum(offer.amount for offer in taken), ended_at=work.hand.now, escalated_at=None, escalated_why="",
    )  # fmt: skip
    work.note("settled", reason=settling.reason, remedy=work.case.remedy, cost=work.case.cost)
    return work.flush()


def close(work: Work, why: str) -> Case:
    """End a case that needs no settlement: withdrawn, opened twice or by mistake. Open offers are withdrawn."""
    work.refuse_unless_led()
    for offer in case_parts.offers_of(work.tx, work.case.shop, work.case.id):
        if offer.state is OfferState.OPEN:
            case_parts.answer(work.tx, work.case.shop, work.case.id, offer.id, OfferState.WITHDRAWN, work.hand.now)
    work.move(State.CLOSED, ended_at=work.hand.now, escalated_at=None, escalated_why="")
    work.note("closed", why=why)
    return work.flush()


def reopen(work: Work, why: str) -> Case:
    """Begin anew what ended: its clocks start again, what was done and said stays. Conflict when its order has
    another open case of the kind meanwhile."""
    if work.case.state not in ENDED:
        raise Conflict("案件还没有结束", more={"state": work.case.state})
    of = work.case
    if other := cases.open_of(work.tx, of.shop, of.kind, of.order, of.conversation):
        raise Conflict("这个订单（或会话）已有一个同类的案件在处理", more={"case": other.id, "owner": other.owner})
    work.move(
        State.OPEN, since=work.hand.now, ended_at=None, told_at=None, reason="", outcome=Outcome.NONE, remedy="",
        cost=0, rung_at=None,
    )  # fmt: skip
    work.note("reopened", why=why)
    return work.flush()


def _lacking(work: Work, gate: Gate) -> str:
    known = {piece.item for piece in case_parts.evidence_of(work.tx, work.case.shop, work.case.id)}
    return titles(missing(work.kind, gate, work.case.steps.keys(), known))


def lacking_for_offer(work: Work) -> str:
    """What has to be known and done before anything is offered, in the agents' words; "" when nothing is missing."""
    return _lacking(work, Gate.OFFER)


def _refuse_ended(work: Work) -> None:
    if work.case.state in ENDED:
        raise Conflict("案件已结束，请先重新打开", more={"state": work.case.state})
