"""The list of a desk's practices that kefu carries out, gathered from where their ids stand in content and code.

`python -m tests.content.practices` writes it into phrases/README.md; the test holds the two together."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT

README = ROOT / "phrases" / "README.md"
HEADING = "## 做到的客服规范\n"
_INTRODUCTION = (
    "由 `python -m tests.content.practices` 从话术、对话、规则和程序里的编号汇总，不用手改。"
    "编号是客服手册里的条目（SR-001…SR-327）。\n"
)
_ID = re.compile(r"SR-(\d{3})(?:\s?[…~-]+\s?SR-(\d{3}))?")
_SHOWN = 3  # places named per practice


def places() -> dict[int, list[str]]:
    """Practice → the files that carry it out, content before code."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        for number in sorted(set(_numbers(path.read_text("utf-8")))):
            found[number].append(name)
    return dict(sorted(found.items()))


def section() -> str:
    """The list as it stands in the README."""
    rows = [f"| SR-{number:03} | {_named(names)} |" for number, names in places().items()]
    return "\n".join([HEADING, _INTRODUCTION, "| 编号 | 在哪里 |", "|---|---|", *rows, ""])


def _files() -> Iterator[Path]:
    for folder, ending in (("phrases", "yaml"), ("intents", "yaml"), ("bot", "py")):
        yield from sorted((ROOT / folder).rglob(f"*.{ending}"))


def _numbers(text: str) -> Iterator[int]:
    """Every practice named, ranges such as SR-251…SR-257 spelt out."""
    for first, last in _ID.findall(text):
        yield from range(int(first), int(last or first) + 1)


def _named(names: list[str]) -> str:
    more = f" 等 {len(names)} 处" if len(names) > _SHOWN else ""
    return "、".join(f"`{name}`" for name in names[:_SHOWN]) + more


def main() -> None:
    """Write the list and say how long it is."""
    text = README.read_text("utf-8").partition(HEADING)[0].rstrip() + "\n\n" + section()
    README.write_text(text, "utf-8")
    sys.stdout.write(f"{len(places())} practices listed in {README.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
