"""What somebody who is signed in sees of the own account, and how to change its password."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from bot.core.accounts import Role, password_fault
from bot.errors import InvalidField, RequestError, Unauthorized
from bot.flows import signin as stories
from bot.flows.signin import Opened
from bot.web.accounts import Account, OnPage, SignedIn
from bot.web.credentials import attempt_of, prove
from bot.web.forms import described, form_of
from bot.web.origin import address_of
from bot.web.pages import page
from bot.web.passwords import hash_password
from bot.web.routes import Routes
from bot.web.signin import REFUSALS, SLOWED, refused, with_session
from bot.web.state import state_of

router = Routes(tags=["accounts"], responses=REFUSALS)


class Me(BaseModel):
    """The account that asks."""

    shop: str
    name: str
    display_name: str
    role: Role
    csrf: str = Field(description="To be sent as X-CSRF-Token with every change; empty for Basic credentials.")


@router.get("/v1/me", summary="Who is signed in")
async def me(account: SignedIn) -> Me:
    """The account, its role, and the token that changes need."""
    return Me.model_validate(account, from_attributes=True)


@router.get("/account", summary="One's own account", response_class=HTMLResponse)
async def account_page(account: OnPage, changed: bool = False) -> Response:
    """Who one is, and the form for another password."""
    return page("account", account=account, changed=changed, error="")


@router.post(
    "/account/password", summary="Change one's own password", status_code=303, response_class=HTMLResponse,
    responses=SLOWED, openapi_extra=described("csrf", "current", "new", "again"),
)  # fmt: skip
async def change_password(request: Request, account: SignedIn) -> Response:
    """Every other session of the account ends; this browser goes on with a new one."""
    typed = await form_of(request)
    try:
        opened = await _change(request, account, typed)
    except RequestError as error:
        told = "现在的密码不对" if isinstance(error, Unauthorized) else str(error)
        return refused("account", error, told, account=account, changed=False)
    return with_session(request, "/account?changed=1", opened)


async def _change(request: Request, account: Account, typed: dict[str, str]) -> Opened:
    state, new = state_of(request), typed.get("new", "")
    if new != typed.get("again", ""):
        raise InvalidField("两次输入的新密码不一样", field="again")
    if fault := password_fault(new, account.name):
        raise InvalidField(fault, field="new")
    attempt = attempt_of(account.shop, account.name, address_of(request))
    agent = await prove(state, attempt, typed.get("current", ""))
    async with state.password_turns.turn():
        hashed = await asyncio.to_thread(hash_password, new)
    return await state.write(lambda tx: stories.change_password(tx, agent, attempt, hashed, state.clock()))
