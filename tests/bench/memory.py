"""A process's memory as the kernel knows it; apart, for a process that loads nothing else of the bench."""

from __future__ import annotations

import re
from pathlib import Path


def memory_mb(pid: int | str) -> tuple[float, float]:
    """Resident memory of a process ("self": this one) now and at its highest."""
    status = Path(f"/proc/{pid}/status").read_text()
    now, peak = (int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak
