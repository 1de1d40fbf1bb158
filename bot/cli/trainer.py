"""What trainers use to try the bot out: chat, parse, replay."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import wiring
from bot.cli import screen, session
from bot.core.knowledge import Knowledge
from bot.settings import Settings
from bot.trainer import parse as explaining
from bot.trainer import replay as replaying
from bot.trainer.scratch import SHOP, ScratchShop

_STATUS = {
    "replied": "已回复", "suggested": "已备建议（待客服确认）", "handed_off": "已转人工", "merged": "并入后一条",
    "held_by_agent": "客服处理中", "ignored": "无需回复", "duplicate": "重复",
}


@contextmanager
def _scratch(knowledge: Knowledge, quiet_seconds: float) -> Iterator[ScratchShop]:
    with tempfile.TemporaryDirectory(prefix="kefu-") as folder:
        store = wiring.open_store(Settings(data_dir=Path(folder)))
        try:
            yield ScratchShop(store, knowledge, quiet_seconds)
        finally:
            store.close()


@click.command(help="在终端里扮演客户，与机器人对话（不动正式数据库）。")
def chat() -> None:
    """Chat on a scratch database until an empty line or Ctrl-D."""
    knowledge = wiring.load_content(session.configured()).knowledge
    click.echo("请输入客户的话，直接回车结束。")
    with _scratch(knowledge, 0.0) as shop:
        shop.now = wiring.now()
        while line := _typed():
            receipt = shop.say("chat", line)
            for reply in receipt.replies:
                click.echo(f"客服：{reply.text}")
            click.echo(click.style(f"      [{_STATUS[receipt.status.value]}]", dim=True))
            shop.now = max(shop.now, wiring.now())


def _typed() -> str:
    try:
        return input("客户：" if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""


@click.command(help="解释机器人怎样理解 TEXT，以 JSON 输出。")
@click.argument("text")
@click.option("--shop", default=SHOP, show_default=True, help="按哪个店铺的事实回答。")
def parse(text: str, shop: str) -> None:
    """Explain one text."""
    knowledge = wiring.load_content(session.configured()).knowledge
    explained = explaining.explain(knowledge, shop, text, wiring.now())
    click.echo(json.dumps(explained, ensure_ascii=False, indent=2))


@click.command(help="把 FILE 里记录的会话在临时数据库上重放，统计每一句的结果。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--transcript", type=click.Path(dir_okay=False, path_type=Path), help="把每句的回复另存为 JSON 行文件。")
def replay(file: Path, form: str, transcript: Path | None) -> None:
    """Replay a file of conversations."""
    records = replaying.read(file)
    knowledge = wiring.load_content(session.configured()).knowledge
    with _scratch(knowledge, 3.0) as shop, screen.progress() as bar:
        task = bar.add_task("重放", total=len(records))
        report = replaying.replay(shop, records, lambda: bar.advance(task))
    if transcript is not None:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in report.transcripts)
        transcript.write_text("".join(lines), "utf-8")
    figures = report.as_json()
    if form == "json":
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        _print_report(figures)
    if report.exceptions or report.placeholders:
        sys.exit(1)


def _print_report(figures: dict[str, float]) -> None:
    table = Table("结果", "句数", "占比", "不计合并的占比")
    turns = figures["turns"]
    answered = max(turns - figures["merged"], 1)
    for status, title in _STATUS.items():
        count = figures[status]
        apart = "" if status == "merged" else f"{count / answered:.1%}"
        table.add_row(f"{title} {status}", str(count), f"{count / max(turns, 1):.1%}", apart)
    console = Console()
    console.print(table)
    console.print(
        f"会话 {figures['conversations']}，客户消息 {turns}，异常 {figures['exceptions']}，"
        f"占位符 {figures['placeholders']}，每条 {figures['ms_per_message']} 毫秒"
    )
