"""Which version a starting process serves, and what a rollback may name."""

from __future__ import annotations

import pytest

from bot.errors import Conflict, NotFound
from bot.flows import publication
from bot.store import versions
from bot.store.base import Store
from tests.store.rows import NOW
from tests.store.test_versions import publish, roll_back


def folder_counts(store: Store, hash_: str, *, alone: bool) -> bool:
    return store.read(
        lambda tx: publication.folder_counts(tx, versions.wanted(tx), hash_, alone=alone)
    ).result()


@pytest.mark.parametrize("alone", [True, False])
def test_a_new_version_in_the_folder_is_served_at_start(store: Store, alone: bool) -> None:
    assert folder_counts(store, "aa11", alone=alone)
    publish(store, "aa11")
    assert folder_counts(store, "aa11", alone=alone)
    assert folder_counts(store, "new", alone=alone)


def test_a_folder_left_behind_is_served_only_where_no_other_process_is(store: Store) -> None:
    publish(store, "aa11", "bb22")
    assert folder_counts(store, "aa11", alone=True)
    assert not folder_counts(store, "aa11", alone=False)


@pytest.mark.parametrize("alone", [True, False])
def test_a_pinned_version_counts_whatever_the_folder_holds(store: Store, alone: bool) -> None:
    publish(store, "aa11", "bb22")
    roll_back(store)
    assert not folder_counts(store, "bb22", alone=alone)
    assert not folder_counts(store, "new", alone=alone)


def test_a_start_is_written_down_only_when_it_changes_what_is_served(store: Store) -> None:
    for _ in range(2):
        store.submit(lambda tx: publication.start(tx, "host:1", "aa11", b"", NOW)).result()
    assert len(store.read(lambda tx: versions.history(tx, 10)).result()) == 1


def test_a_rollback_names_one_kept_version(store: Store) -> None:
    publish(store, "aa11", "aa22", "bb33")
    assert roll_back(store, "aa2") == "aa22"
    with pytest.raises(Conflict, match="2 个版本"):
        roll_back(store, "aa")
    with pytest.raises(NotFound, match="没有保存过版本 cc"):
        roll_back(store, "cc")


def test_there_is_nothing_before_the_first_version(store: Store) -> None:
    with pytest.raises(NotFound, match="没有更早的版本"):
        roll_back(store)
    publish(store, "aa11")
    with pytest.raises(NotFound, match="没有更早的版本"):
        roll_back(store)
