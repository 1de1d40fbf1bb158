"""A data folder before the crash, and what is found in it afterwards."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import wiring
from bot.settings import Settings
from bot.store import channels
from bot.store.channels import Channel
from tests.nursery import QuickServer
from tests.server import SECRET


def set_up(server: QuickServer, *wanted: Channel) -> None:
    """Make the database with the demo shop and channels."""
    settings = Settings(data_dir=server.data_dir, database_url=server.environment.get("KEFU_DATABASE_URL", ""))
    store = wiring.open_store(settings)

    def story(tx: sa.Connection) -> None:
        channels.add_shop(tx, "demo", "演示店铺", "auto", wiring.now())
        for channel in wanted:
            channels.add(tx, channel, wiring.now())

    store.submit(story).result()
    store.close()


def response_channel(name: str, quiet: float = 0.0) -> Channel:
    """A channel whose answers travel in the acknowledgement."""
    return Channel("demo", name, "response", "", False, quiet, False, (SECRET,))


def callback_channel(name: str, url: str, *, dedup: bool = False) -> Channel:
    """A channel whose answers are posted to a platform."""
    return Channel("demo", name, "callback", url, dedup, 0.0, False, (SECRET,))


def rows(data_dir: Path, query: str, *values: Any) -> list[sqlite3.Row]:
    """Look into the SQLite file from outside."""
    connection = sqlite3.connect(data_dir / "kefu.db")
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def intact(data_dir: Path) -> bool:
    """Whether SQLite finds its file whole and every reference kept."""
    checked = [row[0] for row in rows(data_dir, "PRAGMA integrity_check")]
    return checked == ["ok"] and not rows(data_dir, "PRAGMA foreign_key_check")
