"""What colleagues answered when other customers asked the same, as JSON, beside a conversation."""

from __future__ import annotations

from fastapi import Request

from bot.flows import similar
from bot.flows.similar import Similar
from bot.web.accounts import SignedIn
from bot.web.desk import REFUSALS, Id
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(prefix="/v1/desk/conversations/{conversation}", tags=["desk"], responses=REFUSALS)


@router.get("/similar", summary="Solved conversations about the same thing")
async def show_similar(request: Request, conversation: Id, account: SignedIn) -> list[Similar]:
    """Up to three of your shop's, the nearest first: answered and ended by an agent, the customer neither back within
    three days nor unhappy. What would tell who the customer was is hidden (****)."""
    state = state_of(request)
    knowledge = state.ready().knowledge
    return await state.read(lambda tx: similar.of_conversation(tx, knowledge, account.shop, conversation))
