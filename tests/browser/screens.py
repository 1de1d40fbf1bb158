"""The pictures of README.md: `make screenshots` plays an invented morning in a scratch shop and photographs it."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.settings import ROOT
from tests.browser.agent import Agent, account, at_the_desk
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.palette import shrunk
from tests.browser.visitor import PATIENCE, Visitor
from tests.server import Server

FOLDER = Path(__file__).parent / "screens"
LARGEST = 150 * 1024
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
_WOOL = "毛衣是什么领子的"
_SHIPPED = {"order_stage": "shipped"}
#: Customers of one morning: name, what they say, what the platform knows of them.
_MORNING: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("吴桐", ("你好", "包邮吗"), {}),
    ("黄雅文", ("什么时候发货",), {"order_id": "3948571029384701", "order_stage": "paid"}),
    ("林晓", ("身高162体重104斤，毛衣穿什么码",), {"product_id": "P100"}),
    ("赵海燕", ("收到的杯子碎了一个", "转人工"), {"order_id": "3948571029384733", "order_stage": "signed"}),
    ("孙立", ("物流三天没动了，怎么回事", "转人工，帮我催一下"), {"order_id": "3948571029384756", **_SHIPPED}),
    ("陈先生", ("等了一个星期还没到，太过分了，我要投诉",), {"order_id": "3948571029384762", **_SHIPPED}),
    ("周敏", ("在吗", _WOOL), {"product_id": "P100", "order_stage": "unpaid"}),
)


class Stage:
    """A scratch shop with its customers, and browsers to look at it."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server, self.browser = server, browser
        server.kefu("product", "import", str(ROOT / "bot/content/example_products.csv"), "--shop", "demo")
        printed = server.kefu("channel", "add", "taobao", "--shop", "demo", "--quiet", "0")
        [self.secret] = _SECRET.findall(printed)
        self.password = account(server, "小美")

    def say(self, name: str, text: str, context: Mapping[str, str]) -> None:
        """One message of a customer, through the signed webhook."""
        body = {
            "shop": "demo", "customer": {"id": f"buyer-{name}", "name": name},
            "message": {"id": uuid.uuid4().hex, "type": "text", "text": text, "sent_at": time.time()},
            "context": dict(context),
        }  # fmt: skip
        answer = self.server.post("taobao", json.dumps(body, ensure_ascii=False).encode(), self.secret)
        if answer.status_code != 200:
            raise RuntimeError(f"{text}: {answer.status_code} {answer.text}")

    def morning(self) -> None:
        """Everybody comes, one after the other."""
        for name, texts, context in _MORNING:
            for text in texts:
                self.say(name, text, context)

    def desk(self, stack: ExitStack, **options: Any) -> Agent:
        """小美 at her desk."""
        wide = {"viewport": {"width": 1280, "height": 760}, **options}
        return stack.enter_context(at_the_desk(self.browser, self.server, "小美", self.password, wide))


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
    agent.take_over(_WOOL)
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
    expect(page.get_by_role("button", name="登录")).to_be_visible(timeout=PATIENCE)
    keep(page, "login")


def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    (ROOT / "data").mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="screens-", dir=ROOT / "data"))
        server = Server(Path(folder), {"KEFU_DATABASE_URL": ""}, ("--demo",))
        stack.callback(lambda: server.process and server.stop())
        server.start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        stack.callback(browser.close)
        stage = Stage(server, browser)
        stage.morning()
        for scene in (desk_by_day, desk_by_night, desk_on_a_phone, customers_page, signing_in):
            with ExitStack() as browsers:
                scene(stage, browsers)


if __name__ == "__main__":
    main()
