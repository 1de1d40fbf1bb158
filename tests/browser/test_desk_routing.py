"""Two agents in two browsers: a hard case is given to who is there, offered, accepted, and outlives a browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.agent import account, at_the_desk
from tests.browser.visitor import Visitor
from tests.server import Server

pytestmark = pytest.mark.browser

GONE = 6.0  # seconds without a pulse; 45 by default, and then the bar of 60 counts in the same way
Customers = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def server_settings() -> dict[str, str]:
    """The server is soon sure that an agent is gone."""
    return {"KEFU_AGENT_GONE_SECONDS": f"{GONE:g}"}


@pytest.fixture(scope="module")
def passwords(server: Server) -> dict[str, str]:
    """Of two agents who have never been at a desk: it makes them online."""
    return {name: account(server, name) for name in ("小美", "阿强")}


def test_a_customer_is_never_without_an_agent(
    browser: Browser, server: Server, passwords: dict[str, str], customers: Customers
) -> None:
    options: dict[str, Any] = {}
    with at_the_desk(browser, server, "小美", passwords["小美"], options) as mei:
        customer = customers("转人工，我的杯子碎了")
        mei.tab("我的").click()
        mei.choose("杯子碎了")  # given to who is there
        expect(mei.page.get_by_text("您在接待")).to_be_visible()
        with at_the_desk(browser, server, "阿强", passwords["阿强"], options) as qiang:
            mei.press("Escape", "t")
            mei.page.get_by_label("同事或小组").select_option("阿强")
            mei.page.get_by_label("原因").fill("客户要赔偿")
            mei.press("Enter")
            qiang.tab("我的").click()
            qiang.choose("杯子碎了")
            expect(qiang.offer).to_contain_text("客户要赔偿")
            qiang.press("a")
            expect(qiang.page.get_by_text("您在接待")).to_be_visible()
            expect(mei.row("杯子碎了")).to_have_count(0)
            customer.write_elsewhere("在吗")
            expect(qiang.bubbles("customer").last).to_have_text("在吗")
            assert qiang.complaints == []
        closed = time.monotonic()
        expect(mei.row("在吗")).to_be_visible()
        assert time.monotonic() - closed < GONE + 15
        mei.choose("在吗")
        expect(mei.page.get_by_text("您在接待")).to_be_visible()
        mei.draft.focus()
        mei.page.keyboard.type("您好，我接着帮您看")
        mei.press("Enter")
        expect(customer.bubbles("agent")).to_have_text("您好，我接着帮您看")
        assert mei.complaints == []
