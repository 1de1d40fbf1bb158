"""The people of a simulated month: customers who answer what the shop says, and whoever keeps the shop's orders. What
they do follows from the seed and from what they see."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bot.core.orders import Kind, OrderEvent, OrderFacts
from bot.trainer.month import Happening, Telling, event_of
from bot.trainer.saying import Means, Saying, Seen, told, words

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_UNDER_WAY = frozenset({Kind.SHIPPED, Kind.LOGISTICS, Kind.DELIVERED, Kind.SIGNED})
_ENDED = frozenset({Kind.CLOSED, Kind.REFUND_REQUESTED})
_ASKED = ((0.2, Means.YES), (0.07, Means.TELLS), (0.02, Means.WANTS), (0.01, Means.REFUSES), (0.01, Means.OTHER))
_DIFFERENCE = ((0.1, Means.NO), (0.05, Means.TELLS), (0.7, Means.YES))
_OWED = ((0.8, Means.TELLS),)
_COD = ((0.45, Means.YES), (0.2, Means.REFUSES), (0.1, Means.OTHER))
#: What customers answer, by plan and group of phrases; who does none of this stays silent.
_ANSWERS: Mapping[tuple[str, str], tuple[tuple[float, Means], ...]] = {
    ("address_check", "say"): _ASKED, ("address_check", "outside"): _ASKED, ("address_check", "changed"): _ASKED,
    ("address_check", "diff"): _DIFFERENCE, ("address_check", "diff_outside"): _DIFFERENCE,
    ("address_check", "ask"): _OWED, ("address_check", "again"): _OWED, ("address_check", "lack"): _OWED,
    ("cod_confirm", "say"): _COD, ("cod_confirm", "changed"): _COD,
    ("out_of_stock", "say"): (
        (0.3, Means.WAITS), (0.15, Means.SWAPS), (0.25, Means.REFUNDS), (0.05, Means.OTHER)
    ),
    ("shipped", "say"): ((0.01, Means.TELLS),),
    ("care_holiday", "say"): ((0.1, Means.TALK),),
    ("care_weather", "say"): ((0.1, Means.TALK),),
}  # fmt: skip
_ASKING = frozenset({"address_check", "cod_confirm", "out_of_stock"})


@dataclass(frozen=True, slots=True)
class Habits:
    """How often people do what they do, in shares of 1."""

    answers: float = 0.6  #: of the answers above
    stops: float = 0.01  #: what the shop says first is answered with a word to stop it
    agreed: float = 0.5  #: customers whom the platform calls agreed to care
    refused: float = 0.03  #: customers whom the platform calls unwilling
    own_page: float = 0.03  #: the address is changed on the platform's own page while the shop's question stands
    hasty: float = 0.05  #: who tells an address says yes behind it, perhaps before the answer can be read
    heeded: float = 0.6  #: confirmed changes that the order maker carries out before the parcel leaves


@dataclass(slots=True)
class Crowd:
    """Everybody beside the assistant."""

    seed: int
    habits: Habits = field(default_factory=Habits)
    agreed_tag: str = ""
    refused_tag: str = ""
    _coming: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _asked_of: dict[str, str] = field(default_factory=dict)  #: customer → the order of the question before them
    _wished: dict[str, str] = field(default_factory=dict)  #: order → the whole address told last
    _writes_at: dict[str, datetime] = field(default_factory=dict)  #: customer → when the answer in mind is written
    _under_way: set[str] = field(default_factory=set)
    _ended: dict[str, datetime] = field(default_factory=dict)

    def tags(self, customer: str) -> tuple[str, ...]:
        """What the platform says of a customer with each message."""
        dice = Random(f"{self.seed}/{customer}")
        agreed = (self.agreed_tag,) if dice.random() < self.habits.agreed else ()
        return (*agreed, *((self.refused_tag,) if dice.random() < self.habits.refused else ()))

    def tell(self, event: OrderEvent) -> None:
        """The shop's system has told of an event."""
        if event.kind in _UNDER_WAY:
            self._under_way.add(event.order)

    def lets(self, event: OrderEvent) -> bool:
        """Whether an event of the month still happens: what was closed on a customer's word is sent nowhere."""
        ended = self._ended.get(event.order)
        return ended is None or event.at <= ended

    def see(self, seen: Seen) -> None:
        """A text has reached a customer: let come what follows from it."""
        if not seen.plan:
            return
        if seen.order and seen.plan in _ASKING:
            self._asked_of[seen.customer] = seen.order
        order = seen.order or self._asked_of.get(seen.customer, "")
        dice = Random(f"{self.seed}/{order}/{seen.plan}/{seen.group}/{seen.at.timestamp()}")
        means = self._meant(dice, seen)
        if means is not None and self._writes_at.get(seen.customer, seen.at) <= seen.at:  # one thing after the other
            self._say(dice, seen, order, means)
        self._act(dice, seen, order)

    def come(self, one: Happening) -> None:
        """Let something happen when its time has come."""
        heapq.heappush(self._coming, (one.at, next(self._order), one))

    def due(self, now: datetime) -> list[Happening]:
        """What happens up to the aware moment `now`, and not again."""
        found: list[Happening] = []
        while self._coming and self._coming[0][0] <= now:
            one = heapq.heappop(self._coming)[2]
            if isinstance(one, Telling):
                if one.event.order in self._under_way:
                    continue  # nobody changes or closes what has left
                if one.event.kind in _ENDED:
                    self._ended.setdefault(one.event.order, one.event.at + _HOUR)
            found.append(one)
        return found

    @property
    def next_at(self) -> datetime | None:
        """When the next thing happens."""
        return self._coming[0][0] if self._coming else None

    def _meant(self, dice: Random, seen: Seen) -> Means | None:
        if seen.order and dice.random() < self.habits.stops:
            return Means.STOPS
        chance = dice.random() / max(self.habits.answers, 1e-9)
        for share, means in _ANSWERS.get((seen.plan, seen.group), ()):
            chance -= share
            if chance < 0:
                return means
        return None

    def _say(self, dice: Random, seen: Seen, order: str, means: Means) -> None:
        minutes = 1 + dice.expovariate(1 / 15) if dice.random() < 0.9 else dice.uniform(60, 900)
        text, place = told(dice) if means is Means.TELLS else (words(dice, means), "")
        if place:
            self._wished[order] = place
        at = self._writes_at[seen.customer] = seen.at + minutes * _MINUTE
        self.come(Saying(at, seen.customer, text, means, seen.plan, order, place))
        if means is Means.TELLS and dice.random() < self.habits.hasty:
            self.come(Saying(at + dice.random() * 2 * _MINUTE, seen.customer, words(dice, Means.YES), Means.YES))
        if seen.plan == "address_check" and dice.random() < self.habits.own_page:
            facts = OrderFacts(address=f"上海市浦东新区世纪大道{dice.randrange(1, 999)}号")
            self._tell(order, Kind.CHANGED, at - dice.uniform(0, 5) * _MINUTE, facts)

    def _act(self, dice: Random, seen: Seen, order: str) -> None:
        """What whoever keeps the shop's orders does."""
        at = seen.at + dice.uniform(0.5, 6) * _HOUR
        match seen.plan, seen.group:
            case "address_check", "noted":
                if order in self._wished and dice.random() < self.habits.heeded:
                    self._tell(order, Kind.CHANGED, at, OrderFacts(address=self._wished[order]))
            case "cod_confirm", "declined":
                self._tell(order, Kind.CLOSED, at)
            case "out_of_stock", "swaps":
                self._tell(order, Kind.CHANGED, at, OrderFacts(out_of_stock="", restock=""))
            case "out_of_stock", "refunds":
                self._tell(order, Kind.REFUND_REQUESTED, at)
                self._tell(order, Kind.REFUND_DONE, at + _HOUR, OrderFacts(refund_amount=1990))

    def _tell(self, order: str, kind: Kind, at: datetime, facts: OrderFacts | None = None) -> None:
        if order:
            self.come(Telling(at, event_of(order, kind, at, facts or OrderFacts())))
