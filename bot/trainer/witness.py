"""Remembers what customers of a simulated month were shown and what they said to it, and compares that with the books
at the end: nothing is confirmed that nobody saw, and no wish is lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.address.model import Address
from bot.core.orders import Kind, OrderEvent
from bot.core.plans import Asks, Plan
from bot.trainer.books import Books
from bot.trainer.saying import Means, Saying, Seen

_OVER = frozenset({
    Kind.SHIPPED, Kind.LOGISTICS, Kind.DELIVERED, Kind.SIGNED, Kind.REFUND_REQUESTED, Kind.REFUND_DONE, Kind.CLOSED
})  # fmt: skip
_FACTS = ("address", "receiver", "phone", "amount")
#: Groups of phrases that show something a yes may mean: the order, or a change of its address.
_SHOW_ORDER, _SHOW_CHANGE = frozenset({"say", "outside", "changed"}), frozenset({"diff", "diff_outside"})
#: Those that leave what was shown before as it is.
_BESIDE = frozenset({"courier", "couriers"})
_CHOICES = frozenset({Means.REFUSES, Means.WAITS, Means.SWAPS, Means.REFUNDS})
_ADDRESS_WORDS = frozenset({Means.TELLS, Means.WANTS, Means.NO, Means.REFUSES})
#: So long may a word or a ticket take that a customer's wish calls for, and the note or ticket for a choice (silence
#: of four hours is a human's besides); at the end of the month the same time is left.
_WORD, _RECORD = timedelta(minutes=15), timedelta(hours=5)
_SLACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a customer saw last that a yes may mean."""

    plan: str
    is_change: bool
    stands: Mapping[str, str]  #: the orders that it may be about, each as it stood then
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wished:
    """Something that a customer wants."""

    customer: str
    order: str
    since: datetime  #: when the shop asked
    at: datetime
    needs_record: bool  #: a note or a ticket, not only a word


@dataclass(slots=True)
class Witness:
    """Sees what customers see, and hears what they say."""

    plans: Mapping[str, Plan]
    agreed: dict[tuple[str, datetime], list[Shown]] = field(default_factory=lambda: defaultdict(list))
    wished: list[Wished] = field(default_factory=list)
    answered: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))  #: customer → texts seen
    shown: dict[str, Shown] = field(default_factory=dict)  #: by customer
    _facts: dict[tuple[str, str], tuple[tuple[datetime, str], str]] = field(default_factory=dict)
    _of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  #: customer → orders
    _over: dict[str, datetime] = field(default_factory=dict)  #: order → since when it is no paid order any more
    _filled: dict[str, datetime] = field(default_factory=dict)  #: order → when what ran out was there again
    lost: list[Wished] = field(default_factory=list)

    def tell(self, event: OrderEvent, now: datetime) -> None:
        """The shop's system has told of an event."""
        facts, stamp = event.facts, (event.at, event.id)
        for name in _FACTS:
            value = getattr(facts, name)
            known = self._facts.get((event.order, name))
            if value is not None and (known is None or stamp > known[0]):
                self._facts[event.order, name] = stamp, str(value)
        if facts.customer:
            self._of[facts.customer].add(event.order)
        if event.kind in _OVER:
            self._over.setdefault(event.order, now)
        if facts.out_of_stock == "":
            self._filled.setdefault(event.order, now)

    def see(self, seen: Seen) -> None:
        """A text has reached a customer."""
        self.answered[seen.customer].append(seen.at)
        plan = self.plans.get(seen.plan)
        if plan is None or not plan.asks or seen.group in _BESIDE:
            return
        is_change = seen.group in _SHOW_CHANGE
        if not is_change and seen.group not in _SHOW_ORDER:
            self.shown.pop(seen.customer, None)
            return
        orders = {seen.order} if seen.order else self._of[seen.customer]
        stands = {order: self._stands(order, plan) for order in orders}
        self.shown[seen.customer] = Shown(plan.id, is_change, stands, seen.text, seen.at)

    def hear(self, saying: Saying, now: datetime) -> None:
        """A customer wrote."""
        shown = self.shown.get(saying.customer)
        agreed = self._agreed(shown, saying) if shown else ()
        if shown and agreed:
            still = {order: shown.stands[order] for order in agreed}
            self.agreed[saying.customer, now].append(
                Shown(shown.plan, shown.is_change, still, shown.text, shown.at)
            )
        if saying.order:
            self._wishes(saying, shown, now)

    def judge(self, books: Books, end: datetime) -> Counter[str]:
        """The faults that the books show at an aware moment."""
        self.lost = [one for one in self.wished if one.at < end - _RECORD and not self._is_kept(one, books)]
        return Counter(
            unbound=sum(1 for _ in self._unbound(books)), lost=len(self.lost),
            uncalled=sum(1 for _ in self._uncalled(books, end)),
        )  # fmt: skip

    def _stands(self, order: str, plan: Plan) -> str:
        names = ("amount",) if plan.asks is Asks.COD else ("address", "receiver", "phone")
        return " ".join(self._facts.get((order, name), ("", ""))[1] for name in names)

    def _agreed(self, shown: Shown, saying: Saying) -> Sequence[str]:
        """The orders for which a text agrees to what was shown and still stands: a yes, or the very address."""
        plan = self.plans[shown.plan]
        return [
            order for order, stood in shown.stands.items()
            if order not in self._over and self._stands(order, plan) == stood
            and (saying.means is Means.YES or (saying.place and stood.startswith(f"{saying.place} ")))
        ]  # fmt: skip

    def _wishes(self, saying: Saying, shown: Shown | None, now: datetime) -> None:
        plan = self.plans.get(saying.about)
        if plan is None:
            return
        since = shown.at if shown else now
        is_paid = saying.order not in self._over
        chosen = plan.asks in (Asks.COD, Asks.STOCK) and saying.means in _CHOICES
        confirmed = bool(shown and shown.is_change and saying.means is Means.YES)
        if (chosen or confirmed) and is_paid:
            agreed = not confirmed or saying.order in {
                order for one in self.agreed.get((saying.customer, now), ()) for order in one.stands
            }
            self.wished.append(Wished(saying.customer, saying.order, since, now, agreed))
        elif chosen or confirmed or saying.means in _ADDRESS_WORDS:
            self.wished.append(Wished(saying.customer, saying.order, since, now, needs_record=False))

    def _is_kept(self, wished: Wished, books: Books) -> bool:
        until = wished.at + (_RECORD if wished.needs_record else _WORD)
        with_human = any(
            opened <= until and (resolved is None or resolved >= wished.since)
            for opened, resolved in books.tickets.get(wished.customer, ())
        )  # fmt: skip
        noted = any(
            wished.since <= at <= until for order in self._of[wished.customer] for at in books.notes.get(order, ())
        )
        if with_human or noted or wished.needs_record:
            return with_human or noted
        return any(wished.at <= at <= until for at in self.answered.get(wished.customer, ()))

    def _unbound(self, books: Books) -> Iterator[str]:
        """Orders confirmed or changed without a yes to what was shown and still stood."""
        for one in books.questions:
            if one.answer == "right" and one.answered_at is not None:
                yes = self.agreed.get((one.customer, one.answered_at), ())
                if not any(one.order in of.stands and of.plan == one.plan and not of.is_change for of in yes):
                    yield one.order
        for customer, order, at in books.changes:
            changes = [of for of in self.agreed.get((customer, at), ()) if of.is_change and order in of.stands]
            wish = books.wishes.get(order)
            if not any(wish is None or wish[0] != at or self._says(of, order, wish[1]) for of in changes):
                yield order

    def _says(self, shown: Shown, order: str, new: Address) -> bool:
        """Whether place, name and phone of a change stand in what was shown, or in the order."""
        stood = shown.stands[order]
        return all(part in shown.text or part in stood for part in (new.region, new.detail, new.name, new.phone))

    def _uncalled(self, books: Books, end: datetime) -> Iterator[str]:
        """Orders of which nobody answered a question and nobody was asked to call, though they still stood so."""
        for one in books.questions:
            silent = self.plans[one.plan].silent
            if silent is None or one.answer or one.ticket or one.at + silent.after + _SLACK > end:
                continue
            filled = self._filled.get(one.order) if self.plans[one.plan].asks is Asks.STOCK else None
            over = min(filter(None, (self._over.get(one.order), filled)), default=None)
            if over is None or over > one.at + silent.after + _SLACK:
                yield one.order
