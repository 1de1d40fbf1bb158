"""Servers, workers and commands that start in a tenth of a second: a test can afford to kill forty of them.

One process (`python -m tests.nursery`) imports kefu and compiles the real content once; every start is a fork of
it that runs the real command line: `kefu serve` or `kefu worker` with the real store, stories, web application and
worker, opened after the fork. Only the loading of the content is left out: the fork takes what was compiled before.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from bot.content.live import LiveContent
from bot.settings import ROOT, Settings
from tests.server import Server


def until(condition: Callable[[], bool], seconds: float = 30.0, what: str = "condition") -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds:g} s"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process still exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def code_of(log: Path) -> Path:
    """Where the exit code of the command with this log is written."""
    return log.with_suffix(".code")


class Nursery:
    """The test's end of the line to the forking process."""

    def __init__(self, data_dir: Path) -> None:
        """Start it and wait until the content is compiled; `data_dir` takes the dictionary's cache."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", str(data_dir)], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )
        self._read()

    def start(self, *arguments: str, environment: dict[str, str], log: Path) -> int:
        """Run a kefu command in a fork; returns its process id. Its exit code is left beside the log."""
        assert self._process.stdin is not None
        order = {"arguments": arguments, "environment": environment, "log": str(log)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def close(self) -> None:
        """End the forking process (not its children)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery ended"
        return line.strip()


@dataclass
class QuickServer(Server):
    """A `Server` that is forked from the nursery instead of started from nothing."""

    nursery: Nursery | None = None
    pid: int = 0
    commands: Iterator[int] = field(default_factory=count)

    def start(self, seconds: float = 30.0) -> float:
        """Fork `kefu serve` and wait until it is ready."""
        began = time.monotonic()
        self.run("serve", "--port", str(self.port), *self.arguments)
        until(self._ready, seconds, "readiness")
        return time.monotonic() - began

    def run(self, *arguments: str) -> None:
        """Fork a kefu command on the data folder."""
        assert self.nursery is not None
        self.data_dir.mkdir(parents=True, exist_ok=True)
        environment = {"KEFU_DATA_DIR": str(self.data_dir), **self.environment}
        self.pid = self.nursery.start(*arguments, environment=environment, log=self.data_dir / "serve.log")

    def kefu(self, *arguments: str) -> str:
        """Run another kefu command on the same data in a fork; returns what it printed."""
        assert self.nursery is not None
        self.data_dir.mkdir(parents=True, exist_ok=True)
        log = self.data_dir / f"command-{next(self.commands)}.log"
        environment = {"KEFU_DATA_DIR": str(self.data_dir), **self.environment}
        pid = self.nursery.start(*arguments, environment=environment, log=log)
        until(lambda: not alive(pid), what="the end of a command")
        if code_of(log).read_text() != "0":
            raise RuntimeError(f"kefu {' '.join(arguments)} failed: {log.read_text()}")
        return log.read_text()

    def kill(self) -> None:
        """kill -9."""
        if self.pid and alive(self.pid):
            os.kill(self.pid, signal.SIGKILL)
            until(lambda: not alive(self.pid), what="the end of a killed process")
        self.pid = 0

    def stop(self, seconds: float = 10.0) -> float:
        """SIGTERM, and wait; returns how long it took."""
        began = time.monotonic()
        if self.pid and alive(self.pid):
            os.kill(self.pid, signal.SIGTERM)
            until(lambda: not alive(self.pid), seconds, "the end of a stopped process")
        self.pid = 0
        return time.monotonic() - began

    def _ready(self) -> bool:
        assert alive(self.pid), f"the server ended: {(self.data_dir / 'serve.log').read_text()[-2000:]}"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False


def _fork_on_demand() -> None:
    """Compile the content, then fork a kefu command for every line of orders until there are no more."""
    from bot import wiring
    from bot.cli import main

    content = wiring.load_content(Settings(data_dir=Path(sys.argv[1])))

    def load_content(settings: Settings) -> LiveContent:
        return content

    wiring.load_content = load_content
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    print("ready", flush=True)  # noqa: T201
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if pid := os.fork():
            print(pid, flush=True)  # noqa: T201
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.update(order["environment"])
        with Path(order["log"]).open("ab") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        os.close(0)
        sys.argv = ["kefu", *order["arguments"]]
        try:
            main()
        except SystemExit as end:
            code_of(Path(order["log"])).write_text(str(end.code or 0))
            raise


if __name__ == "__main__":
    _fork_on_demand()
