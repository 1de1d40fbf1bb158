"""How satisfied customers are, from the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import get_args

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.core.hours import SHOP_ZONE
from bot.flows import csat_report
from bot.flows.csat_report import Report
from bot.store.csat import By

_TITLES = {"agent": "谁接待的", "intent": "意图", "day": "日期"}


@click.command(help="客户满意度：问了多少人、平均几分、低分和原因，按客服（和机器人）、意图或日期。")
@click.option("--shop", default="demo", show_default=True, help="店铺编号。")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="看最近多少天。")
@click.option("--by", type=click.Choice(get_args(By)), default="agent", show_default=True, help="按什么分。")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def csat(shop: str, days: int, by: By, form: str) -> None:
    """Show the report."""
    since = wiring.now() - timedelta(days=days)
    with session.store() as store:
        told = store.read(lambda tx: csat_report.report(tx, shop, since, by)).result()
    if form == "json":
        click.echo(json.dumps(asdict(told), ensure_ascii=False, indent=2, default=str))
    else:
        _print(told, by)


def _print(told: Report, by: By) -> None:
    table = Table(_TITLES[by], "问了", "答了", "平均分", "满意（4、5分）", "低分（1、2分）")
    for line in told.lines:
        name = line.key or ("机器人" if by == "agent" else "—")
        average = "—" if line.average is None else f"{line.average:.2f}"
        satisfied = "—" if line.satisfied is None else f"{line.satisfied:.0%}"
        table.add_row(Text(name), str(line.asked), str(line.answered), average, satisfied, str(line.low))
    screen.console().print(table)
    for one in told.low:
        at = f"{one.at.astimezone(SHOP_ZONE):%m-%d %H:%M}"
        who, why = one.agent or "机器人", one.reason or "（没有说原因）"
        click.echo(f"{at}  {one.score}分  {who}  {why}  {one.conversation}")
