"""What is done with an after-sale case, as JSON: each act answers with the case as it stands then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import Request
from pydantic import BaseModel, Field, StringConstraints

from bot.core.case_offers import OfferState
from bot.core.cases import Case, Waits
from bot.flows import case_acts as acts
from bot.flows import case_offers, case_telling, case_work
from bot.flows import case_views as views
from bot.flows.case_acts import Settling
from bot.flows.case_shapes import CaseDetail
from bot.flows.case_work import Work
from bot.web.accounts import Account, SignedIn
from bot.web.cases import REFUSALS, CaseId, Fen, Name, OrderNumber, Text, hand_of, lane
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(prefix="/v1/cases/{case}", tags=["cases"], responses=REFUSALS)
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Link = Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://[^\x00-\x20]+)?$")]
_ANSWERS = Literal["accepted", "declined", "withdrawn"]


class EvidenceBody(BaseModel):
    """A fact, a picture's address, or a message of the conversation."""

    item: Name = Field(default="", description="Of the kind's list; empty for what it does not ask for.")
    text: Text = ""
    url: Link = Field(default="", description="Of a picture or file, http or https.")
    message: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]*$")] = ""


class StepBody(BaseModel):
    """A step of the checklist."""

    step: Name
    done: bool = True


class WaitBody(BaseModel):
    """Who is waited for; nobody to go on oneself."""

    waits_for: Literal["", "customer", "courier", "warehouse"] = ""
    note: Text = ""


class OfferBody(BaseModel):
    """A remedy for the customer to take or leave."""

    remedy: Name
    amount: Fen = 0
    note: Text = ""


class AnswerBody(BaseModel):
    """What became of an offer."""

    answer: _ANSWERS


class SettleBody(BaseModel):
    """How the case ends."""

    reason: Name
    responsible: Text = ""
    lesson: Text = ""


class WhyBody(BaseModel):
    """Why."""

    why: Said


class NoteBody(BaseModel):
    """What was done or said."""

    text: Said
    recording: Link = Field(default="", description="Address of a call's recording.")


class OwnerBody(BaseModel):
    """Whose it is to be."""

    to: Name


class OrderBody(BaseModel):
    """Which order it is about, and what was paid for it where kefu does not know."""

    order: OrderNumber = ""
    amount: Fen | None = None


class TellBody(BaseModel):
    """What the customer is told; without a text the trainers' words that fit."""

    text: Text = ""


@router.post("/evidence", summary="Keep a piece of evidence")
async def add_evidence(request: Request, case: CaseId, body: EvidenceBody, account: SignedIn) -> CaseDetail:
    """Whoever works in the shop may add."""
    return await _act(request, account, case, lambda work: acts.add_fact(work, **body.model_dump()))


@router.post("/pictures", summary="Attach the pictures of the conversation")
async def attach_pictures(request: Request, case: CaseId, account: SignedIn) -> CaseDetail:
    """All that the customer sent, each once."""
    return await _act(request, account, case, acts.attach_pictures)


@router.post("/steps", summary="Tick a step, or take the tick back")
async def tick(request: Request, case: CaseId, body: StepBody, account: SignedIn) -> CaseDetail:
    """Ticking again changes nothing."""
    return await _act(request, account, case, lambda work: acts.tick(work, body.step, body.done))


@router.post("/wait", summary="Wait for somebody, or go on")
async def wait(request: Request, case: CaseId, body: WaitBody, account: SignedIn) -> CaseDetail:
    """The clock of that waiting begins."""
    return await _act(request, account, case, lambda work: acts.wait(work, Waits(body.waits_for), body.note))


@router.post("/offers", summary="Offer a remedy")
async def offer(request: Request, case: CaseId, body: OfferBody, account: SignedIn) -> CaseDetail:
    """403 with who may beyond the role's limit."""
    return await _act(
        request, account, case, lambda work: case_offers.offer(work, body.remedy, body.amount, body.note)
    )


@router.post("/offers/{offer}/answer", summary="Write down what became of an offer")
async def answer(request: Request, case: CaseId, offer: str, body: AnswerBody, account: SignedIn) -> CaseDetail:
    """With one accepted the others are withdrawn."""
    return await _act(request, account, case, lambda work: case_offers.answer(work, offer, OfferState(body.answer)))


@router.post("/settle", summary="Settle the case")
async def settle(request: Request, case: CaseId, body: SettleBody, account: SignedIn) -> CaseDetail:
    """With its reason; 409 names what is missing."""
    settling = Settling(**body.model_dump())
    return await _act(request, account, case, lambda work: acts.settle(work, settling))


@router.post("/close", summary="Close the case without settling it")
async def close(request: Request, case: CaseId, body: WhyBody, account: SignedIn) -> CaseDetail:
    """Withdrawn, opened twice or by mistake."""
    return await _act(request, account, case, lambda work: acts.close(work, body.why))


@router.post("/reopen", summary="Open a case again")
async def reopen(request: Request, case: CaseId, body: WhyBody, account: SignedIn) -> CaseDetail:
    """Its clocks start anew."""
    return await _act(request, account, case, lambda work: acts.reopen(work, body.why))


@router.post("/owner", summary="Make somebody the owner")
async def give(request: Request, case: CaseId, body: OwnerBody, account: SignedIn) -> CaseDetail:
    """Oneself while there is none; else the owner or a lead chooses."""
    return await _act(request, account, case, lambda work: acts.give(work, body.to))


@router.post("/order", summary="Say which order it is about")
async def place(request: Request, case: CaseId, body: OrderBody, account: SignedIn) -> CaseDetail:
    """Limits in percent need what was paid."""
    return await _act(request, account, case, lambda work: acts.place(work, body.order, body.amount))


@router.post("/notes", summary="Write down what was done")
async def keep_note(request: Request, case: CaseId, body: NoteBody, account: SignedIn) -> CaseDetail:
    """Such as a call, with its recording."""
    return await _act(request, account, case, lambda work: acts.keep_note(work, body.text, body.recording))


@router.post("/looked", summary="A lead has seen it")
async def look(request: Request, case: CaseId, account: SignedIn) -> CaseDetail:
    """What the lead was told is done with."""
    return await _act(request, account, case, acts.look)


@router.post("/tell", summary="Tell the customer")
async def tell(request: Request, case: CaseId, body: TellBody, account: SignedIn) -> CaseDetail:
    """409 with `owner` while another agent holds the conversation; 422 for what the house style blocks."""
    state = state_of(request)
    knowledge, hand, silence = state.ready().knowledge, hand_of(state, account), state.silence

    def story(tx: sa.Connection) -> CaseDetail:
        case_telling.tell(tx, knowledge, case, hand, silence, body.text)
        return views.detail(tx, knowledge, case, hand)

    return await state.write(story)


async def _act(request: Request, account: Account, case: str, act: Callable[[Work], Case]) -> CaseDetail:
    state = state_of(request)
    knowledge, hand = state.ready().knowledge, hand_of(state, account)

    def story(tx: sa.Connection) -> CaseDetail:
        act(case_work.taken(tx, knowledge.case_kinds, case, hand))
        return views.detail(tx, knowledge, case, hand)

    return await state.write(story, lane(account.shop))
