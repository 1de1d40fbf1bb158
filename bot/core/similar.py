"""Which solved conversations are about the same thing as an open one: by what the customer wants and how it is put."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.core.evidence import characters
from bot.core.learn import Vocabulary
from bot.core.model import NOT_ANSWERABLE

#: So many are compared by what their words tell; the letters alone choose them among all.
_SHORTLIST = 16
#: From which likeness on two questions are about the same thing, where both are known to want the same and where not.
#: Measured on pairs of the trainers' examples: of those of two intents 99 in 100 are below 0.04.
_ALIKE, _ALIKE_BY_WORDS = 0.05, 0.12
#: Asking for a human says nothing of what about.
_CALL = re.compile("(?:请|帮我|给我)?(?:转|找|叫)?人工(?:客服|服务)?")
#: What speaks for a conversation beside its words: the same wish, the same stage of the order, each point above 3.
_SAME_INTENT, _SAME_STAGE, _POINT, _FAIR = 0.2, 0.05, 0.05, 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a customer wants."""

    words: tuple[str, ...]  #: in the order of the messages
    intent: str = ""  #: "" where only the words tell
    stage: str = ""  #: of the order, as the platform names it


@dataclass(frozen=True, slots=True)
class Solved:
    """A conversation that a human has brought to its end."""

    id: str
    asked: Asked
    score: int | None = None  #: that the customer gave, 1 to 5


def is_topic(intent: str) -> bool:
    """Whether an intent says what a conversation is about: 转人工 and 在吗 do not."""
    return bool(intent) and intent not in NOT_ANSWERABLE and not intent.startswith("chat.")


def nearest(
    wanted: Asked, solved: Sequence[Solved], wish: Callable[[str], str], vocabulary: Vocabulary, most: int
) -> list[str]:
    """The ids of up to `most` that are about the same thing, the nearest first; of equals the earlier in `solved`.
    `wish`: what a message says beside courtesies; `vocabulary`: how telling the learner found each piece of a word."""

    def weights(asked: Asked) -> dict[int, float]:
        text = ",".join(filter(None, (wish(_CALL.sub("", words)) for words in asked.words)))
        ids, shares = vocabulary.weigh(characters(text)) if text else ((), ())
        return dict(zip(map(int, ids), map(float, shares), strict=True))

    texts = ["".join(one.asked.words) for one in solved]
    found = process.extract("".join(wanted.words), texts, scorer=fuzz.ratio, limit=_SHORTLIST)
    shortlist = [solved[at] for at in sorted(at for _, _, at in found)]
    own = weights(wanted)
    ranked = []
    for one in shortlist:
        same = is_topic(wanted.intent) and one.asked.intent == wanted.intent
        likeness = _product(own, weights(one.asked))
        if likeness >= (_ALIKE if same else _ALIKE_BY_WORDS):
            ranked.append((likeness + _beside(wanted, one, same=same), one.id))
    return [id_ for _, id_ in sorted(ranked, key=lambda place: -place[0])[:most]]


def _beside(wanted: Asked, one: Solved, *, same: bool) -> float:
    stage = bool(wanted.stage) and wanted.stage == one.asked.stage
    rated = (one.score or _FAIR) - _FAIR
    return same * _SAME_INTENT + stage * _SAME_STAGE + rated * _POINT


def _product(one: dict[int, float], other: dict[int, float]) -> float:
    return sum(share * other[feature] for feature, share in one.items() if feature in other)
