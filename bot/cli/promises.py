"""How promises are kept, from the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.core.hours import SHOP_ZONE
from bot.flows import promise_report as stories
from bot.flows.promise_report import Line, Report


@click.command("promises", help="承诺兑现率：每位客服、机器人和整个店铺。")
@click.option("--shop", default="demo", show_default=True, help="店铺编号。")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="看最近几天到期的承诺。")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def promises(shop: str, days: int, form: str) -> None:
    """Print the report."""
    with session.store() as store:
        found = store.read(lambda tx: stories.report(tx, shop, wiring.now(), days)).result()
    if form == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat()))
    else:
        _print(found)


def _print(found: Report) -> None:
    table = Table("谁", "兑现", "超时", "未了", "不算", "兑现率")
    for line in found.makers:
        table.add_row(Text(line.agent or "机器人"), *_cells(line))
    table.add_row("全店", *_cells(found.shop))
    since, until = (moment.astimezone(SHOP_ZONE) for moment in (found.since, found.until))
    click.echo(f"{since:%Y-%m-%d %H:%M} 到 {until:%Y-%m-%d %H:%M} 到期的承诺")
    screen.console(100).print(table)


def _cells(line: Line) -> list[str]:
    rate = "—" if line.rate is None else f"{line.rate:.1%}"
    return [str(line.kept), str(line.broken), str(line.open), str(line.void), rate]
