"""Hot tempers at the desk: sharp words are read twice, the second insult offers the lead, marks are left by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent, Desk
from tests.browser.looks import OUT_OF_SIGHT, PALE_TEXTS, UNLABELLED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
SHARP = "您自己不会看吗"


def test_sharp_words_to_an_angry_customer_are_sent_only_by_a_second_decision(
    agent: Agent, customers: Customers
) -> None:
    customer = customers("气死我了，转人工，甲")
    agent.take_over("气死我了，转人工，甲")
    agent.draft.fill(SHARP)
    dialog = agent.page.get_by_role("dialog", name="顾客正在气头上")
    agent.press("Enter")
    expect(dialog).to_be_visible()
    agent.press("Enter", "Enter")  # of haste, within the first second
    expect(dialog).to_be_visible()
    meant = dialog.get_by_role("button", name="仍然发送")
    expect(dialog.get_by_role("button", name="改一改")).to_be_focused()
    expect(meant).to_be_enabled()
    agent.press("Enter")  # the focus is on the way back
    expect(dialog).to_be_hidden()
    expect(agent.draft).to_have_value(SHARP)
    expect(agent.draft).to_be_focused()
    assert customer.said("agent") == []
    agent.press("Enter")
    expect(meant).to_be_enabled()
    meant.click()
    expect(customer.bubbles("agent")).to_have_text(SHARP)
    assert customer.said("agent") == [SHARP]
    assert [line for line in agent.complaints if "409" not in line] == []


def test_soft_words_go_out_at_once(agent: Agent, customers: Customers) -> None:
    customer = customers("气死我了，转人工，乙")
    agent.take_over("气死我了，转人工，乙")
    agent.draft.fill("您好，非常抱歉，马上为您处理")
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_have_text("您好，非常抱歉，马上为您处理")


def test_the_second_insult_offers_the_lead(agent: Agent, customers: Customers) -> None:
    customer = customers("你们是傻逼吗")
    agent.take_over("你们是傻逼吗")
    offer = agent.page.get_by_role("button", name="转给资深客服")
    expect(offer).to_be_hidden()
    customer.type("傻逼客服")
    expect(offer).to_be_visible()
    offer.click()
    dialog = agent.page.get_by_role("dialog", name="转接给谁")
    expect(dialog.get_by_label("同事或小组")).to_have_value("senior")
    dialog.get_by_label("原因").fill("两次过激的话，请主管接")
    dialog.get_by_role("button", name="转接").click()
    expect(agent.page.get_by_text("排队中")).to_be_visible()
    expect(offer).to_be_hidden()


def test_a_mark_is_left_by_keys_seen_by_a_colleague_and_taken_back(
    desk: Desk, agent: Agent, customers: Customers
) -> None:
    customers("转人工，要十倍赔偿")
    agent.choose("要十倍赔偿")
    agent.press("m")
    dialog = agent.page.get_by_role("dialog", name="给顾客留标记")
    expect(dialog).to_be_visible()
    dialog.get_by_label("哪一种").select_option("claims")
    dialog.get_by_role("textbox", name="事由").fill("要求十倍赔偿<b>")
    agent.press("Enter")
    expect(dialog).to_be_hidden()
    marks = agent.page.locator("#marks")
    expect(marks).to_contain_text("诉求高于订单金额 要求十倍赔偿<b>")
    colleague = desk("阿强")
    colleague.choose("要十倍赔偿")
    expect(colleague.page.locator("#marks")).to_contain_text("小美")
    colleague.page.get_by_role("button", name="取消标记").click()
    expect(colleague.notice).to_contain_text("主管")
    agent.page.get_by_role("button", name="取消标记").click()
    expect(marks.get_by_role("listitem")).to_have_count(0)
    expect(colleague.page.locator("#marks").get_by_role("listitem")).to_have_count(0)
    assert agent.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_offer_and_dialogs_can_be_read_and_have_names(desk: Desk, customers: Customers, scheme: str) -> None:
    words = {"light": "傻逼客服，白天", "dark": "傻逼客服，晚上"}[scheme]
    agent = desk("小美", color_scheme=scheme)
    customer = customers(words)
    agent.take_over(words)
    customer.type(f"你们是傻逼吗{scheme}")
    expect(agent.page.get_by_role("button", name="转给资深客服")).to_be_visible()
    assert agent.page.evaluate(OUT_OF_SIGHT) == []
    agent.page.get_by_role("button", name="留标记").click()
    assert agent.page.evaluate(PALE_TEXTS) == []
    agent.page.get_by_role("textbox", name="事由").fill("第二次")
    agent.press("Enter")
    expect(agent.page.locator("#marks").get_by_role("listitem")).to_have_count(1)
    box = agent.page.locator("#marks .hint").bounding_box()
    assert box is not None
    assert box["width"] > box["height"], "who said so stands in a line, not in a column"
    agent.draft.fill(SHARP)
    agent.draft.press("Enter")
    dialog = agent.page.get_by_role("dialog", name="顾客正在气头上")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="仍然发送")).to_be_enabled()
    assert agent.page.evaluate(PALE_TEXTS) == []
    assert agent.page.evaluate(UNLABELLED) == []
    assert agent.page.evaluate("window.violations") == []
