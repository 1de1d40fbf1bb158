"""A shop's orders over HTTP: events come in signed; accounts list, read and feed orders."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel

from bot.channels import order_events, signature
from bot.channels.order_body import snapshot_in
from bot.channels.order_events import ORDER_ID
from bot.core.orders import OrderState
from bot.errors import NotFound
from bot.flows import orders as stories
from bot.flows import proactive
from bot.store import orders
from bot.web.accounts import Agent
from bot.web.order_feed import OrderShown, shown
from bot.web.products import Keeper
from bot.web.refusals import for_accounts, possible_id, refusals
from bot.web.routes import Routes
from bot.web.state import state_of
from bot.web.webhooks import read_body

#: Names the channel whose secret signs and whose customers the orders are of.
CHANNEL_HEADER = "kefu-channel"
_MISSING = {404: "Not your shop, or no such order in it."}
_BODY = {
    400: "The body is not JSON that kefu accepts.",
    413: "The body is larger than 64 KiB; send several batches.",
    422: "A field is missing or has the wrong form; nothing was stored.",
    503: "Nothing was recorded for sure; send the same again.",
}
_WRITING = refusals({403: "The account is an agent's: it may only read.", **_BODY})
OrderId = Annotated[str, possible_id(re.compile(ORDER_ID).fullmatch, "没有这个订单")]


def _raw(model: str, *headers: tuple[str, str]) -> dict[str, Any]:
    """The description of a body that is read as raw bytes, and of headers."""
    schema = {"schema": {"$ref": f"#/components/schemas/{model}"}}
    parameters = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": about}
        for name, about in headers
    ]
    return {"requestBody": {"required": True, "content": {"application/json": schema}}, "parameters": parameters}


#: What kefu asks of a shop's own system, for /openapi.json: the one request there that goes the other way.
ASKED = {
    "order": {
        "get": {
            "summary": "Asked of a shop's own system: how an order stands",
            "description": "Sent to the address of `kefu order api set` before a reply that tells of the order. "
            "Signed as webhooks are, with the path and query in place of a body. Redirects are not followed.",
            "parameters": [
                {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
            ],
            "responses": {
                "200": {
                    "description": "The order as it stands; at most 64 KiB. `id`, if given, must be the one asked for.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/OrderBody"}}},
                },
                "404": {"description": "No such order."},
            },
        }
    }
}

feed = Routes(
    prefix="/v1/shops/{shop}", tags=["orders"],
    responses=refusals({**_BODY, 401: "The signature does not fit.", 404: "No such channel of this shop."}),
)  # fmt: skip
router = Routes(prefix="/v1/shops/{shop}", tags=["orders"], responses=for_accounts(_MISSING))


class OrderStands(BaseModel):
    """How an order stands after the batch."""

    id: str
    state: OrderState


class Taken(BaseModel):
    """What became of a batch of events. Sent only after everything it says is committed."""

    taken: int
    repeated: int
    ignored: int
    orders: list[OrderStands]


class OrderPage(BaseModel):
    """Some orders, and where to go on: `after` of the next request; null at the end."""

    orders: list[OrderShown]
    next: str | None


@feed.post(
    "/orders/events",
    summary="Take in what happened to orders",
    openapi_extra=_raw(
        "EventsBody",
        (CHANNEL_HEADER, "The channel whose secret signs and whose customers the orders are of."),
        ("webhook-id", "Id of the delivery, the same on every retry."),
        ("webhook-timestamp", "Unix seconds of this attempt, within 300 s of the server's clock."),
        ("webhook-signature", "v1,base64(HMAC-SHA256(secret, id.timestamp.body)); several separated by blanks."),
    ),
)
async def receive(request: Request, shop: str) -> Taken:
    """Up to 100 events, all or none. Events may come twice and in any order: the same events make the same order."""
    state, body = state_of(request), await read_body(request)
    channel = await state.channel(request.headers.get(CHANNEL_HEADER, ""))
    if channel.shop != shop:
        raise NotFound("no such channel of this shop; `kefu channel list` shows them")
    signature.verify(request.scope["headers"], body, channel.secrets, state.clock())
    events, ignored = order_events.parse(channel.id, body, state.clock())
    knowledge = state.ready().knowledge
    heard = await state.write(lambda tx: proactive.hear(tx, knowledge, shop, events, state.clock()), stories.lane(shop))
    stand = [OrderStands(id=change.new.id, state=change.new.state) for change in heard.changes]
    return Taken(taken=heard.taken, repeated=heard.repeated, ignored=ignored, orders=stand)


@router.get("/orders", summary="The shop's orders, by number")
async def list_orders(
    request: Request,
    account: Agent,
    query: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    after: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> OrderPage:
    """A page of orders, receivers masked; `query` is part of a number, or a customer's id."""
    found = await state_of(request).read(lambda tx: orders.listed(tx, account.shop, query, after, limit + 1))
    page = found[:limit]
    rows = [shown(one, masked=True) for one in page]
    return OrderPage(orders=rows, next=page[-1].id if len(found) > limit else None)


@router.get("/orders/{order}", summary="One order")
async def show_order(request: Request, account: Agent, order: OrderId) -> OrderShown:
    """The order with all that is known of it."""
    found = await state_of(request).read(lambda tx: orders.get(tx, account.shop, order))
    if found is None:
        raise NotFound("没有这个订单")
    return shown(found)


@router.put(
    "/orders/{order}", summary="Feed an order as it stands now", responses=_WRITING, openapi_extra=_raw("OrderBody")
)
async def put_order(request: Request, account: Keeper, order: OrderId) -> OrderShown:
    """What the shop's system knows of an order now; the same again changes nothing, and what it leaves out stays."""
    state, body = state_of(request), await read_body(request)
    now, shop, knowledge = state.clock(), account.shop, state.ready().knowledge
    snapshot = snapshot_in(order, body, now)
    await state.write(lambda tx: proactive.read(tx, knowledge, shop, [snapshot], now), stories.lane(shop))
    return await show_order(request, account, order)
