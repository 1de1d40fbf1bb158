"""The FastAPI application: routes, error answers, security headers, start and stop."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as FrameworkRefusal
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import __version__
from bot.channels.generic import InboundBody
from bot.channels.json import MAX_BODY
from bot.channels.order_body import OrderBody
from bot.channels.order_events import EventsBody
from bot.errors import BadRequest, InvalidField, NotFound, RequestError, StoreUnavailable, TooLarge, TooMany
from bot.metrics import REFUSED
from bot.web import (
    case_acts,
    case_pages,
    cases,
    content,
    desk,
    desk_acts,
    desk_page,
    desk_tempers,
    events,
    handover,
    ledger,
    ops,
    order_notes,
    orders,
    own_account,
    product_feed,
    products,
    promises,
    queue,
    quick,
    quick_sheets,
    signin,
    similar,
    style,
    supervision,
    try_page,
    webhooks,
)
from bot.web.headers import HEADERS, SecurityHeaders, picture_hosts
from bot.web.refusals import Problem
from bot.web.state import State

log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
#: Bytes of a sheet that is imported or of a feed; our default, five times what 5,000 quick phrases take.
MAX_SHEET = product_feed.MAX_FEED
_LARGE = re.compile(r"/v1/shops/[^/]+/(?:quick/import|products|stock)")

#: What routes read as raw bytes.
_BODIES = (InboundBody, product_feed.FeedBody, product_feed.StockFeedBody, EventsBody, OrderBody)

_ABOUT = "The assistant behind a Chinese online shop's live chat: messages of customers in, replies or a ticket out."

Background = Callable[[State], AbstractAsyncContextManager[None]]


def build(state: State, background: Background) -> FastAPI:
    """The application over a state; `background` runs from start to stop (loading content, a worker)."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with background(state):
            yield

    app = FastAPI(title="kefu", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.kefu = state
    app.router.routes.append(webhooks.route)
    app.include_router(signin.router)
    app.include_router(own_account.router)
    app.include_router(desk_page.router)
    app.include_router(queue.router)
    app.include_router(desk.router)
    app.include_router(desk_acts.router)
    app.include_router(handover.router)
    app.include_router(promises.router)
    app.include_router(desk_tempers.router)
    app.include_router(supervision.router)
    app.include_router(supervision.pages)
    app.include_router(similar.router)
    app.include_router(events.router)
    app.include_router(ledger.router)
    app.include_router(cases.router)
    app.include_router(case_acts.router)
    app.include_router(case_pages.router)
    app.include_router(content.router)
    app.include_router(products.router)
    app.include_router(orders.feed)
    app.include_router(orders.router)
    app.include_router(order_notes.router)
    app.include_router(quick.router)
    app.include_router(quick_sheets.router)
    app.include_router(style.router)
    app.include_router(ops.router)
    if state.settings.try_page:
        app.include_router(try_page.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(FrameworkRefusal, _refused_by_framework)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(BodyLimit)
    app.add_middleware(LastAnswer, state=state)
    app.add_middleware(SecurityHeaders, pictures=picture_hosts(state.settings))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


class BodyLimit:
    """Stops reading a body beyond 64 KiB on every route, those included that the framework reads by itself (bar 7);
    a sheet to import and a feed may have 2 MiB."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count what is read of it."""
        taken = 0
        most = MAX_SHEET if _LARGE.fullmatch(str(scope.get("path", ""))) else MAX_BODY

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(TooLarge.status)  # the only kind that the framework's own reading lets through
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


class LastAnswer:
    """Answers 503 to what still runs when the time to drain is over: the server cancels it then, and would say 500,
    which tells a platform that its message is at fault (bar 50)."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a cancellation for any other reason passes through."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except asyncio.CancelledError:
            if begun or self._state.ended_at is None:
                raise
            answer = await _unavailable(Request(scope), StoreUnavailable("the time to drain is over"))
            await answer(scope, receive, send)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    refusal = error if isinstance(error, RequestError) else RequestError()
    REFUSED.labels(refusal.code).inc()
    body = {"code": refusal.code, "message": str(refusal), "field": refusal.field, **jsonable_encoder(refusal.more)}
    return JSONResponse(body, status_code=refusal.status, headers=_hints(request, refusal))


def _hints(request: Request, refusal: RequestError) -> dict[str, str]:
    """What a client may do about a refusal. Only tools are asked for Basic: a browser would put up a box of its own
    over our page."""
    if refusal.code == "unauthorized" and "sec-fetch-mode" not in request.headers:
        return {"www-authenticate": 'Basic realm="kefu"'}
    return {"retry-after": str(refusal.seconds)} if isinstance(refusal, TooMany) else {}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """A route's own fields, refused like the webhook's: FastAPI's default would echo what was sent."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"type": "", "loc": (), "msg": ""}
    if first["type"] == "json_invalid":
        return await _refused(request, BadRequest("the body is not valid JSON"))
    where = [str(part) for part in first["loc"]]
    field = ".".join(where[1:] or where)  # the first part says body, query or path
    return await _refused(request, InvalidField(f"{field}: {first['msg']}", field=field))


async def _refused_by_framework(request: Request, error: Exception) -> Response:
    """Unknown paths, wrong methods and oversized bodies in the same form as every other refusal."""
    status = error.status_code if isinstance(error, FrameworkRefusal) else 400
    if status < 400:  # a page that sends its visitor to sign in first
        return Response(status_code=status, headers=getattr(error, "headers", None))
    known = {400: BadRequest("the body cannot be read"), 404: NotFound(), 413: TooLarge()}
    if status in known:
        return await _refused(request, known[status])
    code = "method_not_allowed" if status == 405 else "refused"
    REFUSED.labels(code).inc()
    body = {"code": code, "message": "this address does not take such a request; see /openapi.json", "field": None}
    return JSONResponse(body, status_code=status, headers=getattr(error, "headers", None))


async def _gone(_: Request, __: Exception) -> JSONResponse:
    return JSONResponse(None, status_code=400)  # the client hung up while sending: nobody reads this, nothing to log


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    REFUSED.labels("unavailable").inc()
    log.warning("event=unavailable reason=%s", error)
    body = {"code": "unavailable", "message": "the message could not be recorded now; send it again", "field": None}
    return JSONResponse(body, status_code=503, headers={"retry-after": "1"})


async def _broken(_: Request, error: Exception) -> JSONResponse:
    log.error("event=internal_error", exc_info=error)
    body = {"code": "internal", "message": "kefu failed; send it again", "field": None}
    # This answer is made outside of the middleware that adds the headers to all others.
    return JSONResponse(body, status_code=503, headers={name.decode(): value.decode() for name, value in HEADERS})


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's schema with the bodies and the refusal that it is not told of."""
    if app.openapi_schema is None:
        routes = [*webhooks.documented.routes, *app.routes]
        schema = get_openapi(title=app.title, version=app.version, routes=routes, description=_ABOUT)
        schema["webhooks"] = orders.ASKED
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        for model in (*_BODIES, Problem):
            body = model.model_json_schema(ref_template="#/components/schemas/{model}")
            components |= body.pop("$defs", {})
            components[model.__name__] = body
        app.openapi_schema = schema
    return app.openapi_schema
