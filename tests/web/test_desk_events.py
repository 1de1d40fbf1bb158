"""The desks' live events over a real server: what is told, a broken line without loss or repetition, a clean end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot import wiring
from bot.settings import Settings
from bot.store import agents, channels
from bot.store.channels import Channel
from tests.server import SECRET, Server, message
from tests.store.rows import NOW
from tests.web.front import PASSWORD, PASSWORD_HASH

Event = dict[str, Any]
LOGIN = httpx.BasicAuth("demo/小美".encode(), PASSWORD)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a shop, a channel that answers at once, and an agent."""
    made = Server(tmp_path_factory.mktemp("desk"))
    store = wiring.open_store(Settings(data_dir=made.data_dir))

    def story(tx: sa.Connection) -> None:
        channels.add_shop(tx, "demo", "演示店铺", "auto", NOW)
        channels.add(tx, Channel("demo", "now", "response", "", False, 0.0, False, (SECRET,)), NOW)
        channels.add_shop(tx, "other", "别家店铺", "auto", NOW)
        for shop in ("demo", "other"):
            agents.add(tx, shop, "小美", "agent", PASSWORD_HASH, NOW)

    store.submit(story).result()
    store.close()
    made.start()
    yield made
    made.stop()


def ask(server: Server, method: str, path: str, **options: Any) -> Any:
    """One request to the desk's API that must succeed."""
    response = httpx.request(method, f"{server.url}/v1/desk{path}", auth=LOGIN, timeout=10, **options)
    assert response.status_code == 200, response.text
    return response.json()


def say(server: Server, text: str, customer: str = "c1") -> str:
    """A customer writes; returns the conversation."""
    answer = server.post("now", message(text, customer))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["conversation_id"])


@contextmanager
def stream(
    server: Server, after: int | None = None, last_id: str = "", shop: str = "demo"
) -> Iterator[Iterator[Event]]:
    """The events of one connection."""
    params = {} if after is None else {"after": after}
    headers = {"last-event-id": last_id} if last_id else {}
    url = f"{server.url}/v1/desk/events"
    login = httpx.BasicAuth(f"{shop}/小美".encode(), PASSWORD)
    with httpx.stream("GET", url, auth=login, timeout=10, params=params, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield parsed(response.iter_lines())


def parsed(lines: Iterator[str]) -> Iterator[Event]:
    """Server-sent events from their lines, without comments and what is no event."""
    event: Event = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name in ("id", "event", "data"):
            event[name] = json.loads(value) if name == "data" else value
        elif line == "" and "event" in event:
            yield event
            event = {}


def test_what_happens_is_told_as_it_happens(server: Server) -> None:
    with stream(server, ask(server, "GET", "/snapshot")["event"]) as events:
        conversation = say(server, "转人工", "c1")
        question, promise, row = islice(events, 3)
        assert [event["event"] for event in (question, promise, row)] == ["message", "message", "row"]
        assert question["data"]["message"]["text"] == "转人工"
        assert question["data"]["conversation"] == conversation
        assert promise["data"]["message"]["why"]["phrase"]
        assert row["data"]["row"]["holder"] == "queue"
        claimed = ask(server, "POST", f"/conversations/{conversation}/claim")
        assert next(events)["data"]["row"] == claimed
        assert claimed["owner"] == "小美"


def test_a_line_that_broke_goes_on_where_it_was_without_loss_or_repetition(server: Server) -> None:
    start = ask(server, "GET", "/snapshot")["event"]
    with stream(server, start) as events:
        say(server, "什么时候发货", "c2")
        first = list(islice(events, 3))
    for number in range(3):  # while nobody listens
        say(server, f"第{number}句", f"c2{number}")
    with stream(server, start, last_id=first[-1]["id"]) as events:
        conversation = say(server, "转人工", "c3")
        ask(server, "POST", f"/conversations/{conversation}/claim")
        rest = []
        for event in events:
            rest.append(event)
            if event["event"] == "row" and event["data"]["row"]["owner"] == "小美":
                break
    told = [event["data"]["message"]["id"] for event in [*first, *rest] if event["event"] == "message"]
    assert len(told) == len(set(told))
    kept = {
        line["id"]
        for row in ask(server, "GET", "/snapshot")["conversations"]
        if row["customer"] in ("c2", "c20", "c21", "c22", "c3")
        for line in ask(server, "GET", f"/conversations/{row['id']}")["messages"]
    }
    assert set(told) == kept


@pytest.mark.parametrize("after", [10**9, 2**53])
def test_a_desk_that_counts_further_than_the_shop_loads_anew(server: Server, after: int) -> None:
    with stream(server, after) as events:
        assert [event["event"] for event in events] == ["reset"]


def test_a_change_by_a_command_is_told_too(server: Server) -> None:
    conversation = say(server, "转人工", "c4")
    row = next(r for r in ask(server, "GET", "/snapshot")["conversations"] if r["id"] == conversation)
    with stream(server) as events:
        server.kefu("queue", "claim", row["ticket"]["id"], "--agent", "小美")
        assert next(events)["data"]["row"]["owner"] == "小美"


def test_another_shop_is_told_nothing_and_a_server_that_ends_ends_its_streams(server: Server) -> None:
    with stream(server) as events, stream(server, shop="other") as others:
        say(server, "转人工", "c5")
        assert next(events)["data"]["message"]["text"] == "转人工"
        assert server.stop() < 3
        assert list(others) == []
    server.start()
