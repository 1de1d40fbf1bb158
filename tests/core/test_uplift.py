"""The interval of what nudges bring, against published figures."""

from __future__ import annotations

import pytest

from bot.core.uplift import Share, uplift


@pytest.mark.parametrize(
    ("nudged", "held_out", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table II, method 10
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_the_published_one(nudged: Share, held_out: Share, low: float, high: float) -> None:
    found = uplift(nudged, held_out)
    assert found is not None
    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=5e-4)


def test_nothing_is_said_of_nothing() -> None:
    assert uplift(Share(3, 10), Share(0, 0)) is None
