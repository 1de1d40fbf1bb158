"""After-sale cases in the browser: opened at the desk, worked on by its page, found in the list; looks and phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.agent import Agent, Desk
from tests.browser.looks import PALE_TEXTS, UNLABELLED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def _open_at_the_desk(agent: Agent, words: str, kind: str) -> Page:
    """Open a case from the side panel; gives its page."""
    agent.take_over(words)
    side = agent.page.get_by_role("region", name="售后案件")
    side.get_by_label("类别").select_option(label=kind)
    side.get_by_role("button", name="开案").click()
    link = side.get_by_role("link", name=kind)
    expect(link).to_be_visible()
    with agent.page.expect_popup() as popup:
        link.click()
    page = popup.value
    _settled_in(page)
    return page


def _settled_in(page: Page) -> None:
    expect(page.locator("body[data-ready=yes]")).to_be_attached()


def _saved(page: Page, act: Callable[[], None]) -> None:
    """Do something that is saved: the page is loaded anew and says so."""
    with page.expect_navigation():
        act()
    expect(page.get_by_role("status")).to_have_text("已保存")
    _settled_in(page)


def _press(page: Page, button: str) -> None:
    _saved(page, page.get_by_role("button", name=button, exact=True).click)


def test_the_life_of_a_case(agent: Agent, customers: Customers) -> None:
    words = "转人工，杯子碎了想问怎么办"
    customer = customers(words)
    page = _open_at_the_desk(agent, words, "运输破损")
    expect(page.get_by_role("heading", name="运输破损")).to_be_visible()

    page.get_by_label("办法").select_option("box")
    page.get_by_role("button", name="提出方案").click()
    expect(page.get_by_role("alert")).to_contain_text("提方案前还差：哪里破损、坏了几件")

    page.get_by_label("内容").fill("杯子碎了一只")
    _press(page, "添加凭证")
    page.get_by_label("哪一项").select_option("photos")
    page.get_by_label("图片或附件地址").fill("https://img.example/1.jpg")
    _press(page, "添加凭证")
    expect(page.get_by_role("link", name="打开图片或附件")).to_have_attribute("href", "https://img.example/1.jpg")
    _saved(page, page.get_by_role("checkbox", name="先联系客户安抚").check)
    expect(page.get_by_role("checkbox", name="先联系客户安抚")).to_be_checked()

    page.get_by_label("办法").select_option("resend")
    page.get_by_label("金额（元），不花钱的不填").fill("250")
    page.get_by_role("button", name="提出方案").click()
    expect(page.get_by_role("alert")).to_contain_text("超出客服的额度，请主管来提")
    page.get_by_label("金额（元），不花钱的不填").fill("19.90")
    _press(page, "提出方案")
    expect(page.get_by_text("已提方案", exact=True)).to_be_visible()
    expect(page.locator(".offers")).to_contain_text("19.90元")
    _press(page, "客户接受")

    page.locator("select[name=reason]").select_option("courier")
    _press(page, "结案")
    expect(page.locator(".mark.state")).to_have_text("已解决")
    expect(page.get_by_label("要说的话")).to_have_value(re.compile("补发完好的商品"))
    _press(page, "发给客户")
    expect(page.get_by_text("已告诉客户")).to_be_visible()
    expect(page.locator(".history")).to_contain_text("告诉客户")
    expect(agent.bubbles("agent").filter(has_text="补发完好的商品")).to_be_visible()
    assert customer is not None
    assert agent.complaints == []


def test_the_list_is_filtered_by_keyboard(agent: Agent, customers: Customers) -> None:
    words = "转人工，发票抬头写错了"
    customers(words)
    case = _open_at_the_desk(agent, words, "发票补寄").url.rpartition("/")[2]
    page = agent.page
    page.goto("/desk/cases?owner=me&kind=invoice")
    link = page.locator(f"a[href='/desk/cases/{case}']")
    expect(link).to_be_visible()
    page.get_by_label("状态").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.type("没有这样的订单")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有符合条件的案件")).to_be_visible()
    page.goto("/desk/cases?query=" + case)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="发票补寄")).to_be_visible()


def test_a_case_is_opened_by_hand_and_given_to_a_colleague(agent: Agent) -> None:
    page = agent.page
    for _ in range(2):  # the second time leads to the case that is open already
        page.goto("/desk/cases")
        page.get_by_text("手动开案").click()
        form = page.locator("#open-case")
        form.get_by_label("类别").select_option("lost")
        form.get_by_label("订单号").fill("HAND-1")
        form.get_by_role("button", name="开案").click()
        expect(page.get_by_role("heading", name="丢件")).to_be_visible()
        _settled_in(page)
    page.get_by_label("转给同事（账号）").fill("没有这个人")
    page.get_by_role("button", name="转给").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这个账号")
    page.get_by_label("转给同事（账号）").fill("阿强")
    _press(page, "转给")
    expect(page.locator(".about")).to_contain_text("阿强")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_and_every_control_has_a_name(
    desk: Desk, customers: Customers, scheme: str
) -> None:  # fmt: skip
    words = {"light": "转人工，白天看案件", "dark": "转人工，晚上看案件"}[scheme]
    customers(words)
    agent = desk("小美", color_scheme=scheme)
    page = _open_at_the_desk(agent, words, "服务投诉")
    assert agent.page.evaluate(PALE_TEXTS) == []
    assert agent.page.evaluate(UNLABELLED) == []
    for address in (page.url, "/desk/cases?state="):
        page.goto(address)
        assert page.evaluate(PALE_TEXTS) == []
        assert page.evaluate(UNLABELLED) == []


def test_both_pages_fit_a_phone(desk: Desk, customers: Customers) -> None:
    words = "转人工，手机上看案件"
    customers(words)
    agent = desk("阿强", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    agent.page.goto("/desk/cases?state=")
    assert not agent.page.evaluate(_WIDE)
    first = agent.page.locator("a.case").first
    expect(first).to_be_visible()
    first.click()
    expect(agent.page.get_by_role("heading", name="步骤")).to_be_visible()
    assert not agent.page.evaluate(_WIDE)
