"""Put the verbs together and turn kefu's errors into one clear line and exit code 1."""

from __future__ import annotations

import sys

import click

from bot.cli import (
    agents,
    channels,
    check,
    content,
    coverage,
    evaluate,
    facts,
    products,
    queue,
    quick,
    render,
    robustness,
    schema,
    serve,
    talks,
    trainer,
)
from bot.errors import KefuError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kefu-bot", prog_name="kefu")
def kefu() -> None:
    """kefu（客服）：网店在线客服的智能助手。"""


for command in (
    serve.serve, serve.worker, serve.migrate, serve.backup, trainer.chat, trainer.parse, trainer.replay,
    check.check, talks.talks, evaluate.evaluate, robustness.robustness, queue.queue, quick.quick, channels.channel,
    channels.shop, products.product, content.reload, content.content, coverage.coverage, render.render, schema.schema,
    agents.agent,
):  # fmt: skip
    kefu.add_command(command)
channels.shop.add_command(facts.facts)


def main() -> None:
    """Run the command line."""
    try:
        kefu()
    except KefuError as error:
        click.echo(f"kefu: {error}", err=True)
        sys.exit(1)
