"""The report: every figure beside its bar, its aim and its floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.lanes import PHRASES, Measured, Results


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    what: str
    unit: str
    figure: float | None
    floor: float | None = None
    bar: float | None = None
    aim: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the floor."""
        return self.figure / self.floor if self.figure is not None and self.floor else None

    @property
    def verdict(self) -> str:
        """pass, MISS, not run, or nothing where there is no bar."""
        if self.bar is None:
            return ""
        if self.figure is None:
            return "not run"
        return "pass" if (self.figure >= self.bar if self.more_is_better else self.figure <= self.bar) else "MISS"


#: Of a process that only understands: what, its name among the numbers, unit, bar.
_ALONE = (
    ("one message understood: p50", "p50", "ms", 1.0), ("one message understood: p99", "p99", "ms", 4.0),
    ("the worst hostile text", "hostile", "ms", 10.0), ("content loaded", "load", "s", 4.0),
    ("memory of a bare process after loading", "memory", "MB", 200.0),
)  # fmt: skip
#: Of a process that only reads addresses.
_ADDRESSES = (
    ("one address read: p50", "p50", "ms", 1.0), ("one address read: p99", "p99", "ms", 1.0),
    ("the worst hostile text for it", "hostile", "ms", 10.0), ("memory of the divisions", "memory", "MB", 3.0),
)  # fmt: skip


def rows(results: Results) -> list[Row]:
    """The table's rows."""
    loads, numbers = results.loads, results.numbers
    steady, steady_floor = loads.get("kefu sqlite steady"), loads.get("floor sqlite steady")
    made = [
        Row(f"(a) 50 messages/s: {name}", "ms", _latency(steady, q), _latency(steady_floor, q), bar)
        for name, q, bar in (("p50", 0.5, None), ("p99", 0.99, 30.0), ("max", 1.0, None))
    ]
    made += _saturation("(b) SQLite FULL, 1 process", loads, "sqlite", 600, 1200)
    made += _saturation("(b) PostgreSQL, 1 process", loads, "postgres 1", 600, 1200)
    made += _saturation("(b) PostgreSQL, 2 processes", loads, "postgres 2", None, None)
    made.append(
        Row("(b) PostgreSQL, 2 processes ÷ 1", "×", _gain(loads, "kefu"), _gain(loads, "floor"), 1.6, None, True)
    )
    for what, name, aim in (
        ("memory after the load", "memory", 200.0), ("memory at its highest", "peak", 200.0),
        ("memory at its highest, PostgreSQL", "postgres 1 peak", 200.0),
    ):  # fmt: skip
        made.append(Row(f"(c) {what}", "MB", numbers.get(f"kefu {name}"), numbers.get(f"floor {name}"), 250.0, aim))
    for which in ("first", "second"):
        name = f"{which} start"
        made.append(Row(f"(d) {name} to ready", "s", numbers.get(f"kefu {name}"), numbers.get(f"floor {name}"), 4.0))
    made.append(Row(f"(e) kefu check, {PHRASES} phrases", "s", numbers.get("check"), None, 3.0))
    for what, name, unit, bar in _ALONE:
        made.append(Row(f"(f) {what}", unit, numbers.get(f"understanding {name}"), bar=bar))
    for what, name, unit, bar in _ADDRESSES:
        made.append(Row(f"(g) {what}", unit, numbers.get(f"addresses {name}"), bar=bar))
    for database, name in (("SQLite", "desk sqlite"), ("PostgreSQL", "desk postgres")):
        made += _desks(f"(h) 200 desks, 20 conversations/s, {database}", numbers, name)
    for database, name in (("SQLite, 1 process", "timers sqlite"), ("PostgreSQL, 2 workers", "timers postgres")):
        made += _timers(f"(i) 100,000 timers wait, 5,000 due at once, {database}", numbers, name)
    return made


def _desks(what: str, numbers: Mapping[str, float], name: str) -> list[Row]:
    """From the webhook's answer to the event at every desk."""
    return [
        Row(f"{what}: told, p50", "ms", numbers.get(f"{name} p50")),
        Row(f"{what}: told, p99", "ms", numbers.get(f"{name} p99"), bar=500.0, aim=200.0),
        Row(f"{what}: told, max", "ms", numbers.get(f"{name} max")),
        Row(f"{what}: events lost", "", numbers.get(f"{name} lost"), bar=0.0),
        Row(f"{what}: events doubled", "", numbers.get(f"{name} doubled"), bar=0.0),
        Row(f"{what}: streams that came back", "", numbers.get(f"{name} returns")),
        Row(f"{what}: memory before anybody signed in", "MB", numbers.get(f"{name} memory before")),
        Row(f"{what}: memory when all were signed in", "MB", numbers.get(f"{name} memory signed in")),
        Row(f"{what}: memory when all desks were open", "MB", numbers.get(f"{name} memory open")),
        Row(f"{what}: memory", "MB", numbers.get(f"{name} memory"), bar=250.0),
        Row(f"{what}: memory at its highest (signing in)", "MB", numbers.get(f"{name} peak")),
        Row(f"{what}: processor of the server", "cores", numbers.get(f"{name} cores")),
    ]


def _timers(what: str, numbers: Mapping[str, float], name: str) -> list[Row]:
    """From the due moment to the timer's end, and to the platform's having the message that it brought."""
    return [
        Row(f"{what}: done", "timers/s", numbers.get(f"{name} rate")),
        Row(f"{what}: late, p50", "s", numbers.get(f"{name} p50")),
        Row(f"{what}: late, p99", "s", numbers.get(f"{name} p99")),
        Row(f"{what}: message posted, p99", "s", numbers.get(f"{name} posted p99")),
        Row(f"{what}: timers lost", "", numbers.get(f"{name} lost"), bar=0.0),
        Row(f"{what}: messages doubled", "", numbers.get(f"{name} doubled"), bar=0.0),
        Row(f"{what}: processor per timer and post", "ms", numbers.get(f"{name} cpu")),
        Row(f"{what}: memory at its highest", "MB", numbers.get(f"{name} peak"), bar=250.0),
    ]


def _saturation(
    what: str, loads: Mapping[str, Measured], name: str, bar: float | None, aim: float | None
) -> list[Row]:
    ours, floor = loads.get(f"kefu {name}"), loads.get(f"floor {name}")
    rate, floor_rate = (m.load.rate if m else None for m in (ours, floor))
    slowest = None if bar is None else 150.0
    return [
        Row(what, "messages/s", rate, floor_rate, bar, aim, more_is_better=True),
        Row(f"{what}: p99", "ms", _latency(ours, 0.99), _latency(floor, 0.99), slowest),
    ]


def _latency(measured: Measured | None, share: float) -> float | None:
    return measured.load.quantile(share) if measured else None


def _gain(loads: Mapping[str, Measured], kind: str) -> float | None:
    one, two = loads.get(f"{kind} postgres 1"), loads.get(f"{kind} postgres 2")
    return two.load.rate / one.load.rate if one and two else None


def show(console: Console, results: Results, *, chosen: bool = False) -> None:
    """Print the tables and, last, what went wrong. `chosen`: only what was measured, some lanes having been chosen."""
    table = Table("figure", "unit", "bar", "aim", "kefu", "floor", "kefu ÷ floor", "", box=box.SIMPLE)
    for row in rows(results):
        if chosen and row.figure is None:
            continue
        sign = "≥ " if row.more_is_better else "≤ "
        bar = f"{sign}{row.bar:g}" if row.bar is not None else ""
        colour = {"pass": "green", "MISS": "bold red"}.get(row.verdict, "yellow")
        table.add_row(
            row.what, row.unit, bar, f"{row.aim:g}" if row.aim else "", _shown(row.figure), _shown(row.floor),
            _shown(row.ratio), f"[{colour}]{row.verdict}[/]",
        )  # fmt: skip
    console.print(table)
    if results.loads:
        console.print(_costs(results))
    for fault in results.faults:
        console.print(f"[bold red]FAULT[/] {fault}")
    if not results.faults:
        console.print("Every request was answered 200 and is a row in its database.")


def _costs(results: Results) -> Table:
    """Where the processors' time went: on few cores it explains every figure above."""
    table = Table(
        "load", "messages", "p50 ms", "p99 ms", "max ms", "server CPU ms/message", "generator CPU ms/message",
        "machine CPU ms/message", "answers", box=box.SIMPLE,
    )  # fmt: skip
    for name, measured in results.loads.items():
        load = measured.load
        answers = ", ".join(f"{status} {count / load.sent:.0%}" for status, count in sorted(load.answers.items()))
        table.add_row(
            name, str(load.sent), *(_shown(load.quantile(share)) for share in (0.5, 0.99, 1.0)),
            f"{measured.server_cpu_ms:.2f}", f"{1000 * load.own_cpu / max(1, load.sent):.2f}",
            f"{measured.machine_cpu_ms:.2f}", answers,
        )  # fmt: skip
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def as_json(machine: Mapping[str, str], results: Results, *, quick: bool) -> dict[str, Any]:
    """The whole report for a program to read."""
    loads = {
        name: {
            "sent": m.load.sent, "seconds": m.load.seconds, "per_second": m.load.rate,
            **{f"{label}_ms": m.load.quantile(share) for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))},
            "answers": dict(m.load.answers), "faults": dict(m.load.faults), "server_cpu_ms": m.server_cpu_ms,
            "machine_cpu_ms": m.machine_cpu_ms, "generator_cpu_ms": 1000 * m.load.own_cpu / max(1, m.load.sent),
        }
        for name, m in results.loads.items()
    }  # fmt: skip
    figures = [{**asdict(row), "ratio": row.ratio, "verdict": row.verdict} for row in rows(results)]
    return {"machine": machine, "quick": quick, "figures": figures, "loads": loads, "faults": results.faults}
