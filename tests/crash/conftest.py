"""What the crash tests share: servers that are gone after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.nursery import Nursery, QuickServer

Make = Callable[..., QuickServer]


@pytest.fixture
def make_server(nursery: Nursery, tmp_path: Path) -> Iterator[Make]:
    """Makes servers that are gone after the test."""
    made: list[QuickServer] = []

    def make(data_dir: Path | None = None, **environment: str) -> QuickServer:
        server = QuickServer(data_dir or tmp_path / "data", environment=environment, nursery=nursery)
        made.append(server)
        return server

    yield make
    for server in made:
        server.kill()
