"""The stories of a sheet of quick phrases: look at what it would change, take it over whole, take that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from bot.core.quick import QuickPhrase, Scope
from bot.core.quick_import import Change, Kind, Row, compare
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import quick as stories
from bot.store import quick
from bot.store.quick import Import, Replaced

_TOLD = 10  # faults named in a refusal


def shop_phrases(tx: sa.Connection, shop: str, files: Iterable[QuickPhrase]) -> list[QuickPhrase]:
    """What the whole shop uses, from the product and from the trainers' files: what a sheet is compared with."""
    return [phrase for phrase in stories.library(tx, shop, files) if phrase.scope is Scope.SHOP]


def valid_for_shop(tx: sa.Connection, shop: str, files: Iterable[QuickPhrase], day: date) -> list[QuickPhrase]:
    """What is handed to another desk: it knows no dates, so that what is not valid on the day stays here (SR-097)."""
    return [phrase for phrase in shop_phrases(tx, shop, files) if phrase.is_valid(day)]


def preview(tx: sa.Connection, shop: str, rows: Sequence[Row], files: Iterable[QuickPhrase]) -> list[Change]:
    """What the rows would change; nothing is written."""
    return compare(rows, shop_phrases(tx, shop, files))


def take_over(
    tx: sa.Connection, shop: str, agent: str, rows: Sequence[Row], files: Iterable[QuickPhrase], now: datetime
) -> list[Change]:
    """Write all rows, and note how to undo that. InvalidField names the rows that are faulty: nothing is written
    then. NotFound when there is no such shop."""
    if not quick.lock(tx, shop):
        raise NotFound(f"没有店铺 {shop}")
    changes = preview(tx, shop, rows, files)
    if faulty := [change for change in changes if change.kind is Kind.FAULTY]:
        told = "；".join(f"第 {change.line} 行：{change.fault}" for change in faulty[:_TOLD])
        raise InvalidField(f"没有导入任何内容，{len(faulty)} 行有误。{told}")
    written = [_written(tx, shop, change, now) for change in changes if change.kind is not Kind.UNCHANGED]
    if written:
        quick.add_import(tx, shop, agent, written, now)
    return changes


def undo(tx: sa.Connection, shop: str, now: datetime) -> Import:
    """Put everything back as it was before the last import. Conflict names what was changed since; nothing is undone
    then. NotFound when there is nothing to undo."""
    if not quick.lock(tx, shop):
        raise NotFound(f"没有店铺 {shop}")
    last = quick.last_import(tx, shop)
    if last is None:
        raise NotFound("没有可以撤销的导入")
    if moved := [one.after.code for one in last.changes if quick.get(tx, shop, one.after.id) != one.after]:
        raise Conflict(f"导入之后又改过 {'、'.join(moved[:_TOLD])} 等 {len(moved)} 条，不能整体撤销；请逐条修改")
    for one in last.changes:
        if one.before is None:
            quick.remove(tx, shop, one.after.id)
        else:
            quick.change(tx, shop, one.before, now)
    quick.end_import(tx, shop, last.id, now)
    return last


def _written(tx: sa.Connection, shop: str, change: Change, now: datetime) -> Replaced:
    """One row written. A phrase of the trainers' files is not touched: the shop's own goes before it."""
    if change.old is None or change.old.source:
        return Replaced(None, quick.add(tx, shop, change.new, now))
    quick.change(tx, shop, change.new, now)
    return Replaced(change.old, change.new)
