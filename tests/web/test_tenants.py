"""Every address there is, asked by nobody, by another site's page and by another shop: generated from /openapi.json."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.core.accounts import Role
from bot.store import agents
from tests.web.desk import Browser, signed_in
from tests.web.front import Front

pytestmark = pytest.mark.anyio

#: Open to everybody: messages of customers and events of orders are proven by their signatures.
SIGNED = {"/v1/channels/{channel}/messages", "/v1/shops/{shop}/orders/events"}
OPEN = {*SIGNED, "/healthz", "/readyz", "/metrics", "/login"}
SAFE = {"get", "head"}
MADE_UP, HEADER = "x1", "made-up-0001"


@dataclass(frozen=True)
class Operation:
    """One thing that one may ask for."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    is_stream: bool

    def filled(self, **known: str) -> str:
        """The address with its gaps filled, those that are not known with an id that nobody has."""
        return re.sub(r"\{(\w+)\}", lambda gap: known.get(gap[1], MADE_UP), self.path)


def example(schema: dict[str, Any], node: dict[str, Any]) -> Any:
    """The least that a body must hold."""
    if "$ref" in node:
        return example(schema, schema["components"]["schemas"][node["$ref"].rpartition("/")[2]])
    if "enum" in node:
        return node["enum"][0]
    if node.get("type") == "object":
        return {name: example(schema, node["properties"][name]) for name in node.get("required", ())}
    return {"string": "您好", "integer": 1, "number": 1, "boolean": True, "array": []}.get(node.get("type", ""))


def operations(front: Front) -> list[Operation]:
    """All that is described and not open to everybody."""
    schema = front.app.openapi()
    found = []
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            content = described.get("requestBody", {}).get("content", {}).get("application/json")
            body = example(schema, content["schema"]) if content else None
            parameters = described.get("parameters", ())
            headers = {one["name"]: HEADER for one in parameters if one["in"] == "header" and one["required"]}
            is_stream = "text/event-stream" in described["responses"].get("200", {}).get("content", {})
            if path not in OPEN:
                found.append(Operation(method, path, body, headers, is_stream))
    return found


async def ask(browser: Browser, operation: Operation, **known: str) -> httpx.Response:
    """What a script of our page is answered."""
    address = operation.filled(**known)
    return await browser.fetch(operation.method.upper(), address, json=operation.body, headers=operation.headers)


def told(answer: httpx.Response, *secrets: str) -> tuple[int, str]:
    """An answer without the ids that were asked for."""
    text = answer.text
    for secret in secrets:
        text = text.replace(secret, MADE_UP)
    return answer.status_code, text


async def test_nobody_comes_in_unnamed(front: Front) -> None:
    for operation in operations(front):
        answer = await front.client.request(operation.method, operation.filled(shop="demo"), json=operation.body)
        page = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        assert answer.status_code == 401 or page, operation


async def test_no_change_without_the_sessions_token_nor_from_another_site(front: Front) -> None:
    browser = await signed_in(front)
    token = {"x-csrf-token": await browser.csrf()}
    changing = [operation for operation in operations(front) if operation.method not in SAFE]
    assert len(changing) >= 5
    for operation in changing:
        for headers in ({}, token, token | {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}):
            address = operation.filled(shop="demo")
            answer = await browser.client.request(operation.method, address, json=operation.body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), operation
    assert await browser.is_signed_in()


async def test_another_shop_is_answered_as_if_there_were_nothing(front: Front) -> None:
    said = await front.say("转人工", customer="buyer-of-demo")
    ticket, conversation = said["ticket_id"], said["conversation_id"]
    theirs = {"shop": "demo", "ticket": ticket, "conversation": conversation}
    front.store.submit(lambda tx: agents.set_role(tx, "careful", "小美", Role.ADMIN)).result()
    outsider = await signed_in(front, shop="careful")
    before = front.rows("SELECT * FROM tickets"), front.rows("SELECT id, state FROM messages")
    bound = [operation for operation in operations(front) if "{" in operation.path]
    assert len(bound) >= 4
    for operation in bound:
        answer = await ask(outsider, operation, **theirs)
        nothing = await ask(outsider, operation, shop=theirs["shop"] + "-not")
        assert answer.status_code == 404, operation
        assert told(answer, ticket, conversation) == told(nothing, ticket), operation
    assert before == (front.rows("SELECT * FROM tickets"), front.rows("SELECT id, state FROM messages"))


async def test_what_is_listed_is_the_own_shops(front: Front) -> None:
    ticket = (await front.say("转人工", customer="buyer-of-demo"))["ticket_id"]
    outsider = await signed_in(front, shop="careful")
    listing = [one for one in operations(front) if one.method in SAFE and "{" not in one.path and not one.is_stream]
    assert len(listing) >= 3
    for operation in listing:
        answer = await ask(outsider, operation)
        assert answer.status_code in (200, 403), operation
        assert ticket not in answer.text
        assert "buyer-of-demo" not in answer.text
