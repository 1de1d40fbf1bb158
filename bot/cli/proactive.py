"""What shops say first, from the terminal: which plans run, what was said and why not, and what nudges bring."""

from __future__ import annotations

from datetime import timedelta

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.cli.care import care
from bot.core.hours import SHOP_ZONE
from bot.core.orders import Kind
from bot.core.plans import Plan, PlanKind
from bot.core.uplift import Share, uplift
from bot.flows import nudging
from bot.store import proactive as ledger
from bot.trainer.scratch import SHOP

_KINDS = {PlanKind.NUDGE: "催促", PlanKind.NOTICE: "通知", PlanKind.CARE: "关怀"}
_OUTCOMES = {"sent": "已发", "held_out": "对照（没有催）", "snoozed": "稍后再看", "dropped": "不发"}
_STATES = {"queued": "待发", "sending": "发送中", "delivered": "送达", "unknown": "是否送达不明", "failed": "没有送达"}
_ANSWERS = {"": "", "right": "客户确认", "other": "客户另有答复"}

_EVENTS = {
    Kind.CREATED: "拍下", Kind.CHANGED: "改动", Kind.PAID: "付款", Kind.COD_PLACED: "选货到付款", Kind.SHIPPED: "发货",
    Kind.LOGISTICS: "物流更新", Kind.DELIVERED: "送到", Kind.SIGNED: "签收", Kind.REFUND_REQUESTED: "申请退款",
    Kind.REFUND_WITHDRAWN: "撤销退款", Kind.REFUND_DONE: "退款完成", Kind.CLOSED: "关闭", Kind.REVIEW: "评价",
}  # fmt: skip

_shop = click.option("--shop", default=SHOP, show_default=True, help="店铺编号。")


@click.group(help="主动消息：有哪些、开着没有、发了什么、为什么没发、有没有用。")
def proactive() -> None:
    """Verbs of what shops say first."""


proactive.add_command(care)


@proactive.command("list", help="列出主动消息和它们在店铺里的开关。")
@_shop
def list_(shop: str) -> None:
    """List plans."""
    content = session.sound_content()
    manner = content.shops.get(shop, content.shops[""]).proactive
    table = Table("编号", "名称", "种类", "开关", Column("什么时候", overflow="fold"))
    for name, file in sorted(content.plans.items()):
        state = "开" if manner.runs(file.plan) else "关"
        table.add_row(name, file.plan.title, _KINDS[file.plan.kind], state, _when(file.plan))
    _console().print(table)
    quota = f"，平台限 {manner.quota} 条" if manner.quota else ""
    share = f"{manner.holdout}% 的订单不催作对照{quota}"
    _console().print(f"店铺 {shop}：{share}；开关写在 phrases/ 的店铺事实 proactive 里")


@proactive.command("ledger", help="发了什么，没发的是为什么，最新的在前。")
@_shop
@click.option("--order", default="", help="只看一个订单。")
@click.option("--plan", default="", help="只看一种主动消息。")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 1000), help="最多几行。")
def ledger_(shop: str, order: str, plan: str, most: int) -> None:
    """Show the ledger."""
    with session.store() as store:
        rows = store.read(lambda tx: ledger.listed(tx, shop, order, plan, most)).result()
    table = Table("时间", "订单", "主动消息", "结果", Column("说明", overflow="fold"))
    for row in rows:
        told = (row["reason"], _STATES.get(row["delivered"] or "", ""), _ANSWERS[row["answer"]], row["ticket"])
        table.add_row(
            f"{row['at'].astimezone(SHOP_ZONE):%m-%d %H:%M}", row["order"], row["plan"], _OUTCOMES[row["outcome"]],
            Text("，".join(filter(None, told))),
        )
    _console().print(table)


@proactive.command("uplift", help="催付有没有用：催了的和对照的订单，一天内付款的比例差多少。")
@_shop
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365), help="看最近几天。")
def uplift_(shop: str, days: int) -> None:
    """Compare nudged orders with those held out."""
    now = wiring.now()
    with session.store() as store:
        nudged, held = store.read(lambda tx: nudging.shares(tx, shop, now - timedelta(days=days), now)).result()
    click.echo(f"催了的：{_told(nudged)}")
    click.echo(f"对照的：{_told(held)}")
    if (found := uplift(nudged, held)) is None:
        click.echo("还比较不了：在店铺事实里写 proactive: {holdout: 10}，过几天再看")
        return
    sure = "" if found.low > 0 or found.high < 0 else "，还看不出差别"
    click.echo(f"相差 {found.value:+.1%}，95% 区间 {found.low:+.1%} 到 {found.high:+.1%}{sure}")


def _told(share: Share) -> str:
    return f"{share.of} 单，付款 {share.paid} 单（{share.value:.1%}）"


def _when(plan: Plan) -> str:
    if plan.segment is not None:
        return "由人发起：kefu proactive care"
    after = f"{'、'.join(_EVENTS[kind] for kind in plan.on)}之后"
    if plan.before_cutoff is not None:
        return f"{after}，截单前 {_length(plan.before_cutoff)}"
    clock = f"的 {plan.at:%H:%M}" if plan.at else ""
    return f"{after} {_length(plan.after)}{clock}"


def _length(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    if minutes % 1440 == 0 and minutes:
        return f"{minutes // 1440}天"
    return f"{minutes // 60}小时" if minutes % 60 == 0 and minutes else f"{minutes}分钟"


def _console() -> Console:
    return screen.console(140, highlight=False)
