"""axe-core on every page and view: none breaks a rule, by day and by night, on a laptop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.agent import Agent, at_the_desk
from tests.browser.axe import faults
from tests.browser.views import PHONE, VIEWS, Shop, View
from tests.server import Server

pytestmark = pytest.mark.browser

_SIZES = {"laptop": ViewportSize(width=1280, height=720), "phone": PHONE}
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Shop:
    """The shop of all views."""
    return Shop(server, browser)


@pytest.fixture
def agent(browser: Browser, server: Server, stage: Shop) -> Iterator[Agent]:
    """小美 at her desk."""
    with at_the_desk(browser, server, "小美", stage.password, {"reduced_motion": "reduce"}) as agent:
        yield agent


def everywhere(page: Page) -> list[str]:
    """What axe-core finds in a view as it is now, in each colour scheme and size."""
    found = []
    for (name, size), scheme in product(_SIZES.items(), _SCHEMES):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [f"{name}, {scheme}: {fault}" for fault in faults(page)]
    return found


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_axe_core_finds_nothing_wrong(agent: Agent, stage: Shop, view: View) -> None:
    view(agent, stage)
    found = everywhere(agent.page)
    assert not found, "\n".join(["", *found])


def test_axe_core_would_say_what_is_wrong(agent: Agent) -> None:
    agent.page.evaluate("document.querySelector('#presence').labels[0].replaceWith(document.querySelector('#presence'))")
    [line] = faults(agent.page)
    assert line.startswith("select-name (critical): #presence\n")
    assert "does not have an implicit (wrapped) <label>" in line
