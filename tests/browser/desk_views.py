"""Every view of the desk, its dialogs among them, and how somebody at the desk comes to each."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from tests.browser.agent import Agent
from tests.browser.stage import PHONE, WOOL, Shop, View

_SHARP = "您自己不会看吗"


def _nobody(agent: Agent, _: Shop) -> None:
    agent.tab("我的").click()
    expect(agent.page.get_by_text("您现在没有会话")).to_be_visible()


def _list(agent: Agent, stage: Shop) -> None:
    stage.morning()
    agent.tab("全部").click()
    expect(agent.row(WOOL)).to_be_visible()


def taken(agent: Agent, stage: Shop, words: str, context: Mapping[str, str] | None = None) -> None:
    """A customer says something, and the agent takes them over."""
    stage.say(words, words, context or {})
    expect(agent.row(words)).to_be_visible()
    agent.take_over(words)


def _talk(agent: Agent, stage: Shop, words: str = "转人工，裤子破了", order: str = "3948571029384701") -> None:
    """Everything that can stand beside a conversation, and a suggestion that was taken."""
    stage.say(words, "包邮吗", {})
    taken(agent, stage, words, {"product_id": "P100", "order_id": order, "order_stage": "paid"})
    agent.page.get_by_role("log").locator("summary").first.click()
    agent.page.keyboard.press("i")
    agent.page.keyboard.type("好的，2小时内给您打电话")
    agent.press("Enter")
    expect(agent.page.locator(".promises li")).to_have_count(1)
    agent.page.get_by_label("备注内容").fill("改到上海路1号")
    agent.page.get_by_role("button", name="保存备注").click()
    expect(agent.page.locator(".notes li")).to_have_count(1)
    agent.press("m")
    dialog(agent, "给顾客留标记").get_by_role("textbox", name="事由").fill("要求十倍赔偿")
    agent.press("Enter")
    expect(agent.page.locator("#marks").get_by_role("listitem")).to_have_count(1)
    agent.page.get_by_role("region", name="售后案件").get_by_role("button", name="开案").click()
    expect(agent.page.locator("#cases").get_by_role("link")).to_have_count(1)


def _beside(agent: Agent, stage: Shop) -> None:
    """What a phone shows of a customer, in place of the conversation."""
    _talk(agent, stage, "转人工，袖子破了", "3948571029384702")
    agent.page.set_viewport_size(PHONE)
    agent.page.get_by_role("button", name="资料").click()
    expect(agent.page.get_by_role("complementary", name="顾客资料")).to_be_visible()


def _similar(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，杯子碎了怎么办")
    agent.draft.fill("非常抱歉，破损的杯子给您补发一个")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1)
    agent.press("Escape", "r")
    agent.tab("全部").click()
    taken(agent, stage, "收到的杯子碎了，转人工")
    expect(agent.page.get_by_role("region", name="解决过的相似会话")).to_be_visible()
    agent.press("Escape", "s")
    agent.page.set_viewport_size(PHONE)
    agent.page.get_by_role("button", name="资料").click()


def _cards(agent: Agent, stage: Shop) -> None:
    words = "转人工，看卡片"
    taken(agent, stage, words)
    stage.show_cards(words, "3948571029384703")
    expect(agent.page.get_by_role("log").locator(".thing")).to_have_count(4)


def _suggested(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, f"在吗，{WOOL}", {"product_id": "P100"})
    expect(agent.suggestions).to_have_count(1)
    agent.press("1")


def _stale(agent: Agent, stage: Shop) -> None:
    words = "这款锅是什么材质的"
    taken(agent, stage, words)
    stage.say(words, "算了，我想退货", {})
    expect(agent.suggestions.first).to_contain_text("已过时")
    agent.press("Escape", "1")
    expect(agent.notice).to_contain_text("已过时")


def _searched(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，找短语")
    agent.page.keyboard.type("/")
    expect(agent.phrases.first).to_be_visible()


def _nothing_found(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，找不到短语")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("没有这样的短语")
    expect(agent.page.get_by_text("没有找到，换个词试试")).to_be_visible()


def _gap(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，填短语")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("fh02")
    expect(agent.phrases).to_have_count(1)
    agent.press("Enter")
    expect(agent.page.get_by_label("订单号")).to_be_visible()


def _advice(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，用语提醒")
    agent.page.keyboard.type("你等一下")
    expect(agent.page.get_by_role("list", name="用语提醒")).to_be_visible()


def _insulted(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "你们是傻逼吗")
    stage.say("你们是傻逼吗", "傻逼客服", {})
    expect(agent.page.get_by_role("button", name="转给资深客服")).to_be_visible()


def dialog(agent: Agent, name: str) -> Locator:
    """The dialog of that name, once it is open."""
    opened = agent.page.get_by_role("dialog", name=name)
    expect(opened).to_be_visible()
    return opened


def _asked(name: str, key: str) -> View:
    """A dialog that opens by a key in a conversation of one's own."""

    def ask(agent: Agent, stage: Shop) -> None:
        taken(agent, stage, f"转人工，{name}")
        agent.press("Escape", key)
        dialog(agent, name)

    return ask


def _rejecting(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "这件是什么面料的")
    expect(agent.suggestions).to_have_count(1)
    agent.press("Escape", "x")
    dialog(agent, "为什么不用这条建议")


def _correcting(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，更正承诺")
    agent.draft.fill("好的，2小时内给您打电话")
    agent.press("Enter")
    expect(agent.page.locator(".promises li")).to_have_count(1)
    agent.press("Escape", "p")
    dialog(agent, "更正承诺")


def _cooling(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "气死我了，转人工")
    agent.draft.fill(_SHARP)
    agent.press("Enter")
    expect(dialog(agent, "顾客正在气头上").get_by_role("button", name="仍然发送")).to_be_enabled()


def _offered(agent: Agent, stage: Shop) -> None:
    _given(agent, stage, "转人工，转给您")
    expect(agent.offer).to_contain_text("要什么")


def _declining(agent: Agent, stage: Shop) -> None:
    _given(agent, stage, "转人工，不想接")
    agent.press("d")
    dialog(agent, "为什么不接受")


def _given(agent: Agent, stage: Shop, words: str) -> None:
    stage.offer(words)
    agent.tab("我的").click()
    agent.choose(words)


def _menu(agent: Agent, _: Shop) -> None:
    agent.page.locator("details.me summary").click()
    expect(agent.page.get_by_role("link", name="交接班")).to_be_visible()


def _cut_off(agent: Agent, _: Shop) -> None:
    agent.page.route("**/v1/desk/events*", lambda route: route.abort())
    agent.page.reload()
    expect(agent.page.get_by_text("连接中断")).to_be_visible()


VIEWS: dict[str, View] = {
    "desk-nobody": _nobody,
    "desk-list": _list,
    "desk-talk": _talk,
    "desk-beside": _beside,
    "desk-similar": _similar,
    "desk-cards": _cards,
    "desk-suggested": _suggested,
    "desk-stale": _stale,
    "desk-quick": _searched,
    "desk-quick-nothing": _nothing_found,
    "desk-quick-gap": _gap,
    "desk-advice": _advice,
    "desk-insulted": _insulted,
    "desk-offered": _offered,
    "desk-menu": _menu,
    "desk-cut-off": _cut_off,
    "dialog-rejecting": _rejecting,
    "dialog-transferring": _asked("转接给谁", "t"),
    "dialog-declining": _declining,
    "dialog-marking": _asked("给顾客留标记", "m"),
    "dialog-correcting": _correcting,
    "dialog-cooling": _cooling,
    "dialog-keys": _asked("快捷键", "?"),
}
