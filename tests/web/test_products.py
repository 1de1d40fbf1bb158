"""Products over HTTP: who may feed and read them, what a batch does, and how every bad item is named."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.store import agents
from bot.web.passwords import hash_password
from bot.web.product_feed import MAX_FEED
from tests.web.front import PASSWORD, Front

pytestmark = pytest.mark.anyio

MEI, OUTSIDER, TRAINER = "demo/小美", "careful/小美", "demo/训练师"
READ_AT = "2026-11-11T09:58:00+08:00"
SHIRT: dict[str, Any] = {
    "id": "P1", "title": "纯棉衬衫", "attributes": {"材质": "100%棉"}, "price": "69-89",
    "size_chart": "S:身高155-160厘米 体重45-50公斤; M:身高160-165厘米 体重50-55公斤",
    "selling_points": ["不易皱"], "cautions": ["深色单独洗"], "after_sale": "支持七天无理由退换", "related": ["P2"],
    "campaign": {"text": "满199减20", "starts": None, "ends": "2026-12-01T00:00:00Z"},
    "stock": {"read_at": "2026-11-11T01:58:00Z", "count": None, "skus": {"黑色/S": 3, "黑色/M": "有货", "白色/S": 0}},
}  # fmt: skip


@pytest.fixture
async def front(front: Front) -> Front:
    """The shops with a trainer in one of them."""
    hashed = hash_password(PASSWORD)
    front.store.real.submit(lambda tx: agents.add(tx, "demo", "训练师", "trainer", hashed, front.clock())).result()
    return front


async def ask(front: Front, method: str, path: str, who: str = TRAINER, **options: Any) -> httpx.Response:
    """One request about the demo shop."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/shops/demo{path}", auth=login, **options)


async def feed(front: Front, *products: dict[str, Any], who: str = TRAINER) -> httpx.Response:
    """A batch of products."""
    return await ask(front, "PUT", "/products", who, json={"products": products})


async def test_a_product_that_was_fed_reads_back(front: Front) -> None:
    assert (await feed(front, SHIRT, {"id": "P2", "title": "棉袜"})).json() == {"new": 2, "changed": 0, "unchanged": 0}
    assert (await ask(front, "GET", "/products/P1", MEI)).json() == SHIRT
    bare = (await ask(front, "GET", "/products/P2", MEI)).json()
    assert {name for name, value in bare.items() if value} == {"id", "title"}


async def test_the_same_batch_again_changes_nothing(front: Front) -> None:
    await feed(front, SHIRT)
    before = front.rows("SELECT updated_at, facts FROM products")
    front.clock.move(60)
    assert (await feed(front, SHIRT)).json() == {"new": 0, "changed": 0, "unchanged": 1}
    assert front.rows("SELECT updated_at, facts FROM products") == before
    assert (await feed(front, SHIRT | {"price": "79"})).json() == {"new": 0, "changed": 1, "unchanged": 0}


async def test_one_bad_item_and_nothing_is_stored_and_every_bad_item_is_named(front: Front) -> None:
    response = await feed(
        front,
        SHIRT,
        {"id": "P 2", "title": ""},
        SHIRT | {"price": "便宜", "selling_points": ["全网最好"]},
        SHIRT | {"id": "P4", "size_chart": "S:大"},
        SHIRT | {"id": "P5", "stock": {"read_at": "2026-11-12T10:00:00+08:00", "count": 1}},
        SHIRT | {"id": "P6", "attributes": {"材质": "null"}},
    )
    assert response.status_code == 422
    refusal = response.json()
    assert refusal["field"] == "products[1].id"
    for place in (
        "products[1].id", "products[1].title", "products[2].id", "products[2].price", "products[2].selling_points",
        "products[3].size_chart", "products[4].read_at", "products[5].attributes.材质",
    ):
        assert f"{place}: " in refusal["message"]
    assert front.rows("SELECT 1 FROM products") == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"titel": "衬衫"}, "titel"),
        ({"title": None}, "title"),
        ({"attributes": {"材质": 3}}, "attributes.材质"),
        ({"attributes": ["棉"]}, "attributes"),
        ({"stock": {"count": 3}}, "stock.read_at"),
        ({"stock": {"read_at": "2026-11-11T10:00:00", "count": 3}}, "stock.read_at"),
        ({"stock": {"read_at": READ_AT}}, "stock"),
        ({"stock": {"read_at": READ_AT, "count": -1}}, "stock.count"),
        ({"stock": {"read_at": READ_AT, "count": True}}, "stock.count"),
        ({"stock": {"read_at": READ_AT, "skus": {"黑": "很多"}}}, "stock.skus.黑"),
    ],
)
async def test_a_field_of_the_wrong_form_is_named(front: Front, change: dict[str, Any], place: str) -> None:
    response = await feed(front, {"id": "P0", "title": "袜"}, SHIRT | change)
    assert response.status_code == 422
    assert response.json()["field"].startswith(f"products[1].{place}")
    assert front.rows("SELECT 1 FROM products") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b'{"products":[]}', 422), (b"[" * 200_000, 400),
        (b'{"products":[{"id":"1","id":"2","title":"a"}]}', 400), (b'{"products":[{"id":"1","title":"\\ud800"}]}', 400),
        (json.dumps({"products": [{"id": str(n), "title": "袜"} for n in range(1001)]}).encode(), 422),
        (b" " * (MAX_FEED + 1), 413),
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.parametrize("path", ["/products", "/stock"])
async def test_hostile_bodies_are_refused(front: Front, path: str, body: bytes, status: int) -> None:
    response = await ask(front, "PUT", path, content=body)
    assert response.status_code == status
    assert response.json().keys() == {"code", "message", "field"}


async def test_an_endless_body_is_cut_off(front: Front) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65536

    assert (await ask(front, "PUT", "/products", content=endless())).status_code == 413


async def test_a_thousand_products_are_one_batch(front: Front) -> None:
    batch = [SHIRT | {"id": f"P{n}", "stock": {"read_at": READ_AT, "count": n}} for n in range(1000)]
    assert (await feed(front, *batch)).json() == {"new": 1000, "changed": 0, "unchanged": 0}
    assert (await feed(front, *batch)).json() == {"new": 0, "changed": 0, "unchanged": 1000}


async def test_only_who_trains_or_leads_may_write_and_agents_may_read(front: Front) -> None:
    await feed(front, SHIRT)
    assert (await ask(front, "GET", "/products/P1", MEI)).status_code == 200
    for method, path in (("PUT", "/products"), ("PUT", "/stock"), ("DELETE", "/products/P1")):
        response = await ask(front, method, path, MEI, content=b"{}" if method == "PUT" else None)
        assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert front.rows("SELECT id FROM products") == [("P1",)]


PATHS = [
    ("PUT", "/products"), ("GET", "/products"), ("GET", "/products/P1"), ("DELETE", "/products/P1"), ("PUT", "/stock"),
]  # fmt: skip


async def test_another_shop_is_not_even_told_whether_this_one_exists(front: Front) -> None:
    await feed(front, SHIRT)
    for method, path in PATHS:
        theirs = await ask(front, method, path, OUTSIDER)
        login = httpx.BasicAuth(OUTSIDER.encode(), PASSWORD)
        nobodys = await front.client.request(method, f"/v1/shops/nowhere{path}", auth=login)
        assert (theirs.status_code, theirs.json()) == (404, nobodys.json())
        assert (await front.client.request(method, f"/v1/shops/demo{path}")).status_code == 401
    assert front.rows("SELECT id FROM products") == [("P1",)]


async def test_products_are_paged_and_searched(front: Front) -> None:
    await feed(front, *({"id": f"P{n}", "title": f"第{n}件"} for n in range(1, 6)))
    first = (await ask(front, "GET", "/products?limit=3")).json()
    assert ([one["id"] for one in first["products"]], first["next"]) == (["P1", "P2", "P3"], "P3")
    rest = (await ask(front, "GET", "/products?limit=3&after=P3")).json()
    assert ([one["id"] for one in rest["products"]], rest["next"]) == (["P4", "P5"], None)
    found = (await ask(front, "GET", "/products", params={"query": "第2"})).json()
    assert [one["id"] for one in found["products"]] == ["P2"]
    assert (await ask(front, "GET", "/products?limit=0")).status_code == 422


async def test_a_deleted_product_is_gone(front: Front) -> None:
    await feed(front, SHIRT)
    assert (await ask(front, "DELETE", "/products/P1")).status_code == 204
    assert (await ask(front, "GET", "/products/P1")).status_code == 404
    assert (await ask(front, "DELETE", "/products/P1")).status_code == 404
    for impossible in ("%00", "a%2Fb", "x" * 65):
        assert (await ask(front, "GET", f"/products/{impossible}")).status_code == 404


async def test_the_warehouse_feeds_stock_and_an_older_reading_is_left_aside(front: Front) -> None:
    await feed(front, SHIRT)
    later = (front.clock() - timedelta(seconds=30)).isoformat()
    batch: list[dict[str, Any]] = [
        {"id": "P1", "read_at": later, "skus": {"黑色/S": 1}}, {"id": "P9", "read_at": later, "count": "有货"},
    ]  # fmt: skip
    assert (await _stock(front, *batch)).json() == {"taken": 1, "older": 0, "unknown": ["P9"]}
    assert (await _stock(front, *batch)).json() == {"taken": 0, "older": 1, "unknown": ["P9"]}
    assert (await _stock(front, {"id": "P1", "read_at": READ_AT, "count": 50})).json()["older"] == 1
    stock = (await ask(front, "GET", "/products/P1")).json()["stock"]
    assert (stock["skus"], stock["count"]) == ({"黑色/S": 1}, None)
    doubled = await _stock(front, *(batch[:1] * 2))
    assert (doubled.status_code, doubled.json()["field"]) == (422, "stock[1].id")


async def _stock(front: Front, *items: dict[str, Any]) -> httpx.Response:
    return await ask(front, "PUT", "/stock", json={"stock": items})
