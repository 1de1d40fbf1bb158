"""Every page and view of the product, and how somebody at the desk comes to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import httpx
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from bot.trainer import evaluate, report
from tests.browser.agent import Agent, account, is_there
from tests.browser.lead import Lead
from tests.browser.screens import Stage
from tests.browser.test_desk_cards import shows_cards
from tests.browser.visitor import PATIENCE, Visitor
from tests.server import Server
from tests.trainer.test_evaluate import JUDGED, OUTSIDE

#: How an agent who has just opened the desk comes to a view.
View = Callable[[Agent, "Shop"], None]

#: A small one.
PHONE = ViewportSize(width=360, height=740)
_WOOL, _SHARP = "毛衣是什么领子的", "您自己不会看吗"


class Shop(Stage):
    """A shop with products; 小美 is a lead, so that nothing of a page is kept from her. She and 阿强 claim by hand."""

    def __init__(self, server: Server, browser: Browser) -> None:
        super().__init__(server, browser)
        server.kefu("agent", "role", "demo/小美", "lead")
        self.colleague = httpx.BasicAuth("demo/阿强".encode(), account(server, "阿强"))
        is_there(server, "小美", self.password, "busy")

    def offer(self, words: str) -> None:
        """A customer comes, and 阿强 offers them to 小美, who has her desk open."""
        self.say(words, words, {})
        with httpx.Client(base_url=self.server.url, auth=self.colleague, timeout=10) as desk:
            rows = desk.get("/v1/desk/snapshot").raise_for_status().json()["conversations"]
            [id_] = [row["id"] for row in rows if row["customer_name"] == words]
            desk.post(f"/v1/desk/conversations/{id_}/claim").raise_for_status()
            given = {"to": "小美", "reason": "客户要赔偿，说过三次了"}
            desk.post(f"/v1/desk/conversations/{id_}/transfer", json=given).raise_for_status()


def _page(address: str) -> View:
    """A page that needs nothing but its address."""
    return lambda agent, _: cast(None, agent.page.goto(address))


def _nobody(agent: Agent, _: Shop) -> None:
    agent.tab("我的").click()
    expect(agent.page.get_by_text("您现在没有会话")).to_be_visible()


def _list(agent: Agent, stage: Shop) -> None:
    stage.morning()
    agent.tab("全部").click()
    expect(agent.row(_WOOL)).to_be_visible(timeout=PATIENCE)


def _taken(agent: Agent, stage: Shop, words: str, context: Mapping[str, str] | None = None) -> None:
    stage.say(words, words, context or {})
    expect(agent.row(words)).to_be_visible(timeout=PATIENCE)
    agent.take_over(words)


def _talk(agent: Agent, stage: Shop, words: str = "转人工，裤子破了", order: str = "3948571029384701") -> None:
    """Everything that can stand beside a conversation, and a suggestion that was taken."""
    stage.say(words, "包邮吗", {})
    _taken(agent, stage, words, {"product_id": "P100", "order_id": order, "order_stage": "paid"})
    agent.page.get_by_role("log").locator("summary").first.click()
    agent.page.keyboard.press("i")
    agent.page.keyboard.type("好的，2小时内给您打电话")
    agent.press("Enter")
    expect(agent.page.locator(".promises li")).to_have_count(1, timeout=PATIENCE)
    agent.page.get_by_label("备注内容").fill("改到上海路1号")
    agent.page.get_by_role("button", name="保存备注").click()
    expect(agent.page.locator(".notes li")).to_have_count(1, timeout=PATIENCE)
    agent.press("m")
    _dialog(agent, "给顾客留标记").get_by_role("textbox", name="事由").fill("要求十倍赔偿")
    agent.press("Enter")
    expect(agent.page.locator("#marks").get_by_role("listitem")).to_have_count(1)
    agent.page.get_by_role("region", name="售后案件").get_by_role("button", name="开案").click()
    expect(agent.page.locator("#cases").get_by_role("link")).to_have_count(1, timeout=PATIENCE)


def _beside(agent: Agent, stage: Shop) -> None:
    """What a phone shows of a customer, in place of the conversation."""
    _talk(agent, stage, "转人工，袖子破了", "3948571029384702")
    agent.page.set_viewport_size(PHONE)
    agent.page.get_by_role("button", name="资料").click()
    expect(agent.page.get_by_role("complementary", name="顾客资料")).to_be_visible()


def _similar(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，杯子碎了怎么办")
    agent.draft.fill("非常抱歉，破损的杯子给您补发一个")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1, timeout=PATIENCE)
    agent.press("Escape", "r")
    agent.tab("全部").click()
    _taken(agent, stage, "收到的杯子碎了，转人工")
    expect(agent.page.get_by_role("region", name="解决过的相似会话")).to_be_visible(timeout=PATIENCE)
    agent.press("Escape", "s")
    agent.page.set_viewport_size(PHONE)
    agent.page.get_by_role("button", name="资料").click()


def _cards(agent: Agent, stage: Shop) -> None:
    words = "转人工，看卡片"
    _taken(agent, stage, words)
    shows_cards(stage, words, "3948571029384703")
    expect(agent.page.get_by_role("log").locator(".thing")).to_have_count(4, timeout=PATIENCE)


def _suggested(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, f"在吗，{_WOOL}", {"product_id": "P100"})
    expect(agent.suggestions).to_have_count(1)
    agent.press("1")


def _stale(agent: Agent, stage: Shop) -> None:
    words = "这款锅是什么材质的"
    _taken(agent, stage, words)
    stage.say(words, "算了，我想退货", {})
    expect(agent.suggestions.first).to_contain_text("已过时", timeout=PATIENCE)
    agent.press("Escape", "1")
    expect(agent.notice).to_contain_text("已过时")


def _searched(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，找短语")
    agent.page.keyboard.type("/")
    expect(agent.phrases.first).to_be_visible()


def _nothing_found(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，找不到短语")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("没有这样的短语")
    expect(agent.page.get_by_text("没有找到，换个词试试")).to_be_visible()


def _gap(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，填短语")
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("fh02")
    expect(agent.phrases).to_have_count(1)
    agent.press("Enter")
    expect(agent.page.get_by_label("订单号")).to_be_visible()


def _advice(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，用语提醒")
    agent.page.keyboard.type("你等一下")
    expect(agent.page.get_by_role("list", name="用语提醒")).to_be_visible()


def _insulted(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "你们是傻逼吗")
    stage.say("你们是傻逼吗", "傻逼客服", {})
    expect(agent.page.get_by_role("button", name="转给资深客服")).to_be_visible(timeout=PATIENCE)


def _dialog(agent: Agent, name: str) -> Locator:
    dialog = agent.page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def _asked(name: str, key: str) -> View:
    """A dialog that opens by a key in a conversation of one's own."""

    def ask(agent: Agent, stage: Shop) -> None:
        _taken(agent, stage, f"转人工，{name}")
        agent.press("Escape", key)
        _dialog(agent, name)

    return ask


def _rejecting(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "这件是什么面料的")
    expect(agent.suggestions).to_have_count(1)
    agent.press("Escape", "x")
    _dialog(agent, "为什么不用这条建议")


def _correcting(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，更正承诺")
    agent.draft.fill("好的，2小时内给您打电话")
    agent.press("Enter")
    expect(agent.page.locator(".promises li")).to_have_count(1, timeout=PATIENCE)
    agent.press("Escape", "p")
    _dialog(agent, "更正承诺")


def _cooling(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "气死我了，转人工")
    agent.draft.fill(_SHARP)
    agent.press("Enter")
    expect(_dialog(agent, "顾客正在气头上").get_by_role("button", name="仍然发送")).to_be_enabled()


def _offered(agent: Agent, stage: Shop) -> None:
    _given(agent, stage, "转人工，转给您")
    expect(agent.offer).to_contain_text("要什么")


def _declining(agent: Agent, stage: Shop) -> None:
    _given(agent, stage, "转人工，不想接")
    agent.press("d")
    _dialog(agent, "为什么不接受")


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
    expect(agent.page.get_by_text("连接中断")).to_be_visible(timeout=PATIENCE)


def _handing_over(agent: Agent, stage: Shop) -> None:
    _taken(agent, stage, "转人工，白班交接")
    agent.draft.fill("明天上午10点前给您答复")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1, timeout=PATIENCE)
    agent.page.goto("/desk/handover")
    expect(agent.page.locator(".part").first).to_be_visible()


def _new_case(agent: Agent, order: str) -> None:
    agent.page.goto("/desk/cases")
    agent.page.get_by_text("手动开案").click()
    form = agent.page.locator("#open-case")
    form.get_by_label("类别").select_option("lost")
    form.get_by_label("订单号").fill(order)
    form.get_by_role("button", name="开案").click()
    expect(agent.page.get_by_role("heading", name="丢件")).to_be_visible(timeout=PATIENCE)
    expect(agent.page.locator("body[data-ready=yes]")).to_be_attached(timeout=PATIENCE)


def _case(agent: Agent, _: Shop) -> None:
    _new_case(agent, "AXE-1")


def _case_refused(agent: Agent, _: Shop) -> None:
    _new_case(agent, "AXE-2")
    agent.page.get_by_label("转给同事（账号）").fill("没有这个人")
    agent.page.get_by_role("button", name="转给").click()
    expect(agent.page.get_by_role("alert")).to_be_visible()


def _case_closed(agent: Agent, _: Shop) -> None:
    _new_case(agent, "AXE-3")
    agent.page.get_by_label("不处理了，为什么").fill("客户说找到了")
    with agent.page.expect_navigation():
        agent.page.get_by_role("button", name="关闭", exact=True).click()
    expect(agent.page.get_by_role("status")).to_have_text("已保存", timeout=PATIENCE)


def _cases(agent: Agent, _: Shop) -> None:
    _new_case(agent, "AXE-4")
    agent.page.goto("/desk/cases?state=")
    agent.page.get_by_text("手动开案").click()


def _password_refused(agent: Agent, _: Shop) -> None:
    agent.page.goto("/account")
    for field in ("现在的密码", "新密码", "再输一次新密码"):
        agent.page.get_by_label(field, exact=True).fill("不是这个密码吧，真的")
    agent.page.get_by_role("button", name="修改密码").click()
    expect(agent.page.get_by_role("alert")).to_be_visible()


def _signed_out(agent: Agent, _: Shop) -> None:
    agent.page.context.clear_cookies()
    agent.page.goto("/login")
    expect(agent.page.get_by_role("button", name="登录")).to_be_visible()


def _login_refused(agent: Agent, stage: Shop) -> None:
    _signed_out(agent, stage)
    agent.page.get_by_label("店铺编号").fill("demo")
    agent.page.get_by_label("账号").fill("没有这个人")
    agent.page.get_by_label("密码").fill("不是这个密码吧")
    agent.page.get_by_role("button", name="登录").click()
    expect(agent.page.get_by_role("alert")).to_be_visible()


def _customer(agent: Agent, stage: Shop) -> None:
    visitor = Visitor(agent.page, stage.server.url)
    visitor.arrive()
    visitor.type("包邮吗")
    visitor.wait_for("bot")
    visitor.page.get_by_text("场景", exact=True).click()
    visitor.type("转人工")
    expect(visitor.page.get_by_text("已转人工，承诺")).to_be_visible(timeout=PATIENCE)


def _lead(agent: Agent, stage: Shop, words: str = "投诉了两次没人管，转人工") -> Lead:
    stage.say(words, words, {})
    agent.page.goto("/desk/lead")
    lead = Lead(agent.page, "小美")
    expect(lead.waiting(words)).to_be_visible(timeout=PATIENCE)
    return lead


def _lead_looks_on(agent: Agent, stage: Shop) -> None:
    words = "裂了三个杯子，转人工"
    lead = _lead(agent, stage, words)
    lead.look(words)
    lead.whisper("先道歉，再补发")


def _lead_reassigns(agent: Agent, stage: Shop) -> None:
    words = "裂了四个杯子，转人工"
    lead = _lead(agent, stage, words)
    lead.look(words)
    lead.watched.get_by_role("button", name="转派").click()
    _dialog(agent, "转派")


def _customer_cut_off(agent: Agent, stage: Shop) -> None:
    visitor = Visitor(agent.page, stage.server.url)
    visitor.arrive()
    visitor.page.route("**/try/messages*", lambda route: route.abort())
    visitor.type("包邮吗")
    expect(visitor.page.get_by_role("button", name="重试")).to_be_visible(timeout=PATIENCE)


def _evaluation(agent: Agent, _: Shop) -> None:
    agent.page.goto("about:blank")
    agent.page.set_content(report.html(evaluate.figures(JUDGED, OUTSIDE), "abc123"))


#: Every page and view of the product.
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
    "lead": lambda agent, stage: cast(None, _lead(agent, stage)),
    "lead-looks-on": _lead_looks_on,
    "dialog-reassigning": _lead_reassigns,
    "handover": _handing_over,
    "cases": _cases,
    "cases-none": _page("/desk/cases?query=nothing-of-the-kind"),
    "case": _case,
    "case-refused": _case_refused,
    "case-closed": _case_closed,
    "case-missing": _page("/desk/cases/nothing"),
    "account": _page("/account"),
    "account-changed": _page("/account?changed=true"),
    "account-refused": _password_refused,
    "login": _signed_out,
    "login-refused": _login_refused,
    "try": _page("/try"),
    "try-talk": _customer,
    "try-cut-off": _customer_cut_off,
    "trainers-evaluation": _evaluation,
}
