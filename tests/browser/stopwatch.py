"""How many keys, and how long, from a hard case on the screen to its answer on the way; `make stopwatch` prints it.

Keys are counted by the page itself. The milliseconds are those of page and server at the speed of the test driver:
nobody reads or thinks meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from playwright.sync_api import expect
from rich.console import Console

from tests.browser.agent import Agent, account, at_the_desk, is_there
from tests.browser.scratch import scratch_shop
from tests.browser.visitor import coming

_COUNT = """window.pressed = 0;
document.addEventListener("keydown", (event) => { window.pressed += event.isTrusted && !event.repeat; }, true);"""
#: Questions that the bot only prepares an answer to, a new one for each course.
_ASKED = ("这款锅是什么材质的", "这条裤子是纯棉的吗", "这件是什么面料的")


@dataclass(frozen=True, slots=True)
class Measured:
    """One way from a case to its answer."""

    keys: int
    milliseconds: float
    text: str  #: what was sent


def take(agent: Agent) -> None:
    """The suggestion as it is."""
    agent.press("c")
    expect(agent.suggestions).to_have_count(1)
    agent.press("1", "Enter")


def edit(agent: Agent) -> None:
    """The suggestion with two characters more; they count as two keys."""
    agent.press("c")
    expect(agent.suggestions).to_have_count(1)
    agent.press("1", "e")
    expect(agent.draft).to_be_focused()
    agent.press("o", "k", "Enter")


def quick_phrase(agent: Agent) -> None:
    """A quick phrase by its code of four characters."""
    agent.press("c")
    expect(agent.draft).to_be_focused()
    agent.press("/", "f", "h", "0", "1")
    expect(agent.phrases).to_have_count(1)
    agent.press("Enter")
    expect(agent.draft).not_to_have_value("")
    agent.press("Enter")


COURSES: Mapping[str, Callable[[Agent], None]] = {"suggestion": take, "edited": edit, "quick phrase": quick_phrase}


def measure(agent: Agent, come: Callable[[str], object]) -> dict[str, Measured]:
    """Every course once, each on a case of its own, at a desk whose queue is empty."""
    agent.page.add_init_script(_COUNT)
    return {
        name: _measured(agent, come, asked, course)
        for asked, (name, course) in zip(_ASKED, COURSES.items(), strict=True)
    }


def _measured(agent: Agent, come: Callable[[str], object], asked: str, course: Callable[[Agent], None]) -> Measured:
    agent.page.reload()
    expect(agent.page.get_by_text("在等")).to_be_visible()
    come(asked)
    expect(agent.row(asked)).to_be_visible()
    began = time.perf_counter()
    course(agent)
    expect(agent.bubbles("agent")).to_have_count(1)
    taken = time.perf_counter() - began
    keys = int(agent.page.evaluate("window.pressed"))
    text = agent.bubbles("agent").inner_text()
    agent.press("Escape", "r")
    expect(agent.row(asked)).to_have_count(0)
    return Measured(keys, 1000 * taken, text)


def main() -> None:
    """Print the table for README.md."""
    with ExitStack() as stack:
        server, browser = stack.enter_context(scratch_shop())
        password = account(server, "小美")
        is_there(server, "小美", password, "busy")  # and so claims by hand
        agent = stack.enter_context(at_the_desk(browser, server, "小美", password, {}))
        found = measure(agent, coming(browser, server, stack))
    print_ = Console(highlight=False).print
    print_("| from a hard case on the screen to its answer | keys | ms |\n|---|---|---|")
    for name, measured in found.items():
        print_(f"| {name} | {measured.keys} | {measured.milliseconds:.0f} |")


if __name__ == "__main__":
    main()
