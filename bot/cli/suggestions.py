"""What agents make of the bot's drafts, from the terminal: how many are used, and what is written instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import get_args

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import load, origin
from bot.content.load import Content
from bot.core.rewording import marked
from bot.flows import adoption
from bot.flows.adoption import Line, Rewritten
from bot.store.adoption import By

_TITLES = {"phrase": "话术", "intent": "意图", "agent": "客服", "hour": "几点"}
_LEGEND = (
    "忽略：客服另写了话、客户又说了别的，或会话已结束；其中“没看到”不算在采用率里。采用率：看到的建议里，原样或改过发出的比例"
)

_shop = click.option("--shop", default="demo", show_default=True, help="店铺编号。")
_days = click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="看最近多少天。")
_form = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group(help="建议回复：客服采用了多少，改成了什么。")
def suggestions() -> None:
    """Suggestion verbs."""


@suggestions.command("report", help="建议回复的采用情况，按话术、意图、客服或一天里的几点。")
@_shop
@_days
@click.option("--by", type=click.Choice(get_args(By)), default="phrase", show_default=True, help="按什么分。")
@_form
def report(shop: str, days: int, by: By, form: str) -> None:
    """Show how many drafts were used."""
    since = wiring.now() - timedelta(days=days)
    with session.store() as store:
        lines = store.read(lambda tx: adoption.report(tx, shop, since, by)).result()
    if form == "json":
        told = [{**asdict(line), "adoption": line.adoption} for line in lines]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(lines, by)


@suggestions.command("edits", help="客服总在改的话术：在哪个文件哪一行、建议的是什么、实际发的是什么、改过几次。")
@_shop
@_days
@_form
def edits(shop: str, days: int, form: str) -> None:
    """Show what was written instead; [-taken out-]{+put in+}."""
    since = wiring.now() - timedelta(days=days)
    with session.store() as store:
        told = store.read(lambda tx: adoption.edits(tx, shop, since)).result()
    content = load.read(session.configured().content_dir)
    if form == "json":
        entries = [{**asdict(one), "places": _places(content, one)} for one in told]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    for one in told:
        places = "、".join(_places(content, one)) or "（现在的话术里没有）"
        click.echo(f"{one.phrase}  {places}  建议过 {one.offered} 次，改过 {one.edited} 次")
        for way in one.rewordings:
            click.echo(f"  {way.times} 次：{marked(way.changes)}")
    if not told:
        click.echo(f"最近 {days} 天没有改过建议回复")


def _places(content: Content, one: Rewritten) -> list[str]:
    """Where its words stand; told by a draft as it was offered (the masking leaves fixed words as they are)."""
    return [str(place) for place in origin.places(content, one.phrase, one.rewordings[0].offered)]


def _print(lines: Sequence[Line], by: By) -> None:
    table = Table(_TITLES[by], "建议", "采用", "改后发", "不用", "忽略", "其中没看到", "待处理", "采用率")
    for line in lines:
        rate = "—" if line.adoption is None else f"{line.adoption:.0%}"
        counts = (line.offered, line.taken, line.edited, line.rejected, line.ignored, line.unseen, line.open)
        table.add_row(Text(line.key or "—"), *map(str, counts), rate)
    console = screen.console()
    console.print(table)
    console.print(_LEGEND)
