"""Which group of a reply's phrases fits the circumstances: the order's stage, the mood, a repetition, a busy desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot.core.model import Stage

UPSET, REPEATED, BUSY = "upset", "repeated", "busy"
PRODUCT, IN_STOCK, SOLD_OUT = "product", "in_stock", "sold_out"
ORDER = "order"  #: the facts of the customer's order are known
#: What a group's name may be made of, most telling first: what is known of the product, then of the order, decides
#: before the way it is said.
CIRCUMSTANCES = (IN_STOCK, SOLD_OUT, PRODUCT, ORDER, *(stage.value for stage in Stage if stage), UPSET, REPEATED, BUSY)
DEFAULT = "default"
_STAGES = frozenset(stage.value for stage in Stage if stage)
_OF_ORDER = _STAGES | {ORDER}
#: Circumstances that only a known product brings about.
OF_GOODS = frozenset({IN_STOCK, SOLD_OUT, PRODUCT})


def circumstances(group: str) -> frozenset[str] | None:
    """What must hold for a group of phrases ("shipped+upset"): nothing for "default"; None when the name is wrong."""
    if group == DEFAULT:
        return frozenset()
    parts = group.split("+")
    known = all(part in CIRCUMSTANCES for part in parts) and len(set(parts)) == len(parts)
    return frozenset(parts) if known and len(_STAGES.intersection(parts)) <= 1 else None


class Situations:
    """The groups that each reply has, in the order in which they are preferred."""

    def __init__(self, situations: Iterable[str]) -> None:
        """`situations`: every "intent/group" there are phrases for."""
        found: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
        for situation in situations:
            intent, _, group = situation.rpartition("/")
            if (needed := circumstances(group)) is not None:
                found[intent].append((needed, situation))
        self._of: Mapping[str, list[tuple[frozenset[str], str]]] = {
            intent: sorted(groups, key=lambda group: _order(group[0])) for intent, groups in found.items()
        }

    def fitting(self, intent: str, holds: Collection[str]) -> tuple[str, ...]:
        """The situations of an intent whose circumstances all hold, the most telling first, "default" last."""
        groups = self._of.get(intent, ())
        return tuple(situation for needed, situation in groups if needed.issubset(holds))

    def depends_on(self, intent: str, circumstance: str) -> bool:
        """Whether an intent's reply has a group for this circumstance: only then is it worth finding out."""
        return any(circumstance in needed for needed, _ in self._of.get(intent, ()))


def _order(needed: frozenset[str]) -> tuple[object, ...]:
    """A group that knows product or order before one that does not, then the one that asks for more, then by the
    list."""
    ranks = sorted(CIRCUMSTANCES.index(name) for name in needed)
    return (not needed & OF_GOODS, not needed & _OF_ORDER, -len(needed), ranks)
