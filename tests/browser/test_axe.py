"""axe-core on every page and view: none breaks a rule, by day and by night, on a laptop and on a phone."""

from __future__ import annotations

from itertools import product
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser import desk_views, page_views
from tests.browser.agent import Agent
from tests.browser.axe import faults
from tests.browser.stage import PHONE, Shop, View
from tests.server import Server

pytestmark = pytest.mark.browser

_SIZES = {"laptop": ViewportSize(width=1280, height=720), "phone": PHONE}
_VIEWS = desk_views.VIEWS | page_views.VIEWS
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def stage(browser: Browser, server: Server) -> Shop:
    """The shop of all views."""
    return Shop(server, browser)


def everywhere(page: Page) -> list[str]:
    """What axe-core finds in a view as it is now, in each colour scheme and size."""
    found = []
    for (name, size), scheme in product(_SIZES.items(), _SCHEMES):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [f"{name}, {scheme}: {fault}" for fault in faults(page)]
    return found


@pytest.mark.parametrize("view", _VIEWS.values(), ids=_VIEWS)
def test_axe_core_finds_nothing_wrong(mei: Agent, stage: Shop, view: View) -> None:
    view(mei, stage)
    found = everywhere(mei.page)
    assert not found, "\n".join(["", *found])


def test_axe_core_would_say_what_is_wrong(mei: Agent) -> None:
    mei.page.evaluate("document.querySelector('#presence').labels[0].replaceWith(document.querySelector('#presence'))")
    [line] = faults(mei.page)
    assert line.startswith("select-name (critical): #presence\n")
    assert "does not have an implicit (wrapped) <label>" in line
