"""Promises at the desk: counted down beside the conversation, corrected, kept by key; the sheet of a shift's end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.agent import Agent, Desk
from tests.browser.looks import PALE_TEXTS, UNLABELLED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]


def promise(agent: Agent, words: str) -> Locator:
    """A promise in the side panel."""
    return agent.page.get_by_role("complementary", name="顾客资料").locator(".promises li").filter(has_text=words)


def say(agent: Agent, words: str) -> None:
    """The agent sends a text."""
    agent.draft.fill(words)
    agent.press("Enter")
    expect(agent.bubbles("agent").filter(has_text=words)).to_be_visible()


def test_a_promise_counts_down_is_corrected_and_kept_by_key(agent: Agent, customers: Customers) -> None:
    customers("转人工，承诺倒计时")
    agent.take_over("承诺倒计时")
    say(agent, "好的，2小时内给您打电话")
    shown = promise(agent, "2小时内给您打电话")
    expect(shown).to_contain_text("联系")
    countdown = shown.locator(".countdown")
    expect(countdown).to_have_text(re.compile(r"^还有 1时59分$|^还有 2时00分$"))
    expect(agent.page.locator("#pledges")).to_contain_text("承诺")
    agent.press("Escape", "p")
    dialog = agent.page.get_by_role("dialog", name="更正承诺")
    expect(dialog).to_contain_text("2小时内给您打电话")
    dialog.get_by_label("答应了什么").select_option("回复")
    dialog.get_by_label("什么时候之前").fill("2099-01-01T10:00")
    dialog.get_by_role("button", name="保存").click()
    expect(agent.notice).to_contain_text("90 天以内")
    agent.press("p")
    dialog.get_by_label("答应了什么").select_option("回复")
    dialog.get_by_role("button", name="保存").click()
    expect(shown).to_contain_text("回复")
    expect(shown.locator("strong")).to_have_text("回复")
    agent.page.get_by_role("log").click()
    agent.press("f")
    expect(shown).to_have_count(0)
    assert all("422" in one for one in agent.complaints)  # the browser notes the refusal that was asked for


def test_what_was_no_promise_is_struck_out_with_the_mouse(agent: Agent, customers: Customers) -> None:
    customers("转人工，这不算承诺")
    agent.take_over("这不算承诺")
    say(agent, "今天给您发货")
    promise(agent, "今天给您发货").get_by_role("button", name="更正").click()
    agent.page.get_by_role("dialog", name="更正承诺").get_by_role("button", name="这不是承诺").click()
    expect(promise(agent, "今天给您发货")).to_have_count(0)


def test_a_note_carries_order_and_reason(agent: Agent, customers: Customers) -> None:
    customers("转人工，要改地址备注")
    agent.take_over("要改地址备注")
    agent.page.get_by_label("订单编号").fill("T2026-7")
    agent.page.get_by_role("combobox", name="事由").select_option("改地址")
    agent.page.get_by_label("备注内容").fill("改到上海路1号")
    agent.page.get_by_role("button", name="保存备注").click()
    note = agent.page.locator(".notes li").filter(has_text="改到上海路1号")
    expect(note).to_contain_text("改地址 · 订单 T2026-7")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shift_is_handed_over_from_the_keyboard(desk: Desk, customers: Customers, scheme: str) -> None:
    words, promised = {
        "light": ("白班交接", "明天上午10点前给您答复"), "dark": ("夜班交接", "明天上午11点前给您答复"),
    }[scheme]  # fmt: skip
    agent = desk("阿强", color_scheme=scheme)
    customers(f"转人工，{words}")
    agent.take_over(words)
    say(agent, promised)
    agent.press("Escape")
    expect(agent.draft).not_to_be_focused()
    agent.press("h")
    page = agent.page
    expect(page.get_by_role("heading", name="交接班")).to_be_visible()
    expect(page.locator(".part")).to_have_count(1)
    expect(page.locator(".part")).to_contain_text(promised)
    expect(page.locator(".part")).to_contain_text("还有")
    assert page.evaluate(PALE_TEXTS) == []
    assert page.evaluate(UNLABELLED) == []
    expect(page.get_by_role("button", name="交出选中的会话")).to_be_enabled()
    page.get_by_label("小组").select_option("售后")
    page.get_by_label("原因").fill("晚班接手")
    page.get_by_label("原因").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已交出 1 个会话。")
    expect(page.get_by_text("您手上没有会话")).to_be_visible()
    assert page.evaluate("window.violations") == []
    page.get_by_role("link", name="回到工作台").click()
    agent.tab("排队").click()
    expect(agent.row(promised).or_(agent.row(words)).first).to_be_visible()
