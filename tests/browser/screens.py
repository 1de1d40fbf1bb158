"""The pictures of README.md: `make screenshots` plays an invented morning in a scratch shop and photographs it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.agent import account, is_there
from tests.browser.lead import at_the_wall
from tests.browser.palette import shrunk
from tests.browser.scratch import scratch_shop
from tests.browser.stage import SHIPPED, WOOL, Stage
from tests.browser.visitor import Visitor

FOLDER = Path(__file__).parent / "screens"
LARGEST = 150 * 1024


def keep(page: Page, name: str) -> None:
    """Photograph a page without its blinking cursor; no larger than 150 KB."""
    picture = shrunk(page.screenshot(animations="disabled", caret="hide"))
    if len(picture) > LARGEST:
        raise RuntimeError(f"{name}.png has {len(picture) // 1024} KB, README's pictures have 150 at most")
    (FOLDER / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{name}.png {len(picture) // 1024} KB\n")


def desk_by_day(stage: Stage, stack: ExitStack) -> None:
    """A case that was answered, one with a suggestion, and the search for a quick phrase."""
    agent = stage.desk(stack)
    agent.take_over("帮我催一下")
    agent.page.keyboard.type("您好，我已经联系快递核实位置，今天18点前给您结果。")
    agent.press("Enter")
    expect(agent.bubbles("agent")).to_have_count(1)
    agent.press("Escape")
    agent.tab("排队").click()
    agent.take_over(WOOL)
    expect(agent.suggestions).to_have_count(1)
    agent.press("1")
    agent.tab("全部").click()
    keep(agent.page, "desk")
    agent.press("Escape")
    agent.draft.focus()
    agent.page.keyboard.type("/")
    agent.page.keyboard.type("fh")
    expect(agent.phrases.first).to_be_visible()
    keep(agent.page, "quick")


def desk_by_night(stage: Stage, stack: ExitStack) -> None:
    """The most pressing case in dark colours, with advice on the agent's words."""
    agent = stage.desk(stack, color_scheme="dark")
    agent.tab("排队").click()
    agent.take_over("太过分了")
    agent.page.keyboard.type("你别急，包裹还在路上")
    expect(agent.page.get_by_role("list", name="用语提醒")).to_be_visible()
    keep(agent.page, "dark")


def desk_on_a_phone(stage: Stage, stack: ExitStack) -> None:
    """One pane at a time: the list, then the conversation."""
    phone = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
    agent = stage.desk(stack, **phone)
    agent.tab("全部").click()
    keep(agent.page, "phone-list")
    agent.row("孙立").click()
    expect(agent.bubbles("agent")).to_be_visible()
    keep(agent.page, "phone")


def end_of_a_shift(stage: Stage, stack: ExitStack) -> None:
    """An after-sale case, the list of cases, and the hand-over sheet."""
    agent = stage.desk(stack)
    agent.tab("全部").click()
    agent.row("赵海燕").click()
    agent.press("c")
    expect(agent.page.get_by_text("您在接待")).to_be_visible()
    side = agent.page.get_by_role("region", name="售后案件")
    side.get_by_label("类别").select_option(label="运输破损")
    side.get_by_role("button", name="开案").click()
    expect(side.get_by_role("link", name="运输破损")).to_be_visible()
    with agent.page.expect_popup() as popup:
        side.get_by_role("link", name="运输破损").click()
    with popup.value.expect_navigation():
        popup.value.get_by_role("button", name="由我负责").click()
    for name, address in (("case", popup.value.url), ("cases", "/desk/cases"), ("handover", "/desk/handover")):
        agent.page.goto(address)
        keep(agent.page, name)


def customers_page(stage: Stage, stack: ExitStack) -> None:
    """The page to try it out."""
    context = stage.browser.new_context(viewport={"width": 900, "height": 700})
    stack.callback(context.close)
    visitor = Visitor(context.new_page(), stage.server.url)
    visitor.arrive()
    for count, text in enumerate(("什么时候发货", "那运费是多少", "东西坏了，转人工"), 1):
        visitor.type(text)
        visitor.wait_for("bot", count)
    keep(visitor.page, "try")


def signing_in(stage: Stage, stack: ExitStack) -> None:
    """The page before the desk."""
    context = stage.browser.new_context(viewport={"width": 900, "height": 560}, base_url=stage.server.url)
    stack.callback(context.close)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("店铺编号").fill("demo")
    page.get_by_label("账号").fill("小美")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    keep(page, "login")


def supervisor_view(stage: Stage, stack: ExitStack) -> None:
    """A lead looks on at an angry customer and whispers to the agent."""
    lead = account(stage.server, "张姐", "--role", "lead")
    strong = account(stage.server, "阿强", "--group", "aftersale", "--capacity", "3")
    is_there(stage.server, "阿强", strong, "busy")
    stage.say("刘洋", "你们什么破店，再不退款我就去12315投诉", {"order_id": "3948571029384799", **SHIPPED})
    for text in ("转人工", "人呢", "人呢？快点"):
        stage.say("何静", text, {})
    agent = stage.desk(stack)
    agent.tab("全部").click()
    agent.row("太过分了").click()
    if agent.page.get_by_role("button", name="领取", exact=True).is_visible():  # unless an earlier picture did
        agent.press("c")
    expect(agent.page.get_by_text("您在接待")).to_be_visible()
    wall = stack.enter_context(at_the_wall(stage.browser, stage.server, "张姐", lead))
    wall.look("太过分了")
    wall.whisper("先道歉，可以直接免运费补发，别让他再等")
    wall.page.locator("#watched-name").focus()
    keep(wall.page, "lead")


def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with scratch_shop() as (server, browser):
        stage = Stage(server, browser)
        stage.morning()
        scenes = (
            desk_by_day, desk_by_night, desk_on_a_phone, end_of_a_shift, supervisor_view, customers_page, signing_in
        )  # fmt: skip
        for scene in scenes:
            with ExitStack() as browsers:
                scene(stage, browsers)


if __name__ == "__main__":
    main()
