"""Fixtures of the flows' tests: a world on each kind of store."""

from __future__ import annotations

import pytest

from bot.content.live import LiveContent
from bot.store.base import Store
from tests.flows.world import World


@pytest.fixture
def world(store: Store, content: LiveContent) -> World:
    """A shop that answers every message by itself."""
    return World(store, content.knowledge, content=content)


@pytest.fixture
def patient(store: Store, content: LiveContent) -> World:
    """A shop that waits three seconds for more fragments."""
    return World(store, content.knowledge, quiet_seconds=3.0, content=content)


@pytest.fixture
def calling(world: World) -> World:
    """A shop whose replies are posted to the platform."""
    world.call_back()
    return world
