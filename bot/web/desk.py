"""The agents' desk as JSON: the list, a conversation, and what an agent does with it."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field

from bot.core.knowledge import Knowledge
from bot.flows import attendance
from bot.flows import desk as stories
from bot.flows import desk_views as views
from bot.flows.desk import Colleague
from bot.flows.desk_shapes import Detail, Snapshot
from bot.flows.desk_views import Titles
from bot.store import suggestions
from bot.store.presence import Presence
from bot.web.accounts import SignedIn
from bot.web.refusals import for_accounts, possible_id
from bot.web.routes import Routes
from bot.web.state import state_of

#: Of every route of the desk.
REFUSALS = for_accounts({404: "No such conversation in your shop."})
Id = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch, "没有这个会话")]
router = Routes(prefix="/v1/desk", tags=["desk"], responses=REFUSALS)


@router.get("/snapshot", summary="The list of conversations, and the number of the newest event")
async def show_list(request: Request, account: SignedIn) -> Snapshot:
    """Every conversation with an open ticket or held by an agent, and the bot's of the last 12 hours (200 at most).
    Follow it up with the events after `event`."""
    state = state_of(request)
    ears, now = state.ready().knowledge.mood, state.clock()
    return await state.read(lambda tx: views.snapshot(tx, account.shop, ears, now))


@router.get("/conversations/{conversation}", summary="One conversation in full")
async def show_conversation(request: Request, conversation: Id, account: SignedIn) -> Detail:
    """Its row, the last 100 messages, the drafts of its newest turn, what stands beside it, and a summary for whoever
    takes over. The drafts are written down as shown to the account."""
    state = state_of(request)
    knowledge, now = state.ready().knowledge, state.clock()
    title = title_of(knowledge)
    shown = await state.read(lambda tx: views.detail(tx, account.shop, conversation, knowledge.mood, now, title))
    if drafts := [draft.id for draft in shown.suggestions]:
        await state.write(lambda tx: suggestions.show(tx, account.shop, account.name, drafts, now))
    return shown


def title_of(knowledge: Knowledge) -> Titles:
    """How intents are called in the agents' language; "" for one that is gone."""

    def title(intent: str) -> str:
        known = knowledge.intents.get(intent)
        return known.title if known else ""

    return title


class PresenceBody(BaseModel):
    """What an agent says of itself."""

    state: Presence


@router.post("/presence", status_code=204, summary="Say whether one is there")
async def say_presence(request: Request, body: PresenceBody, account: SignedIn) -> None:
    """Who is online is given waiting customers; who is busy claims by hand; to both, conversations can be offered. It
    holds as long as pulses come: without one for 45 seconds an agent is offline."""
    state = state_of(request)
    now, timing = state.clock(), state.timing
    await state.write(lambda tx: attendance.say(tx, account.shop, account.name, body.state, now, timing))


class PulseAnswer(BaseModel):
    """What a desk's page is told in return."""

    state: Presence = Field(description="What the agent last said; `offline`, too, of one who never said anything.")
    every: float = Field(description="Seconds until the next pulse should come.")


@router.post("/pulse", summary="Say that one's desk is open")
async def pulse(request: Request, account: SignedIn) -> PulseAnswer:
    """Who was thought gone is there again, in the state they had chosen."""
    state = state_of(request)
    now, timing = state.clock(), state.timing
    chosen = await state.write(lambda tx: attendance.pulse(tx, account.shop, account.name, now, timing))
    return PulseAnswer(state=chosen, every=timing.pulse.total_seconds())


@router.get("/agents", summary="Who works in the shop, who is there, and with how much in hand")
async def show_agents(request: Request, account: SignedIn) -> list[Colleague]:
    """Everybody with an open account in the shop."""
    state = state_of(request)
    now, timing = state.clock(), state.timing
    return await state.read(lambda tx: stories.colleagues(tx, account.shop, now, timing))
