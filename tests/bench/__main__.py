"""`make bench`: measure speed, memory and start of the real server against the bars and a bare floor."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from bot.settings import ROOT
from tests.bench import machine, processes, report
from tests.bench.lanes import Bench

LANES = ("starts", "check", "understanding", "addresses", "sqlite", "postgres", "desk", "timers")


@click.command()
@click.argument("lanes", nargs=-1, type=click.Choice(LANES))
@click.option("--quick", is_flag=True, help="Lanes of 5 seconds instead of 30 and 15, fewer starts.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the report here.")
@click.option(
    "--dir", "parent", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "data",
    help="Where the databases lie meanwhile: the disk that is to be measured. Default: data/ of the checkout.",
)  # fmt: skip
def main(lanes: tuple[str, ...], quick: bool, file: Path | None, parent: Path) -> None:
    """Run every lane, or those named. Ends with 0 also when a bar is missed (it says MISS), with 1 when an answer was
    wrong."""
    console = Console(width=None if sys.stdout.isatty() else 190)
    notes = Console(stderr=True)
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as folder:
        facts = machine.describe(Path(folder))
        for name, fact in facts.items():
            console.print(f"{name:12} {fact}", highlight=False)
        bench = Bench(Path(folder), quick=quick, say=lambda text: notes.print(f"… {text}", style="dim"))
        fault = processes.postgres_fault()
        for lane in lanes or LANES:
            bench.run(*_parts(bench, lane, alone=bool(fault)))
        if fault:
            console.print(f"[yellow]PostgreSQL lanes not run:[/] {fault}")
    report.show(console, bench.results, chosen=bool(lanes))
    if file is not None:
        made = report.as_json(facts, bench.results, quick=quick)
        file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if bench.results.faults else 0)


def _parts(bench: Bench, lane: str, *, alone: bool) -> list[Callable[[], None]]:
    """What a lane runs; without its PostgreSQL half where that server does not answer."""
    match lane:
        case "postgres":
            return [] if alone else [lambda: bench.postgres(1), lambda: bench.postgres(2)]
        case "desk":
            return [lambda: bench.desk("")] + ([] if alone else [lambda: _on_postgres(bench.desk)])
        case "timers":
            return [lambda: bench.timers("")] + ([] if alone else [lambda: _on_postgres(bench.timers)])
        case _:
            return [getattr(bench, lane)]


def _on_postgres(lane: Callable[[str], None]) -> None:
    with processes.fresh_postgres() as url:
        lane(url)


if __name__ == "__main__":
    main()
