"""Orders from the terminal: import a sheet, list, show."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import order_api, screen, session
from bot.content import order_sheet, sheet
from bot.core.hours import SHOP_ZONE
from bot.core.mask import masked_address, masked_name, masked_phone
from bot.core.order_facts import FACT_TITLES, STATE_TITLES, said
from bot.core.order_snapshot import Snapshot
from bot.core.orders import Order
from bot.errors import NotFound
from bot.flows import orders as stories
from bot.store import channels, orders

_LISTED = 200

_shop = click.option("--shop", default="demo", show_default=True, help="店铺编号。")


@click.group(help="订单：从表格导入、列出、查看，配置店铺自己的订单接口。收件人、电话和地址都隐去一部分。")
def order() -> None:
    """Order verbs."""


order.add_command(order_api.api)


@order.command("import", help="从 FILE（千牛或 ERP 导出的 CSV、XLSX）导入订单；有一处错误就一笔也不导入。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_shop
@click.option("--channel", default="demo", show_default=True, help="这些客户在哪个渠道咨询。")
@click.option("--dry-run", is_flag=True, help="只显示会有哪些变化，不写入。")
def import_(file: Path, shop: str, channel: str, dry_run: bool) -> None:
    """Import a sheet; exit code 1 with every place to mend when there is one."""
    now = wiring.now()
    given = _read(file, channel, now)
    with session.store() as store:
        known = store.read(lambda tx: channels.find(tx, channel, now)).result()
        if known is None or known.shop != shop:
            raise NotFound(f"店铺 {shop} 没有渠道 {channel}；用 kefu channel list 查看")
        if dry_run:
            found = store.read(lambda tx: stories.preview(tx, shop, given)).result()
        else:
            found = store.submit(lambda tx: stories.read(tx, shop, given, now)).result()
    for change in found.changes:
        old = STATE_TITLES[change.old.state] if change.old else ""
        new = STATE_TITLES[change.new.state]
        click.echo(f"{'修改' if change.old else '新增'} {change.new.id} {f'{old} → {new}' if change.old else new}")
    added = sum(change.old is None for change in found.changes)
    summary = f"新增 {added} 笔，修改 {len(found.changes) - added} 笔，未变 {found.unchanged} 笔"
    click.echo(f"{summary}{'（试运行，没有写入）' if dry_run else ''}")


@order.command("list", help="列出订单，可以按订单号（一部分）或客户账号查找 QUERY。")
@click.argument("query", default="")
@_shop
def list_(query: str, shop: str) -> None:
    """List orders."""
    with session.store() as store:
        found = store.read(lambda tx: orders.listed(tx, shop, query, limit=_LISTED + 1)).result()
    table = Table("订单号", "状态", "金额", "收件人", "手机", "地址", "更新", "来源")
    now = wiring.now()
    for one in found[:_LISTED]:
        facts = one.facts
        at = f"{one.at.astimezone(SHOP_ZONE):%m-%d %H:%M}" if one.at else "—"
        cells = (
            one.id, STATE_TITLES[one.state], said(one, now).get("amount", "—"), masked_name(facts.receiver or "—"),
            masked_phone(facts.phone or "—"), masked_address(facts.address or "—"), at, _source(one),
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    screen.console().print(table)
    if len(found) > _LISTED:
        click.echo(f"只列出前 {_LISTED} 笔，请用 kefu order list 词 查找")


@order.command("show", help="显示店铺 SHOP 的订单 ID。")
@click.argument("shop")
@click.argument("id_", metavar="ID")
def show(shop: str, id_: str) -> None:
    """Show an order."""
    with session.store() as store:
        found = store.read(lambda tx: orders.get(tx, shop, id_)).result()
    if found is None:
        raise NotFound(f"店铺 {shop} 没有订单 {id_}")
    click.echo(f"状态：{STATE_TITLES[found.state]}（{_source(found)}）")
    told = said(found, wiring.now())
    for name, title in FACT_TITLES.items():
        if name in told:
            click.echo(f"{title}：{told[name]}")
    facts = found.facts
    for title, text in (
        ("收件人", masked_name(facts.receiver or "")), ("手机", masked_phone(facts.phone or "")),
        ("地址", masked_address(facts.address or "")),
    ):  # fmt: skip
        if text:
            click.echo(f"{title}：{text}")


def _source(order: Order) -> str:
    return "系统推送" if order.live else "表格导入"


def _read(file: Path, channel: str, now: datetime) -> list[Snapshot]:
    saved_at = min(datetime.fromtimestamp(int(file.stat().st_mtime), UTC), now)
    table = sheet.read_table(file.read_bytes(), file.name)
    found, findings = order_sheet.snapshots_of(table, file.name, channel, saved_at)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        click.echo(f"{len(findings)} 处要修改，一笔订单也没有导入", err=True)
        sys.exit(1)
    return found
