"""Score what an engine answered exactly as `kefu` is scored, and lay the rows side by side."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table

from bot.content.schema import IntentFile
from bot.core.model import Match
from bot.trainer.evaluate import Judged, Labelled, figures
from tests.bench.peers.engines import Engine, PeerError, prepare, run

COVERAGE, PRECISION = 0.55, 0.95


@dataclass(frozen=True, slots=True)
class Row:
    """An engine's figures, or the reason why it has none."""

    engine: str
    reason: str = ""
    version: str = ""
    top1: float | None = None
    top3: float | None = None
    precision: float | None = None  #: of the surest 55 %
    coverage: float | None = None  #: with 95 % precision
    false_accepts: float | None = None  #: out of scope, at the score of 55 % coverage
    train_seconds: float | None = None
    load_seconds: float | None = None
    memory_mb: float | None = None  #: of its process, loaded
    p50_ms: float | None = None
    p99_ms: float | None = None


def export(intents: Iterable[IntentFile]) -> list[dict[str, str]]:
    """What every engine learns from, as the trainers wrote it: examples, and rivals' sentences under the rival."""
    known = {intent.id: intent for intent in intents}
    sentences = {(str(text), intent.id): None for intent in known.values() for text in intent.examples}
    for intent in known.values():
        for rival, texts in intent.unlike.items():
            sentences |= {(str(text), str(rival)): None for text in texts if str(rival) in known}
    return [{"text": text, "intent": intent} for text, intent in sentences]


def measure(
    engine: Engine, examples: list[dict[str, str]], inside: Sequence[Labelled], outside: Sequence[Labelled]
) -> Row:
    """Install, train, load and question one engine, each step in a process of its own; a failure is a row too."""
    try:
        command = prepare(engine)
        with tempfile.TemporaryDirectory(prefix="kefu-peer-") as name:
            folder = Path(name)
            _write(folder / "train.json", examples)
            _write(folder / "test.json", [message.text for message in (*inside, *outside)])
            for step in ("train", "answer"):
                run([*command, step, engine.key, name], step)
            trained, made = (json.loads((folder / f"{file}.json").read_bytes()) for file in ("trained", "answers"))
        return score(engine.name, trained, made, inside, outside)
    except PeerError as error:
        return Row(engine.name, str(error))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Row(engine.name, f"its answers cannot be read: {error!r}")


def score(
    name: str, trained: dict[str, Any], made: dict[str, Any], inside: Sequence[Labelled], outside: Sequence[Labelled]
) -> Row:
    """The row of what an engine wrote about itself."""
    messages = [*inside, *outside]
    judged = [
        Judged(message, tuple(Match(intent, float(sure), "") for intent, sure in answer["ranked"]), sure=False)
        for message, answer in zip(messages, made["answers"], strict=True)
    ]
    ours, strangers = judged[: len(inside)], judged[len(inside) :]
    found = figures(ours)
    curve = found["curve"]
    point = next((point for point in curve if point["coverage"] >= COVERAGE), None)
    taken = [point is not None and one.answerable and round(one.score, 4) >= point["score"] for one in strangers]
    times = sorted(float(answer["ms"]) for answer in made["answers"])
    return Row(
        name, version=made["version"], top1=found["top1"], top3=found["top3"],
        precision=point["precision"] if point else None,
        coverage=max((p["coverage"] for p in curve if p["precision"] >= PRECISION), default=0.0),
        false_accepts=round(sum(taken) / len(taken), 4) if taken and point else None,
        train_seconds=trained["seconds"], load_seconds=made["load_seconds"], memory_mb=made["memory_mb"],
        p50_ms=times[len(times) // 2], p99_ms=times[len(times) * 99 // 100],
    )  # fmt: skip


_SHARES = ("top1", "top3", "precision", "coverage", "false_accepts")
_HEADINGS = (
    "engine", "", "version", "top-1", "top-3", "right of surest 55 %", "coverage at 95 % right",
    "false accepts at 55 %", "train s", "load s", "MB", "p50 ms", "p99 ms",
)  # fmt: skip


def table(rows: Sequence[Row]) -> Table:
    """One line per engine, its reason in the place of its version where it has no figures."""
    columns = [(field.name, heading) for field, heading in zip(fields(Row), _HEADINGS, strict=True)]
    columns = [column for column in columns if column[0] not in ("reason", "version")]
    made = Table(*(heading for _, heading in columns), "version, or why there are no figures", box=box.SIMPLE)
    for row in rows:
        cells = [_shown(name, getattr(row, name)) for name, _ in columns]
        made.add_row(*cells, f"[red]{escape(row.reason)}[/]" if row.reason else row.version)
    return made


def _shown(name: str, value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or "—"
    if name in _SHARES:
        return f"{value:.1%}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
