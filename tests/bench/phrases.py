"""The project's content grown to a number of phrases, and the time that `kefu check` takes for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bot.content import load
from bot.settings import ROOT

_MORE = "  - 您好，{{{{ shop.name }}}}的第{number}种说法，{wait}{{{{ shop.work_hours }}}}都可以找我们。\n"
_WAIT = "预计{{ wait }}回复您，"


def grow(root: Path, count: int) -> int:
    """Copy the content to a folder and add phrases with two facts each to the usual ones of every intent, until there
    are at least so many; returns how many there are."""
    for folder in load.ALL_FOLDERS:
        shutil.copytree(ROOT / folder, root / folder)
    files = [path for path in sorted((root / "phrases").rglob("*.yaml")) if "default:\n" in path.read_text("utf-8")]
    missing = count - sum(map(len, load.read(root).phrases.values()))
    for path in files:
        text = path.read_text("utf-8")
        wait = _WAIT if "{{ wait }}" in text else ""
        more = "".join(_MORE.format(number=number, wait=wait) for number in range(-(-missing // len(files))))
        path.write_text(text.replace("default:\n", f"default:\n{more}", 1), "utf-8")
    return sum(map(len, load.read(root).phrases.values()))


def check_seconds(root: Path) -> float:
    """Seconds of one `kefu check` of a folder, from the command to its end; RuntimeError when it finds an error."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"], env={**os.environ, "KEFU_CONTENT_DIR": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"kefu check failed: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.monotonic() - began
