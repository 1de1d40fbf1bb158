"""The promise ledger as JSON: what stands open, corrections, and how promises are kept."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from bot.core.accounts import Role
from bot.core.promises import Kind
from bot.flows import promise_report
from bot.flows import promises as stories
from bot.flows.desk import Actor
from bot.flows.promise_report import Report
from bot.flows.promises import Correction
from bot.store.promises import Promise, Standing
from bot.web.accounts import Account, LeadOrAbove, SignedIn
from bot.web.refusals import for_accounts, possible_id
from bot.web.routes import Routes
from bot.web.state import State, state_of

_REFUSALS = for_accounts(
    {
        403: "Without the session's token, or something that only a lead may do.",
        404: "No such promise in your shop.",
        409: "It is settled already.",
    }
)
Id = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch, "没有这条承诺")]
router = Routes(prefix="/v1/desk/promises", tags=["promises"], responses=_REFUSALS)


class CorrectionBody(BaseModel):
    """What was really promised; what is left out stays."""

    kind: Kind | None = None
    due: AwareDatetime | None = Field(default=None, description="With its time zone; from now to 90 days ahead.")


@router.get("", summary="What the account has to see to")
async def list_promises(request: Request, account: SignedIn) -> list[Standing]:
    """The open and the broken promises of the conversations that the account holds, and of those that nobody holds,
    the soonest due first (500 at most)."""
    return await state_of(request).read(lambda tx: stories.standing(tx, account.shop, account.name))


@router.get("/report", summary="How promises are kept")
async def show_report(
    request: Request, account: LeadOrAbove, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> Report:
    """Of the promises that were due in these days: by maker, and the whole shop."""
    state = state_of(request)
    now = state.clock()
    return await state.read(lambda tx: promise_report.report(tx, account.shop, now, days))


@router.post("/{promise}/correct", summary="Say what was really promised")
async def correct(request: Request, promise: Id, body: CorrectionBody, account: SignedIn) -> Promise:
    """While it is open."""
    state = state_of(request)
    actor, facts = _actor(state, account), state.ready().knowledge.shop(account.shop)
    correction = Correction(body.kind, body.due)
    return await state.write(lambda tx: stories.correct(tx, promise, actor, facts, correction))


@router.post("/{promise}/keep", summary="It is done")
async def keep(request: Request, promise: Id, account: SignedIn) -> Promise:
    """Kept; after its time it stays broken, and is only taken off the list."""
    state = state_of(request)
    actor = _actor(state, account)
    return await state.write(lambda tx: stories.keep(tx, promise, actor))


@router.post("/{promise}/void", summary="It was no promise")
async def void(request: Request, promise: Id, account: SignedIn) -> Promise:
    """A broken one is struck out by leads, trainers and admins only."""
    state = state_of(request)
    actor, is_lead = _actor(state, account), account.role.at_least(Role.LEAD)
    return await state.write(lambda tx: stories.void(tx, promise, actor, is_lead=is_lead))


def _actor(state: State, account: Account) -> Actor:
    return Actor(account.shop, account.name, state.clock(), state.silence)
