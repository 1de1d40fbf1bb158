"""How much of the understanding survives typos, traditional characters and noise, over the trainers' own cases."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli import screen, session
from bot.content import load
from bot.content.build import build
from bot.trainer import robustness as measuring
from bot.trainer.robustness import BARS, Robustness

_TITLES = {"homophone_typo": "同音字和手误", "traditional": "繁体字", "noise": "无关的符号"}


@click.command(help="把用例里听得懂的句子改成有错别字、繁体字或杂乱符号的写法，统计有多少还听得懂。")
@click.option("--seed", type=int, default=0, show_default=True, help="换一个数，就换一批写法。")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def robustness(seed: int, form: str) -> None:
    """Measure the content in use."""
    settings = session.configured()
    content = load.read(settings.content_dir)
    knowledge = build(content, settings.cache_dir)
    said = measuring.sentences(content)
    with screen.progress() as bar:
        task = bar.add_task("衡量", total=len(said))
        found = measuring.measure(knowledge, said, measuring.ways(content, seed), lambda: bar.advance(task))
    if form == "json":
        click.echo(json.dumps({kind: one.as_json() for kind, one in found.items()}, ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: dict[str, Robustness]) -> None:
    console = Console()
    for kind, one in found.items():
        figures = one.as_json()
        share = "—" if figures["share"] is None else f"{figures['share']:.1%}"
        counts = f"{figures['variants']} 句，意图不变 {figures['unchanged']} 句（{share}），应当不低于 {BARS[kind]:.0%}"
        console.print(f"{_TITLES[kind]} {kind}：{counts}")
        table = Table("原句", "改后", "应为", "听成")
        for example in figures["worst"]:
            cells = (example["text"], example["variant"], example["before"], example["after"] or "（无）")
            table.add_row(*map(escape, cells))
        if figures["worst"]:
            console.print(table)
