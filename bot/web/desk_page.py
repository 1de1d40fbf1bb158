"""The agents' desk in the browser: one page; everything on it comes from the JSON API."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from bot.core.accounts import Role
from bot.web.accounts import OnPage
from bot.web.headers import picture_hosts
from bot.web.pages import page
from bot.web.routes import Routes
from bot.web.signin import HOME
from bot.web.state import state_of

router = Routes(tags=["desk"], include_in_schema=False)


@router.get(HOME, response_class=HTMLResponse)
async def desk(request: Request, account: OnPage) -> Response:
    """The page of whoever is signed in; all others are sent to sign in and come back."""
    pictures = picture_hosts(state_of(request).settings)
    return page("desk", account=account, is_lead=account.role.at_least(Role.LEAD), pictures=pictures)
