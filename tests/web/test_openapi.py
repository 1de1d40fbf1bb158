"""The contract as a machine reads it: every route, every body, every refusal."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute

from bot.web import (
    desk,
    desk_acts,
    events,
    ops,
    orders,
    own_account,
    products,
    queue,
    quick,
    quick_sheets,
    signin,
    style,
    webhooks,
)
from tests.server import message
from tests.web.front import Front

pytestmark = pytest.mark.anyio

WEBHOOK = "/v1/channels/{channel}/messages"


@pytest.fixture
async def schema(front: Front) -> dict[str, Any]:
    """What /openapi.json serves."""
    response = await front.client.get("/openapi.json")
    assert response.status_code == 200
    served: dict[str, Any] = response.json()
    return served


def looked_up(schema: dict[str, Any], reference: str) -> dict[str, Any]:
    """The component that a $ref names."""
    found: Any = schema
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def references(node: Any) -> set[str]:
    """Every $ref in a schema."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(item) for item in node)) if isinstance(node, list) else set()


async def test_every_route_is_described(schema: dict[str, Any]) -> None:
    described = {(path, method) for path, item in schema["paths"].items() for method in item}
    accounts = (signin.router, own_account.router)
    desks = (desk.router, desk_acts.router, events.router)
    documented = (
        queue.router, quick.router, quick_sheets.router, products.router, orders.feed, orders.router, style.router,
        ops.router,
    )  # fmt: skip
    for router in (webhooks.documented, *accounts, *desks, *documented):
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods or ():
                assert (route.path, method.lower()) in described
                operation = schema["paths"][route.path][method.lower()]
                assert operation["summary"]
                assert operation["description"]


async def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    found = references(schema)
    assert len(found) >= 8
    for reference in found:
        assert looked_up(schema, reference)


async def test_the_webhooks_body_is_described_though_it_is_read_raw(schema: dict[str, Any]) -> None:
    content = schema["paths"][WEBHOOK]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = looked_up(schema, content["$ref"])
    assert set(body["required"]) == {"shop", "customer", "message"}
    parts = {name: looked_up(schema, body["properties"][name]["$ref"]) for name in ("customer", "message")}
    assert set(parts["message"]["required"]) == {"id", "type", "sent_at"}
    carried = {"text", "transcript", "url", "order_id", "product_id", "recalls", "agent"}
    assert carried < set(parts["message"]["properties"])
    assert set(parts["customer"]["properties"]) == {"id", "name", "tags"}


async def test_what_a_shops_own_system_is_asked_is_described_in_the_shape_that_is_fed(schema: dict[str, Any]) -> None:
    answer = schema["webhooks"]["order"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    fed = schema["paths"]["/v1/shops/{shop}/orders/{order}"]["put"]["requestBody"]["content"]["application/json"]
    assert answer == fed["schema"]
    assert {"customer", "channel", "paid_at", "scans"} < set(looked_up(schema, answer["$ref"])["properties"])


async def test_the_signatures_headers_are_described(schema: dict[str, Any]) -> None:
    parameters = {p["name"]: p for p in schema["paths"][WEBHOOK]["post"]["parameters"]}
    assert set(parameters) == {"channel", "webhook-id", "webhook-timestamp", "webhook-signature"}
    assert all(parameter["required"] for parameter in parameters.values())


@pytest.mark.parametrize(
    ("prefix", "statuses"),
    [
        (WEBHOOK, {"400", "401", "404", "413", "422", "503"}),
        ("/v1/tickets", {"401", "404", "409", "422", "503"}),
        ("/v1/shops/{shop}", {"401", "404", "422", "503"}),
        ("/v1/shops/{shop}/orders", {"401", "404", "422", "503"}),
        ("/v1/shops/{shop}/stock", {"400", "401", "403", "404", "413", "422", "503"}),
    ],
)
async def test_every_refusal_is_described_in_the_one_form(
    schema: dict[str, Any], prefix: str, statuses: set[str]
) -> None:
    operations = [op for path, item in schema["paths"].items() if path.startswith(prefix) for op in item.values()]
    assert operations
    for operation in operations:
        assert statuses <= set(operation["responses"])
        for status in statuses:
            form = operation["responses"][status]["content"]["application/json"]["schema"]
            assert form == {"$ref": "#/components/schemas/Problem"}
    assert set(schema["components"]["schemas"]["Problem"]["properties"]) == {"code", "message", "field"}
    assert "HTTPValidationError" not in schema["components"]["schemas"]


async def test_the_answer_that_is_given_has_the_form_that_is_described(schema: dict[str, Any], front: Front) -> None:
    answer = (await front.post(message("什么时候发货"))).json()
    described = schema["components"]["schemas"]["Answer"]["properties"]
    assert answer.keys() == described.keys()
    assert answer["status"] in schema["components"]["schemas"]["Status"]["enum"]
    assert answer["replies"][0].keys() == schema["components"]["schemas"]["Reply"]["properties"].keys()


async def test_the_description_speaks_to_its_readers(schema: dict[str, Any]) -> None:
    assert schema["info"]["title"] == "kefu"
    assert "live chat" in schema["info"]["description"]
