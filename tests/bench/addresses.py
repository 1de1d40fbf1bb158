"""Delivery addresses read, in a process of its own that holds the divisions and nothing else: latency and memory."""

from __future__ import annotations

import json
import subprocess
import sys

from bot.content.divisions import divisions
from bot.core.address.parse import parse
from bot.settings import ROOT
from tests.bench.memory import memory_mb
from tests.bench.understanding import measure
from tests.core.address_table import table

_ROUNDS = 10  # of the table


def run() -> dict[str, float]:
    """The figures of a fresh process that reads the table of addresses and the hostile texts, by name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.addresses"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Load the divisions, read every address; print the figures as JSON."""
    texts = [says for says, _ in table()] * _ROUNDS
    before = memory_mb("self")[0]
    known = divisions()
    figures = {"memory": memory_mb("self")[0] - before}
    sys.stdout.write(json.dumps(figures | measure(lambda text: parse(text, known), texts)))


if __name__ == "__main__":
    main()
