"""`kefu render`: say phrases in random worlds and count what must never reach a customer."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import session
from bot.trainer import rendering
from bot.trainer.rendering import Report

_TITLES = {
    "placeholder": "没填上的变量", "nothing": "None、nan 之类", "style": "违反说话规矩", "unfounded": "没有事实的承诺",
    "length": "空白或超过 500 字", "exception": "出错",
}  # fmt: skip


@click.command(help="在随机的处境里说话术（事实缺失、为空、是怪东西），统计不该让客户看到的；全部为 0 才算通过。")
@click.option("--contexts", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="说多少次。")
@click.option("--seed", type=int, default=0, show_default=True, help="随机种子；相同的种子结果相同。")
def render(contexts: int, seed: int) -> None:
    """Render random phrases in random worlds; exit code 1 unless every count is 0."""
    knowledge = wiring.load_content(session.configured()).knowledge
    report = rendering.trial(knowledge.style, rendering.drawn(knowledge, contexts, seed))
    _show(report)
    if report.faults:
        sys.exit(1)


def _show(report: Report) -> None:
    table = Table("问题", "次数", "例子")
    for fault in rendering.FAULTS:
        table.add_row(_TITLES[fault], str(report.faults[fault]), Text(report.examples.get(fault, "")))
    console = Console()
    console.print(table)
    total = report.said + report.refused + report.stopped + report.faults["exception"]
    console.print(
        f"共 {total} 次：说出 {report.said}，缺少事实不说（换一条或转人工）{report.refused}，规矩拦下 {report.stopped}"
    )
