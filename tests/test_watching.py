"""In development a saved file is served at once, a half-written one never."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.content import archive
from bot.store import versions
from bot.store.sqlite import SqliteStore
from bot.trainer.proof import Verdict
from bot.watching import Watcher
from tests.content.mini import MiniTree
from tests.store.rows import NOW

PHRASES = "phrases/ship/when_sent.yaml"


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """The folder that is looked at."""
    return MiniTree(tmp_path / "content")


@pytest.fixture
def watcher(sqlite_store: SqliteStore, mini: MiniTree, tmp_path: Path) -> Watcher:
    """Has seen the folder as it is at first."""
    return Watcher(sqlite_store, mini.root, tmp_path / "learned", lambda: NOW)


def look(watcher: Watcher) -> Verdict | None:
    return asyncio.run(watcher.look())


def test_a_change_is_published_once_the_folder_is_quiet(
    sqlite_store: SqliteStore, mini: MiniTree, watcher: Watcher
) -> None:
    assert look(watcher) is None
    mini.change(PHRASES, "请您放心", "您可以放心")
    assert [look(watcher) for _ in range(3)] == [None, Verdict.PUBLISHED, None]
    wanted = sqlite_store.read(versions.wanted).result()
    assert wanted is not None
    assert wanted.hash == archive.pack(mini.root).hash


def test_while_a_file_is_being_written_nothing_happens_and_half_of_it_is_refused(
    mini: MiniTree, watcher: Watcher
) -> None:
    whole = mini.text(PHRASES)
    for length in (20, 40, 60):
        mini.write(PHRASES, whole[:length])
        assert look(watcher) is None
    assert look(watcher) is Verdict.REFUSED
    mini.write(PHRASES, whole + "  - 发货后会通知您。\n")
    assert [look(watcher), look(watcher)] == [None, Verdict.PUBLISHED]
