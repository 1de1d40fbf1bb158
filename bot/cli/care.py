"""Care for a segment, started from the terminal: whom it would reach and whom not, then a timer for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from bot import wiring
from bot.cli import session
from bot.content.load import Content
from bot.core import care as core
from bot.core.address import PROVINCES
from bot.core.care import Obstacle
from bot.core.hours import SHOP_ZONE
from bot.core.plans import Start
from bot.core.tact import awake
from bot.errors import NotFound
from bot.flows import care as stories
from bot.flows import orders
from bot.flows.care import Call, Found
from bot.store import channels
from bot.store.base import Store
from bot.trainer.scratch import SHOP

_WHY = {
    Obstacle.NO_CONSENT: "没有同意收关怀", Obstacle.DECLINED: "说过不要打扰", Obstacle.CAPPED: "最近收过关怀",
    Obstacle.TOLD: "这一次已经发起过", Obstacle.UNREACHED: "平台不能主动发，或者要人确认每句话",
    Obstacle.NOT_MEANT: "不在这次的范围里", Obstacle.LATE: "人太多，轮到时已经太迟",
}  # fmt: skip


@click.command("care", help="节日、天气的关怀：看看发给多少客户，再逐个慢慢发。")
@click.argument("plan_id", metavar="PLAN")
@click.option("--shop", default=SHOP, show_default=True, help="店铺编号。")
@click.option("--province", default="", type=click.Choice(["", *PROVINCES]), metavar="省", help="只发给寄往那里的。")
@click.option("--word", default="", help="什么事，会念给客户听，如 台风、元旦。")
@click.option("--id", "occasion", default="", help="这一次的名字，同一个名字不会发两遍；不写是今天的日期。")
@click.option("--per-minute", default=30, show_default=True, type=click.IntRange(1, 600), help="一分钟最多发几条。")
@click.option("--dry-run", is_flag=True, help="只数一数，什么也不写。")
def care(plan_id: str, shop: str, province: str, word: str, occasion: str, per_minute: int, dry_run: bool) -> None:
    """Count whom a plan would reach; without --dry-run set their timers."""
    now, gap = wiring.now(), timedelta(minutes=1) / per_minute
    start = Start(occasion or f"{now.astimezone(SHOP_ZONE):%Y-%m-%d}", now, province, word)
    call = _call(session.sound_content(), shop, plan_id, start)
    stories.check(call)
    slots = None if dry_run else core.slots(now, gap, awake(call.plan.kind, call.facts, started=True))
    with session.store() as store:
        if not store.read(lambda tx: channels.shop_exists(tx, shop)).result():
            raise NotFound(f"没有店铺 {shop}")
        found = list(_walk(store, call, slots))
    _tell(call, found, gap, dry_run=dry_run)


def _call(content: Content, shop: str, plan: str, start: Start) -> Call:
    if plan not in content.plans:
        raise NotFound(f"没有“{plan}”这个主动消息，kefu proactive list 看有哪些")
    return Call(shop, content.shops.get(shop, content.shops[""]), content.plans[plan].plan, start)


def _walk(store: Store, call: Call, slots: Iterator[datetime] | None) -> Iterator[Found]:
    """Every customer who bought, a batch in each transaction. Without `slots` nothing is written."""
    after = ("", "")
    while found := _batch(store, call, slots, after):
        yield from found
        after = found[-1].channel, found[-1].customer


def _batch(store: Store, call: Call, slots: Iterator[datetime] | None, after: tuple[str, str]) -> list[Found]:
    now = wiring.now()
    if slots is None:
        return store.read(lambda tx: stories.look(tx, call, after, now)).result()
    return store.submit(lambda tx: stories.begin(tx, call, after, slots, now), orders.lane(call.shop)).result()


def _tell(call: Call, found: list[Found], gap: timedelta, *, dry_run: bool) -> None:
    plan, start = call.plan, call.start
    counts = Counter(one.obstacle for one in found)
    fits = counts.pop(None, 0)
    click.echo(f"{plan.title}（{start.occasion}）：{'可以发给' if dry_run else '已安排'} {fits} 位客户")
    for why, count in counts.most_common():
        click.echo(f"  {_WHY.get(why, why) if why else ''}：{count} 位")
    if fits:
        minutes = -(-fits * gap // timedelta(minutes=1))
        click.echo(f"大约 {minutes} 分钟发完，夜里和中午不发。到时还会再看一遍会话，不发的原因看 proactive ledger")
    if dry_run:
        click.echo("这是试算，什么也没有写")
