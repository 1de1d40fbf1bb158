"""A visitor of the try-it page: types, taps and reads like a person, and notes whatever went wrong in the browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.server import Server

#: Milliseconds that a test waits for something to show; the demo channel itself waits 3 s for more lines.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)
#: Run in a page before its own scripts: gathers what the content security policy stops.
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@dataclass
class Visitor:
    """One browser page that plays one customer."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)  #: console errors and script errors

    def arrive(self) -> None:
        """Open the page and wait until it knows the shop."""
        listen(self.page, self.complaints)
        self.page.goto(f"{self.base}/try")
        expect(self.page.get_by_text("小满生活馆")).to_be_visible()

    def type(self, text: str) -> None:
        """Type a line and press Enter."""
        self.input.fill(text)
        self.input.press("Enter")

    def write_elsewhere(self, text: str) -> None:
        """Send a line as the same customer in another window would."""
        sent = self.page.request.post(f"{self.base}/try/messages", data={"text": text, "id": uuid.uuid4().hex})
        assert sent.ok, sent.text()

    def history(self) -> dict[str, Any]:
        """The conversation as the server has it."""
        answer = self.page.request.get(f"{self.base}/try/messages")
        assert answer.ok, answer.text()
        view: dict[str, Any] = answer.json()
        return view

    def said(self, author: str) -> list[str]:
        """What the server has of one author, in order."""
        return [message["text"] for message in self.history()["messages"] if message["author"] == author]

    def bubbles(self, author: str) -> Locator:
        """The bubbles of customer, bot or agent on the screen."""
        return self.page.get_by_role("log").locator(f".{author} .bubble")

    def wait_for(self, author: str, count: int = 1) -> None:
        """Wait until so many bubbles of an author are shown and no answer is awaited."""
        expect(self.bubbles(author)).to_have_count(count)
        expect(self.page.get_by_text("对方正在输入")).to_have_count(0)

    def violations(self) -> list[str]:
        """What the content security policy stopped."""
        found: list[str] = self.page.evaluate("window.violations")
        return found

    @property
    def input(self) -> Locator:
        """Where the visitor types."""
        return self.page.get_by_role("textbox", name="输入消息")


def listen(page: Page, complaints: list[str]) -> None:
    """Note what goes wrong in a page, and wait as long as a person would. What a test routes later is heeded at once:
    Chromium is slow only to begin, so it begins here, with what nobody asks for."""
    page.route("**/nobody-asks-for-this", lambda route: route.abort())
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCH_POLICY)
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def coming(browser: Browser, server: Server, stack: ExitStack) -> Callable[[str], Visitor]:
    """Makes customers, each in a browser of their own until the stack ends, who say something at once."""

    def come(words: str) -> Visitor:
        context = browser.new_context()
        stack.callback(context.close)
        customer = Visitor(context.new_page(), server.url)
        customer.arrive()
        customer.type(words)
        return customer

    return come
