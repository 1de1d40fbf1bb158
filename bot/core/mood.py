"""Hear how the customer sounds and whether a human is asked for, from the trainers' word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.core.model import Aim, Mood
from bot.core.pattern_language import any_of

#: Strongest first: a threat in an urging message is a threat.
_STRENGTH = (Mood.THREATENING, Mood.ABUSIVE, Mood.ANGRY, Mood.DISPLEASED, Mood.URGING)

#: The word lists that are listened for.
SIGNALS = ("human", "not_human", *(mood.value for mood in _STRENGTH), *(f"at_{aim.value}" for aim in Aim if aim))


class Signals:
    """Compiled word lists of `intents/_signals.yaml`."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._moods = [(mood, re.compile(_heard(lists.get(mood.value, ())))) for mood in _STRENGTH]
        self._aims = [(aim, re.compile(any_of(lists.get(f"at_{aim.value}", ())))) for aim in Aim if aim]
        self._human = re.compile(any_of(lists.get("human", ())))
        self._not_human = re.compile(any_of(lists.get("not_human", ())))

    def mood(self, text: str) -> Mood:
        """The strongest mood heard in a normalised text."""
        return next((mood for mood, pattern in self._moods if pattern.search(text)), Mood.CALM)

    def aim(self, text: str) -> Aim:
        """What an upset text is about: the people first, for they need another handling than a late parcel."""
        return next((aim for aim, pattern in self._aims if pattern.search(text)), Aim.NOTHING)

    def wants_human(self, text: str) -> bool:
        """Whether the customer asks for a human, and not for handwork (人工费, 手工)."""
        return bool(self._human.search(self._not_human.sub(" ", text)))


def _heard(words: Iterable[str]) -> str:
    """The expression for any of these words; a number only where it stands alone: 12315 is in many a phone number."""
    listed = tuple(words)
    numbers, others = ([word for word in listed if word.isdigit() is digits] for digits in (True, False))
    return rf"{any_of(others)}|(?<!\d){any_of(numbers)}(?!\d)"
