"""The supervisor view for leads: its page, what it shows and what a lead does there, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, StringConstraints

from bot.core.accounts import Role
from bot.core.desk import Row
from bot.flows import desk_views as views
from bot.flows import supervision as stories
from bot.flows import supervision_views
from bot.flows.desk import Actor
from bot.flows.desk_shapes import Watched
from bot.flows.supervision import Order
from bot.flows.supervision_views import Overview
from bot.store.supervisions import Supervision
from bot.web.accounts import Account, LeadOrAbove, OnPage
from bot.web.desk import Id, title_of
from bot.web.desk_acts import TakenBody, Why, Words, actor_of
from bot.web.headers import picture_hosts
from bot.web.pages import page
from bot.web.refusals import for_accounts
from bot.web.routes import Routes
from bot.web.signin import HOME
from bot.web.state import state_of

_REFUSALS = for_accounts(
    {403: "The account does not lead, or a browser's token is missing.", 404: "No such conversation in your shop."}
)
_TAKEN: dict[int | str, dict[str, Any]] = {
    409: {
        "model": TakenBody,
        "description": "Held by somebody else than `seen`, or the agent is away (`conflict`), or full (`full`).",
    }
}
router = Routes(prefix="/v1/desk/lead", tags=["supervision"], responses=_REFUSALS)
pages = Routes(tags=["supervision"], include_in_schema=False)
Name = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")]
Seen = Annotated[Name, Field(description="Who held it when the lead decided; empty for the queue or the bot.")]


class TakeOverBody(BaseModel):
    """Why, and who had it."""

    seen: Seen
    reason: Why


class ReassignBody(BaseModel):
    """Who gets it, why, and who had it."""

    to: Annotated[Name, Field(min_length=1, description="An agent's name.")]
    seen: Seen
    reason: Why
    force: bool = Field(default=False, description="Also when the agent's hands are full.")


class WhisperBody(BaseModel):
    """A note for whoever works in the conversation."""

    text: Words


@pages.get(f"{HOME}/lead", response_class=HTMLResponse)
async def lead_page(request: Request, account: OnPage) -> Response:
    """The view; for who does not lead a page that says so."""
    if not account.role.at_least(Role.LEAD):
        return page("lead_refused", 403, account=account)
    return page("lead", account=account, pictures=picture_hosts(state_of(request).settings))


@router.get("", summary="Who waits, who has how much in hand, and what a lead should look at")
async def show_overview(request: Request, account: LeadOrAbove) -> Overview:
    """As of one moment; load it again after an event that changes something, and now and then, for agents may be gone
    without an event."""
    state = state_of(request)
    ears, now, timing = state.ready().knowledge.mood, state.clock(), state.timing
    return await state.read(lambda tx: supervision_views.overview(tx, account.shop, ears, now, timing))


@router.get("/conversations/{conversation}", summary="Look on quietly")
async def watch(request: Request, conversation: Id, account: LeadOrAbove) -> Watched:
    """What an agent would see, and what leads did there. Neither the customer nor the agent is told, nothing counts as
    shown; the trail keeps who looked on, once in half an hour."""
    state = state_of(request)
    knowledge, actor = state.ready().knowledge, actor_of(state, account)
    title = title_of(knowledge)
    return await state.write(lambda tx: stories.watch(tx, conversation, actor, knowledge.mood, title))


@router.post("/conversations/{conversation}/take-over", summary="Take a conversation, whoever has it", responses=_TAKEN)
async def take_over(request: Request, conversation: Id, body: TakeOverBody, account: LeadOrAbove) -> Row:
    """Whoever had it can send nothing more, and is told the reason; the bot is silent."""
    return await _ordered(
        request, account, conversation,
        lambda tx, actor: stories.take_over(tx, conversation, actor, body.seen, body.reason),
    )  # fmt: skip


@router.post("/conversations/{conversation}/reassign", summary="Give a conversation to an agent", responses=_TAKEN)
async def reassign(request: Request, conversation: Id, body: ReassignBody, account: LeadOrAbove) -> Row:
    """The agent need not accept, but must be there (`online` or `busy`), and have room unless it is forced."""
    order = Order(body.to, body.seen, body.reason, body.force)
    return await _ordered(
        request, account, conversation, lambda tx, actor: stories.reassign(tx, conversation, actor, order)
    )


@router.post("/conversations/{conversation}/whispers", status_code=201, summary="Whisper to whoever works in it")
async def whisper(request: Request, conversation: Id, body: WhisperBody, account: LeadOrAbove) -> Supervision:
    """Shown at once in the conversation at every desk; never sent to the customer."""
    state = state_of(request)
    actor = actor_of(state, account)
    return await state.write(lambda tx: stories.whisper(tx, conversation, actor, body.text))


@router.post("/conversations/{conversation}/seen", status_code=204, summary="What is flagged there is seen to")
async def see(request: Request, conversation: Id, account: LeadOrAbove) -> None:
    """Its flags up to now step back; whatever comes later is raised anew."""
    state = state_of(request)
    actor = actor_of(state, account)
    await state.write(lambda tx: stories.see(tx, conversation, actor))


async def _ordered(
    request: Request, account: Account, conversation: str, act: Callable[[sa.Connection, Actor], None]
) -> Row:
    state = state_of(request)
    actor, ears = actor_of(state, account), state.ready().knowledge.mood

    def story(tx: sa.Connection) -> Row:
        act(tx, actor)
        return views.row(tx, actor.shop, conversation, ears)

    return await state.write(story)
