"""How many keys an agent needs for a hard case: part of the product's promise, so they are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.agent import Agent
from tests.browser.stopwatch import measure
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_hard_case_is_answered_with_few_keys(agent: Agent, customers: Callable[[str], Visitor]) -> None:
    found = measure(agent, customers)
    assert {name: measured.keys for name, measured in found.items()} == {
        "suggestion": 3,  # C, 1, Enter
        "edited": 6,  # C, 1, E, two characters, Enter
        "quick phrase": 8,  # C, /, four characters, Enter, Enter
    }
    assert found["edited"].text.endswith("ok")
    assert len({measured.text for measured in found.values()}) == 3
