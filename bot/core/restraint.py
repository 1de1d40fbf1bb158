"""What no example can teach: small talk stands alone, and "not for us" needs a majority."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.core.courtesy import Courtesy
from bot.core.learn import Floats
from bot.core.model import NOT_ANSWERABLE

#: In a text with more to say these are only the wrapping of a wish.
_SMALL_TALK = frozenset({"chat.greet", "chat.affirm", "chat.deny", "chat.thanks", "chat.bye", "chat.wait"})
_ALONE = 4  # characters beside courtesies that small talk may have
_WRAPPING = 0.1  # what is left of small talk's share when there is more to say
_MOST = 0.5  # and what it may be at most: a long text is never answered with 不客气 alone
#: Below a majority "not for the shop" and "not clear" only make everything less sure: an agent who gets three
#: suggestions has no use for "unclear". Both rules together brought top-1 from 0.707 to 0.728 (measured).
_MAJORITY, _MINOR = 0.6, 0.05


class Restraint:
    """Corrects learned shares; the columns are `intents` in order."""

    def __init__(self, intents: Sequence[str], courtesy: Courtesy) -> None:
        self._courtesy = courtesy
        self._wrapping = np.array([_WRAPPING if intent in _SMALL_TALK else 1.0 for intent in intents], dtype=np.float32)
        self._most = np.array([_MOST if intent in _SMALL_TALK else 1.0 for intent in intents], dtype=np.float32)
        self._rejects = [at for at, intent in enumerate(intents) if intent in NOT_ANSWERABLE]

    def corrected(self, shares: Floats, text: str) -> Floats:
        """The shares of a normalised text, summing to at most one."""
        if len(self._courtesy.wish(text)) > _ALONE:
            shares = shares * self._wrapping
            shares /= shares.sum()
            shares = np.minimum(shares, self._most)
        else:
            shares = shares.copy()
        for at in self._rejects:
            if shares[at] < _MAJORITY:
                shares[at] *= _MINOR
        return shares
