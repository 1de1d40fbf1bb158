"""`kefu coverage`: intents by states, what each cell is answered with, and the holes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict

import click
from rich.table import Table

from bot.cli import screen, session
from bot.content import coverage as covering
from bot.content import load
from bot.content.coverage import STATES, Cell, Coverage, Kind

_SIGNS = {Kind.OWN: "", Kind.DEFAULT: "平时", Kind.HUMAN: "人工", Kind.NEVER: "—", Kind.HOLE: "[bold red]缺[/]"}
_HEADINGS = {
    "default": "平时", "product": "商品", "order": "订单", "unpaid": "未付款", "paid": "已付款", "shipped": "已发货",
    "signed": "已签收", "refunding": "退款中", "upset": "不满", "repeated": "再问", "busy": "忙",
}  # fmt: skip
_LEGEND = "数字：专门写的话术条数；平时：用 default；人工：转人工；—：这时不会问；缺：应当写而没有写"


@click.command(help="列出每个意图在每种状态下用什么回答；要求专门写而没有写的是缺口，有缺口时退出码为 1。")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def coverage(form: str) -> None:
    """Show what is covered; exit code 1 when there is a hole."""
    content = load.read(session.configured().content_dir)
    covered = covering.coverage(content)
    missing = covering.holes(covered)
    if form == "json":
        click.echo(json.dumps(_as_json(covered, missing), ensure_ascii=False, indent=2))
    else:
        _show(covered)
        for intent, state in missing:
            click.echo(f"{content.intents[intent].path}：缺少“{state}”的话术", err=True)
    if missing:
        sys.exit(1)


def _as_json(covered: Coverage, missing: list[tuple[str, str]]) -> dict[str, object]:
    intents = {
        intent: {state: asdict(cell) for state, cell in cells.items()} for intent, cells in covered.items()
    }
    return {"intents": intents, "holes": [{"intent": intent, "state": state} for intent, state in missing]}


def _show(covered: Coverage) -> None:
    table = Table("意图", *(_HEADINGS.get(state, state) for state in STATES), "组合")
    for intent, cells in covered.items():
        combined = "，".join(f"{state} {cell.phrases}" for state, cell in cells.items() if state not in STATES)
        table.add_row(intent, *(_sign(cells[state]) for state in STATES), combined)
    console = screen.console()
    console.print(table)
    counts = Counter(cell.kind for cells in covered.values() for cell in cells.values())
    console.print(
        f"{len(covered)} 个意图：专门写的 {counts[Kind.OWN]} 格，用平时的 {counts[Kind.DEFAULT]}，"
        f"人工 {counts[Kind.HUMAN]}，不会问 {counts[Kind.NEVER]}，缺 {counts[Kind.HOLE]}\n{_LEGEND}"
    )


def _sign(cell: Cell) -> str:
    return str(cell.phrases) if cell.kind is Kind.OWN else _SIGNS[cell.kind]
