"""Sheets of quick phrases over HTTP: from another desk (千牛) and to one."""

from __future__ import annotations

import asyncio
from typing import Literal

import sqlalchemy as sa
from fastapi import Request, Response
from pydantic import BaseModel

from bot.content import qianniu
from bot.core.quick import remarks
from bot.core.quick_import import Change, Kind, Row
from bot.core.style import Gate
from bot.errors import ContentError, InvalidField
from bot.flows import quick as stories
from bot.flows import quick_import as sheets
from bot.web.accounts import Agent
from bot.web.quick import REFUSALS
from bot.web.routes import Routes
from bot.web.state import state_of

_SHEET = {"requestBody": {"required": True, "content": {"text/csv": {}, "application/octet-stream": {}}}}
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_PATIENCE = 20.0  # seconds; a person waits here, and 5,000 rows take two to four (measured)
router = Routes(prefix="/v1/shops/{shop}/quick", tags=["quick phrases"], responses=REFUSALS)


class RowView(BaseModel):
    """What one row of a sheet changes."""

    kind: Kind
    line: int
    code: str
    group: str
    text: str
    old_group: str | None
    old_text: str | None
    fault: str
    remarks: list[str]


class ImportView(BaseModel):
    """What a sheet changes, or changed."""

    applied: bool
    rows: list[RowView]


@router.post("/import", summary="Take over a sheet of another desk", openapi_extra=_SHEET)
async def import_quick(request: Request, account: Agent, dry_run: bool = False) -> ImportView:
    """CSV or XLSX with the columns 快捷短语编码,快捷短语,快捷短语分组, at most 2 MiB: all rows or none. `dry_run` only
    tells what would change."""
    state = state_of(request)
    shop, content = account.shop, state.ready()
    files, gate = content.quick.of(shop), content.knowledge.style
    rows = await _rows(request)

    def story(tx: sa.Connection) -> list[Change]:
        stories.demand_keeper(tx, shop, account.name)
        return sheets.take_over(tx, shop, account.name, rows, files, state.clock())

    changes = await state.read(lambda tx: sheets.preview(tx, shop, rows, files), _PATIENCE)
    if not dry_run:
        changes = await state.write(story, patience=_PATIENCE)
    return ImportView(applied=not dry_run, rows=[_row(gate, change) for change in changes])


@router.post("/undo", summary="Take back the last import", status_code=204)
async def undo_quick(request: Request, account: Agent) -> None:
    """Everything as it was before; 409 when something was changed since."""
    state = state_of(request)

    def story(tx: sa.Connection) -> None:
        stories.demand_keeper(tx, account.shop, account.name)
        sheets.undo(tx, account.shop, state.clock())

    await state.write(story, patience=_PATIENCE)


@router.get("/export.{form}", summary="The shop's phrases for another desk", response_class=Response)
async def export_quick(request: Request, form: Literal["csv", "xlsx"], account: Agent) -> Response:
    """What is valid today and kept for the whole shop, in 千牛's form."""
    state = state_of(request)
    files, day = state.ready().quick.of(account.shop), stories.today(state.clock())
    kept = await state.read(lambda tx: sheets.valid_for_shop(tx, account.shop, files, day))
    data = await asyncio.to_thread(qianniu.written, kept, form)
    named = {"content-disposition": f"attachment; filename=quick.{form}"}
    return Response(data, media_type=_MEDIA[form], headers=named)


async def _rows(request: Request) -> list[Row]:
    try:
        return await asyncio.to_thread(qianniu.read, await request.body(), "文件")
    except ContentError as error:
        raise InvalidField(str(error)) from error


def _row(gate: Gate, change: Change) -> RowView:
    old = change.old
    return RowView(
        kind=change.kind, line=change.line, code=change.new.code, group=change.new.group, text=change.new.text,
        old_group=old.group if old else None, old_text=old.text if old else None, fault=change.fault,
        remarks=[] if change.fault else remarks(gate, change.new.text),
    )
