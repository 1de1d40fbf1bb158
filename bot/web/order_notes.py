"""Order notes over HTTP, for a shop's ERP: page by page, as JSON or as CSV."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, StringConstraints

from bot.flows import order_notes as stories
from bot.flows import order_sheet
from bot.flows.order_notes import Page
from bot.web.accounts import Agent
from bot.web.refusals import for_accounts
from bot.web.routes import Routes
from bot.web.state import state_of

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "headers": {"Link": {"schema": {"type": "string"}, "description": "The next page, if there is one."}},
    }
}
After = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]*$")]
router = Routes(
    prefix="/v1/shops/{shop}/notes", tags=["order notes"], responses=for_accounts({404: "Not your shop."})
)


@router.get("", summary="Order notes for an ERP, oldest first", response_model=Page, responses=_CSV)
async def list_notes(
    request: Request, account: Agent, since: Annotated[AwareDatetime, Query()] = _BEGINNING,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json", after: Annotated[After, Query()] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Page | Response:
    """Every note with an order, a flag or a reason, from `since` on (with its time zone). Go on with `after` = `next`,
    or the `Link` of a CSV, until there is none; a note appears five seconds after it was written. Kept texts that a
    spreadsheet would run as a formula begin with ' in the CSV."""
    state = state_of(request)
    now = state.clock()
    found = await state.read(lambda tx: stories.page(tx, account.shop, since, after, limit, now))
    if form == "json":
        return found
    data = await asyncio.to_thread(order_sheet.written, found.notes, "csv")
    headers = {"content-disposition": "attachment; filename=notes.csv"}
    if found.next:
        asked = {"since": since.isoformat(), "format": "csv", "limit": limit, "after": found.next}
        headers["link"] = f'<{request.url.path}?{urlencode(asked)}>; rel="next"'
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)
