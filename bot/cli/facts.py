"""What may be said of a shop at a moment, and what may not and why: for whoever filled in its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.table import Column, Table

from bot import wiring
from bot.cli import session
from bot.content import load
from bot.content.load import Content
from bot.content.shop_check import facts_used
from bot.core.hours import SHOP_ZONE
from bot.core.shop import Shop, Span
from bot.errors import ContentError
from bot.trainer.scratch import SHOP

_SHOWN = "%Y-%m-%d %H:%M"


@click.command("facts", help="列出店铺此刻能对客户说的事实，以及现在不说的和原因。")
@click.option("--shop", "id_", default=SHOP, show_default=True, help="店铺编号；没有自己的文件时用通用的事实。")
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="看哪个时刻（店铺时间），例如 2026-12-01T10:00。"
)
def facts(id_: str, at: datetime | None) -> None:
    """Show a shop's facts."""
    content = _content()
    shop = content.shops.get(id_, content.shops[""])
    now = at.replace(tzinfo=SHOP_ZONE) if at else wiring.now().astimezone(SHOP_ZONE)
    said, used = shop.said(now), {name for lines in content.phrases.values() for line in lines for name in _used(line)}
    console = Console(highlight=False)
    console.print(f"店铺 {id_}，{now:{_SHOWN}}，{_presence(shop, now)}")
    console.print(_table(("能说的", "文字"), said.items()))
    resting = [(one.name, one.says, _reason(one.span, now)) for one in shop.dated() if not one.span.holds(now)]
    if resting:
        console.print(_table(("现在不说的", "文字", "原因"), resting))
    if absent := used - said.keys():
        console.print(f"话术里用到、此刻没有的：{'、'.join(sorted(absent))}（用到它们的话术先不说）")


def _content() -> Content:
    content = load.read(session.configured().content_dir)
    files = {str(file.path) for file in content.shop_files.values()}
    faults = [str(finding) for finding in content.findings if finding.path in files]
    if faults:
        raise ContentError("\n".join(faults))
    return content


def _used(phrase: str) -> frozenset[str]:
    return facts_used(phrase) or frozenset()


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*(Column(title, overflow="fold") for title in titles))
    for row in rows:
        table.add_row(*row)
    return table


def _presence(shop: Shop, now: datetime) -> str:
    """Whether agents are at work, when they come next, and whether customers may be written to unasked."""
    quiet = "，免打扰时间" if shop.is_quiet(now) else ""
    if shop.hours is None:
        return f"没有写 work_hours，按一直有人算{quiet}"
    opening = shop.hours.next_opening(now)
    if opening == now:
        return f"客服在线{quiet}"
    return f"客服下班，{f'下次上班 {opening:{_SHOWN}}' if opening else '之后没有上班时间'}{quiet}"


def _reason(span: Span, now: datetime) -> str:
    if span.is_over(now):
        return f"{span.end:{_SHOWN}} 已结束"
    return f"{span.begin:{_SHOWN}} 才开始"
