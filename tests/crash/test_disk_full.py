"""A full disk: nothing is acknowledged that was not written, and room alone brings the server back (bar 47)."""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail
from tests.crash.conftest import Make
from tests.crash.platform import Poster
from tests.crash.scene import intact, response_channel, rows, set_up
from tests.nursery import QuickServer, until

REFUSALS = 40  # answers 503 to see before there is room again
_UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

pytestmark = pytest.mark.crash
log = logging.getLogger(__name__)

Full = Callable[[QuickServer], contextlib.AbstractContextManager[None]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes; skipped where we may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode != 0:
        skip_or_fail("mount", f"no file system may be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextlib.contextmanager
def _no_file_may_grow(server: QuickServer) -> Iterator[None]:
    """The kernel refuses every write behind the present end of the database's files."""
    largest = max(path.stat().st_size for path in server.data_dir.glob("kefu.db*"))
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    yield
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, _UNLIMITED)


@contextlib.contextmanager
def _no_room_on_the_disk(server: QuickServer) -> Iterator[None]:
    """Something else has taken the last block."""
    filler = server.data_dir / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    yield
    filler.unlink()


def test_writes_refused_by_the_kernel_are_503_until_they_work_again(make_server: Make) -> None:
    """A file that may not grow."""
    _fills_up_and_recovers(make_server(), _no_file_may_grow)


def test_a_full_file_system_is_503_until_there_is_room_again(make_server: Make, small_disk: Path) -> None:
    """A file system without a free block."""
    _fills_up_and_recovers(make_server(small_disk), _no_room_on_the_disk)


def _fills_up_and_recovers(server: QuickServer, full: Full) -> None:
    """Messages come in all the time: refused while full, taken in again by the same process, none lost or doubled."""
    set_up(server, response_channel("shop-chat"))
    server.start()
    poster = Poster(f"{server.url}/v1/channels/shop-chat/messages")
    with poster.posting(4):
        poster.wait_for(200, more=20)
        with full(server):
            poster.wait_for(503, more=REFUSALS)
            taken_while_full = poster.statuses[200]
            poster.wait_for(503, more=REFUSALS)
            assert poster.statuses[200] == taken_while_full, "200 with nowhere to write"
            assert intact(server.data_dir), "what was there cannot be read any more"
        poster.wait_for(200, more=20)
    assert set(poster.statuses) == {200, 503}
    assert poster.cut == 0, "the server went away"
    _works_off_its_jobs(server)
    server.stop()
    stored = rows(server.data_dir, "SELECT external_id FROM messages WHERE author = 'customer' AND state = 'decided'")
    assert sorted(row[0] for row in stored) == sorted(one.external_id for one in poster.acknowledged)
    assert intact(server.data_dir)
    log.info("%s: none acknowledged while full, none lost", dict(poster.statuses))


def _works_off_its_jobs(server: QuickServer) -> None:
    """The worker inside survived, too."""
    assert server.pid
    until(lambda: not rows(server.data_dir, "SELECT 1 FROM jobs WHERE state = 'running'"), what="the end of all jobs")
