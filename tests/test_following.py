"""Every process comes to the wanted version: at start, while it serves, and never to a faulty one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import following
from bot.content import archive
from bot.content.live import LiveContent
from bot.errors import ContentError
from bot.flows import publication
from bot.following import Follower
from bot.store import versions
from bot.store.base import Store
from bot.store.sqlite import SqliteStore
from tests.content.mini import MiniTree
from tests.store.rows import NOW
from tests.web.front import FakeStore

Begin = Callable[..., str]

PHRASES, SENT = "phrases/ship/when_sent.yaml", "intents/ship/when_sent.yaml"


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is learned is kept."""
    return tmp_path_factory.mktemp("learned")


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """A content folder that trainers write to."""
    return MiniTree(tmp_path / "content")


@pytest.fixture
def live(mini: MiniTree, cache_dir: Path) -> LiveContent:
    """A process's content, as the folder is at first."""
    return LiveContent(mini.root, cache_dir)


def follower(store: Store, live: LiveContent, cache_dir: Path) -> Follower:
    return Follower(store, live, cache_dir, lambda: NOW)


def publish(store: Store, mini: MiniTree) -> str:
    """What the folder holds is wanted from now on; nobody has looked whether it is any good."""
    version = archive.pack(mini.root)
    store.submit(
        lambda tx: publication.publish(tx, "demo/admin", "reload", version.hash, version.files, NOW)
    ).result()
    return version.hash


def test_every_process_takes_up_what_is_published(
    store: Store, mini: MiniTree, live: LiveContent, cache_dir: Path
) -> None:
    others = LiveContent(mini.root, cache_dir)
    watching = [follower(store, content, cache_dir) for content in (live, others)]
    mini.change(PHRASES, "请您放心", "您可以放心")
    wanted = publish(store, mini)
    assert [asyncio.run(one.look()) for one in watching] == [True, True]
    assert live.knowledge.content_hash == others.knowledge.content_hash == wanted
    assert [asyncio.run(one.look()) for one in watching] == [False, False]
    told = store.read(lambda tx: versions.served(tx, 0)).result()
    assert [(e.hash, e.accepted, e.who) for e in told] == [(wanted, True, following.process_name())] * 2


def test_a_version_that_cannot_be_used_is_refused_once_and_the_old_one_stays(
    sqlite_store: Store, mini: MiniTree, live: LiveContent, cache_dir: Path
) -> None:
    before, watching = live.knowledge, follower(sqlite_store, live, cache_dir)
    mini.write(PHRASES, "default: [")
    publish(sqlite_store, mini)
    assert [asyncio.run(watching.look()) for _ in range(3)] == [False] * 3
    assert live.knowledge is before
    [told] = sqlite_store.read(lambda tx: versions.served(tx, 0)).result()
    assert not told.accepted
    assert PHRASES in told.reason


def test_after_a_rollback_the_old_version_is_served(
    sqlite_store: Store, mini: MiniTree, live: LiveContent, cache_dir: Path
) -> None:
    first = publish(sqlite_store, mini)
    mini.change(PHRASES, "请您放心", "您可以放心")
    publish(sqlite_store, mini)
    watching = follower(sqlite_store, live, cache_dir)
    asyncio.run(watching.look())
    sqlite_store.submit(lambda tx: publication.roll_back(tx, "demo/admin", first, NOW)).result()
    assert asyncio.run(watching.look())
    assert live.knowledge.content_hash == first


def test_changed_intents_are_learned_elsewhere_and_kept(
    sqlite_store: Store, mini: MiniTree, live: LiveContent, tmp_path: Path
) -> None:
    mini.change(SENT, "周末发不发", "周日发不发")
    publish(sqlite_store, mini)
    assert asyncio.run(follower(sqlite_store, live, tmp_path / "empty").look())
    assert len(list((tmp_path / "empty").glob("learned-*.npz"))) == 1


class TestStart:
    """What a process begins with."""

    @pytest.fixture
    def begin(self, sqlite_store: SqliteStore, mini: MiniTree, cache_dir: Path) -> Begin:
        """A process starts on the folder; returns the version it serves."""

        def start(store: Store = sqlite_store, *, alone: bool = True) -> str:
            def load(folder: Path) -> LiveContent:
                return LiveContent(folder, cache_dir)

            return following.begin(store, mini.root, lambda: NOW, load, alone=alone).knowledge.content_hash

        return start

    def test_a_new_version_in_the_folder_is_served_and_written_down(
        self, sqlite_store: SqliteStore, mini: MiniTree, begin: Begin
    ) -> None:
        first = begin()
        mini.change(PHRASES, "请您放心", "您可以放心")
        second = begin()
        assert first != second == begin()
        listed = sqlite_store.read(lambda tx: versions.history(tx, 10)).result()
        assert [(e.action, e.hash) for e in listed] == [("start", second), ("start", first)]

    def test_a_rollback_outlives_a_restart(self, sqlite_store: SqliteStore, mini: MiniTree, begin: Begin) -> None:
        first = begin()
        mini.change(PHRASES, "请您放心", "您可以放心")
        begin()
        sqlite_store.submit(lambda tx: publication.roll_back(tx, "demo/admin", first, NOW)).result()
        assert begin() == first

    def test_a_machine_left_behind_serves_what_the_others_serve(
        self, sqlite_store: SqliteStore, mini: MiniTree, begin: Begin
    ) -> None:
        first = begin(alone=False)
        mini.change(PHRASES, "请您放心", "您可以放心")
        second = publish(sqlite_store, mini)
        mini.change(PHRASES, "您可以放心", "请您放心")
        assert begin(alone=False) == second
        assert begin(alone=True) == first

    def test_where_the_folder_is_faulty_the_last_good_version_is_served(
        self, sqlite_store: SqliteStore, mini: MiniTree, begin: Begin
    ) -> None:
        first = begin()
        mini.write(PHRASES, "default: [")
        assert begin() == first
        [refused, _] = sqlite_store.read(lambda tx: versions.history(tx, 10)).result()
        assert (refused.action, refused.accepted) == ("start", False)
        assert PHRASES in refused.reason

    def test_a_first_start_on_a_faulty_folder_fails(self, mini: MiniTree, begin: Begin) -> None:
        mini.write(PHRASES, "default: [")
        with pytest.raises(ContentError, match=PHRASES):
            begin()

    def test_without_the_database_the_folder_is_served(
        self, sqlite_store: SqliteStore, mini: MiniTree, begin: Begin
    ) -> None:
        assert begin(FakeStore(sqlite_store, refuses=True)) == archive.pack(mini.root).hash
        assert sqlite_store.read(versions.wanted).result() is None
