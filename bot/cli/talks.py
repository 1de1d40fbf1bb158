"""kefu talks: the trainers' whole conversations, played against the content as it is now."""

from __future__ import annotations

import sys

import click

from bot import wiring
from bot.cli import session
from bot.content.reader import Finding
from bot.trainer import talks as playing


@click.command(help="把 tests/cases/_dialogues/ 里的整段会话走一遍，指出哪一句走到了别处。")
def talks() -> None:
    """Play every talk; exit code 1 when one goes otherwise than written."""
    settings = session.configured()
    findings: list[Finding] = []
    folder = settings.content_dir / playing.FOLDER
    found = [talk for path in sorted(folder.glob("*.yaml")) for talk in playing.read(path, findings)]
    knowledge = wiring.load_content(settings).knowledge
    differences = [line for talk in found for line in playing.play(knowledge, talk, wiring.now())]
    for line in (*map(str, findings), *differences):
        click.echo(line)
    if findings or differences:
        sys.exit(1)
    click.echo(f"{len(found)} 段会话都走对了")
