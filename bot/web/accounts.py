"""Who is asking: a browser that signed in, or a tool with name and password; and what they may do."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request

from bot.core.accounts import Role
from bot.errors import CrossSite, Forbidden, NotFound, Unauthorized
from bot.flows import signin
from bot.store import agents, sessions
from bot.store.sessions import Session
from bot.web.credentials import from_header, prove
from bot.web.forms import form_of, is_form
from bot.web.origin import address_of, cookie_name, sent_by_our_page
from bot.web.state import state_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKEN_LENGTH = 43  # characters of 256 bits in base64


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works in a shop."""

    shop: str
    name: str
    role: Role
    display_name: str
    session: Session | None = None  #: None for a tool with name and password

    @property
    def csrf(self) -> str:
        """What a page must send along with every change."""
        return "" if self.session is None else self.session.csrf


async def signed_in(request: Request) -> Account:
    """The account that asks, by session cookie or Basic credentials; Unauthorized without either. Whatever changes
    something must come from a page of ours with the session's token; CrossSite otherwise."""
    if header := request.headers.get("authorization"):
        if request.method not in _SAFE and sent_by_our_page(request) is False:  # browsers remember Basic, too
            raise CrossSite
        attempt, password = from_header(header, address_of(request))
        return _account(await prove(state_of(request), attempt, password))
    account = await by_session(request)
    if account is None or account.session is None:
        raise Unauthorized
    if request.method not in _SAFE:
        await _refuse_forged(request, account.session)
    return account


SignedIn = Annotated[Account, Depends(signed_in)]


def _of_shop(shop: str, account: SignedIn) -> Account:
    if shop != account.shop:
        raise NotFound("没有这个店铺")
    return account


#: Somebody who works in the shop that the address names; for all others there is no such shop.
Agent = Annotated[Account, Depends(_of_shop)]


def _at_least(least: Role) -> Callable[[Account], Awaitable[Account]]:
    async def guard(account: SignedIn) -> Account:
        if not account.role.at_least(least):
            raise Forbidden
        return account

    return guard


TrainerOrAbove = Annotated[Account, Depends(_at_least(Role.TRAINER))]
LeadOrAbove = Annotated[Account, Depends(_at_least(Role.LEAD))]
AdminOnly = Annotated[Account, Depends(_at_least(Role.ADMIN))]


async def _on_page(request: Request) -> Account:
    account = await by_session(request)
    if account is None:
        raise HTTPException(303, headers={"location": f"/login?next={quote(request.url.path)}"})
    return account


#: For pages: somebody who is signed in in this browser; everybody else is sent to sign in and comes back.
OnPage = Annotated[Account, Depends(_on_page)]


async def by_session(request: Request) -> Account | None:
    """The account whose browser sent the request; None when it is not signed in, or not any more."""
    token = request.cookies.get(cookie_name(request), "")
    if len(token) != _TOKEN_LENGTH:
        return None
    state, now = state_of(request), state_of(request).clock()
    found = await state.read(lambda tx: signin.resume(tx, token, now))
    if found is None:
        return None
    session, agent = found
    if signin.needs_touch(session, now):
        await state.write(lambda tx: sessions.touch(tx, session, now))
    return _account(agent, session)


async def _refuse_forged(request: Request, session: Session) -> None:
    """CrossSite unless a page of ours sent the request and proves it with the session's token, in a header or, as
    forms cannot set one, in the field `csrf`."""
    token = request.headers.get("x-csrf-token", "")
    if not token and is_form(request):
        token = (await form_of(request)).get("csrf", "")
    if not sent_by_our_page(request) or not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise CrossSite


def _account(agent: agents.Agent, session: Session | None = None) -> Account:
    return Account(agent.shop, agent.name, agent.role, agent.display_name or agent.name, session)
