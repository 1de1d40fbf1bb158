"""The running application that the web's tests post to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.content.live import LiveContent
from bot.store.sqlite import SqliteStore
from tests.web.front import Front, opened


@pytest.fixture
def anyio_backend() -> str:
    """The web's tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
async def front(sqlite_store: SqliteStore, content: LiveContent) -> AsyncIterator[Front]:
    """Two shops, four channels, content loaded."""
    async with opened(sqlite_store, content) as running:
        yield running
