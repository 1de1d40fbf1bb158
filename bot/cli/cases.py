"""After-sale cases from the terminal: list, show, export."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Literal, cast

import click
from rich.table import Column, Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import load, sheet
from bot.core.case_kinds import CaseKind
from bot.core.case_registers import REGISTERS, begins
from bot.core.cases import ALIVE, STATE_TITLES, WAITS_TITLES, State
from bot.core.hours import SHOP_ZONE
from bot.errors import InvalidField, NotFound
from bot.flows import case_registers
from bot.flows.case_work import kind_of
from bot.store import case_parts, cases
from bot.store.cases import Wanted

_LISTED = 200
_STATES = ("alive", *(state.value for state in State), "all")
_shop = click.option("--shop", default="demo", show_default=True, help="店铺编号。")


@click.group(help="售后案件：查看，导出登记表。")
def case() -> None:
    """Case verbs."""


@case.command("list", help="列出案件，最先到期的在前。")
@_shop
@click.option("--state", type=click.Choice(_STATES), default="alive", show_default=True, help="alive 是没结束的。")
@click.option("--kind", default="", help="只看一类，如 lost。")
@click.option("--overdue", is_flag=True, help="只看超时的。")
def list_(shop: str, state: str, kind: str, overdue: bool) -> None:
    """List cases."""
    now, kinds = wiring.now(), _kinds()
    states = ALIVE if state == "alive" else [] if state == "all" else [State(state)]
    wanted = Wanted(states, [kind] if kind else (), overdue_at=now if overdue else None)
    with session.store() as store:
        found = store.read(lambda tx: cases.listed(tx, shop, wanted, limit=_LISTED + 1)).result()
    table = Table("案件", "类别", "状态", "到期", "订单", Column("客户", overflow="fold"), "负责人")
    for one in found[:_LISTED]:
        about = one.case
        due = f"{_said(about.due)}{' 超时' if about.is_overdue(now) else ''}" if about.due else "—"
        state_title = WAITS_TITLES[about.waits_for] or STATE_TITLES[about.state]
        table.add_row(
            about.id, kind_of(kinds, about.kind).title, state_title, due, Text(about.order or "—"),
            Text(one.customer or "—"), Text(about.owner or "—"),
        )  # fmt: skip
    screen.console().print(table)
    if len(found) > _LISTED:
        click.echo(f"只列出前 {_LISTED} 个，请加 --kind 或 --state")


@case.command("show", help="显示案件 ID 的凭证、方案和经过。")
@click.argument("id_", metavar="ID")
@_shop
def show(id_: str, shop: str) -> None:
    """Show a case."""
    with session.store() as store:
        about = store.read(lambda tx: cases.get(tx, shop, id_)).result()
        evidence = store.read(lambda tx: case_parts.evidence_of(tx, shop, id_)).result()
        history = store.read(lambda tx: case_parts.history(tx, shop, id_)).result()
    if about is None:
        raise NotFound(f"店铺 {shop} 没有案件 {id_}")
    kind = kind_of(_kinds(), about.kind)
    state = WAITS_TITLES[about.waits_for] or STATE_TITLES[about.state]
    click.echo(f"{about.id}  {kind.title}  {state}  订单 {about.order or '—'}  负责人 {about.owner or '—'}")
    for step in kind.steps:
        done = about.steps.get(step.name)
        click.echo(f"[{'x' if done else ' '}] {step.title}{f'（{_said(done)}）' if done else ''}")
    for piece in evidence:
        item = kind.item(piece.item)
        click.echo(f"凭证 {item.title if item else '其他'}：{piece.text} {piece.url}".rstrip())
    for entry in history:
        click.echo(f"{_said(entry.at)}  {entry.who}  {entry.kind}")


@case.command("export", help="把登记表 REGISTER 写到 FILE（.csv 或 .xlsx）。")
@click.argument("register", type=click.Choice(list(REGISTERS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_shop
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="从哪一天；不写就按通常时段。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="到哪一天，当天也算。")
def export(register: str, file: Path, shop: str, since: datetime | None, until: datetime | None) -> None:
    """Write a register."""
    form = file.suffix.lower().removeprefix(".")
    if form not in ("csv", "xlsx"):
        raise InvalidField("文件名要以 .csv 或 .xlsx 结尾")
    if file.exists():
        raise InvalidField(f"{file} 已存在，请换一个文件名")
    now, about, kinds = wiring.now(), REGISTERS[register], _kinds()
    first = _midnight(since) if since else begins(about, now)
    last = _midnight(until) + timedelta(days=1) if until else now + timedelta(seconds=1)
    with session.store() as store:
        made = store.read(lambda tx: case_registers.sheet(tx, kinds, shop, about, first, last)).result()
    file.write_bytes(sheet.write_table(made.header, made.rows, cast(Literal["csv", "xlsx"], form)))
    click.echo(f"{about.title}：{len(made.rows)} 个案件，{_said(first)} 起，已写到 {file}")


def _kinds() -> dict[str, CaseKind]:
    found = load.read(session.configured().content_dir).case_kinds
    return {file.kind.id: file.kind for file in found}


def _midnight(day: datetime) -> datetime:
    return datetime.combine(day.date(), time(), SHOP_ZONE).astimezone(UTC)


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(SHOP_ZONE):%m-%d %H:%M}" if at else ""
