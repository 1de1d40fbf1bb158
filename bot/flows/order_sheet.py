"""Order notes as a sheet for an ERP that reads CSV or XLSX (SR-157); what would run as a formula is defused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bot.content.sheet import write_table
from bot.core.hours import SHOP_ZONE
from bot.core.order_notes import COLUMNS, FLAGS, REASONS
from bot.store.notes import OrderNote


def written(found: Iterable[OrderNote], form: Literal["csv", "xlsx"]) -> bytes:
    """A file of the notes, times in the shop's zone."""
    return write_table(COLUMNS, (dict(zip(COLUMNS, _cells(one), strict=True)) for one in found), form)


def _cells(one: OrderNote) -> tuple[str, ...]:
    note = one.note
    reason = REASONS[note.reason] if note.reason else ""
    at = f"{note.at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M:%S}"
    return (note.id, note.order_id, FLAGS[note.flag], reason, note.text, note.agent, at, one.customer)
