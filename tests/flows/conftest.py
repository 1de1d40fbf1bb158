"""Fixtures of the flows' tests: a world on each kind of store, and what the models of all orders of events play on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.content.live import LiveContent
from bot.core.knowledge import Knowledge
from bot.store.base import Store
from tests.flows.one_conversation import Overheard, fresh_disk
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


@pytest.fixture(scope="module")
def overheard(knowledge: Knowledge) -> Overheard:
    """The real knowledge, listened to."""
    return Overheard(knowledge)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The file that all examples of a module use."""
    engine = fresh_disk(tmp_path_factory.mktemp("model"))
    yield engine
    engine.dispose()
