"""What an agent should know of a hot conversation, as JSON: its mood, insults, and marks on the customer."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, Field

from bot.core.accounts import Role
from bot.core.tempers import MARK_TITLES, Mark
from bot.flows import tempers
from bot.flows.tempers import MarkView, Temper
from bot.web.accounts import SignedIn
from bot.web.desk import REFUSALS, Id
from bot.web.desk_acts import Why, actor_of
from bot.web.refusals import possible_id, refusals
from bot.web.routes import Routes
from bot.web.state import state_of

MarkId = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch, "没有这个标记")]
router = Routes(prefix="/v1/desk/conversations/{conversation}", tags=["desk"], responses=REFUSALS)


class MarkBody(BaseModel):
    """What happened, in neutral words, and how long colleagues shall know."""

    kind: Mark
    reason: Why
    days: Annotated[int, Field(ge=1, le=365)] = Field(default=90, description="Until it is forgotten.")


@router.get("/temper", summary="How hot a conversation is, and what colleagues noted of the customer")
async def show_temper(request: Request, conversation: Id, account: SignedIn) -> Temper:
    """`offers_lead` from the second insult of 24 hours on. Marks change neither the bot's tone nor the routing."""
    state = state_of(request)
    actor, ears = actor_of(state, account), state.ready().knowledge.mood
    return await state.read(lambda tx: tempers.temper(tx, account.shop, conversation, ears, actor))


@router.post("/marks", status_code=201, summary="Note something of the customer for colleagues")
async def mark(request: Request, conversation: Id, body: MarkBody, account: SignedIn) -> MarkView:
    """The customer never sees it; it is forgotten after `days`."""
    state = state_of(request)
    actor = actor_of(state, account)
    kept = await state.write(
        lambda tx: tempers.mark(tx, conversation, actor, body.kind, body.reason, body.days)
    )  # fmt: skip
    return MarkView(kept, MARK_TITLES[kept.kind])


@router.delete(
    "/marks/{mark}", status_code=204, summary="Take a mark back",
    responses=refusals({403: "Somebody else's; a lead may."}),
)  # fmt: skip
async def unmark(request: Request, conversation: Id, mark: MarkId, account: SignedIn) -> None:
    """One's own; leads and admins take back anybody's."""
    state = state_of(request)
    actor, is_lead = actor_of(state, account), account.role.at_least(Role.LEAD)
    await state.write(lambda tx: tempers.unmark(tx, conversation, actor, mark, is_lead=is_lead))
