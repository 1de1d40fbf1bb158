"""The agents' desk in the browser: one page; everything on it comes from the JSON API."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from bot.web.accounts import OnPage
from bot.web.pages import page
from bot.web.signin import HOME

router = APIRouter(tags=["desk"], include_in_schema=False)


@router.get(HOME, response_class=HTMLResponse)
async def desk(account: OnPage) -> Response:
    """The page of whoever is signed in; all others are sent to sign in and come back."""
    return page("desk", account=account)
