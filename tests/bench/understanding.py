"""One message understood, in a process of its own that holds the content and nothing else: latency, load, memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from bot import wiring
from bot.settings import ROOT, Settings
from tests.bench.memory import memory_mb

#: Texts that a stranger might send to keep kefu busy (bar 60): 500 characters and more of everything.
HOSTILE = (
    "发" * 20_000,
    "什么时候发货" * 3_500,
    "😀🎉" * 5_000,
    "7" * 600,
    "138 0013 8000 " * 50,
    "([{（【《" * 60 + "》】）}])" * 60,
    "发活退宽块递单好" * 70,  # homophones: 发货退款快递单号
    "吗，能发吗，" * 100,
    "不是要退货，也不是要换货，" * 40,
    "一米六八一百二十斤，35.5码，" * 40,
    "浙江省杭州市西湖区文三路18号2栋3单元，" * 30,
    "https://item.taobao.com/item.htm?id=123456789&" * 15,
    "e\u0301\u200b" * 3_000,
    "\ufdfa" * 2_000,  # one character that NFKC turns into eighteen
)
_WARM_UP = 200
_TRIES = 3  # of a hostile text; the quickest counts, for the machine's own pauses are no fault of the text


def run(texts: Sequence[str]) -> dict[str, float]:
    """The figures of a fresh process that understands these texts and the hostile ones, by name."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.understanding"], input=json.dumps(texts), capture_output=True, text=True,
        cwd=ROOT, check=True,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(understand: Callable[[str], object], texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds that one of these texts takes, and the worst hostile one."""
    for text in texts[:_WARM_UP]:
        understand(text)
    taken = sorted(_milliseconds(understand, text) for text in texts)
    worst = max(min(_milliseconds(understand, text) for _ in range(_TRIES)) for text in HOSTILE)
    return {"p50": taken[len(taken) // 2], "p99": taken[len(taken) * 99 // 100], "hostile": worst}


def _milliseconds(understand: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    understand(text)
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Load, then understand what standard input holds; print the figures as JSON."""
    began = time.perf_counter()
    knowledge = wiring.load_content(Settings()).knowledge
    figures = {"load": time.perf_counter() - began, "memory": memory_mb("self")[0]}
    knowledge.warm()
    sys.stdout.write(json.dumps(figures | measure(knowledge.understand, json.load(sys.stdin))))


if __name__ == "__main__":
    main()
