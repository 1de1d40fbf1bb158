"""An agent vanishes and the server is killed before it can say so: after the restart each customer waits once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot import wiring
from bot.settings import Settings
from bot.store import agents
from tests.crash.conftest import Make
from tests.crash.scene import response_channel, rows, set_up
from tests.nursery import QuickServer, until
from tests.server import message
from tests.web.front import PASSWORD, PASSWORD_HASH

pytestmark = pytest.mark.crash

GONE = "8"  # seconds; 45 by default
BAR = 60.0  # reliability bar 26: seconds until what a lost agent held is free
HELD = 5


def ask(server: QuickServer, method: str, path: str, who: str, **options: Any) -> Any:
    """One request of an agent that must succeed."""
    login = httpx.BasicAuth(f"demo/{who}".encode(), PASSWORD)
    answer = httpx.request(method, f"{server.url}/v1/desk{path}", auth=login, timeout=10, **options)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def all_are_with(server: QuickServer, agent: str) -> bool:
    """Whether an agent, whose desk is open, has all customers, each with a ticket of its own."""
    ask(server, "POST", "/pulse", agent)
    shown = ask(server, "GET", "/snapshot", agent)["conversations"]
    assert len({row["ticket"]["id"] for row in shown}) == HELD
    return [row["owner"] for row in shown] == [agent] * HELD


def hands(server: QuickServer) -> list[int]:
    """How often each conversation has changed hands."""
    return [row["epoch"] for row in rows(server.data_dir, "SELECT epoch FROM conversations ORDER BY id")]


def test_what_a_lost_agent_held_is_with_somebody_else_after_a_kill_each_once(make_server: Make) -> None:
    """Nobody's pulse arrives while the server is down; who comes back is there, who does not is found gone."""
    server = make_server(KEFU_AGENT_GONE_SECONDS=GONE)
    set_up(server, response_channel("now"))
    store = wiring.open_store(Settings(data_dir=server.data_dir))

    def hire(tx: sa.Connection) -> None:
        for name in ("小美", "阿强"):
            agents.add(tx, "demo", name, "agent", PASSWORD_HASH, wiring.now())

    store.submit(hire).result()
    store.close()
    server.start()
    ask(server, "POST", "/presence", "小美", json={"state": "online"})
    for number in range(HELD):
        assert server.post("now", message("转人工", f"c{number}")).status_code == 200
    until(lambda: all_are_with(server, "小美"), what="the first agent's customers")
    before = hands(server)
    server.kill()
    server.start()
    ask(server, "POST", "/presence", "阿强", json={"state": "online"})
    until(lambda: all_are_with(server, "阿强"), BAR, "the second agent's customers")
    assert [tuple(row) for row in rows(server.data_dir, "SELECT state, count(*) FROM tickets GROUP BY state")] == [
        ("claimed", HELD)
    ]
    assert hands(server) == [count + 2 for count in before], "given back once, and given to 阿强 once"
