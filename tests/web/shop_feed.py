"""What a shop's system posts: signed batches of order events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.server import SECRET, signed
from tests.web.front import Front

URL = "/v1/shops/demo/orders/events"
ITEM: dict[str, Any] = {
    "product": "P1", "title": "羊绒围巾", "sku": "驼色", "quantity": 1, "price": "199.00"
}


def event(kind: str, at: str, order: str = "A1", customer: str = "c1", **facts: Any) -> dict[str, Any]:
    """One event of an order; `at` is a time of 10 November 2026 in the shop, or a whole one."""
    moment = at if "T" in at else f"2026-11-10T{at}:00+08:00"
    return {
        "id": f"{kind}-{moment}", "order": order, "kind": kind, "at": moment, "customer": {"id": customer}, **facts
    }


async def post(
    front: Front,
    *events: Mapping[str, Any],
    url: str = URL,
    channel: str = "now",
    secret: str = SECRET,
    body: bytes | None = None,
) -> httpx.Response:
    """The answer to a batch, properly signed at the clock's time."""
    sent = body if body is not None else json.dumps({"events": events}, ensure_ascii=False).encode()
    headers = {**signed(secret, sent, None, int(front.clock().timestamp())), "kefu-channel": channel}
    return await front.client.post(url, content=sent, headers=headers)


async def tell(front: Front, *events: Mapping[str, Any], channel: str = "now") -> dict[str, Any]:
    """The answer to a batch that must be accepted."""
    response = await post(front, *events, channel=channel)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer
