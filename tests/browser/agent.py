"""An agent at the desk: signs in, reads the list, presses keys, and notes whatever went wrong in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.visitor import listen
from tests.server import Server

#: Opens a desk; the name is that of an account, further options are the browser's.
Desk = Callable[..., "Agent"]


_SESSIONS: dict[tuple[str, str], Any] = {}  #: cookies of those who have signed in, by server and name


@dataclass
class Agent:
    """One browser with one agent's desk in it."""

    page: Page
    name: str
    complaints: list[str] = field(default_factory=list)  #: console errors and script errors

    def arrive(self, password: str) -> None:
        """Sign in and wait until the desk is there."""
        sign_in(self.page, "/desk", self.name, password, self.complaints)
        expect(self.page.get_by_text("在等")).to_be_visible()

    def row(self, words: str) -> Locator:
        """The row of the list whose customer said something."""
        return self.page.locator("#rows button").filter(has_text=words)

    def choose(self, words: str) -> None:
        """Wait for a row and open it."""
        self.row(words).click()
        expect(self.bubbles("customer").filter(has_text=words)).to_be_visible()

    def take_over(self, words: str) -> None:
        """Open a row and claim it by key."""
        self.choose(words)
        self.press("c")
        expect(self.page.get_by_text("您在接待")).to_be_visible()
        expect(self.draft).to_be_focused()

    def press(self, *names: str) -> None:
        """Press keys wherever the focus is."""
        for name in names:
            self.page.keyboard.press(name)

    def bubbles(self, author: str) -> Locator:
        """What customer, bot or agents said in the open conversation."""
        return self.page.get_by_role("log").locator(f".{author} .bubble")

    def tab(self, title: str) -> Locator:
        """我的, 排队 or 全部."""
        return self.page.get_by_role("tab", name=re.compile(title))

    @property
    def draft(self) -> Locator:
        """Where the agent types."""
        return self.page.get_by_role("textbox", name="回复内容")

    @property
    def offer(self) -> Locator:
        """What is said of an offer of the open conversation."""
        return self.page.get_by_role("region", name="转接")

    @property
    def notice(self) -> Locator:
        """What the desk says went wrong."""
        return self.page.locator("#notice")

    @property
    def suggestions(self) -> Locator:
        """The suggested replies."""
        return self.page.get_by_role("list", name="建议回复").get_by_role("button")

    @property
    def phrases(self) -> Locator:
        """The quick phrases that were found."""
        return self.page.get_by_role("listbox", name="找到的短语").get_by_role("option")

    def send_late(self, text: str, meanwhile: Callable[[], None]) -> None:
        """Send a text that is held up on its way while something else happens."""

        def hold(route: Route) -> None:
            meanwhile()
            route.continue_()

        self.page.route("**/messages", hold)
        self.draft.fill(text)
        self.press("Enter")
        self.page.wait_for_event("response", lambda answer: answer.url.endswith("/messages"))
        self.page.unroute("**/messages", hold)

    @contextmanager
    def lost_answers(self) -> Iterator[list[Any]]:
        """What is sent arrives, but the desk never hears so; gives the bodies and keys that were sent."""
        sent: list[Any] = []

        def lose(route: Route) -> None:
            sent.append((route.request.headers["idempotency-key"], route.request.post_data_json))
            assert route.fetch().ok
            route.abort()

        self.page.route("**/messages", lose)
        yield sent
        self.page.unroute("**/messages", lose)


def sign_in(page: Page, address: str, name: str, password: str, complaints: list[str]) -> None:
    """Sign in on the way to a page; from then on its errors are complaints."""
    listen(page, complaints)
    page.goto(address)
    if not page.get_by_label("店铺编号").count():
        return  # a session still stands
    page.get_by_label("店铺编号").fill("demo")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def account(server: Server, name: str, *options: str) -> str:
    """Make an account; returns its password. `options`: of the command, such as a role."""
    [password] = re.findall(r"^密码 (\S+) ", server.kefu("agent", "add", f"demo/{name}", *options), re.MULTILINE)
    return str(password)


def is_there(server: Server, name: str, password: str, state: str) -> None:
    """An agent says so by the API; a desk that opens afterwards goes on with it."""
    login = httpx.BasicAuth(f"demo/{name}".encode(), password)
    httpx.post(f"{server.url}/v1/desk/presence", auth=login, json={"state": state}, timeout=10).raise_for_status()


@contextmanager
def at_the_desk(browser: Browser, server: Server, name: str, password: str, options: dict[str, Any]) -> Iterator[Agent]:
    """A desk that is opened, and closed afterwards. Who has signed in before still is; nothing else is kept."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options}, base_url=server.url)
    context.add_cookies(_SESSIONS.get((server.url, name), []))
    agent = Agent(context.new_page(), name)
    agent.arrive(password)
    _SESSIONS[server.url, name] = context.cookies()
    yield agent
    context.close()
