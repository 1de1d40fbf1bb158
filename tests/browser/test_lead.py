"""Two agents and a lead in three browsers live through a hard case; and how the supervisor view looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.agent import Desk, account
from tests.browser.lead import Lead, at_the_wall
from tests.browser.looks import OUT_OF_SIGHT, PALE_TEXTS, UNLABELLED
from tests.browser.visitor import Visitor
from tests.server import Server

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
Wall = Callable[..., Lead]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def lead_password(server: Server) -> str:
    """Of the shop's lead."""
    return account(server, "张姐", "--role", "lead")


@pytest.fixture
def wall(browser: Browser, server: Server, passwords: dict[str, str], lead_password: str) -> Iterator[Wall]:
    """Opens the supervisor view."""
    with ExitStack() as stack:

        def open_for(**options: Any) -> Lead:
            return stack.enter_context(at_the_wall(browser, server, "张姐", lead_password, **options))

        yield open_for


def test_a_hard_case_between_two_agents_and_a_lead(desk: Desk, wall: Wall, customers: Customers) -> None:
    mei, qiang, lead = desk("小美"), desk("阿强"), wall()
    customer = customers("等了一个星期还没到，我要打12315投诉，转人工")
    mei.take_over("12315投诉")
    expect(lead.flag("12315投诉")).to_contain_text("投诉风险")
    expect(lead.agent("小美")).to_contain_text("1/8")
    lead.look("12315投诉")
    expect(lead.watched).to_contain_text("小美 接待中")

    lead.whisper("先道歉，可以免单，不要说等")
    note = mei.page.get_by_role("log").locator(".lead.whisper")
    expect(note).to_contain_text("主管 张姐 · 内部提示，顾客看不到")
    expect(note.locator(".bubble")).to_have_text("先道歉，可以免单，不要说等")

    def give_to_qiang() -> None:
        lead.reassign("阿强", "阿强熟悉物流理赔")
        expect(lead.watched).to_contain_text("阿强 接待中")

    mei.send_late("您再等等看", give_to_qiang)
    expect(mei.notice).to_contain_text("主管 张姐 已安排 阿强 接待：阿强熟悉物流理赔")
    expect(mei.draft).to_be_disabled()
    expect(mei.draft).to_have_value("您再等等看")

    qiang.tab("我的").click()
    qiang.choose("12315投诉")
    expect(qiang.page.get_by_role("log").locator(".lead.reassign")).to_contain_text("阿强熟悉物流理赔")
    qiang.draft.fill("非常抱歉，我已联系快递，今天18点前给您答复")
    qiang.press("Enter")
    expect(customer.bubbles("agent")).to_have_text("非常抱歉，我已联系快递，今天18点前给您答复")
    expect(lead.watched.locator(".agent .bubble")).to_have_text("非常抱歉，我已联系快递，今天18点前给您答复")
    qiang.press("Escape", "r")
    expect(qiang.page.locator("#holder")).to_have_text("机器人在接待")
    expect(lead.waiting("12315投诉")).to_have_count(0)
    said = customer.history()
    assert "先道歉" not in str(said)
    assert "您再等等看" not in str(said)
    refused = "the server responded with a status of 409"
    assert [line for line in mei.complaints if refused not in line] == []
    assert (qiang.complaints, lead.complaints) == ([], [])


def test_a_lead_takes_over_and_answers_at_the_desk(desk: Desk, wall: Wall, customers: Customers) -> None:
    mei, lead = desk("小美"), wall()
    customer = customers("叫你们主管来，转人工")
    mei.take_over("叫你们主管")
    lead.look("叫你们主管")
    lead.take_over("顾客要主管")
    expect(mei.page.get_by_text("张姐 在接待")).to_be_visible()
    expect(mei.page.get_by_role("log").locator(".lead.take_over")).to_contain_text("顾客要主管")
    answer = lead.page.get_by_role("link", name="去工作台回复")
    expect(answer).to_be_focused()
    lead.page.keyboard.press("Enter")
    expect(lead.page.get_by_text("您在接待")).to_be_visible()
    expect(lead.page.get_by_role("log").locator(".customer .bubble")).to_be_visible()
    expect(lead.page.get_by_label("我的状态")).to_have_value("busy")  # and is given nobody else
    lead.page.get_by_role("textbox", name="回复内容").fill("您好，我是主管")
    lead.page.keyboard.press("Enter")
    expect(customer.bubbles("agent")).to_have_text("您好，我是主管")
    assert lead.page.evaluate("window.violations") == []


def test_a_whisper_in_another_conversation_is_marked_in_the_list(
    desk: Desk, wall: Wall, customers: Customers
) -> None:
    mei, lead = desk("小美"), wall()
    customers("转人工，第一位顾客")
    mei.take_over("第一位顾客")
    customers("转人工，第二位顾客")
    mei.press("Escape")
    mei.tab("排队").click()
    mei.take_over("第二位顾客")
    lead.look("第一位顾客")
    lead.whisper("这位是老顾客")
    expect(mei.row("第一位顾客")).to_contain_text("主管提示")
    mei.row("第一位顾客").click()
    expect(mei.page.get_by_role("log").locator(".lead.whisper")).to_contain_text("这位是老顾客")
    expect(mei.row("第一位顾客")).not_to_contain_text("主管提示")


def test_what_is_seen_to_steps_back(wall: Wall, customers: Customers) -> None:
    lead = wall()
    customers("再不处理我就去12315投诉你们，红旗测试")
    flag = lead.flag("红旗测试")
    expect(flag).to_contain_text("投诉风险")
    flag.get_by_role("button", name=re.compile("已处理")).click()
    expect(lead.flag("红旗测试")).to_have_count(0)
    lead.page.locator("#flags-done summary").click()
    expect(lead.page.get_by_role("list", name="已处理的红旗")).to_contain_text("张姐 已处理")


def test_an_agent_is_told_that_the_view_is_for_leads(desk: Desk) -> None:
    mei = desk("小美")
    mei.page.goto("/desk/lead")
    expect(mei.page.get_by_role("heading", name="主管看板只对主管开放")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [{}, PHONE], ids=["laptop", "phone"])
def test_every_text_can_be_read_and_every_control_has_a_name(
    wall: Wall, customers: Customers, scheme: str, options: dict[str, Any]
) -> None:
    words = f"气死我了，我要投诉，转人工，看板{scheme}{len(options)}"
    customers(words)
    lead = wall(color_scheme=scheme, **options)
    expect(lead.waiting(words)).to_be_visible()
    assert lead.page.evaluate(OUT_OF_SIGHT) == []
    lead.look(words)
    lead.whisper("内部提示的样子")
    assert lead.page.evaluate(PALE_TEXTS) == []
    assert lead.page.evaluate(UNLABELLED) == []
    assert lead.page.evaluate(OUT_OF_SIGHT) == []
    lead.watched.get_by_role("button", name="转派").click()
    expect(lead.page.get_by_role("dialog", name="转派")).to_be_visible()
    assert lead.page.evaluate(PALE_TEXTS) == []
    assert lead.page.evaluate("window.violations") == []
    lead.page.keyboard.press("Escape")
    lead.page.keyboard.press("Escape")
    expect(lead.watched).to_be_hidden()
    expect(lead.waiting(words)).to_be_focused()
    assert lead.complaints == []
