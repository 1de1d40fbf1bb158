"""The system that a shop lets us ask how an order stands, from the terminal: set, show, try, rotate, remove."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import click
from rich.table import Column, Table

from bot import wiring
from bot.channels import order_api, signature
from bot.channels.order_api import Ask, HttpOrderApi, Outcome, Said
from bot.channels.order_body import answer_in
from bot.cli import screen, session
from bot.core.order_facts import FACT_TITLES, STATE_TITLES, said
from bot.core.order_snapshot import Snapshot, events_of
from bot.core.orders import order_of
from bot.errors import InvalidField, NotFound, RequestError
from bot.store import channels, order_apis
from bot.store.order_apis import OrderApi

#: One question may take this long unless told otherwise, and at most so long that an answer is not a second late.
_SECONDS, _MOST_SECONDS = 0.6, 0.8
#: The old secret signs beside the new one this long (bar 5).
_OVERLAP = timedelta(hours=24)
_NO_SHOP = "没有店铺 {shop}；先用 kefu shop add {shop} 新增"
_NOT_SET = "店铺 {shop} 没有配置订单接口；用 kefu order api set {shop} 地址 配置"
_OUTCOMES = {
    Outcome.FOUND: "有这笔订单", Outcome.NO_SUCH: "店铺系统没有这笔订单", Outcome.FAILED: "没有问到",
    Outcome.LATE: "没有在时限内回答", Outcome.REFUSED: "回答或地址不符合要求，没有采用",
}  # fmt: skip


@click.group(help="店铺自己的订单接口：客户问到订单时，机器人先向店铺系统核实再回答。")
def api() -> None:
    """Order API verbs."""


@api.command("set", help="设置店铺 SHOP 的接口地址 URL，如 https://erp.example.com/orders/{order}；首次显示签名密钥。")
@click.argument("shop")
@click.argument("url")
@click.option(
    "--seconds", type=click.FloatRange(0.1, _MOST_SECONDS), default=_SECONDS, show_default=True, help="每次最多等几秒。"
)
def set_(shop: str, url: str, seconds: float) -> None:
    """Set where and how patiently a shop's system is asked."""
    order_api.check(url, session.configured().order_api_hosts)
    secret, now = signature.new_secret(), wiring.now()
    with session.store() as store:
        if not store.read(lambda tx: channels.shop_exists(tx, shop)).result():
            raise NotFound(_NO_SHOP.format(shop=shop))
        is_new = store.submit(lambda tx: order_apis.put(tx, shop, url, seconds, secret, now)).result()
    click.echo(f"店铺 {shop} 的订单接口是 {url}，每次最多等 {seconds:g} 秒")
    click.echo(f"签名密钥 {secret}\n密钥只显示这一次，请现在交给店铺系统" if is_new else "签名密钥没有变")


@api.command("show", help="列出各店铺的订单接口（不含密钥）。")
def show() -> None:
    """List the shops' systems."""
    with session.store() as store:
        found = store.read(lambda tx: order_apis.listed(tx, wiring.now())).result()
    table = Table("店铺", Column("接口地址", overflow="fold"), "最多等几秒", "有效密钥")
    for one in found:
        table.add_row(one.shop, one.url, f"{one.seconds:g}", str(len(one.secrets)))
    screen.console().print(table)


@api.command("try", help="向店铺 SHOP 的接口问一次订单 ID，显示回答了什么、读成了什么；不写入任何内容。")
@click.argument("shop")
@click.argument("id_", metavar="ID")
@click.pass_context
def try_(context: click.Context, shop: str, id_: str) -> None:
    """Ask once and show what was read; exit code 1 when nothing could be told to a customer."""
    answer = asyncio.run(_asked(_found(shop), id_))
    click.echo(f"{_OUTCOMES[answer.outcome]}（{answer.detail}）")
    if answer.outcome is not Outcome.FOUND:
        context.exit(1)
    try:
        read = answer_in(id_, answer.body, wiring.now())
    except RequestError as error:
        click.echo(f"回答读不出来：{error}")
        context.exit(1)
    _show(shop, read)


@api.command("rotate", help="为店铺 SHOP 换新密钥；旧密钥 24 小时内仍一起签名。")
@click.argument("shop")
def rotate(shop: str) -> None:
    """Rotate a shop's secret."""
    secret, now = signature.new_secret(), wiring.now()
    with session.store() as store:
        if not store.submit(lambda tx: order_apis.rotate(tx, shop, secret, now + _OVERLAP, now)).result():
            raise NotFound(_NOT_SET.format(shop=shop))
    click.echo(f"店铺 {shop} 的新密钥 {secret}\n密钥只显示这一次；24 小时内的请求带新旧两个签名")


@api.command("remove", help="不再询问店铺 SHOP 的接口；订单仍按推送的事件回答。")
@click.argument("shop")
def remove(shop: str) -> None:
    """Ask a shop no more."""
    with session.store() as store:
        if not store.submit(lambda tx: order_apis.remove(tx, shop)).result():
            raise NotFound(_NOT_SET.format(shop=shop))
    click.echo(f"店铺 {shop} 的订单接口已去掉")


def _found(shop: str) -> OrderApi:
    with session.store() as store:
        found = store.read(lambda tx: order_apis.find(tx, shop, wiring.now())).result()
    if found is None:
        raise NotFound(_NOT_SET.format(shop=shop))
    return found


async def _asked(found: OrderApi, order: str) -> Said:
    if not order_api.is_number(order):
        raise InvalidField("订单号只能用字母、数字和 _ . : -，最多 64 个字符")
    client = HttpOrderApi(session.configured().order_api_hosts)
    try:
        return await client(Ask(found.shop, order, found.url, found.secrets, found.seconds))
    finally:
        await client.close()


def _show(shop: str, read: Snapshot) -> None:
    """What the answer makes of an order that nothing else is known of, and of whom it may be told."""
    order = order_of(shop, read.order, events_of(read))
    facts = order.facts
    who = f"渠道 {facts.channel} 的客户 {facts.customer}" if facts.customer else "没有写 customer，不会告诉任何客户"
    click.echo(f"状态：{STATE_TITLES[order.state]}\n告诉谁：{who}")
    told = said(order, wiring.now())
    for name, title in FACT_TITLES.items():
        if name in told:
            click.echo(f"{title}：{told[name]}")
