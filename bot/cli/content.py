"""Versions of the content from the terminal: reload, history, rollback."""

from __future__ import annotations

import getpass
import time
from functools import partial

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import archive, load
from bot.content.build import build
from bot.core.hours import SHOP_ZONE
from bot.flows import publication
from bot.store import versions
from bot.store.base import Store
from bot.store.versions import Event
from bot.trainer import proof
from bot.trainer.proof import Proof, Verdict

_PATIENCE = 20.0  # seconds until a server that does not tell that it took a version is given up
_MORE = 2.0  # seconds in which the other servers tell, after the first
_ACTIONS = {"start": "启动", "reload": "更新", "rollback": "退回", "serve": "服务换上"}


@click.command("reload", help="检查内容并逐句跑用例，没有问题就让运行中的服务换上；有问题则一切照旧，并说明原因。")
@click.option("--anyway", is_flag=True, help="有用例变差也换上（有错误时仍然不换）。")
def reload(anyway: bool) -> None:
    """Prove the content folder and have it served; exit code 1 when it is refused."""
    settings = session.configured()
    with session.store() as store:
        before, in_use = store.read(lambda tx: (versions.wanted(tx), proof.in_use(tx))).result()
        proved = proof.prove(settings.content_dir, settings.cache_dir, in_use)
        now = wiring.now()
        verdict = store.submit(
            lambda tx: proof.settle(tx, proved, getpass.getuser(), now, anyway=anyway)
        ).result()
        _explain(proved, verdict)
        if verdict is Verdict.REFUSED:
            raise SystemExit(1)
        if verdict is Verdict.PUBLISHED:
            _wait_for_servers(store, before)


def _explain(proved: Proof, verdict: Verdict) -> None:
    for finding in (*proved.errors, *proved.broken):
        click.echo(str(finding), err=verdict is Verdict.REFUSED)
    if verdict is Verdict.REFUSED:
        remedy = "改好后再试" if proved.errors else "改好后再试，确认要换上请加 --anyway"
        click.echo(
            f"没有换上：{len(proved.errors)} 处错误，用例 {len(proved.broken)} 句变差、{proved.mended} 句变好。"
            f"服务照旧；{remedy}", err=True,
        )  # fmt: skip
    elif verdict is Verdict.UNCHANGED:
        click.echo(f"内容没有变化（{proved.version.hash}）")


@click.group(help="内容的版本：历史、退回。")
def content() -> None:
    """Content verbs."""


@content.command("history", help="列出内容的版本：什么时候、谁、换上没有、为什么。")
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="最近多少条。")
def history(limit: int) -> None:
    """List what became of the versions."""
    settings = session.configured()
    with session.store() as store:
        wanted = store.read(versions.wanted).result()
        events = store.read(partial(versions.history, limit=limit)).result()
    if wanted is not None:
        _show_wanted(wanted, load.digest(settings.content_dir))
    table = Table("时间", "版本", "谁", "做了什么", "结果", "原因")
    for event in events:
        table.add_row(
            f"{event.at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M:%S}", event.hash, Text(event.who), _ACTIONS[event.action],
            "成功" if event.accepted else "没有换上", Text(event.reason),
        )
    screen.console().print(table)


def _show_wanted(wanted: Event, in_folder: str) -> None:
    click.echo(f"正在使用 {wanted.hash}")
    if wanted.pins:
        click.echo("固定在旧版本，文件夹里的内容未启用；kefu reload 检查通过后换上文件夹里的内容并解除固定")
    elif wanted.hash != in_folder:
        click.echo(f"文件夹里的内容（{in_folder}）还没有启用；kefu reload 检查通过后换上")


@content.command("rollback", help="退回旧版本 HASH 并固定（重启后仍然有效）；不写 HASH 就退回上一个版本。")
@click.argument("hash_", metavar="[HASH]", default="")
def rollback(hash_: str) -> None:
    """Serve a kept version until the next reload."""
    settings = session.configured()
    with session.store() as store:
        before = store.read(versions.wanted).result()
        target = store.read(lambda tx: publication.to_roll_back_to(tx, hash_)).result()
        files = store.read(lambda tx: versions.files(tx, target)).result() or b""
        with archive.unpacked(files) as folder:  # learned here, and found out here if this kefu cannot read it
            build(load.read(folder), settings.cache_dir)
        now = wiring.now()
        store.submit(lambda tx: publication.roll_back(tx, getpass.getuser(), target, now)).result()
        click.echo(f"退回到 {target} 并固定；改好文件后用 kefu reload 换上新内容")
        _wait_for_servers(store, before)


def _wait_for_servers(store: Store, before: Event | None) -> None:
    """Say which servers have taken the newest version, or that none has told. `before`: what was wanted until now."""
    wanted = store.read(versions.wanted).result()
    if wanted is None or (before is not None and before.hash == wanted.hash):
        return  # they serve it already and have nothing to tell
    if not wiring.is_served(session.configured()):
        click.echo("没有正在运行的服务；下次启动时使用这个版本")
        return
    until, shown = time.monotonic() + _PATIENCE, 0
    while time.monotonic() < until:
        told = store.read(lambda tx: versions.served(tx, wanted.id)).result()
        for event in told[shown:]:
            click.echo(f"{event.who} {'已换上' if event.accepted else '没有换上：' + event.reason} {event.hash}")
        if told and not shown:
            until = time.monotonic() + _MORE
        shown = len(told)
        time.sleep(0.2)
    if not shown:
        click.echo(f"{wanted.hash} 已发布，但没有服务在 {_PATIENCE:g} 秒内换上；请看 kefu content history 和服务的日志")
