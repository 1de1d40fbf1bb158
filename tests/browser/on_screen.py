"""How long from a webhook's answer to the words on a screen while 200 desks look on; `make stopwatch` prints it.

A real Chromium has a conversation open; the 200 others are streams of a process of their own, and twenty new customers
arrive a second, each of whom the page lists, too. Page and webhook read the same clock.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from multiprocessing.synchronize import Event
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from bot.settings import ROOT
from tests.bench import desks, processes, staff
from tests.bench.floor import CHANNEL, SHOP
from tests.bench.processes import Fleet
from tests.bench.traffic import Traffic
from tests.browser.agent import account, at_the_desk, is_there
from tests.browser.conftest import CHROMIUM, QUIET
from tests.server import message

_WORDS = "第{}句"
_SIGNED_IN = 180  #: seconds for 200 passwords
_COUNT, _EVERY = 60, 0.4  #: messages of the customer whose conversation is open, and seconds between them
#: Notes when each line of the open conversation came to stand on the page: Unix milliseconds by its words.
_NOTE = """() => {
  window.came = {};
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now(), log = document.querySelector('[role="log"]');
    for (const said of log.querySelectorAll(".customer .bubble")) came[said.textContent.trim()] ??= at;
  }).observe(document.querySelector('[role="log"]'), { childList: true, subtree: true });
}"""


def _crowd(port: int, names: Sequence[str], requests: Sequence[bytes], looks_on: Event) -> None:
    """The other desks and the other customers."""
    agents = staff.sign_in(port, names)
    event = staff.open_pages(port, agents)
    told = desks.watch(port, agents, event, requests, looks_on.set)
    if told.faults or told.lost or told.doubled:
        sys.exit(f"the other desks: {told.lost} lost, {told.doubled} doubled, {told.faults}")


def _say(fleet: Fleet, number: int) -> float:
    """One line of the customer; when its webhook was answered, in Unix milliseconds."""
    answer = fleet.servers[0].post(CHANNEL, message(_WORDS.format(number), "the-one", SHOP), fleet.secret)
    answer.raise_for_status()
    return 1000 * time.time()


def _delays(page: Page, answered: Mapping[str, float]) -> list[float]:
    """Milliseconds from answer to screen, ascending; below zero where the screen was earlier."""
    page.wait_for_function(f"Object.keys(came).length >= {len(answered)}")
    came = page.evaluate("came")
    return sorted(came[words] - at for words, at in answered.items())


def measure(folder: Path) -> list[float]:
    """The delays of one conversation's lines."""
    with ExitStack() as stack:
        fleet = stack.enter_context(processes.whole_product(folder, "", 1))
        playwright = stack.enter_context(sync_playwright())
        [port] = fleet.ports
        names = staff.hire(fleet.servers[0], "")
        fleet.servers[0].post(CHANNEL, message("转人工", "the-one", SHOP), fleet.secret).raise_for_status()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        password = account(fleet.servers[0], "screen")
        is_there(fleet.servers[0], "screen", password, "busy")
        looker = stack.enter_context(at_the_desk(browser, fleet.servers[0], "screen", password, {}))
        looker.take_over("转人工")
        page = looker.page
        requests = Traffic().conversations(round(desks.PER_SECOND * _COUNT * _EVERY), fleet.secret, CHANNEL, SHOP)
        begun = multiprocessing.get_context("spawn")
        looks_on = begun.Event()
        crowd = begun.Process(target=_crowd, args=(port, names, requests, looks_on))
        crowd.start()
        if not looks_on.wait(_SIGNED_IN):
            raise RuntimeError("the other desks were not open in time")
        page.evaluate(_NOTE)
        answered = {}
        for number in range(_COUNT):
            answered[_WORDS.format(number)] = _say(fleet, number)
            page.wait_for_timeout(1000 * _EVERY)
        delays = _delays(page, answered)
        crowd.join()
        if crowd.exitcode:
            raise RuntimeError("the other desks were not served as they should be")
    return delays


def main() -> None:
    """Print the row for README.md."""
    (ROOT / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="on-screen-", dir=ROOT / "data") as folder:
        delays = measure(Path(folder))
    middle, high = delays[len(delays) // 2], delays[round(0.99 * (len(delays) - 1))]
    print_ = Console(highlight=False, soft_wrap=True).print
    print_(f"| from a webhook's answer to the screen, 200 desks connected, {len(delays)} messages | p50 | p99 | most |")
    print_(f"|---|---|---|---|\n| ms (bar 200) | {middle:.0f} | {high:.0f} | {delays[-1]:.0f} |")


if __name__ == "__main__":
    main()
