"""What a visitor of /try sees: answers, the hand-off with its promise, the agent, and nothing broken on the way."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import APIResponse, Request, Route, expect

from tests.browser.visitor import Visitor
from tests.server import Server

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"


def test_a_question_gets_an_answer_from_the_bot(visitor: Visitor) -> None:
    expect(visitor.page.get_by_text("您扮演顾客提问")).to_be_visible()
    visitor.type("什么时候发货")
    expect(visitor.page.get_by_text("对方正在输入")).to_be_visible()
    visitor.wait_for("bot")
    assert visitor.bubbles("bot").all_inner_texts() == visitor.said("bot")
    expect(visitor.page.get_by_text("机器人小助手", exact=True)).to_be_visible()
    expect(visitor.page.get_by_text("您扮演顾客提问")).to_be_hidden()


def test_two_quick_lines_get_one_answer_and_the_input_stays_open(visitor: Visitor) -> None:
    visitor.type("我昨天拍的")
    expect(visitor.input).to_be_editable()
    visitor.type("什么时候发货")
    visitor.wait_for("bot")
    assert visitor.said("customer") == ["我昨天拍的", "什么时候发货"]
    assert len(visitor.said("bot")) == 1
    assert visitor.bubbles("customer").all_inner_texts() == ["我昨天拍的", "什么时候发货"]


def test_a_tapped_example_is_sent(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="包邮吗").click()
    visitor.wait_for("bot")
    assert visitor.said("customer") == ["包邮吗"]


def test_a_hand_off_shows_the_promised_time(visitor: Visitor) -> None:
    visitor.type("转人工")
    notice = visitor.page.get_by_text("已转人工，承诺")
    expect(notice).to_be_visible()
    deadline = datetime.fromisoformat(visitor.history()["ticket"]["deadline"]).astimezone(ZoneInfo("Asia/Shanghai"))
    expect(notice).to_contain_text(f"{deadline:%H:%M} 前回复")
    expect(visitor.page.get_by_text("已转人工，等待客服")).to_be_visible()
    assert "预计" in visitor.bubbles("bot").first.inner_text()


def test_an_agents_reply_appears_by_itself_and_the_bot_comes_back_after(visitor: Visitor, server: Server) -> None:
    visitor.type("转人工")
    expect(visitor.page.get_by_text("已转人工，承诺")).to_be_visible()
    ticket = visitor.history()["ticket"]["id"]
    server.kefu("queue", "claim", ticket, "--agent", "小王")
    expect(visitor.page.get_by_text("客服正在接待")).to_be_visible()
    server.kefu("queue", "reply", ticket, "您好，<b>小王</b>为您处理", "--agent", "小王")
    expect(visitor.bubbles("agent")).to_have_text("您好，<b>小王</b>为您处理")
    expect(visitor.page.get_by_role("log").get_by_text("客服", exact=True)).to_be_visible()
    server.kefu("queue", "resolve", ticket, "--agent", "小王")
    expect(visitor.page.get_by_text("人工服务已结束")).to_be_visible()
    expect(visitor.page.get_by_text("机器人接待")).to_be_visible()


def test_markup_is_shown_as_it_was_typed_and_nothing_complains(visitor: Visitor) -> None:
    visitor.type(HOSTILE)
    visitor.wait_for("bot")
    visitor.page.reload()
    expect(visitor.bubbles("customer")).to_have_text(HOSTILE)
    assert visitor.page.get_by_role("log").locator("img, script").count() == 0
    assert visitor.page.evaluate("window.hacked === undefined")
    assert visitor.complaints == []
    assert visitor.violations() == []


@pytest.mark.parametrize("sign", ["isComposing: true", "keyCode: 229"])
def test_enter_during_composition_chooses_a_word_and_sends_nothing(visitor: Visitor, sign: str) -> None:
    visitor.input.fill("ni hao")
    prevented = visitor.input.evaluate(
        "node => !node.dispatchEvent(new KeyboardEvent('keydown', "
        f"{{key: 'Enter', bubbles: true, cancelable: true, {sign}}}))"
    )
    assert not prevented
    expect(visitor.input).to_have_value("ni hao")
    assert visitor.bubbles("customer").count() == 0
    visitor.input.press("Shift+Enter")
    assert visitor.bubbles("customer").count() == 0
    visitor.input.press("Enter")
    expect(visitor.bubbles("customer")).to_have_text("ni hao")


def test_a_failed_message_is_sent_once_when_tried_again(visitor: Visitor) -> None:
    def cut_posts(route: Route, request: Request) -> None:
        route.abort() if request.method == "POST" else route.continue_()

    visitor.page.route("**/try/messages*", cut_posts)
    visitor.type("包邮吗")
    again = visitor.page.get_by_role("button", name="重试")
    expect(again).to_be_visible()
    assert visitor.said("customer") == []
    visitor.page.unroute("**/try/messages*", cut_posts)
    again.click()
    visitor.wait_for("bot")
    expect(again).to_be_hidden()
    assert visitor.said("customer") == ["包邮吗"]
    expect(visitor.bubbles("customer")).to_have_count(1)


def test_the_conversation_survives_a_reload_and_ends_with_a_new_customer(visitor: Visitor) -> None:
    visitor.type("包邮吗")
    visitor.wait_for("bot")
    before = visitor.page.get_by_role("log").locator(".bubble").all_inner_texts()
    visitor.page.reload()
    visitor.wait_for("bot")
    assert visitor.page.get_by_role("log").locator(".bubble").all_inner_texts() == before
    visitor.page.get_by_role("button", name="换一位客户").click()
    expect(visitor.page.get_by_text("您扮演顾客提问")).to_be_visible()
    assert visitor.history()["messages"] == []


def test_a_look_that_comes_back_late_is_not_shown_to_the_next_customer(visitor: Visitor) -> None:
    visitor.type("包邮吗")
    visitor.wait_for("bot")
    held: list[tuple[Route, APIResponse]] = []
    first_look = "**/try/messages?after=0"

    def hold_the_first(route: Route) -> None:
        route.continue_() if held else held.append((route, route.fetch()))

    visitor.page.route(first_look, hold_the_first)
    with visitor.page.expect_request(first_look):
        visitor.page.reload()
    with visitor.page.expect_response("**/try/new"):
        visitor.page.get_by_role("button", name="换一位客户").click()
    ((route, answer),) = held
    assert "包邮吗" in answer.text()
    route.fulfill(response=answer)
    visitor.type("转人工")
    expect(visitor.page.get_by_text("已转人工，承诺")).to_be_visible()
    assert visitor.bubbles("customer").all_inner_texts() == ["转人工"]


def test_a_phone_never_scrolls_sideways(phone_visitor: Visitor) -> None:
    phone_visitor.type("https://example.com/" + "a" * 300)
    phone_visitor.type("转人工")
    expect(phone_visitor.page.get_by_text("已转人工，承诺")).to_be_visible()
    overflowing = phone_visitor.page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("#scroller, .phone, .bubble, .notice, .top")]
            .filter((node) => node.scrollWidth > node.clientWidth || node.getBoundingClientRect().right > 360)
            .map((node) => node.className || node.tagName)"""
    )
    assert overflowing == []
    chips = phone_visitor.page.locator("#chips")
    assert chips.evaluate("node => node.scrollWidth <= node.clientWidth"), "all examples can be tapped"
    send = phone_visitor.page.get_by_role("button", name="发送")
    box = send.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
    assert box["height"] >= 44


def test_the_newest_message_stays_in_view_unless_the_visitor_reads_further_up(phone_visitor: Visitor) -> None:
    for line in range(12):
        phone_visitor.type(f"第{line}行\n还有一句")
    expect(phone_visitor.bubbles("customer").last).to_be_in_viewport(ratio=1)
    phone_visitor.wait_for("bot")
    expect(phone_visitor.bubbles("bot").last).to_be_in_viewport(ratio=1)
    phone_visitor.page.evaluate(  # more is said before the browser gets round to telling of the last scroll
        """() => {
            const more = document.createElement("li");
            more.style.height = "300px";
            document.querySelector("#log").append(more);
            document.querySelector("#scroller").dispatchEvent(new Event("scroll"));
        }"""
    )
    expect(phone_visitor.page.locator("#log > li").last).to_be_in_viewport(ratio=1)
    phone_visitor.bubbles("customer").first.scroll_into_view_if_needed()
    phone_visitor.write_elsewhere("转人工")
    newer = phone_visitor.page.get_by_role("button", name="有新消息")
    expect(newer).to_be_visible()
    expect(phone_visitor.bubbles("customer").first).to_be_in_viewport(ratio=1)
    newer.click()
    expect(phone_visitor.page.get_by_text("已转人工，承诺")).to_be_in_viewport(ratio=1)
    expect(newer).to_be_hidden()
