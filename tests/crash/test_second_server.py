"""One SQLite folder has one server: a second one would break the order of conversations, so it does not start."""

from __future__ import annotations

import pytest

from tests.crash.conftest import Make
from tests.crash.scene import response_channel, set_up
from tests.nursery import alive, until
from tests.server import message

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_second_process_on_one_sqlite_folder_is_refused(make_server: Make, command: str) -> None:
    """It says why and ends; the first goes on."""
    first, second = make_server(), make_server()
    set_up(first, response_channel("shop-chat"))
    first.start()
    second.run(command, *(("--port", str(second.port)) if command == "serve" else ()))
    until(lambda: not alive(second.pid), what="the end of the second process")
    assert "another kefu serves from" in (first.data_dir / "serve.log").read_text()
    assert first.post("shop-chat", message("什么时候发货")).status_code == 200


def test_a_server_may_start_after_the_first_was_killed(make_server: Make) -> None:
    """The lock dies with its process: no file to remove by hand."""
    first, second = make_server(), make_server()
    set_up(first, response_channel("shop-chat"))
    first.start()
    first.kill()
    second.start()
    assert second.post("shop-chat", message("什么时候发货")).status_code == 200
