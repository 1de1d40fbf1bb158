"""How the desk looks: light and dark, on a laptop and on a phone, for keyboards and screen readers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent, Desk
from tests.browser.looks import OUT_OF_SIGHT, PALE_TEXTS, UNLABELLED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
LONG = "https://example.com/" + "a" * 300


@pytest.fixture
def phone(desk: Desk) -> Agent:
    """An agent on the way."""
    return desk("阿强", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


def everything_shown(agent: Agent) -> None:
    """Suggestions, a quick phrase with a gap, advice and the bot's reasons, all at once."""
    agent.page.get_by_role("log").locator("summary").first.click()
    agent.page.keyboard.press("i")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("fh02")
    expect(agent.phrases).to_have_count(1)
    agent.press("Enter")
    expect(agent.page.get_by_label("订单号")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_and_every_control_has_a_name(desk: Desk, customers: Customers, scheme: str) -> None:
    words = {"light": "气死我了，什么破店，转人工，白天", "dark": "气死我了，什么破店，转人工，晚上"}[scheme]
    agent = desk("小美", color_scheme=scheme)
    customers(words)
    agent.take_over(words)
    everything_shown(agent)
    assert agent.page.evaluate(PALE_TEXTS) == []
    assert agent.page.evaluate(UNLABELLED) == []
    agent.press("Escape")
    agent.page.keyboard.type("你等一下")
    expect(agent.page.get_by_role("list", name="用语提醒")).to_be_visible()
    agent.press("Escape", "?")
    expect(agent.page.get_by_role("dialog", name="快捷键")).to_be_visible()
    assert agent.page.evaluate(PALE_TEXTS) == []
    assert agent.page.evaluate("window.violations") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_offer_can_be_read_on_a_laptop_and_on_a_phone(desk: Desk, customers: Customers, scheme: str) -> None:
    words = {"light": "转人工，白天转给同事", "dark": "转人工，晚上转给同事"}[scheme]
    sender = desk("小美")
    customers(words)
    sender.take_over(words)
    sender.press("Escape", "t")
    sender.page.get_by_label("同事或小组").select_option("阿强")
    sender.page.get_by_label("原因").fill("客户要赔偿，说过三次了")
    for options in ({}, {"viewport": {"width": 390, "height": 844}, "is_mobile": True}):
        receiver = desk("阿强", color_scheme=scheme, **options)
        if not options:
            sender.press("Enter")
        receiver.tab("我的").click()
        receiver.choose(words)
        expect(receiver.offer).to_contain_text("要什么")
        assert receiver.page.evaluate(PALE_TEXTS) == []
        assert receiver.page.evaluate(UNLABELLED) == []
        assert receiver.page.evaluate(OUT_OF_SIGHT) == []


def test_a_laptop_shows_three_panes_without_scrolling_the_page(agent: Agent, customers: Customers) -> None:
    customer = customers(f"转人工，看看三栏 {LONG}")
    for line in range(12):
        customer.write_elsewhere(f"第{line}句")
    expect(agent.row("第11句")).to_be_visible()
    agent.take_over("第11句")
    expect(agent.page.get_by_role("complementary", name="顾客资料")).to_contain_text("客户要求人工")
    expect(agent.bubbles("customer").last).to_be_in_viewport(ratio=1)
    assert agent.page.evaluate(OUT_OF_SIGHT) == []


def test_a_phone_shows_one_pane_at_a_time(phone: Agent, customers: Customers) -> None:
    customers(f"转人工，在手机上 {LONG}")
    expect(phone.row("在手机上")).to_be_visible()
    assert phone.page.evaluate(OUT_OF_SIGHT) == []
    phone.choose("在手机上")
    expect(phone.row("在手机上")).to_be_hidden()
    assert phone.page.evaluate(OUT_OF_SIGHT) == []
    phone.page.get_by_role("button", name="领取", exact=True).click()
    phone.draft.fill("您好，在的")
    phone.page.get_by_role("button", name="发送").click()
    expect(phone.bubbles("agent")).to_have_text("您好，在的")
    phone.page.get_by_role("button", name="资料").click()
    expect(phone.page.get_by_role("complementary", name="顾客资料")).to_be_visible()
    phone.page.get_by_role("button", name="返回对话").click()
    expect(phone.draft).to_be_visible()
    phone.page.get_by_role("button", name="‹ 返回", exact=True).click()
    expect(phone.row("您好，在的")).to_be_visible()


def test_the_help_names_the_keys_and_gives_the_focus_back(agent: Agent, customers: Customers) -> None:
    customers("转人工，看快捷键")
    agent.choose("看快捷键")
    agent.press("?")
    help_ = agent.page.get_by_role("dialog", name="快捷键")
    for key in ("领取", "结束会话", "转接", "搜索快捷短语"):
        expect(help_).to_contain_text(key)
    agent.press("Escape")
    expect(help_).to_be_hidden()
    agent.press("c")
    expect(agent.draft).to_be_focused()


def test_arrow_keys_go_through_the_tabs_and_letters_through_the_list(agent: Agent, customers: Customers) -> None:
    customers("转人工，列表里的甲")
    expect(agent.row("列表里的甲")).to_be_visible()
    customers("转人工，列表里的乙")
    expect(agent.row("列表里的乙")).to_be_visible()
    agent.tab("排队").focus()
    agent.press("ArrowRight")
    expect(agent.tab("全部")).to_be_focused()
    expect(agent.tab("全部")).to_have_attribute("aria-selected", "true")
    agent.press("j")
    expect(agent.row("列表里的乙")).to_have_attribute("aria-current", "true")
    agent.press("j")
    expect(agent.row("列表里的甲")).to_have_attribute("aria-current", "true")
    agent.press("k")
    expect(agent.row("列表里的乙")).to_have_attribute("aria-current", "true")
