"""Writing at the desk: one message per Enter, drafts that nobody else touches, quick phrases, advice on the words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.agent import Agent
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]


@pytest.mark.parametrize("sign", ["isComposing: true", "keyCode: 229"])
def test_enter_during_composition_sends_nothing(agent: Agent, customers: Customers, sign: str) -> None:
    customer = customers(f"转人工，选词{sign[:5]}")
    agent.take_over(f"选词{sign[:5]}")
    agent.draft.fill("ni hao")
    prevented = agent.draft.evaluate(
        "node => !node.dispatchEvent(new KeyboardEvent('keydown', "
        f"{{key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, {sign}}}))"
    )
    assert not prevented
    expect(agent.draft).to_have_value("ni hao")
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_have_text("ni hao")
    assert customer.said("agent") == ["ni hao"]


def test_enter_twice_and_a_click_send_once(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，连按两下")
    agent.take_over("连按两下")
    agent.draft.fill("您好，在的")
    agent.draft.evaluate(
        """node => {
            const enter = () => new KeyboardEvent("keydown", {key: "Enter", code: "Enter", bubbles: true});
            node.dispatchEvent(enter());
            node.dispatchEvent(enter());
            document.querySelector("#send").click();
        }"""
    )
    expect(agent.bubbles("agent")).to_have_text("您好，在的")
    expect(agent.draft).to_have_value("")
    assert customer.said("agent") == ["您好，在的"]


def test_a_lost_answer_and_a_second_enter_send_once(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，网络不好")
    agent.take_over("网络不好")
    agent.draft.fill("您好，马上为您看")
    with agent.lost_answers() as sent:
        agent.press("Enter")
        expect(agent.notice).to_contain_text("不会重复发送")
    customer.type("还在吗")
    expect(agent.bubbles("customer").last).to_have_text("还在吗")
    with agent.page.expect_request("**/messages") as again:
        agent.press("Enter")
    assert (again.value.headers["idempotency-key"], again.value.post_data_json) == sent[0]
    expect(agent.draft).to_have_value("")
    assert customer.said("agent") == ["您好，马上为您看"]


def test_what_the_customer_wrote_unseen_is_shown_before_anything_is_sent(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，要换货")
    agent.take_over("要换货")
    agent.page.route("**/v1/desk/events*", lambda route: route.abort())
    agent.page.reload()
    agent.tab("我的").click()
    agent.choose("要换货")
    agent.draft.fill("好的，为您换货")
    with agent.page.expect_response("**/messages") as refused:
        customer.write_elsewhere("不换了，直接退")
        agent.press("Enter")
    assert refused.value.status == 409
    expect(agent.bubbles("customer").last).to_have_text("不换了，直接退")
    expect(agent.notice).to_contain_text("顾客又说了“不换了，直接退”")
    expect(agent.draft).to_have_value("好的，为您换货")
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_have_text("好的，为您换货")


def test_a_draft_survives_events_other_conversations_and_a_reload(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，第一位")
    agent.take_over("第一位")
    agent.page.keyboard.type("写给第一位")
    agent.press("ArrowLeft", "ArrowLeft")
    customer.type("我再补充一句")
    expect(agent.bubbles("customer").last).to_have_text("我再补充一句")
    expect(agent.draft).to_be_focused()
    agent.page.keyboard.type("这")
    expect(agent.draft).to_have_value("写给第这一位")
    customers("转人工，第二位")
    agent.tab("排队").click()
    agent.take_over("第二位")
    expect(agent.draft).to_have_value("")
    expect(agent.row("我再补充一句")).to_contain_text("草稿")
    agent.page.reload()
    agent.tab("我的").click()
    agent.choose("我再补充一句")
    expect(agent.draft).to_have_value("写给第这一位")


def test_a_quick_phrase_is_found_by_code_and_its_gap_asked_for(agent: Agent, customers: Customers) -> None:
    customer = customers("转人工，问个订单")
    agent.take_over("问个订单")
    agent.page.keyboard.type("/")
    search = agent.page.get_by_role("combobox", name="搜索快捷短语")
    expect(search).to_be_focused()
    agent.page.keyboard.type("fh02")
    expect(agent.phrases).to_have_count(1)
    expect(agent.phrases).to_contain_text("您好，订单【订单号】已经在打包")
    agent.press("Enter")
    gap = agent.page.get_by_label("订单号")
    expect(gap).to_be_focused()
    agent.page.keyboard.type("3948571029384756")
    agent.press("Enter")
    expect(agent.draft).to_be_focused()
    expect(agent.draft).to_have_value("您好，订单3948571029384756已经在打包，今天内发出，发出后可以在订单里看到单号。")
    agent.press("Enter")
    expect(customer.bubbles("agent")).to_contain_text("订单3948571029384756已经在打包")


def test_quick_phrases_are_chosen_by_arrows_and_left_by_escape(agent: Agent, customers: Customers) -> None:
    customers("转人工，方向键")
    agent.take_over("方向键")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("fahuo")
    expect(agent.phrases.first).to_have_attribute("aria-selected", "true")
    agent.press("ArrowDown")
    expect(agent.phrases.nth(1)).to_have_attribute("aria-selected", "true")
    agent.press("Escape")
    expect(agent.page.get_by_role("group", name="快捷短语")).to_be_hidden()
    expect(agent.draft).to_be_focused()
    expect(agent.draft).to_have_value("")


def test_a_key_pressed_before_the_list_came_chooses_from_the_list_it_meant(agent: Agent, customers: Customers) -> None:
    customers("转人工，手快")
    agent.take_over("手快")

    def late(route: Route) -> None:
        agent.press("Enter")
        route.continue_()

    agent.page.route(re.compile(r"/quick\?q=fh02"), late)
    agent.page.keyboard.type("/")
    expect(agent.phrases).not_to_have_count(1)
    agent.page.keyboard.type("fh02")
    expect(agent.page.get_by_label("订单号")).to_be_focused()


def test_the_house_styles_findings_are_shown_and_rewritten_with_one_key(agent: Agent, customers: Customers) -> None:
    customers("转人工，语气")
    agent.take_over("语气")
    agent.page.keyboard.type("你好，你的包裹今天发出")
    expect(agent.page.get_by_role("list", name="用语提醒")).to_contain_text("您")
    agent.press("Alt+w")
    expect(agent.draft).to_have_value("您好，您的包裹今天发出")
