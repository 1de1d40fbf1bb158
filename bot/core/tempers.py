"""When tempers run high: who must be asked before an answer goes out, when a lead takes over, what marks mean.

Marks tell colleagues what happened before. Neither tone nor routing looks at them (SR-274, SR-284): nothing of the
core but this module knows that there are any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.core.desk import Word
from bot.core.model import Mood

#: Moods in which an agent's sharp words must be meant twice (SR-283).
HOT = frozenset({Mood.ANGRY, Mood.ABUSIVE, Mood.THREATENING})
#: Insults of one case from which the lead is offered (SR-282: solve, say once where one stands, escalate, stop).
_LEAD_FROM = 2
#: Insults are counted over this time; our default, about one case.
ABUSE_WINDOW = timedelta(hours=24)


class Mark(StrEnum):
    """What agents may note of a customer; neutral words, for a human to judge by (SR-274)."""

    ABUSE = "abuse"
    CLAIMS = "claims"  #: demands out of proportion to the order (SR-275)
    PERSISTS = "persists"  #: no agreement after an apology and an offer (SR-276)
    REFUNDS = "refunds"
    OTHER = "other"


#: The marks in the agents' language.
MARK_TITLES: Mapping[Mark, str] = MappingProxyType(
    {
        Mark.ABUSE: "言语过激",
        Mark.CLAIMS: "诉求高于订单金额",
        Mark.PERSISTS: "多次协商未达成一致",
        Mark.REFUNDS: "多次退货退款",
        Mark.OTHER: "其他",
    }
)


def insults(said: Iterable[Word], mood: Callable[[str], Mood]) -> int:
    """How many messages of the customer's are heard as insults; recalled ones are taken back."""
    heard = (one for one in said if one.author == "customer" and one.state in ("pending", "decided"))
    return sum(mood(one.text) is Mood.ABUSIVE for one in heard)


def offers_lead(heard: int, marked: int) -> bool:
    """Whether the agent is offered to hand over to a lead: at the second insult, heard by the bot's ears or marked by
    an agent. The two are not added up, for both may mean the same message."""
    return max(heard, marked) >= _LEAD_FROM
