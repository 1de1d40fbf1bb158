"""A lead at the supervisor view: signs in, looks on, whispers and orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.agent import sign_in
from tests.server import Server


@dataclass
class Lead:
    """One browser with the supervisor view in it."""

    page: Page
    name: str
    complaints: list[str] = field(default_factory=list)  #: console errors and script errors

    def arrive(self, password: str) -> None:
        """Sign in on the way to the view, and wait until it is there."""
        sign_in(self.page, "/desk/lead", self.name, password, self.complaints)
        expect(self.agent(self.name)).to_be_visible()

    def waiting(self, words: str) -> Locator:
        """The customer who waits and said something."""
        return self.page.get_by_role("list", name="等回复的顾客").get_by_role("button").filter(has_text=words)

    def flag(self, words: str) -> Locator:
        """The card of a red flag."""
        return self.page.locator("#flags-open > li").filter(has_text=words)

    def agent(self, name: str) -> Locator:
        """The card of an agent."""
        return self.page.get_by_role("list", name="客服").get_by_role("listitem").filter(has_text=name)

    @property
    def watched(self) -> Locator:
        """The conversation that is looked at."""
        return self.page.locator("#watching")

    def look(self, words: str) -> None:
        """Open the conversation of a customer who waits."""
        self.waiting(words).click()
        expect(self.watched.locator(".customer .bubble").filter(has_text=words)).to_be_visible()

    def whisper(self, text: str) -> None:
        """Leave a note for whoever works in the conversation."""
        self.page.get_by_label("提示客服").fill(text)
        self.page.keyboard.press("Enter")
        expect(self.watched.locator(".whisper .bubble").last).to_have_text(text)

    def take_over(self, reason: str) -> None:
        """Take the conversation that is looked at."""
        self.watched.get_by_role("button", name="接管").click()
        dialog = self.page.get_by_role("dialog", name="接管")
        dialog.get_by_label("原因").fill(reason)
        self.page.keyboard.press("Enter")

    def reassign(self, to: str, reason: str) -> None:
        """Give the conversation that is looked at to an agent."""
        self.watched.get_by_role("button", name="转派").click()
        dialog = self.page.get_by_role("dialog", name="转派")
        dialog.get_by_label("客服").select_option(to)
        dialog.get_by_label("原因").fill(reason)
        self.page.keyboard.press("Enter")


@contextmanager
def at_the_wall(browser: Browser, server: Server, name: str, password: str, **options: Any) -> Iterator[Lead]:
    """A supervisor view that is opened, and closed afterwards."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options}, base_url=server.url)
    lead = Lead(context.new_page(), name)
    lead.arrive(password)
    yield lead
    context.close()
