"""`kefu simulate`: a shop's month in minutes, and the count of what must never happen."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import wiring
from bot.cli import session
from bot.store import migrate
from bot.store.proactive import counts
from bot.store.sqlite import SqliteStore
from bot.trainer.referee import FAULTS
from bot.trainer.scratch import SHOP
from bot.trainer.simulation import Simulation


@click.command(help="模拟一家店的一个月：主动消息有没有打扰客户、说错话、重复说。有一次就以 1 退出。")
@click.option("--orders", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="多少个订单。")
@click.option("--seed", default=11, show_default=True, help="同一个数得到同一个月。")
def simulate(orders: int, seed: int) -> None:
    """Run the month on a scratch database and print what was counted."""
    knowledge = wiring.load_content(session.configured()).knowledge
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(f"sqlite:///{Path(folder) / 'month.db'}")
        migrate.migrate(store.engine)
        begun = time.perf_counter()
        month = Simulation(store, knowledge, orders, seed)
        faults = month.run()
        seconds = time.perf_counter() - begun
        outcomes = store.read(lambda tx: counts(tx, SHOP)).result()
        store.close()
    console = Console(highlight=False, width=None if session.interactive() else 120)
    table = Table("主动消息", "已发", "没有发（有原因）", "对照")
    for plan in sorted(knowledge.plans):
        row = [sum(n for (one, out), n in outcomes.items() if one == plan and out in of) for of in _COLUMNS]
        table.add_row(knowledge.plans[plan].title, *map(str, row))
    console.print(table)
    for name, title in FAULTS.items():
        console.print(f"{'✗' if faults[name] else '✓'} {title}：{faults[name]}")
    console.print(f"{orders} 个订单，{month.deaths} 次进程中断，用时 {seconds:.1f} 秒")
    if faults.total():
        sys.exit(1)


_COLUMNS = (("sent",), ("dropped", "snoozed"), ("held_out",))
