"""A scratch shop of its own for the commands that look at the pages: make screenshots, make stopwatch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.settings import ROOT
from tests.browser.conftest import CHROMIUM, QUIET
from tests.server import Server


@contextmanager
def scratch_shop() -> Iterator[tuple[Server, Browser]]:
    """The demo shop on a server that is gone afterwards, and Chromium."""
    (ROOT / "data").mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="scratch-", dir=ROOT / "data"))
        server = Server(Path(folder), {"KEFU_DATABASE_URL": ""}, ("--demo",))
        stack.callback(lambda: server.process and server.stop())
        server.start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        stack.callback(browser.close)
        yield server, browser
