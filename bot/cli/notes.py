"""Order notes from the terminal: export them for an ERP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from bot import wiring
from bot.cli import session
from bot.core.hours import SHOP_ZONE
from bot.errors import Conflict, InvalidField
from bot.flows import order_notes as stories
from bot.flows import order_sheet
from bot.store.base import Store
from bot.store.notes import OrderNote

_AT_ONCE = 1000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.group(help="订单备注（小红旗）：导出给 ERP。")
def notes() -> None:
    """Note verbs."""


@notes.command("export", help="把带订单号、旗子或事由的备注导出到 FILE（.csv、.xlsx 或 .json），旧的在前。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--shop", default="demo", show_default=True, help="店铺编号。")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="从这一刻起（店铺时间），例如 2026-12-01T10:00。",
)  # fmt: skip
def export(file: Path, shop: str, since: datetime | None) -> None:
    """Write the notes; an existing file is left alone."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx", "json"):
        raise InvalidField("文件名要以 .csv、.xlsx 或 .json 结尾")
    if file.exists():
        raise Conflict(f"{file} 已存在，请换一个文件名")
    begin = since.replace(tzinfo=SHOP_ZONE) if since else _BEGINNING
    with session.store() as store:
        found = list(_all(store, shop, begin))
    if form == "json":
        text = json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2, default=_moment)
        file.write_text(text + "\n", "utf-8")
    else:
        file.write_bytes(order_sheet.written(found, "csv" if form == "csv" else "xlsx"))
    click.echo(f"已导出 {len(found)} 条备注到 {file}")


def _all(store: Store, shop: str, since: datetime) -> Iterator[OrderNote]:
    now, after = wiring.now(), ""
    while True:
        page = store.read(partial(stories.page, shop=shop, since=since, after=after, most=_AT_ONCE, now=now)).result()
        yield from page.notes
        if not (after := page.next):
            return


def _moment(value: datetime) -> str:
    return value.isoformat()
