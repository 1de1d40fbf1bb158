"""After-sale cases in the world of the flows' tests: who opens them, works on them, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.core.accounts import Role
from bot.core.cases import Case
from bot.core.orders import Kind, OrderEvent, OrderFacts
from bot.flows import case_telling, case_work, cases, proactive
from bot.flows.case_work import Hand
from bot.flows.cases import Opening
from bot.store import agents, case_parts
from bot.store import cases as queries
from bot.store.case_parts import Entry, Evidence
from bot.store.cases import Wanted
from bot.store.messages import StoredMessage
from tests.flows.world import SHOP, SILENCE, World

T = TypeVar("T")
PEOPLE = {"小美": Role.AGENT, "阿强": Role.AGENT, "店长": Role.LEAD, "老板": Role.ADMIN}


@dataclass(slots=True)
class CaseDesk:
    """The people of a world's shop at their cases."""

    world: World

    def __post_init__(self) -> None:
        for name, role in PEOPLE.items():
            self._do(lambda tx, n=name, r=role: self._hire(tx, n, r))  # type: ignore[misc]

    def hand(self, name: str = "小美") -> Hand:
        """Somebody now."""
        return Hand(SHOP, name, PEOPLE[name], self.world.now)

    def open(self, kind: str = "lost", order: str = "A1", name: str = "小美", **fields: Any) -> Case:
        """Somebody opens a case and owns it."""
        opening = Opening(kind, order, owner=name, **fields)
        kinds, hand = self.world.knowledge.case_kinds, self.hand(name)
        return self._do(lambda tx: cases.open_by_hand(tx, kinds, opening, hand))

    def act(self, case: Case, story: Callable[..., Case], *arguments: Any, name: str = "小美") -> Case:
        """One of the stories about a case."""
        kinds, hand = self.world.knowledge.case_kinds, self.hand(name)
        return self._do(lambda tx: story(case_work.taken(tx, kinds, case.id, hand), *arguments))

    def tell(self, case: Case, text: str = "", name: str = "小美") -> StoredMessage:
        """Tell the customer."""
        hand = self.hand(name)
        return self._do(lambda tx: case_telling.tell(tx, self.world.knowledge, case.id, hand, SILENCE, text))

    def happens(self, kind: Kind, order: str = "A1", customer: str = "c1", **facts: Any) -> None:
        """The shop's system tells of an order."""
        told = OrderFacts(channel=self.world.channel.id, customer=customer, **facts)
        event = OrderEvent(f"{kind}{self.world.now}", order, kind, self.world.now, told)
        self._do(lambda tx: proactive.hear(tx, self.world.knowledge, SHOP, [event], self.world.now))

    def pass_time(self, **span: float) -> None:
        """Time goes by, and the worker does what is due."""
        self.world.now += timedelta(**span)
        self.world.work()

    def all(self) -> list[Case]:
        """The shop's cases, the most pressing first."""
        return [one.case for one in self._see(lambda tx: queries.listed(tx, SHOP, Wanted()))]

    def only(self) -> Case:
        """The shop's one case."""
        [case] = self.all()
        return case

    def history(self, case: Case) -> list[Entry]:
        """All that was done."""
        return self._see(lambda tx: case_parts.history(tx, SHOP, case.id))

    def kinds_of_history(self, case: Case) -> list[str]:
        """In one word each."""
        return [entry.kind for entry in self.history(case)]

    def evidence(self, case: Case) -> list[Evidence]:
        """What is known."""
        return self._see(lambda tx: case_parts.evidence_of(tx, SHOP, case.id))

    def offers(self, case: Case) -> list[str]:
        """The ids of the offers."""
        return [offer.id for offer in self._see(lambda tx: case_parts.offers_of(tx, SHOP, case.id))]

    def _hire(self, tx: sa.Connection, name: str, role: Role) -> None:
        agents.add(tx, SHOP, name, role.value, "", self.world.now)

    def _do(self, story: Callable[[sa.Connection], T]) -> T:
        return self.world.store.submit(story).result()

    def _see(self, story: Callable[[sa.Connection], T]) -> T:
        return self.world.store.read(story).result()
