"""Quick phrases from the terminal: list, search, import and export sheets, undo an import."""

from __future__ import annotations

import getpass
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import click
from rich.table import Column, Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.content import load, qianniu
from bot.content import quick as files
from bot.core.hours import SHOP_ZONE
from bot.core.quick import QuickPhrase, Scope, needs, remarks
from bot.core.quick_import import Change, Kind
from bot.core.quick_search import Index
from bot.core.style import Gate
from bot.errors import Conflict, InvalidField
from bot.flows import quick as stories
from bot.flows import quick_import as sheets

_SCOPES = {Scope.PERSONAL: "个人", Scope.TEAM: "团队", Scope.SHOP: "店铺"}
_FORMS: Mapping[str, Literal["csv", "xlsx"]] = {".csv": "csv", ".xlsx": "xlsx"}
_KINDS = {Kind.ADDED: "新增", Kind.CHANGED: "修改", Kind.UNCHANGED: "不变", Kind.FAULTY: "有误"}

_shop = click.option("--shop", default="demo", show_default=True, help="店铺编号。")
_agent = click.option("--agent", default=getpass.getuser, show_default="当前用户", help="客服姓名。")


@click.group(help="快捷短语：列出、搜索、导入、导出、撤销导入。")
def quick() -> None:
    """Quick phrase verbs."""


@quick.command("list", help="列出店铺现在可用的快捷短语。")
@_shop
@_agent
def list_(shop: str, agent: str) -> None:
    """List what an agent may use today."""
    _print_phrases(_found(shop, agent, ""))


@quick.command("search", help="按编码、分组、内容或拼音（fh、fahuo）搜索，多个词用空格隔开。")
@click.argument("query")
@_shop
@_agent
def search(query: str, shop: str, agent: str) -> None:
    """Search as the desk does."""
    _print_phrases(_found(shop, agent, query, limit=20))


@quick.command("import", help="导入千牛格式的 FILE（CSV 或 XLSX）：全部写入，或者一条也不写。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_shop
@_agent
@click.option("--dry-run", is_flag=True, help="只显示会有什么变化，不写入。")
def import_(file: Path, shop: str, agent: str, dry_run: bool) -> None:
    """Take over a sheet; exit code 1 when a row is faulty."""
    rows, kept = qianniu.read(file.read_bytes(), file.name), _kept(shop)
    with session.store() as store:
        changes = store.read(lambda tx: sheets.preview(tx, shop, rows, kept)).result()
        faulty = any(change.kind is Kind.FAULTY for change in changes)
        if not (dry_run or faulty):
            changes = store.submit(lambda tx: sheets.take_over(tx, shop, agent, rows, kept, wiring.now())).result()
    gate = load.read_gate(session.configured().content_dir)
    for change in changes:
        _print_change(gate, change)
    counts = Counter(change.kind for change in changes)
    click.echo("，".join(f"{title} {counts[kind]}" for kind, title in _KINDS.items()))
    if faulty:
        click.echo("没有导入任何内容，请改好有误的行再导入", err=True)
        sys.exit(1)
    if dry_run:
        click.echo("没有写入（--dry-run）")
    elif len(changes) == counts[Kind.UNCHANGED]:
        click.echo("没有变化")
    else:
        click.echo(f"已导入；要恢复原样请用 kefu quick undo --shop {shop}")


@quick.command("undo", help="撤销最近一次导入，恢复到导入之前。")
@_shop
def undo(shop: str) -> None:
    """Take back the last import."""
    with session.store() as store:
        undone = store.submit(lambda tx: sheets.undo(tx, shop, wiring.now())).result()
    at = undone.at.astimezone(SHOP_ZONE)
    click.echo(f"已撤销 {undone.agent} 在 {at:%Y-%m-%d %H:%M} 的导入，恢复了 {len(undone.changes)} 条")


@quick.command("export", help="把店铺今天有效的快捷短语导出到 FILE（.csv 或 .xlsx，千牛格式）。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_shop
def export(file: Path, shop: str) -> None:
    """Write the shop's phrases; an existing file is left alone."""
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise InvalidField("文件名要以 .csv 或 .xlsx 结尾")
    if file.exists():
        raise Conflict(f"{file} 已存在，请换一个文件名")
    today, kept = stories.today(wiring.now()), _kept(shop)
    with session.store() as store:
        found = store.read(lambda tx: sheets.valid_for_shop(tx, shop, kept, today)).result()
    file.write_bytes(qianniu.written(found, form))
    open_ = sum(bool(needs(phrase.text)) for phrase in found)
    click.echo(f"已导出 {len(found)} 条到 {file}，其中 {open_} 条带有 {{{{ }}}} 变量，别的客服软件不会自动填写")


def _kept(shop: str) -> tuple[QuickPhrase, ...]:
    return files.load(session.configured().content_dir).of(shop)


def _found(shop: str, agent: str, query: str, limit: int | None = None) -> Sequence[QuickPhrase]:
    kept = _kept(shop)
    with session.store() as store:
        phrases = store.read(lambda tx: stories.library(tx, shop, kept)).result()
    return Index(phrases).search(query, agent, stories.today(wiring.now()), {}, limit or len(phrases))


def _print_phrases(phrases: Sequence[QuickPhrase]) -> None:
    table = Table("分组", "编码", "归属", Column("内容", overflow="fold"), "有效期")
    for one in phrases:
        scope = f"{_SCOPES[one.scope]} {one.owner}".strip()
        days = [f"{one.valid_from} 起"] if one.valid_from else []
        days += [f"{one.valid_until} 止"] if one.valid_until else []
        table.add_row(Text(one.group), one.code, Text(scope), Text(one.text), " ".join(days) or "—")
    screen.console().print(table)
    click.echo(f"共 {len(phrases)} 条")


def _print_change(gate: Gate, change: Change) -> None:
    if change.kind is Kind.UNCHANGED:
        return
    what = change.fault or _one_line(change.new)
    click.echo(f"第 {change.line} 行 {_KINDS[change.kind]} {change.new.code}：{what}")
    if change.kind is Kind.CHANGED and change.old is not None:
        click.echo(f"    原来：{_one_line(change.old)}")
    for advice in [] if change.fault else remarks(gate, change.new.text):
        click.echo(f"    提醒：{advice}")


def _one_line(phrase: QuickPhrase) -> str:
    return f"[{phrase.group}] {phrase.text}".replace("\n", "⏎")
