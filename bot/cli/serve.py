"""Run kefu: serve, worker, migrate, backup."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click
import sqlalchemy as sa
import uvicorn

from bot import logs, wiring
from bot.channels import signature
from bot.channels.callback import CallbackSender
from bot.cli import session
from bot.content import catalogue
from bot.errors import SettingsError
from bot.flows import products
from bot.settings import Settings
from bot.store import agents, channels
from bot.store import migrate as schema
from bot.store import products as stored
from bot.store.base import Store
from bot.store.channels import Channel
from bot.web.passwords import hash_password, new_password
from bot.web.try_page import CHANNEL as DEMO

_GOODS_SHOWN = 3
_KEEP_ALIVE = 75  # seconds; longer than most proxies', so that they and not we close idle connections


@click.command(help="启动服务（网页、接口；默认内含一个后台任务进程）。")
@click.option("--demo", is_flag=True, help="首次启动时建立演示店铺和渠道，并显示密钥和管理员密码。")
@click.option("--host", default=None, help="监听地址，默认取 KEFU_HOST。")
@click.option("--port", type=int, default=None, help="监听端口，默认取 KEFU_PORT。")
@click.option("--worker/--no-worker", "inside", default=None, help="是否在本进程内运行后台任务。")
@click.option("--watch/--no-watch", default=None, help="内容文件一有改动就检查并启用（调试话术时用）。")
def serve(demo: bool, host: str | None, port: int | None, inside: bool | None, watch: bool | None) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    settings = session.configured()
    settings = replace(
        settings, host=host or settings.host, port=port or settings.port,
        worker=settings.worker if inside is None else inside,
        watch=settings.watch if watch is None else watch,
    )
    logs.configure(settings.log_level)
    lock = wiring.sole_process(settings)
    store = wiring.open_store(settings)
    try:
        if demo:
            _show_demo(settings, store)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises a Ctrl-C once more when it has drained
            _Server(_uvicorn(settings, store)).run()
    finally:
        store.close()
        if lock is not None:
            lock.close()


class _Server(uvicorn.Server):
    """Notes when it was told to end: requests and then the worker's last sends share one time to drain."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ctrl-C or SIGTERM."""
        self.config.app.state.kefu.ended_at = time.monotonic()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def _uvicorn(settings: Settings, store: Store) -> uvicorn.Config:
    return uvicorn.Config(
        wiring.build_app(settings, store), host=settings.host, port=settings.port, loop="uvloop", http="httptools",
        log_config=None, access_log=False, proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies, server_header=False, date_header=True, lifespan="on",
        timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
    )


def _show_demo(settings: Settings, store: Store) -> None:
    password = store.submit(_set_up_demo).result()
    now = wiring.now()
    channel = store.read(lambda tx: channels.find(tx, DEMO, now)).result()
    base = f"http://{settings.host}:{settings.port}"
    click.echo(f"试一试      {base}/try")
    click.echo(f"客服登录    {base}/login")
    click.echo(f"消息接口    {base}/v1/channels/{DEMO}/messages   (店铺 shop: {channel.shop if channel else '—'})")
    click.echo(f"接口文档    {base}/openapi.json")
    goods = store.read(lambda tx: stored.listed(tx, "demo", limit=_GOODS_SHOWN)).result()
    if goods:
        click.echo(f"演示商品    {'、'.join(f'{one.id} {one.title}' for one in goods)} …")
    click.echo(f"签名密钥    {channel.secrets[0] if channel and channel.secrets else '—'}")
    if password is not None:
        click.echo(f"管理员      demo/admin   密码 {password}   （只显示这一次，请记下）")


def _set_up_demo(tx: sa.Connection) -> str | None:
    """Make the demo shop on a database that has no shop yet; returns the admin's password then. Later starts read the
    demo products' stock anew, so that it can be told of for an hour."""
    now = wiring.now()
    goods = catalogue.example(now)
    if channels.any_shop(tx):
        products.read_again(tx, "demo", goods, now)
        return None
    channels.add_shop(tx, "demo", "演示店铺", "auto", now)
    demo = Channel("demo", DEMO, "response", "", False, 3.0, False, (signature.new_secret(),))
    channels.add(tx, demo, now)
    products.feed(tx, "demo", goods, now)
    password = new_password()
    agents.add(tx, "demo", "admin", "admin", hash_password(password), now)
    return password


@click.command(help="只运行后台任务（配合 PostgreSQL，可以开多个）。")
def worker() -> None:
    """Work until Ctrl-C or SIGTERM."""
    settings = session.configured()
    logs.configure(settings.log_level)
    lock = wiring.sole_process(settings)
    with session.store() as store:
        asyncio.run(_work(settings, store))
    if lock is not None:
        lock.close()


async def _work(settings: Settings, store: Store) -> None:
    content = await asyncio.to_thread(wiring.content_to_serve, settings, store)
    sender = CallbackSender(settings.callback_seconds, settings.callback_hosts)
    async with wiring.inquiring(settings, store) as inquirer:
        running = wiring.build_worker(settings, store, content, sender, inquirer)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, running.stop)
        click.echo("后台任务已启动", err=True)
        following = [asyncio.create_task(task) for task in wiring.build_followers(settings, store, content)]
        await running.run()
    for task in following:
        task.cancel()
    await sender.close()


@click.command(help="把数据库升级到当前版本的结构。")
def migrate() -> None:
    """Upgrade the schema and say where it stands."""
    store = wiring.open_store(session.configured(), upgrade=False)
    try:
        changed = schema.migrate(store.engine)
    finally:
        store.close()
    click.echo(f"数据库结构：{schema.newest()}（{'已升级' if changed else '已是最新'}）")


@click.command(help="在线备份 SQLite 数据库到 FILE（服务运行时也可以）。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database page by page while it is in use; a plain file copy would be corrupt (7 of 15, measured)."""
    settings = session.configured()
    url = settings.sqlalchemy_url()
    if not url.startswith("sqlite:///"):
        raise SettingsError("backup 用于 SQLite；PostgreSQL 请用 pg_dump")
    if file.exists():
        raise SettingsError(f"{file} 已存在，请换一个文件名")
    source_path = Path(url.removeprefix("sqlite:///"))
    if not source_path.exists():
        raise SettingsError(f"没有找到数据库 {source_path}")
    with (
        contextlib.closing(sqlite3.connect(f"file:{source_path}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(file)) as target,
    ):
        source.backup(target)  # in one step: several would begin anew at each commit of the server, without end
        check = target.execute("PRAGMA integrity_check").fetchone()[0]
    if check != "ok":
        raise SettingsError(f"备份没有通过完整性检查：{check}")
    click.echo(f"已备份到 {file}（{file.stat().st_size / 1024:.0f} KiB，完整性检查通过）")
