"""The machine that the figures were measured on: without it they mean little."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

from tests.bench.processes import postgres_fault, postgres_url

_SYNCS = 200
_QUIET = 0.5
_BUSY = "THE MACHINE IS BUSY WITH OTHER WORK: the figures are worse than they could be"


def describe(folder: Path) -> dict[str, str]:
    """Name → fact, in the order to be read."""
    return {
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": _postgres(),
        "disk": f"{_filesystem(folder)}, fdatasync of 4 KiB {_sync_latency(folder)}",
        "load before": f"{(load := os.getloadavg()[0]):.2f} processes" + (f" — {_BUSY}" if load > _QUIET else ""),
    }


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _postgres() -> str:
    if fault := postgres_fault():
        return f"not reachable ({fault})"
    engine = sa.create_engine(sa.make_url(postgres_url()).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        names = ("server_version", "fsync", "synchronous_commit")
        version, durable, commit = (connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names)
    engine.dispose()
    return f"{version} (fsync {durable}, synchronous_commit {commit})"


def _filesystem(folder: Path) -> str:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    holding = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(holding, key=lambda mount: len(mount[0]))[1]


def _sync_latency(folder: Path) -> str:
    file = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY)
    taken = []
    try:
        for _ in range(_SYNCS):
            os.write(file, bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file)
            taken.append(1000 * (time.perf_counter() - began))
    finally:
        os.close(file)
        (folder / "sync").unlink()
    taken.sort()
    return f"p50 {taken[_SYNCS // 2]:.2f} ms, p99 {taken[_SYNCS * 99 // 100]:.2f} ms"
