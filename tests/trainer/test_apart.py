"""Work done in a process of its own comes back as if it had been done here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.content import archive
from bot.errors import ContentError, KefuError
from bot.trainer.apart import apart


def test_the_result_comes_from_another_process() -> None:
    assert apart(os.getpid) != os.getpid()


def test_a_refusal_comes_back_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="KEFU_CONTENT_DIR"):
        apart(archive.pack, tmp_path)


def test_a_process_that_dies_is_a_fault_with_a_hint() -> None:
    with pytest.raises(KefuError, match="out of memory"):
        apart(os._exit, 1)
