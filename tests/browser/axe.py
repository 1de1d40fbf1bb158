"""axe-core in an open page: what it finds wrong, as lines that say which rule, which element and what would help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: WCAG 2.0 to 2.2, levels A and AA, and what axe-core's makers recommend beyond them.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
_AXE = Axe()


def faults(page: Page) -> list[str]:
    """Each rule that is broken, with the element, why, and where to read on.

    The script comes in by the debugger, which no policy of the page stops."""
    found = _AXE.run(page, options=_OPTIONS).response
    if not found["passes"]:
        raise RuntimeError(f"axe-core looked at nothing in {page.url}")
    return [line for violation in found["violations"] for line in _lines(violation)]


def _lines(violation: dict[str, Any]) -> Iterator[str]:
    for node in violation["nodes"]:
        element = " ".join(str(part) for part in node["target"])
        reasons = "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
        broken = f"{violation['id']} ({node['impact']}): {element}"
        yield "\n    ".join((broken, reasons or violation["help"], violation["helpUrl"]))
