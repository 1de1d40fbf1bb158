"""A real server and Debian's chromium, started once per module; every test is a visitor of its own.

Not once per session: an open Playwright keeps an event loop running in the main thread, where no other test could
run one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.agent import Agent, Desk, account, at_the_desk, is_there
from tests.browser.stage import Stage
from tests.browser.visitor import Visitor, coming
from tests.conftest import skip_or_fail
from tests.nursery import QuickServer
from tests.server import Server

CHROMIUM = Path("/usr/bin/chromium")
#: Of every server. Nobody is gone because a busy machine is slow: who comes back from there is online, and is given
#: customers.
SETTINGS = {"KEFU_AGENT_GONE_SECONDS": "3600"}
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; skipped with the reason where it is not installed."""
    if not CHROMIUM.exists():
        skip_or_fail("browser", f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="module")
def server_settings() -> dict[str, str]:
    """What a module wants of the server beside or against `SETTINGS`, by environment, in a fixture of this name."""
    return {}


@pytest.fixture(scope="module")
def server(browser: Browser, request: pytest.FixtureRequest, server_settings: dict[str, str]) -> Iterator[Server]:
    """`kefu serve --demo`; asked for after the browser, so that nothing is started where there is none."""
    folder = request.getfixturevalue("tmp_path_factory").mktemp("demo")
    settings = {**SETTINGS, **server_settings}
    demo = QuickServer(folder, settings, ("--demo",), nursery=request.getfixturevalue("nursery"))
    try:
        demo.start(seconds=90)
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Visitor]:
    """Somebody who opens the page on a laptop."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    arrived = Visitor(context.new_page(), server.url)
    arrived.arrive()
    yield arrived
    context.close()


@pytest.fixture
def phone_visitor(browser: Browser, server: Server) -> Iterator[Visitor]:
    """Somebody who opens it on a small phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    arrived = Visitor(context.new_page(), server.url)
    arrived.arrive()
    yield arrived
    context.close()


@pytest.fixture
def customers(browser: Browser, server: Server) -> Iterator[Callable[[str], Visitor]]:
    """Makes customers of the try-it page, each in a browser of their own, who say something at once."""
    with ExitStack() as stack:
        yield coming(browser, server, stack)


@pytest.fixture(scope="module")
def passwords(server: Server) -> dict[str, str]:
    """Of two agents of the demo shop, both busy: they claim by hand."""
    made = {name: account(server, name) for name in ("小美", "阿强")}
    for name, password in made.items():
        is_there(server, name, password, "busy")
    return made


@pytest.fixture
def desk(browser: Browser, server: Server, passwords: dict[str, str]) -> Iterator[Desk]:
    """Opens the desk for an agent."""
    with ExitStack() as stack:

        def open_for(name: str, **options: Any) -> Agent:
            return stack.enter_context(at_the_desk(browser, server, name, passwords[name], options))

        yield open_for


@pytest.fixture
def agent(desk: Desk) -> Agent:
    """One agent on a laptop."""
    return desk("小美")


@pytest.fixture(scope="module")
def stage(server: Server, browser: Browser) -> Stage:
    """The demo shop with products, and customers who say what they are told to."""
    return Stage(server, browser)


@pytest.fixture
def mei(browser: Browser, server: Server, stage: Stage) -> Iterator[Agent]:
    """小美 at her desk in the shop on stage; nothing moves."""
    with at_the_desk(browser, server, "小美", stage.password, {"reduced_motion": "reduce"}) as agent:
        yield agent
