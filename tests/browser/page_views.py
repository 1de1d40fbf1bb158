"""Every page of the product beside the desk, and how somebody at the desk comes to each."""

from __future__ import annotations

from typing import cast

from playwright.sync_api import expect

from bot.trainer import evaluate, report
from tests.browser.agent import Agent
from tests.browser.desk_views import dialog, taken
from tests.browser.lead import Lead
from tests.browser.stage import Shop, View
from tests.browser.visitor import Visitor
from tests.trainer.test_evaluate import JUDGED, OUTSIDE


def _page(address: str) -> View:
    """A page that needs nothing but its address."""
    return lambda agent, _: cast(None, agent.page.goto(address))


def _handing_over(agent: Agent, stage: Shop) -> None:
    taken(agent, stage, "转人工，白班交接")
    agent.draft.fill("明天上午10点前给您答复")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1)
    agent.page.goto("/desk/handover")
    expect(agent.page.locator(".part").first).to_be_visible()


def _new_case(agent: Agent, order: str) -> None:
    agent.page.goto("/desk/cases")
    agent.page.get_by_text("手动开案").click()
    form = agent.page.locator("#open-case")
    form.get_by_label("类别").select_option("lost")
    form.get_by_label("订单号").fill(order)
    form.get_by_role("button", name="开案").click()
    expect(agent.page.get_by_role("heading", name="丢件")).to_be_visible()
    expect(agent.page.locator("body[data-ready=yes]")).to_be_attached()


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
    expect(agent.page.get_by_role("status")).to_have_text("已保存")


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
    expect(visitor.page.get_by_text("已转人工，承诺")).to_be_visible()


def _lead(agent: Agent, stage: Shop, words: str = "投诉了两次没人管，转人工") -> Lead:
    stage.say(words, words, {})
    agent.page.goto("/desk/lead")
    lead = Lead(agent.page, "小美")
    expect(lead.waiting(words)).to_be_visible()
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
    dialog(agent, "转派")


def _customer_cut_off(agent: Agent, stage: Shop) -> None:
    visitor = Visitor(agent.page, stage.server.url)
    visitor.arrive()
    visitor.page.route("**/try/messages*", lambda route: route.abort())
    visitor.type("包邮吗")
    expect(visitor.page.get_by_role("button", name="重试")).to_be_visible()


def _evaluation(agent: Agent, _: Shop) -> None:
    agent.page.goto("about:blank")
    agent.page.set_content(report.html(evaluate.figures(JUDGED, OUTSIDE), "abc123"))


VIEWS: dict[str, View] = {
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
