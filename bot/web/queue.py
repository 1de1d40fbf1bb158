"""The human queue as JSON, for a shop's own tools; the same stories as `kefu queue`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field, StringConstraints

from bot.core.model import REASON_TITLES, Reason
from bot.flows import drafts, promises
from bot.flows import tickets as stories
from bot.store import tickets
from bot.store.tickets import Ticket
from bot.web.accounts import SignedIn
from bot.web.refusals import for_accounts, possible_id
from bot.web.routes import Routes
from bot.web.state import state_of

_REFUSALS = for_accounts(
    {404: "No such ticket in your shop.", 409: "Somebody else was first; the message names them."}
)
TicketId = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch, "没有这个工单")]
router = Routes(prefix="/v1/tickets", tags=["queue"], responses=_REFUSALS)


class TicketBody(BaseModel):
    """One request for a human."""

    id: str
    state: str
    reason: str
    reason_title: str
    priority: int
    group: str
    note: str = Field(description="What the customer has told the bot already, in one line.")
    agent: str
    customer: str = ""
    deadline: datetime
    overdue: bool


class MessageView(BaseModel):
    """One message of the conversation."""

    id: str
    author: str
    type: str
    text: str
    state: str
    at: datetime


class SuggestionView(BaseModel):
    """A draft that waits for an agent."""

    id: str
    text: str
    phrase: str


class TicketDetail(TicketBody):
    """A ticket with what is needed to answer it."""

    messages: list[MessageView]
    suggestions: list[SuggestionView]


class ReplyBody(BaseModel):
    """An agent's text for the customer."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")] = Field(
        description="Chinese, as it is sent."
    )


@router.get("", summary="Who waits for a human, most pressing first")
async def list_tickets(request: Request, account: SignedIn) -> list[TicketBody]:
    """Open tickets of the account's shop."""
    found = await state_of(request).read(lambda tx: tickets.listed(tx, account.shop))
    return [_body(ticket, customer) for ticket, customer in found]


@router.get("/{ticket}", summary="One ticket with its conversation")
async def show_ticket(request: Request, ticket: TicketId, account: SignedIn) -> TicketDetail:
    """The ticket, its last messages and the drafts."""
    view = await state_of(request).read(lambda tx: stories.show(tx, ticket, account.shop))
    return TicketDetail(
        **_body(view.ticket, view.customer).model_dump(),
        messages=[
            MessageView(id=m.id, author=m.author, type=m.type, text=m.text, state=m.state, at=m.sent_at)
            for m in view.messages
        ],
        suggestions=[SuggestionView(id=s.id, text=s.text, phrase=s.phrase) for s in view.suggestions],
    )


@router.post("/{ticket}/claim", summary="Take a ticket; the bot is silent from then on")
async def claim_ticket(request: Request, ticket: TicketId, account: SignedIn) -> TicketBody:
    """Claim for the signed-in account."""
    state = state_of(request)
    taken = await state.write(
        lambda tx: stories.claim(tx, ticket, account.name, state.clock(), state.silence, account.shop)
    )
    return _body(taken)


@router.post("/{ticket}/replies", summary="Answer the customer")
async def reply_to_ticket(request: Request, ticket: TicketId, body: ReplyBody, account: SignedIn) -> MessageView:
    """Send a text as the signed-in account, which must have claimed the ticket. What the house style blocks is refused
    with 422."""
    state = state_of(request)
    knowledge = state.ready().knowledge
    drafts.looked_over(knowledge.style, body.text)
    facts, now = knowledge.shop(account.shop), state.clock()
    sent = await state.write(
        lambda tx: promises.reply(tx, facts, ticket, account.name, body.text, now, state.silence, account.shop)
    )
    return MessageView(
        id=sent.id, author=sent.author, type=sent.type, text=sent.text, state=sent.state, at=sent.sent_at
    )


@router.post("/{ticket}/resolve", summary="Close a ticket; the bot may speak again")
async def resolve_ticket(request: Request, ticket: TicketId, account: SignedIn) -> TicketBody:
    """Resolve for the signed-in account."""
    state = state_of(request)
    closed = await state.write(lambda tx: stories.resolve(tx, ticket, account.name, state.clock(), account.shop))
    return _body(closed)


def _body(ticket: Ticket, customer: str = "") -> TicketBody:
    return TicketBody(
        id=ticket.id, state=ticket.state, reason=ticket.reason, reason_title=REASON_TITLES[Reason(ticket.reason)],
        priority=ticket.priority, group=ticket.group, note=ticket.note, agent=ticket.agent, customer=customer,
        deadline=ticket.deadline, overdue=ticket.overdue,
    )
