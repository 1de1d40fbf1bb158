"""What tells how well kefu understands: evaluate on labelled messages, and compare two versions of the content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot import wiring
from bot.cli import screen, session
from bot.content import load
from bot.content.build import build
from bot.core.knowledge import Knowledge
from bot.trainer import evaluate as evaluating
from bot.trainer import report
from bot.trainer.evaluate import Judged, Labelled

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_TITLES = {
    "top1": "首选正确", "top3": "前三含正确", "precision": "敢答的答对率", "coverage": "敢答的占比",
    "false_accepts": "业务外误答", "context_top1": "需看上文的首选正确",
}  # fmt: skip


@click.command(help="用标注好的消息文件衡量理解得准不准。FILE 每行一个 JSON：{text, intents}。")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--out-of-scope", type=_FILE, help="与店铺无关的消息，一句也不该答。")
@click.option("--content", type=_FOLDER, help="用哪个目录的 intents/ 和 phrases/，默认用正在使用的。")
@click.option("--compare", nargs=2, type=_FOLDER, metavar="OLD NEW", help="比较两个内容目录，逐句列出变化。")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
def evaluate(
    files: Sequence[Path], out_of_scope: Path | None, content: Path | None, compare: tuple[Path, Path] | None, form: str
) -> None:
    """Measure one content version, or compare two."""
    messages = [message for file in files for message in evaluating.read(file)]
    outside = evaluating.read(out_of_scope) if out_of_scope else []
    if compare:
        _compare(messages + outside, *compare, form)
        return
    knowledge = _knowledge(content)
    judged = _judge(knowledge, messages, "衡量")
    figures = evaluating.figures(judged, _judge(knowledge, outside, "业务外"))
    if form == "json":
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
    elif form == "html":
        click.echo(report.html(figures, knowledge.content_hash))
    else:
        _print(figures)


def _compare(messages: Sequence[Labelled], old: Path, new: Path, form: str) -> None:
    if form == "html":
        raise click.UsageError("--compare 的结果可以用 --format text 或 json")
    before, after = (_judge(_knowledge(folder), messages, str(folder)) for folder in (old, new))
    changed = evaluating.changes(before, after)
    if form == "json":
        click.echo(json.dumps(changed, ensure_ascii=False, indent=2))
        return
    titles = {"broken": "变错", "fixed": "变对", "other": "其他"}
    table = Table("变化", "消息", "应为", "原来", "现在")
    for one in changed:
        table.add_row(
            titles[one["verdict"]], escape(one["text"]), " ".join(one["intents"]),
            _said(one["old"], one["old_score"], one["old_accepted"]),
            _said(one["new"], one["new_score"], one["new_accepted"]),
        )  # fmt: skip
    console = Console()
    console.print(table)
    counts = {verdict: sum(one["verdict"] == verdict for one in changed) for verdict in titles}
    console.print("，".join(f"{titles[verdict]} {count} 句" for verdict, count in counts.items()))


def _said(intent: str, score: float, accepted: bool) -> str:
    return f"{intent} {score:.2f}{' 敢答' if accepted else ''}"


def _knowledge(folder: Path | None) -> Knowledge:
    if folder is None:
        return wiring.load_content(session.configured()).knowledge
    return build(load.read(folder), session.configured().cache_dir)


def _judge(knowledge: Knowledge, messages: Sequence[Labelled], title: str) -> list[Judged]:
    with screen.progress() as bar:
        task = bar.add_task(title, total=len(messages))
        return evaluating.judge(knowledge, messages, lambda: bar.advance(task))


def _print(figures: dict[str, Any]) -> None:
    console = Console()
    table = Table("指标", "结果")
    for name, title in _TITLES.items():
        table.add_row(f"{title} {name}", "—" if figures[name] is None else f"{figures[name]:.1%}")
    table.add_row("消息数 messages", str(figures["messages"]))
    console.print(table)
    confusions = Table("应为", "听成", "次数", "例子", title="最常混淆")
    for one in figures["confusions"][:15]:
        examples = escape(" / ".join(one["examples"]))
        confusions.add_row(one["wanted"], one["taken_for"] or "（无）", str(one["count"]), examples)
    console.print(confusions)
    calibration = Table("得分", "消息数", "平均得分", "实际正确", title="得分可信吗")
    for one in figures["calibration"]:
        if one["messages"]:
            span = f"{one['from']:.1f}–{one['to']:.1f}"
            calibration.add_row(span, str(one["messages"]), f"{one['mean_score']:.2f}", f"{one['right']:.2f}")
    console.print(calibration)
