"""Signing in and out in the browser."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.core.accounts import LIFETIME
from bot.errors import CrossSite, Insecure, KefuError, RequestError, StoreUnavailable, TooMany, Unauthorized
from bot.flows import signin as stories
from bot.flows.signin import Opened
from bot.metrics import REFUSED
from bot.store import sessions
from bot.web.accounts import SignedIn, by_session
from bot.web.credentials import attempt_of, prove
from bot.web.forms import described, form_of
from bot.web.origin import address_of, cookie_name, is_private, sent_by_our_page
from bot.web.pages import page
from bot.web.refusals import refusals
from bot.web.routes import Routes
from bot.web.state import state_of

HOME = "/desk"
#: A path of ours: a second slash or a backslash at its beginning would name another host.
_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9_\-./?=&%]*")

#: Of every route about signing in and one's own account.
REFUSALS = refusals(
    {
        401: "Nobody is signed in, or the password does not fit.",
        403: "Not sent by a page of kefu with the session's token.",
        422: "A field has the wrong form; `field` names it.",
        503: "The database does not answer now; try again.",
    }
)
#: Of those that compare a password.
SLOWED = refusals({429: "Too many wrong passwords; `Retry-After` says when to try again."})
router = Routes(tags=["accounts"], responses=REFUSALS)


@router.get("/login", summary="The page to sign in", response_class=HTMLResponse)
async def login_page(request: Request, next: str = HOME) -> Response:
    """The form; straight on for who is signed in already."""
    if await by_session(request) is not None:
        return RedirectResponse(_own_path(next), 303)
    return _page(request, {"next": next}, None if is_private(request) else Insecure())


@router.post(
    "/login", summary="Sign in", status_code=303, response_class=HTMLResponse, responses=SLOWED,
    openapi_extra=described("shop", "name", "password", "next"),
)  # fmt: skip
async def login(request: Request) -> Response:
    """A new session and on to `next`; the form again with what is wrong."""
    typed = await form_of(request)
    try:
        opened = await _sign_in(request, typed)
    except (RequestError, StoreUnavailable) as error:
        return _page(request, typed, error)
    return with_session(request, _own_path(typed.get("next", HOME)), opened)


@router.post("/logout", summary="Sign out", status_code=303, openapi_extra=described("csrf"))
async def logout(request: Request, account: SignedIn) -> Response:
    """End the session and show the page to sign in."""
    session = account.session
    if session is not None:
        await state_of(request).write(lambda tx: sessions.end(tx, session))
    answer = RedirectResponse("/login", 303)
    _set_cookie(request, answer, "", 0)
    return answer


def with_session(request: Request, path: str, opened: Opened) -> Response:
    """On to a path of ours with a session that has just begun."""
    answer = RedirectResponse(path, 303)
    _set_cookie(request, answer, opened.token, int(LIFETIME.total_seconds()))
    return answer


def refused(template: str, error: KefuError | None, told: str, /, **values: Any) -> HTMLResponse:
    """The page with the form again and what is wrong with what was sent, in the agents' words."""
    status = 200 if error is None else error.status if isinstance(error, RequestError) else 503
    if isinstance(error, RequestError):
        REFUSED.labels(error.code).inc()
    answer = page(template, status, error=told, **values)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.seconds)
    return answer


async def _sign_in(request: Request, typed: dict[str, str]) -> Opened:
    if not is_private(request):
        raise Insecure
    if not sent_by_our_page(request):  # or another site could sign somebody in to an account of its own
        raise CrossSite
    state, before = state_of(request), await by_session(request)
    attempt = attempt_of(typed.get("shop", ""), typed.get("name", ""), address_of(request))
    agent = await prove(state, attempt, typed.get("password", ""))
    if before is not None and (old := before.session) is not None:
        await state.write(lambda tx: sessions.end(tx, old))
    return await state.write(lambda tx: stories.open_session(tx, agent, attempt, state.clock()))


def _page(request: Request, typed: dict[str, str], error: KefuError | None = None) -> HTMLResponse:
    return refused(
        "login", error, _told(error), open=is_private(request), next=_own_path(typed.get("next", HOME)),
        shop=typed.get("shop", ""), name=typed.get("name", ""),
    )  # fmt: skip


def _told(error: KefuError | None) -> str:
    match error:
        case None:
            return ""
        case Unauthorized():
            return "店铺、账号或密码不对，请重新输入"
        case CrossSite():
            return "这次提交不是从本页发出的，请在本页重新登录"
        case Insecure():
            return "这个地址没有加密，不能登录。请改用 https 地址打开；若已在 https 代理之后，请管理员设置 KEFU_PROXIES"
        case StoreUnavailable():
            return "系统暂时没有响应，请稍后再试"
    return str(error)


def _set_cookie(request: Request, answer: Response, value: str, seconds: int) -> None:
    answer.set_cookie(
        cookie_name(request), value, max_age=seconds, path="/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def _own_path(path: str) -> str:
    """Where to go on: a path of ours that was asked for, else the desk; never another host (open redirect)."""
    return path if _PATH.fullmatch(path) and not path.startswith(("/login", "/logout")) else HOME
