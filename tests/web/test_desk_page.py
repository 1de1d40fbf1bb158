"""The desk's page as it is served: for people who signed in, whole, and within its own policy."""

from __future__ import annotations

import re

import pytest

from bot.store import agents
from tests.web.desk import Browser, signed_in
from tests.web.front import PASSWORD_HASH, Front

pytestmark = pytest.mark.anyio


async def loaded(browser: Browser, path: str, base: str = "") -> set[str]:
    """A script with all that it imports, each of which must be served as a script."""
    answer = await browser.get(path)
    assert answer.status_code == 200, path
    assert "javascript" in answer.headers["content-type"]
    found = {path}
    for name in re.findall(r'^import .* from "(\.[^"]+)";$', answer.text, re.MULTILINE):
        found |= await loaded(browser, str(answer.url.join(name).path))
    return found


async def test_the_page_obeys_its_own_policy_and_all_its_parts_are_there(front: Front) -> None:
    browser = await signed_in(front)
    page = await browser.get("/desk")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)=\"(?!/)", page.text)
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page.text):
        assert (await browser.get(path)).status_code == 200, path
    assert len(await loaded(browser, "/static/desk/main.js")) > 15


async def test_a_name_with_markup_is_shown_as_a_name(front: Front) -> None:
    now = front.clock()
    hostile = "<b>丫丫</b>"
    front.store.submit(
        lambda tx: agents.add(tx, "demo", "丫丫", "agent", PASSWORD_HASH, now, display_name=hostile)
    ).result()
    page = (await (await signed_in(front, name="丫丫")).get("/desk")).text
    assert "&lt;b&gt;丫丫&lt;/b&gt;" in page
    assert hostile not in page
