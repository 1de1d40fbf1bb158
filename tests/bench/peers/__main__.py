"""`make bench-peers`: train other engines on our own intents and score them beside kefu on the same messages."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from bot.content import load
from bot.errors import InvalidField
from bot.settings import ROOT
from bot.trainer import evaluate
from tests.bench.peers.engines import ENGINES, RASA
from tests.bench.peers.scoring import Row, export, measure, table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--out-of-scope", type=_FILE, help="Messages that are nobody's business, in the same form.")
@click.option("--rasa", is_flag=True, help="Rasa too: it wants Python 3.10, gigabytes and many minutes.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the report here.")
def main(files: tuple[Path, ...], out_of_scope: Path | None, rasa: bool, file: Path | None) -> None:
    """Score every engine on FILES, {"text", "intents", …} a line. Messages that only their context tells are left out,
    for no peer reads it. An engine that cannot be measured is a row with its reason."""
    console, notes = Console(width=None if sys.stdout.isatty() else 230), Console(stderr=True)
    try:
        inside = [message for path in files for message in evaluate.read(path) if not message.needs_context]
        outside = evaluate.read(out_of_scope) if out_of_scope else []
    except InvalidField as error:
        raise click.ClickException(str(error)) from error
    content = load.read(ROOT)
    examples = export(content.intents.values())
    facts = {"content": content.intents_digest, "examples": len(examples), "intents": len(content.intents),
             "messages": len(inside), "out_of_scope": len(outside)}  # fmt: skip
    console.print(" · ".join(f"{name} {fact}" for name, fact in facts.items()), highlight=False)
    rows = []
    for engine in ENGINES:
        notes.print(f"… {engine.name}", style="dim")
        skip = engine is RASA and not rasa
        rows.append(
            Row(engine.name, "not run: it wants --rasa") if skip else measure(engine, examples, inside, outside)
        )
    console.print(table(rows))
    if file is not None:
        made = {**facts, "rows": [asdict(row) for row in rows]}
        file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
