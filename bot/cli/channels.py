"""Shops and their channels from the terminal: add, list, rotate."""

from __future__ import annotations

import re
from datetime import timedelta

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Column, Table

from bot import wiring
from bot.channels import signature
from bot.cli import facts, session
from bot.errors import Conflict, InvalidField, NotFound
from bot.store import channels
from bot.store.channels import Channel

#: The old secret stays good this long after a rotation (bar 5).
OVERLAP = timedelta(hours=24)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@click.group(help="管理聊天渠道（接口地址、签名密钥、回复方式）。")
def channel() -> None:
    """Channel verbs."""


@channel.command("add", help="新增渠道 NAME，显示它的签名密钥。")
@click.argument("name")
@click.option("--shop", default="demo", show_default=True, help="所属店铺。")
@click.option("--callback", "url", default="", help="回调地址；给出后回复改为主动推送到这个地址。")
@click.option(
    "--quiet", type=click.FloatRange(0, 60), default=3.0, show_default=True, help="等待客户分段输入的秒数，0 为不等。"
)
@click.option("--dedup", is_flag=True, help="平台会按 webhook-id 去重，推送结果不明时可以重发。")
def add(name: str, shop: str, url: str, quiet: float, dedup: bool) -> None:
    """Add a channel."""
    if not _NAME.fullmatch(name):
        raise InvalidField("渠道名只能用小写字母、数字、- 和 _，最多 63 个字符")
    if url and not url.startswith(("https://", "http://")):
        raise InvalidField("回调地址要以 https:// 或 http:// 开头")
    secret = signature.new_secret()
    made = Channel(shop, name, "callback" if url else "response", url, dedup, quiet, False, (secret,))

    def story(tx: sa.Connection) -> None:
        if not channels.shop_exists(tx, shop):
            raise NotFound(f"没有店铺 {shop}；先用 kefu shop add {shop} 新增")
        if channels.find(tx, name, wiring.now()) is not None:
            raise Conflict(f"渠道 {name} 已经存在")
        channels.add(tx, made, wiring.now())

    with session.store() as store:
        store.submit(story).result()
    click.echo(f"渠道 {name}（店铺 {shop}，{made.mode}）已新增\n签名密钥 {secret}")


@channel.command("list", help="列出全部渠道。")
@click.option("--secrets", is_flag=True, help="同时显示签名密钥。")
def list_(secrets: bool) -> None:
    """List channels."""
    with session.store() as store:
        found = store.read(lambda tx: channels.listed(tx, wiring.now())).result()
    table = Table(
        Column("渠道", overflow="fold"), "店铺", "方式", "等待秒数", Column("回调地址", overflow="fold"), "有效密钥"
    )
    for one in found:
        number = str(len(one.secrets))
        table.add_row(one.id, one.shop, one.mode, f"{one.quiet_seconds:g}", one.callback_url or "—", number)
    Console().print(table)
    for one in found if secrets else []:  # below the table, where no column can cut a secret short
        for secret in one.secrets:
            click.echo(f"{one.id}  {secret}")


@channel.command("rotate", help="为渠道 NAME 换新密钥；旧密钥 24 小时内仍然有效。")
@click.argument("name")
def rotate(name: str) -> None:
    """Rotate a channel's secret."""
    secret, now = signature.new_secret(), wiring.now()

    def story(tx: sa.Connection) -> None:
        found = channels.find(tx, name, now)
        if found is None:
            raise NotFound(f"没有渠道 {name}")
        channels.expire_secrets(tx, found.shop, found.id, now + OVERLAP)
        channels.add_secret(tx, found.shop, found.id, secret, now)

    with session.store() as store:
        store.submit(story).result()
    click.echo(f"渠道 {name} 的新密钥 {secret}\n旧密钥在 24 小时后失效")


@click.group(help="管理店铺。")
def shop() -> None:
    """Shop verbs."""


shop.add_command(facts.facts)


@shop.command("add", help="新增店铺 ID。")
@click.argument("id_", metavar="ID")
@click.option("--name", default="", help="店铺名称。")
@click.option("--assist", is_flag=True, help="所有回复都先由客服确认。")
def add_shop(id_: str, name: str, assist: bool) -> None:
    """Add a shop."""
    if not _NAME.fullmatch(id_):
        raise InvalidField("店铺编号只能用小写字母、数字、- 和 _，最多 63 个字符")

    def story(tx: sa.Connection) -> None:
        if channels.shop_exists(tx, id_):
            raise Conflict(f"店铺 {id_} 已经存在")
        channels.add_shop(tx, id_, name or id_, "assist" if assist else "auto", wiring.now())

    with session.store() as store:
        store.submit(story).result()
    click.echo(f"店铺 {id_} 已新增")


@shop.command("mode", help="切换店铺的工作方式：auto 自动回复，assist 每条都由客服确认。")
@click.argument("id_", metavar="ID")
@click.argument("mode", type=click.Choice(["auto", "assist"]))
def mode_of_shop(id_: str, mode: str) -> None:
    """Switch a shop's mode."""
    with session.store() as store:
        if not store.submit(lambda tx: channels.set_shop_mode(tx, id_, mode)).result():
            raise NotFound(f"没有店铺 {id_}")
    click.echo(f"店铺 {id_} 现在是 {mode}")
