"""`kefu simulate`: a shop's month in minutes, and the count of what must never happen."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from bot import wiring
from bot.cli import screen, session
from bot.core.knowledge import Knowledge
from bot.store import migrate
from bot.store.base import Store
from bot.store.proactive import counts
from bot.store.sqlite import SqliteStore
from bot.trainer.referee import FAULTS
from bot.trainer.saying import Means
from bot.trainer.scratch import SHOP
from bot.trainer.simulation import Simulation


@click.command(help="模拟一家店的一个月：主动消息有没有打扰客户、说错、说重，客户的话有没有漏掉。有一次就以 1 退出。")
@click.option("--orders", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="多少个订单。")
@click.option("--seed", default=11, show_default=True, help="同一个数得到同一个月。")
@click.option(
    "--dir", "parent", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="临时数据库放在哪个文件夹；内存盘更快（这里不考验磁盘）。",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def simulate(orders: int, seed: int, parent: Path | None, form: str) -> None:
    """Run the month on a scratch database and print what was counted."""
    knowledge = wiring.load_content(session.configured()).knowledge
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        found = _lived(knowledge, f"sqlite:///{Path(folder) / 'month.db'}", orders, seed)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found, knowledge)
    if any(found["faults"].values()):
        sys.exit(1)


def _lived(knowledge: Knowledge, url: str, orders: int, seed: int) -> dict[str, Any]:
    """What the month came to."""
    store = SqliteStore(url)
    migrate.migrate(store.engine)

    def reopen(old: Store) -> Store:
        old.close()
        return SqliteStore(url)

    begun, cpu = time.perf_counter(), time.process_time()
    with screen.progress() as bar:
        task = bar.add_task("模拟", total=1.0)
        month = Simulation(
            store, knowledge, orders, seed, reopen=reopen, passed=lambda share: bar.update(task, completed=share)
        )
        faults = month.run()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    accounts, outcomes = month.accounts(), month.store.read(lambda tx: counts(tx, SHOP)).result()
    month.store.close()
    return {
        "orders": orders, "seed": seed, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "deaths": month.deaths, "restarts": month.restarts,
        "faults": {name: faults[name] for name in FAULTS},
        "posted": dict(sorted(month.referee.sent.items())),
        "answers": {
            plan: {means: n for (one, means), n in sorted(month.answers.items()) if one == plan}
            for plan in sorted({plan for plan, _ in month.answers})
        },
        "plans": {
            plan: {outcome: n for (one, outcome), n in sorted(outcomes.items()) if one == plan}
            for plan in sorted(knowledge.plans)
        },
        "timers": accounts.ended(), "timers_dropped": accounts.reasons(), "promises": dict(accounts.promises),
        "silences": {f"{plan}: {why}": n for (plan, why), n in sorted(accounts.silences.items())},
    }  # fmt: skip


def _print(found: dict[str, Any], knowledge: Knowledge) -> None:
    console = screen.console(120, highlight=False)
    table = Table("主动消息", "已发", "没有发（有原因）", "对照")
    for plan, outcomes in found["plans"].items():
        row = [sum(outcomes.get(name, 0) for name in of) for of in _COLUMNS]
        table.add_row(knowledge.plans[plan].title, *map(str, row))
    console.print(table)
    states = "；".join(
        f"{kind} {'、'.join(f'{state} {n}' for state, n in sorted(of.items()))}" for kind, of in found["timers"].items()
    )
    console.print(f"定时：{states}")
    console.print(f"取消的定时：{'；'.join(f'{why} {n}' for why, n in found['timers_dropped'].items())}")
    for plan, of in found["answers"].items():
        said = "、".join(f"{_MEANS[means]} {n}" for means, n in of.items())
        console.print(f"客户对“{knowledge.plans[plan].title}”的回答：{said}")
    for name, title in FAULTS.items():
        console.print(f"{'✗' if found['faults'][name] else '✓'} {title}：{found['faults'][name]}")
    console.print(
        f"{found['orders']} 个订单，{found['deaths']} 次中断（其中 {found['restarts']} 次整个进程重启），"
        f"用时 {found['seconds']} 秒，处理器 {found['cpu_seconds']} 秒，内存最多 {found['peak_mb']} MB"
    )


_MEANS = {
    Means.TALK: "闲谈", Means.YES: "对", Means.NO: "不对", Means.TELLS: "写来新的", Means.WANTS: "要改",
    Means.REFUSES: "不要了", Means.WAITS: "等", Means.SWAPS: "换", Means.REFUNDS: "退款", Means.OTHER: "别的话",
    Means.STOPS: "别再发了",
}  # fmt: skip
_COLUMNS = (("sent",), ("dropped", "snoozed"), ("held_out",))
