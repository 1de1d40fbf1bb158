"""A question that the shop asks of its own accord, for the tests of its answers: how it comes about, what is said."""

from __future__ import annotations

from bot.core.orders import OrderEvent
from tests.flows.ordered import MINUTE, hear
from tests.flows.world import World


def ask(world: World, *events: OrderEvent) -> World:
    """What is told of an order calls for a question; it has left, and a minute has passed."""
    hear(world, *events)
    world.now += 3 * MINUTE
    world.work()
    world.now += MINUTE
    return world


def group(world: World) -> str:
    """The group of phrases that the newest text to the customer is from."""
    return str(world.said()[-1].details["phrase"]).rpartition("/")[0]
