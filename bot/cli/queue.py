"""The human queue from the terminal: list, show, claim, reply, resolve."""

from __future__ import annotations

import getpass
from datetime import timedelta

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import load
from bot.core.hours import SHOP_ZONE
from bot.core.model import REASON_TITLES, Reason
from bot.flows import drafts, promises
from bot.flows import tickets as stories
from bot.store import tickets

_AUTHORS = {"customer": "客户", "bot": "机器人", "agent": "客服"}
_STATES = {"waiting": "等待", "claimed": "处理中", "resolved": "已结束"}
_PRIORITIES = {0: "低", 1: "普通", 2: "高", 3: "紧急"}

_agent = click.option("--agent", default=getpass.getuser, show_default="当前用户", help="客服姓名。")


@click.group(help="人工队列：查看、领取、回复、结束。")
def queue() -> None:
    """Queue verbs."""


def _silence() -> timedelta:
    return timedelta(seconds=session.configured().agent_silence_seconds)


@queue.command("list", help="列出等待和处理中的工单，最急的在前。")
@click.option("--shop", default=None, help="只看一个店铺。")
@click.option("--resolved", is_flag=True, help="改看已结束的工单。")
def list_(shop: str | None, resolved: bool) -> None:
    """List tickets."""
    with session.store() as store:
        found = store.read(lambda tx: tickets.listed(tx, shop, resolved=resolved)).result()
    table = Table("工单", "店铺", "客户", "状态", "优先级", "原因", "客服", "承诺时间")
    for ticket, customer in found:
        deadline = f"{ticket.deadline.astimezone(SHOP_ZONE):%m-%d %H:%M}{' 已超时' if ticket.overdue else ''}"
        table.add_row(
            ticket.id, ticket.shop, Text(customer), _STATES[ticket.state], _PRIORITIES[ticket.priority],
            REASON_TITLES[Reason(ticket.reason)], Text(ticket.agent or "—"), deadline,
        )
    screen.console().print(table)


@queue.command("show", help="显示工单 TICKET 的会话和建议回复。")
@click.argument("ticket")
def show(ticket: str) -> None:
    """Show a ticket."""
    with session.store() as store:
        view = store.submit(lambda tx: stories.show(tx, ticket)).result()
    about = view.ticket
    click.echo(
        f"{about.id}  {view.customer}  {_STATES[about.state]}  {_PRIORITIES[about.priority]}  "
        f"{REASON_TITLES[Reason(about.reason)]}  {about.intent or ''}  客服 {about.agent or '—'}"
    )
    if about.note:
        click.echo(f"客户已告知：{about.note}")
    for message in view.messages:
        at = message.sent_at.astimezone(SHOP_ZONE)
        note = "（已撤回）" if message.state == "recalled" else "（是否送达不明）" if message.state == "unknown" else ""
        click.echo(f"{at:%m-%d %H:%M:%S}  {_AUTHORS[message.author]}：{message.text or f'[{message.type}]'}{note}")
    for suggestion in view.suggestions[:3]:
        click.echo(f"建议回复（{suggestion.phrase}）：{suggestion.text}")


@queue.command("claim", help="领取工单 TICKET；此后机器人不再发言。")
@click.argument("ticket")
@_agent
def claim(ticket: str, agent: str) -> None:
    """Claim a ticket."""
    with session.store() as store:
        store.submit(lambda tx: stories.claim(tx, ticket, agent, wiring.now(), _silence())).result()
    click.echo(f"{agent} 已领取 {ticket}")


@queue.command("reply", help="回复工单 TICKET 的客户。")
@click.argument("ticket")
@click.argument("text")
@_agent
def reply(ticket: str, text: str, agent: str) -> None:
    """Answer the customer of a claimed ticket, unless the house style blocks the text; otherwise it only advises."""
    content = session.configured().content_dir
    advice = drafts.looked_over(load.read_gate(content), text)
    with session.store() as store:
        answered = store.read(lambda tx: tickets.get(tx, ticket)).result()
        facts = load.read_shop_facts(content, answered.shop if answered else "")
        store.submit(lambda tx: promises.reply(tx, facts, ticket, agent, text, wiring.now(), _silence())).result()
    click.echo("已回复")
    for found in advice:
        click.echo(f"提醒：{found}", err=True)


@queue.command("resolve", help="结束工单 TICKET；机器人恢复应答。")
@click.argument("ticket")
@_agent
def resolve(ticket: str, agent: str) -> None:
    """Resolve a ticket."""
    with session.store() as store:
        store.submit(lambda tx: stories.resolve(tx, ticket, agent, wiring.now())).result()
    click.echo(f"{ticket} 已结束")
