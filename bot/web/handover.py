"""The end of a shift: the hand-over sheet as JSON and as a page to print, and all conversations given on at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from bot.core.accounts import Group
from bot.core.hours import SHOP_ZONE
from bot.core.promises import KIND_TITLES, countdown
from bot.flows import handover as stories
from bot.flows.desk import Actor
from bot.flows.handover import Handing, Sheet
from bot.web.accounts import Account, OnPage, SignedIn
from bot.web.desk import REFUSALS, Id
from bot.web.desk_acts import Key, TakenBody, Why
from bot.web.pages import page
from bot.web.routes import Routes
from bot.web.signin import HOME
from bot.web.state import State, state_of

_TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"model": TakenBody, "description": "One of them is not the account's any more; none was given on."}
}
_GROUPS = {Group.PRESALE: "售前", Group.SALE: "售中", Group.AFTERSALE: "售后", Group.SENIOR: "资深客服"}
router = Routes(tags=["desk"], responses=REFUSALS)


class HandingBody(BaseModel):
    """What is given on, to whom, and why."""

    conversations: Annotated[list[Id], Field(max_length=500)] | None = Field(
        default=None, description="Null: all that the account holds."
    )
    to: Group | None = Field(default=None, description="Null: back to the queue, in whichever group each is.")
    reason: Why


@dataclass(frozen=True, slots=True)
class Handed:
    """The conversations that were given on."""

    conversations: list[str]


@router.get("/v1/desk/handover", summary="What the account would leave behind")
async def show_sheet(request: Request, account: SignedIn) -> Sheet:
    """Every conversation that the account holds, with its open promises, its deadline and its newest notes; and the
    account's own after-sale cases."""
    return await _sheet(state_of(request), account)


@router.post("/v1/desk/handover", summary="Give on what one holds, all or nothing", responses=_TAKEN)
async def hand_over(request: Request, body: HandingBody, key: Key, account: SignedIn) -> Handed:
    """Each waits anew in the queue, the reason is kept as its note. The same request again changes nothing."""
    state = state_of(request)
    actor = Actor(account.shop, account.name, state.clock(), state.silence)
    chosen = None if body.conversations is None else tuple(body.conversations)
    handing = Handing(chosen, str(body.to or ""), body.reason)
    return Handed(list(await state.write(lambda tx: stories.hand_over(tx, handing, key, actor))))


@router.get(f"{HOME}/handover", response_class=HTMLResponse, include_in_schema=False)
async def handover_page(request: Request, account: OnPage, done: Annotated[int, Query(ge=0, le=500)] = 0) -> Response:
    """The sheet to read, to print, and to give on from."""
    sheet = await _sheet(state_of(request), account)
    shown = {"countdown": countdown, "kinds": KIND_TITLES, "zone": SHOP_ZONE, "groups": _GROUPS}
    return page("handover", account=account, sheet=sheet, done=done, **shown)


async def _sheet(state: State, account: Account) -> Sheet:
    knowledge, now = state.ready().knowledge, state.clock()
    return await state.read(
        lambda tx: stories.sheet(tx, account.shop, account.name, knowledge.mood, knowledge.case_kinds, now)
    )
