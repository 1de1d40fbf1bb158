"""What becomes of an order, for tests of what the shop says first: its events, its timers, the ledger, the texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.orders import Item, Kind, OrderEvent, OrderFacts
from bot.flows import proactive
from bot.store import proactive as ledger
from bot.store.tables import conversations
from tests.flows.world import SHOP, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FACTS = OrderFacts(
    channel="scratch", customer="c1", items=(Item("P1", "棉袜"),), amount=1990, receiver="林小满",
    phone="13812345678", address="浙江省杭州市西湖区文三路1号",
)  # fmt: skip


def event(world: World, kind: Kind, facts: OrderFacts | None = None, order: str = "A1", **more: Any) -> OrderEvent:
    """Something that happens to an order now."""
    id_ = f"{kind}{world.now.timestamp()}"
    return OrderEvent(id_, order, kind, world.now, facts or OrderFacts(channel="scratch", customer="c1"), **more)


def hear(world: World, *events: OrderEvent) -> None:
    """The shop's system tells of it."""
    world.store.submit(lambda tx: proactive.hear(tx, world.knowledge, SHOP, events, world.now)).result()


def buy(world: World, order: str = "A1", facts: OrderFacts = FACTS) -> None:
    """An order comes in, not paid."""
    hear(world, event(world, Kind.CREATED, facts, order))


def entries(world: World, plan: str = "") -> list[tuple[str, str, str]]:
    """The ledger, newest first: plan, outcome, reason."""
    found = world.store.read(lambda tx: ledger.listed(tx, SHOP, plan=plan)).result()
    return [(row["plan"], row["outcome"], row["reason"]) for row in found]


def waiting(world: World) -> dict[str, datetime]:
    """The timers that wait, by plan."""
    return {str(row["payload"]["plan"]): row["run_at"] for row in world.jobs("proactive")}


def texts(world: World, customer: str = "c1") -> Sequence[str]:
    """What the bot said to the customer and did not take back."""
    rows = world.rows(conversations, conversations.c.customer == customer)
    return [one.text for one in world.said(customer=customer) if one.state != "dropped"] if rows else []


def run_timers(world: World) -> None:
    """Let the timers that are due run, without anything being sent yet."""

    def story(tx: sa.Connection) -> None:
        for row in world.jobs("proactive"):
            if row["run_at"] <= world.now:
                plan, order = row["payload"]["plan"], row["payload"]["order"]
                proactive.speak_first(tx, world.knowledge, SHOP, plan, order, world.now)

    world.store.submit(story).result()
