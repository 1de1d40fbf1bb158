"""Comparing passwords costs memory while it lasts, not afterwards."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_SIGN_IN = """
from concurrent.futures import ThreadPoolExecutor
from bot.web.passwords import Turns, _verify, hash_password
from tests.bench.memory import memory_mb
turns, stored = Turns(), hash_password("ten-o-clock")
before = memory_mb("self")[0]
with ThreadPoolExecutor(4) as threads:
    assert all(threads.map(lambda _: _verify(stored, "ten-o-clock"), range(16)))
    print(memory_mb("self")[0] - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed in this way")
def test_four_who_signed_in_at_once_leave_nothing_behind() -> None:
    done = subprocess.run([sys.executable, "-c", _SIGN_IN], capture_output=True, text=True, timeout=60, check=True)
    assert float(done.stdout) < 10, "megabytes; one hash takes 19"
