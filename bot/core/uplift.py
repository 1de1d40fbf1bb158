"""What nudges bring: the difference between orders that got one and orders held out, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    paid: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.paid / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Uplift:
    """A difference of two shares and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def uplift(nudged: Share, held_out: Share) -> Uplift | None:
    """How much more of the nudged orders were paid; None until both kinds are there. Interval: Newcombe's hybrid score
    method (1998, method 10), which holds for small counts and shares near 0 or 1, too."""
    if not (nudged.of and held_out.of):
        return None
    difference = nudged.value - held_out.value
    (low_a, high_a), (low_b, high_b) = _wilson(nudged), _wilson(held_out)
    below = math.hypot(nudged.value - low_a, high_b - held_out.value)
    above = math.hypot(high_a - nudged.value, held_out.value - low_b)
    return Uplift(difference, difference - below, difference + above)


def _wilson(share: Share) -> tuple[float, float]:
    p, n, z = share.value, share.of, _Z
    middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)
