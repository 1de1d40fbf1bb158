"""A content tree small enough to know every line of, to be spoiled one line at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.mini import MiniTree


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """Two intents with phrases and cases, and the project's shared phrases, without a single finding."""
    return MiniTree(tmp_path / "content")


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where jieba's prepared dictionary is kept for all tests; apart from the real content's learned weights."""
    return tmp_path_factory.getbasetemp() / "mini-cache"
