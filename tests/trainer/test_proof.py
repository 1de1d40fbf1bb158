"""A version is proved before it is served: errors and broken cases refuse it, and the history says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import archive
from bot.errors import ContentError
from bot.store import versions
from bot.store.base import Store
from bot.trainer import proof
from bot.trainer.proof import Proof, Verdict
from tests.content.mini import MiniTree
from tests.store.rows import NOW

PHRASES, SENT = "phrases/ship/when_sent.yaml", "intents/ship/when_sent.yaml"


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """A little tree to be spoiled."""
    return MiniTree(tmp_path / "content")


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is learned is kept."""
    return tmp_path_factory.mktemp("learned")


def settle(store: Store, proved: Proof, *, anyway: bool = False) -> Verdict:
    return store.submit(lambda tx: proof.settle(tx, proved, "demo/admin", NOW, anyway=anyway)).result()


def test_a_sound_folder_is_published_once(store: Store, mini: MiniTree, cache_dir: Path) -> None:
    proved = proof.prove(mini.root, cache_dir, None)
    assert proved.reason == ""
    assert [settle(store, proved), settle(store, proved)] == [Verdict.PUBLISHED, Verdict.UNCHANGED]
    assert store.read(proof.in_use).result() == proved.version.files


def test_an_error_refuses_it_and_the_history_says_where(store: Store, mini: MiniTree, cache_dir: Path) -> None:
    settle(store, sound := proof.prove(mini.root, cache_dir, None))
    mini.change(PHRASES, "请您放心", "请你放心")
    faulty = proof.prove(mini.root, cache_dir, sound.version.files)
    assert [(f.path, f.line, f.rule) for f in faulty.errors] == [(PHRASES, 3, "style-you")]
    assert settle(store, faulty, anyway=True) is Verdict.REFUSED
    [refused, _] = store.read(lambda tx: versions.history(tx, 10)).result()
    assert (refused.hash, refused.accepted) == (faulty.version.hash, False)
    assert f"{PHRASES}:3" in refused.reason
    assert store.read(proof.in_use).result() == sound.version.files


def test_a_case_that_no_longer_passes_refuses_it_unless_told_otherwise(
    store: Store, mini: MiniTree, cache_dir: Path
) -> None:
    settle(store, sound := proof.prove(mini.root, cache_dir, None))
    mini.change(SENT, "mode: auto", "mode: suggest")
    worse = proof.prove(mini.root, cache_dir, sound.version.files)
    assert not worse.errors
    assert {f.path for f in worse.broken} == {"tests/cases/ship/when_sent.yaml"}
    assert {f.line for f in worse.broken} <= {2, 3}
    assert settle(store, worse) is Verdict.REFUSED
    assert settle(store, worse, anyway=True) is Verdict.PUBLISHED
    [published, refused, _] = store.read(lambda tx: versions.history(tx, 10)).result()
    assert published.accepted
    assert published.reason == refused.reason != ""


def test_the_other_way_round_the_cases_are_mended(mini: MiniTree, cache_dir: Path) -> None:
    mini.change(SENT, "mode: auto", "mode: suggest")
    before = archive.pack(mini.root).files
    mini.change(SENT, "mode: suggest", "mode: auto")
    better = proof.prove(mini.root, cache_dir, before)
    assert better.broken == ()
    assert better.mended > 0


def test_after_a_rollback_the_same_folder_is_published_again(store: Store, mini: MiniTree, cache_dir: Path) -> None:
    settle(store, proved := proof.prove(mini.root, cache_dir, None))
    pin = proved.version.hash
    store.submit(lambda tx: versions.note(tx, "demo/admin", "rollback", pin, NOW, accepted=True)).result()
    assert settle(store, proved) is Verdict.PUBLISHED


def test_a_folder_without_content_cannot_be_proved(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="KEFU_CONTENT_DIR"):
        proof.prove(tmp_path, tmp_path, None)
