"""A shop's products as JSON: fed in batches, read, searched, deleted; and the stock feed of a warehouse."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from bot.core.accounts import Role
from bot.core.products import is_id
from bot.errors import Forbidden, NotFound
from bot.flows import products as stories
from bot.store import products
from bot.web.accounts import Account, Agent
from bot.web.product_feed import MAX_FEED, ProductBody, body_of, products_in, readings_in
from bot.web.refusals import for_accounts, possible_id, refusals
from bot.web.routes import Routes
from bot.web.state import state_of
from bot.web.webhooks import read_body

_PATIENCE = 5.0  # seconds; a batch of 1,000 takes 0.2 (measured), more beside a busy desk
_REFUSALS = for_accounts(
    {404: "Not your shop, or no such product in it.", 422: "What is wrong with which item; nothing was stored."}
)
_WRITING = refusals({403: "The account is an agent's: it may only read."})
_FEEDING = {
    **_WRITING,
    **refusals(
        {
            400: "The body is not JSON that kefu accepts.",
            413: "The body is larger than 2 MiB; send several batches.",
        }
    ),
}


def _raw(model: str) -> dict[str, Any]:
    """The description of a body that is read as raw bytes."""
    schema = {"schema": {"$ref": f"#/components/schemas/{model}"}}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}


ProductId = Annotated[str, possible_id(is_id, "没有这个商品")]


async def _keeper(account: Agent) -> Account:
    if not account.role.at_least(Role.TRAINER):
        raise Forbidden
    return account


router = Routes(prefix="/v1/shops/{shop}", tags=["products"], responses=_REFUSALS)
#: An account that may change what its shop tells of its products.
Keeper = Annotated[Account, Depends(_keeper)]


class Fed(BaseModel):
    """How many products of a batch were new, changed, or known so already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class StockFed(BaseModel):
    """How many readings were taken, how many were older than what is known, and the ids of no product here."""

    taken: int
    older: int
    unknown: list[str]


class Page(BaseModel):
    """Some products, and where to go on: `after` of the next request; null at the end."""

    products: list[ProductBody]
    next: str | None


@router.put(
    "/products", summary="Feed a batch of products, all or none", responses=_FEEDING, openapi_extra=_raw("FeedBody")
)
async def put_products(request: Request, account: Keeper) -> Fed:
    """Up to 1,000 products, each new or in place of the old. The same batch again changes nothing."""
    state, body = state_of(request), await read_body(request, MAX_FEED)
    given = await asyncio.to_thread(products_in, body, state.clock())
    shop, now = account.shop, state.clock()
    changes = await state.write(lambda tx: stories.feed(tx, shop, given, now), patience=_PATIENCE)
    return Fed.model_validate(Counter(change.kind for change in changes))


@router.put(
    "/stock", summary="Feed what the warehouse holds", responses=_FEEDING, openapi_extra=_raw("StockFeedBody")
)
async def put_stock(request: Request, account: Keeper) -> StockFed:
    """Up to 1,000 readings. One older than the known reading is left aside, and so is one of an unknown product. Stock
    older than an hour is never promised to a customer."""
    state, body = state_of(request), await read_body(request, MAX_FEED)
    readings = await asyncio.to_thread(readings_in, body, state.clock())
    shop, now = account.shop, state.clock()
    done = await state.write(lambda tx: stories.take_stock(tx, shop, readings, now), patience=_PATIENCE)
    return StockFed(taken=len(done.taken), older=len(done.older), unknown=list(done.unknown))


@router.get("/products", summary="The shop's products, by id")
async def list_products(
    request: Request,
    account: Agent,
    query: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    after: Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Page:
    """A page of products; `query` is looked for in ids and titles."""
    found = await state_of(request).read(lambda tx: products.listed(tx, account.shop, query, after, limit + 1))
    shown = found[:limit]
    return Page(products=[body_of(one) for one in shown], next=shown[-1].id if len(found) > limit else None)


@router.get("/products/{product}", summary="One product")
async def show_product(request: Request, account: Agent, product: ProductId) -> ProductBody:
    """The product as it was fed, with its newest stock."""
    found = await state_of(request).read(lambda tx: products.get(tx, account.shop, product))
    if found is None:
        raise NotFound("没有这个商品")
    return body_of(found)


@router.delete("/products/{product}", summary="Forget a product", status_code=204, responses=_WRITING)
async def delete_product(request: Request, account: Keeper, product: ProductId) -> None:
    """From then on nothing is told of it."""
    if not await state_of(request).write(lambda tx: products.delete(tx, account.shop, product)):
        raise NotFound("没有这个商品")
