"""What colleagues answered to the same question: seen beside the conversation, put into the draft, never sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

Customers = Callable[[str], Visitor]
_ANSWER = "非常抱歉，破损的杯子给您补发一个，寄到您留的13812345678这个电话"
_HIDDEN = "非常抱歉，破损的杯子给您补发一个，寄到您留的****这个电话"


def test_a_colleagues_answer_is_put_into_the_draft_by_a_key(agent: Agent, customers: Customers) -> None:
    helped = customers("转人工，杯子碎了怎么办")
    agent.take_over("杯子碎了怎么办")
    agent.draft.fill(_ANSWER)
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1)
    agent.press("Escape", "r")
    expect(helped.page.get_by_text("人工服务已结束")).to_be_visible()

    customer = customers("收到的杯子碎了一个，转人工")
    agent.tab("排队").click()
    agent.take_over("收到的杯子碎了一个")
    similar = agent.page.get_by_role("region", name="解决过的相似会话")
    expect(similar).to_contain_text("转人工，杯子碎了怎么办")
    expect(similar).to_contain_text("小美 · 已解决")
    expect(similar).not_to_contain_text("138")
    agent.press("Escape", "s")
    expect(agent.draft).to_have_value(_HIDDEN)
    expect(agent.draft).to_be_focused()
    expect(agent.notice).to_contain_text("别的顾客的资料")
    agent.page.keyboard.type("。")
    similar.get_by_role("button", name="把第 1 条答复放进输入框").click()
    expect(agent.notice).to_contain_text("输入框里有您写的话")
    expect(agent.draft).to_have_value(f"{_HIDDEN}。")
    assert customer.said("agent") == []
    assert agent.complaints == []
    assert agent.page.evaluate("window.violations") == []
