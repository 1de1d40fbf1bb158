"""Products from the terminal: import, list, show, template, gaps."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, cast

import click
from rich.table import Column, Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import catalogue, sheet
from bot.core.hours import SHOP_ZONE
from bot.core.products import Product
from bot.errors import InvalidField, NotFound
from bot.flows import products as stories
from bot.flows.products import Change
from bot.store import products

_LISTED = 200
_SHOWN = 60  # characters of a text in a difference
_KINDS = {"new": "新增", "changed": "修改", "unchanged": "未变"}

_shop = click.option("--shop", default="demo", show_default=True, help="店铺编号。")


@click.group(help="商品资料：导入、查看、模板，以及客户问到而资料里没有的内容。")
def product() -> None:
    """Product verbs."""


@product.command("import", help="从 FILE（CSV 或 XLSX）导入商品；有一处错误就一件也不导入。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_shop
@click.option("--dry-run", is_flag=True, help="只显示会有哪些变化，不写入。")
def import_(file: Path, shop: str, dry_run: bool) -> None:
    """Import a sheet; exit code 1 with every place to mend when there is one."""
    now = wiring.now()
    given = _read(file, now)
    with session.store() as store:
        if dry_run:
            changes = store.read(lambda tx: stories.compare(tx, shop, given)).result()
        else:
            changes = store.submit(lambda tx: stories.feed(tx, shop, given, now)).result()
    for change in changes:
        _print_change(change)
    counts: Counter[str] = Counter(change.kind for change in changes)
    summary = "，".join(f"{title} {counts[kind]} 件" for kind, title in _KINDS.items())
    click.echo(f"{summary}{'（试运行，没有写入）' if dry_run else ''}")


@product.command("list", help="列出商品，可以按编号或标题查找 QUERY。")
@click.argument("query", default="")
@_shop
def list_(query: str, shop: str) -> None:
    """List products."""
    with session.store() as store:
        found = store.read(lambda tx: products.listed(tx, shop, query, limit=_LISTED + 1)).result()
    table = Table("商品编号", Column("标题", overflow="fold"), "价格", "属性", "尺码", "库存时间")
    for one in found[:_LISTED]:
        read_at = f"{one.stock.read_at.astimezone(SHOP_ZONE):%m-%d %H:%M}" if one.stock else "—"
        sizes = str(len(one.size_chart.rows)) if one.size_chart else "—"
        table.add_row(Text(one.id), Text(one.title), Text(one.price or "—"), str(len(one.attributes)), sizes, read_at)
    screen.console().print(table)
    if len(found) > _LISTED:
        click.echo(f"只列出前 {_LISTED} 件，请用 kefu product list 词 查找")


@product.command("show", help="显示商品 ID 的全部资料。")
@click.argument("id_", metavar="ID")
@_shop
def show(id_: str, shop: str) -> None:
    """Show a product."""
    with session.store() as store:
        found = store.read(lambda tx: products.get(tx, shop, id_)).result()
    if found is None:
        raise NotFound(f"店铺 {shop} 没有商品 {id_}")
    for column, text in catalogue.cells_of(found).items():
        click.echo(f"{column}：{text}")


@product.command("template", help="把填好的例子写到 FILE（.csv 或 .xlsx），照着改即可。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Write the example."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise InvalidField("文件名要以 .csv 或 .xlsx 结尾")
    if file.exists():
        raise InvalidField(f"{file} 已存在，请换一个文件名")
    table = catalogue.example_table()
    rows = [row.cells for row in table.rows]
    file.write_bytes(sheet.write_table(table.header, rows, cast(Literal["csv", "xlsx"], form)))
    click.echo(f"已写好 {file}（{len(rows)} 件商品的例子）")


@product.command("gaps", help="客户问到、资料里却没有的内容，问得最多的在前。")
@_shop
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="看最近多少天。")
def gaps(shop: str, days: int) -> None:
    """List the facts that are missing."""
    since = wiring.now() - timedelta(days=days)
    with session.store() as store:
        found = store.read(lambda tx: stories.gaps(tx, shop, since)).result()
    table = Table("商品编号", "客户问的", "次数", "最近一次")
    for gap in found:
        last = f"{gap.last.astimezone(SHOP_ZONE):%m-%d %H:%M}"
        table.add_row(Text(gap.product), Text(gap.attribute or "—"), str(gap.times), last)
    screen.console().print(table)


def _read(file: Path, now: datetime) -> list[Product]:
    saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    table = sheet.read_table(file.read_bytes(), file.name)
    found, findings = catalogue.products_of(table, file.name, min(saved_at, now), now)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(f"{len(findings)} 处要修改，一件商品也没有导入", err=True)
        sys.exit(1)
    return found


def _print_change(change: Change) -> None:
    if change.kind == "unchanged":
        return
    click.echo(f"{_KINDS[change.kind]} {change.new.id} {change.new.title}")
    for column, old, new in catalogue.differences(change.old, change.new) if change.old else ():
        click.echo(f"  {column}：{_short(old)} → {_short(new)}")


def _short(text: str) -> str:
    line = " / ".join(text.splitlines()) or "（空）"
    return f"{line[:_SHOWN]}…" if len(line) > _SHOWN else line
