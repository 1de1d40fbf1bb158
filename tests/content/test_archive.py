"""A version packed is the same version unpacked, on whatever machine."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bot.content import archive, load
from bot.errors import ContentError
from tests.content.mini import MiniTree


def test_what_is_unpacked_is_what_was_packed(mini: MiniTree) -> None:
    version = archive.pack(mini.root)
    assert version.hash == load.read(mini.root).digest
    with archive.unpacked(version.files) as copy:
        assert load.read(copy).digest == version.hash
        assert len(load.read(copy).cases) == 2
        assert not load.read(copy).findings
    assert not copy.exists()


def test_the_same_files_give_the_same_bytes_and_others_do_not(mini: MiniTree) -> None:
    before = archive.pack(mini.root)
    assert archive.pack(mini.root) == before
    mini.change("phrases/_shop.yaml", "小满生活馆", "大满生活馆")
    assert archive.pack(mini.root).hash != before.hash


def test_only_the_trainers_files_are_packed(mini: MiniTree) -> None:
    before = archive.pack(mini.root)
    mini.write("intents/notes.txt", "电话")
    mini.write("data/kefu.yaml", "a: b")
    assert archive.pack(mini.root) == before


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="KEFU_CONTENT_DIR"):
        archive.pack(tmp_path)


def test_a_file_that_vanishes_is_named(mini: MiniTree) -> None:
    (mini.root / "phrases" / "gone.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(ContentError, match=r"gone\.yaml"):
        archive.pack(mini.root)


def test_names_that_lead_outside_stay_inside(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        into.writestr("../../escaped.yaml", "a: b")
    with archive.unpacked(packed.getvalue()) as copy:
        assert [path.name for path in copy.iterdir() if path.is_file()] == ["escaped.yaml"]
