"""The desks' live events over HTTP: where a stream begins, and where it reads."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse

from bot.flows import desk_views as views
from bot.flows.desk_shapes import News
from bot.store import events
from bot.web.accounts import SignedIn
from bot.web.desk import REFUSALS
from bot.web.live import Hub
from bot.web.routes import Routes
from bot.web.state import State, state_of

#: Seconds until what another process commits is seen: on PostgreSQL that is every other message, on SQLite only what
#: a command such as `kefu queue` writes. A look costs one read of a counter.
_POLL_SHARED, _POLL_ALONE = 0.1, 0.5
_BIGGEST = 2**53  # what a browser can count to

router = Routes(prefix="/v1/desk", tags=["desk"], responses=REFUSALS)


@router.get(
    "/events", summary="What changes, live", response_class=StreamingResponse,
    responses={200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}}},
)  # fmt: skip
async def follow(
    request: Request,
    account: SignedIn,
    after: Annotated[int | None, Query(ge=0, le=_BIGGEST, description="A snapshot's event number.")] = None,
    last_event_id: Annotated[str, Header(description="Sent by a browser that comes back; goes before.")] = "",
) -> StreamingResponse:
    """Everything that changed behind an event (from now on without one): `row` {conversation, row}, `message`
    {conversation, message}, `knock` {} when nothing happens
    for 15 seconds, and `reset` when events are missing and a new snapshot must be loaded. An event's id says
    that everything up to it has been told. Applied to a snapshot, the rows make it a fresh one."""
    state = state_of(request)
    state.ready()
    if last_event_id.isascii() and last_event_id.isdecimal() and int(last_event_id[:16]) <= _BIGGEST:
        after = int(last_event_id[:16])
    frames = _hub(state).stream(account.shop, after)
    return StreamingResponse(frames, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def _hub(state: State) -> Hub:
    """The process's streams; made by the first that asks."""
    if state.desks is None:
        alone = state.settings.sqlalchemy_url().startswith("sqlite")

        async def read(shop: str, after: int | None, until: int | None) -> News:
            ears = state.ready().knowledge.mood
            if after is None:
                number = await state.read(lambda tx: events.newest(tx, shop))
                return News(number, number)
            now = state.clock()
            return await state.read(lambda tx: views.news(tx, shop, after, ears, now, until))

        poll = _POLL_ALONE if alone else _POLL_SHARED
        state.desks = Hub(state.store, read, poll, lambda: state.ended_at is not None)
    return state.desks
