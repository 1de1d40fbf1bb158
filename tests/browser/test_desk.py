"""The agents' desk beside a customer: a hard case from arrival to end, suggestions, two agents, a broken line."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.agent import Agent, Desk
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
HOSTILE = "转人工<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"
#: Questions that the bot only prepares an answer to.
POT, GIFT, CREAM = "这款锅是什么材质的", "这条裤子是纯棉的吗", "这件是什么面料的"


def test_a_hard_case_comes_by_itself_is_claimed_answered_and_ended_by_keys(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，我的快递丢了")
    expect(agent.row("快递丢了")).to_be_visible()
    expect(agent.row("快递丢了")).to_contain_text("客户要求人工")
    expect(agent.page).to_have_title(re.compile(r"^\(\d+\) 客服工作台"))
    agent.take_over("快递丢了")
    expect(agent.tab("我的")).to_have_attribute("aria-selected", "true")
    agent.page.keyboard.type("您好，已为您联系快递核实，今天内给您结果")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_text("您好，已为您联系快递核实，今天内给您结果")
    expect(agent.draft).to_have_value("")
    expect(customer.bubbles("agent")).to_have_text("您好，已为您联系快递核实，今天内给您结果")
    customer.type("好的，谢谢")
    expect(agent.bubbles("customer").last).to_have_text("好的，谢谢")
    agent.press("Escape", "r")
    expect(agent.notice).to_contain_text("顾客还在等回复")
    agent.press("r")
    expect(agent.row("好的，谢谢")).to_have_count(0)
    expect(customer.page.get_by_text("人工服务已结束")).to_be_visible()
    assert agent.complaints == []


def test_a_case_that_is_ended_in_haste_ends_after_the_words_on_their_way(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，手快的客服")
    agent.take_over("手快的客服")
    agent.send_late("已经给您登记了", lambda: agent.press("Escape", "r"))
    expect(customer.page.get_by_text("人工服务已结束")).to_be_visible()
    assert customer.said("agent") == ["已经给您登记了"]
    expect(agent.notice).to_be_empty()
    assert agent.complaints == []


def test_a_colleague_is_asked_after_the_words_on_their_way(agent: Agent, customers: Customers) -> None:
    asked = agent.page.get_by_label("同事或小组")

    def hand_over_in_haste() -> None:
        agent.press("Escape", "t")
        expect(agent.draft).not_to_be_editable()
        expect(asked).to_be_hidden()

    customer = customers("转人工，请组长看看")
    agent.take_over("请组长看看")
    agent.send_late("我请同事接着帮您", hand_over_in_haste)
    expect(asked).to_be_visible()
    assert customer.said("agent") == ["我请同事接着帮您"]
    agent.press("Escape")


def test_who_has_left_the_draft_is_not_brought_back_by_an_answer(agent: Agent, customers: Customers) -> None:
    def answer_late(route: Route) -> None:
        answer = route.fetch()
        agent.press("Escape")
        route.fulfill(response=answer)

    agent.page.route("**/messages", answer_late)
    customer = customers("转人工，网络慢")
    agent.take_over("网络慢")
    agent.draft.fill("正在为您查询")
    with agent.page.expect_response("**/messages"):
        agent.press("Enter")
    expect(agent.draft).to_be_editable()
    expect(agent.draft).not_to_be_focused()
    agent.press("r")
    expect(customer.page.get_by_text("人工服务已结束")).to_be_visible()


def test_a_case_is_not_ended_over_words_that_are_not_on_the_screen(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，同时开口")

    def write_first(route: Route) -> None:
        customer.write_elsewhere("等等，还有一件事")
        route.continue_()

    agent.page.route("**/resolve", write_first)
    agent.take_over("同时开口")
    agent.draft.fill("已经办好了")
    agent.press("Enter")
    expect(agent.draft).to_have_value("")
    agent.press("Escape", "r")
    expect(agent.notice).to_contain_text("客户又发了新消息")
    expect(agent.bubbles("customer").last).to_have_text("等等，还有一件事")
    expect(agent.page.get_by_text("您在接待")).to_be_visible()


def test_a_suggestion_is_taken_and_sent_with_two_keys_to_the_letter(agent: Agent, customers: Customers) -> None:
    customer = customers(POT)
    agent.take_over(POT)
    words = agent.suggestions.first.locator(".text").inner_text()
    expect(agent.suggestions.first.locator(".source")).to_contain_text("presale.attribute")
    expect(agent.suggestions.first.locator(".source")).to_contain_text("把握")
    agent.press("1")
    expect(agent.draft).to_have_value(words)
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_have_text(words)
    expect(agent.suggestions).to_have_count(0)


def test_a_suggestion_goes_stale_when_the_customer_goes_on_and_can_only_be_sent_rewritten(
    agent: Agent, customers: Customers
) -> None:
    customer = customers(GIFT)
    agent.take_over(GIFT)
    agent.press("Escape", "1")
    expect(agent.suggestions.first).to_be_focused()
    customer.type("算了，我想退货")
    expect(agent.bubbles("customer").last).to_have_text("算了，我想退货")
    expect(agent.suggestions.first).to_contain_text("已过时")
    agent.press("Enter")
    expect(agent.notice).to_contain_text("顾客又说了“算了，我想退货”")
    assert customer.said("agent") == []
    agent.press("e")
    agent.page.keyboard.type("退货也可以")
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_contain_text("退货也可以")


def test_a_suggestion_is_turned_down_with_a_reason(agent: Agent, customers: Customers) -> None:
    customers(CREAM)
    agent.take_over(CREAM)
    expect(agent.suggestions).to_have_count(1)
    agent.press("Escape", "x")
    agent.page.get_by_role("radio", name="语气不合适").check()
    agent.press("Enter")
    expect(agent.suggestions).to_have_count(0)


def test_the_second_of_two_agents_is_refused_with_the_firsts_name(desk: Desk, customers: Customers) -> None:
    first, second = desk("小美"), desk("阿强")
    held: list[Route] = []
    second.page.route("**/claim", lambda route: held.append(route))
    customers("转人工，两位都看到我")
    second.choose("两位都看到我")
    with second.page.expect_request("**/claim"):
        second.press("c")
    first.take_over("两位都看到我")
    held[0].continue_()
    expect(second.notice).to_have_text("小美 已经在接待这位顾客了")
    expect(second.page.get_by_text("小美 在接待", exact=True)).to_be_visible()
    expect(second.draft).to_be_disabled()


def test_a_conversation_is_offered_with_reason_and_summary_and_accepted_by_key(
    desk: Desk, customers: Customers
) -> None:
    first, second = desk("小美"), desk("阿强")
    customers("转人工，换个人问问")
    first.take_over("换个人问问")
    first.press("Escape", "t")
    first.page.get_by_label("同事或小组").select_option("阿强")
    first.page.get_by_label("原因").fill("客户要问保修")
    first.press("Enter")
    expect(first.offer).to_contain_text("已请 阿强 接手")
    expect(first.draft).to_be_enabled()
    second.tab("我的").click()
    expect(second.row("换个人问问")).to_contain_text("小美 转给您")
    second.choose("换个人问问")
    expect(second.offer).to_contain_text("客户要问保修")
    expect(second.offer).to_contain_text("客户要求人工")
    expect(second.draft).to_be_disabled()
    second.press("a")
    expect(second.page.get_by_text("您在接待")).to_be_visible()
    expect(second.draft).to_be_focused()
    expect(second.page.get_by_role("complementary", name="顾客资料")).to_contain_text("客户要问保修")
    expect(first.draft).to_be_disabled()


def test_an_offer_is_declined_by_key_and_stays_with_the_reason(desk: Desk, customers: Customers) -> None:
    first, second = desk("小美"), desk("阿强")
    customers("转人工，谁来都行")
    first.take_over("谁来都行")
    first.press("Escape", "t")
    first.page.get_by_label("同事或小组").select_option("阿强")
    first.page.get_by_label("原因").fill("我要吃饭")
    first.press("Enter")
    second.tab("我的").click()
    second.choose("谁来都行")
    second.press("d")
    second.page.get_by_role("radio", name="手上满了").check()
    second.press("Enter")
    expect(first.offer).to_contain_text("阿强 没有接受转接：手上满了。仍由您接待")
    expect(first.page.get_by_text("您在接待")).to_be_visible()
    expect(second.row("谁来都行")).to_have_count(0)


def test_markup_is_shown_as_it_was_typed(agent: Agent, customers: Customers) -> None:
    customers(HOSTILE)
    agent.choose("转人工<img")
    expect(agent.bubbles("customer")).to_have_text(HOSTILE)
    assert agent.page.locator("main img[src='x'], #log script").count() == 0
    assert agent.page.evaluate("window.hacked === undefined")
    assert agent.page.evaluate("window.violations") == []


def test_why_the_bot_said_something_is_told_on_demand(agent: Agent, customers: Customers) -> None:
    customer = customers("包邮吗")
    customer.wait_for("bot")
    customer.type("转人工，邮费还是不懂")
    agent.choose("邮费还是不懂")
    why = agent.page.get_by_role("log").locator("details").first
    expect(why.locator("dl")).to_be_hidden()
    why.get_by_text("为什么").click()
    expect(why.locator("dl")).to_contain_text("ship.fee")


def test_a_broken_line_is_said_calmly_and_the_desk_goes_on(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，断线之前")
    agent.take_over("断线之前")
    agent.page.keyboard.type("写到一半")
    agent.page.route("**/v1/desk/events*", lambda route: route.abort())
    agent.page.reload()
    expect(agent.page.get_by_text("连接中断")).to_be_visible()
    agent.tab("我的").click()
    agent.choose("断线之前")
    agent.draft.focus()
    customer.write_elsewhere("断线的时候说的")
    expect(agent.bubbles("customer").last).to_have_text("断线的时候说的")
    agent.page.unroute("**/v1/desk/events*")
    expect(agent.page.get_by_text("连接中断")).to_be_hidden()
    customer.write_elsewhere("连上以后说的")
    said = ["转人工，断线之前", "断线的时候说的", "连上以后说的"]
    expect(agent.bubbles("customer")).to_have_text(said)
    expect(agent.draft).to_have_value("写到一半")
    expect(agent.draft).to_be_focused()
