"""The try-it page: plays a customer in the browser through the same code as any platform's delivery."""

from __future__ import annotations

import json
import re
import secrets
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Cookie, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from bot.channels import signature
from bot.core.model import Stage
from bot.errors import BadRequest, InvalidField
from bot.store import conversations, messages, products, tickets
from bot.store.tickets import Ticket
from bot.web import webhooks
from bot.web.pages import page as shown
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(tags=["try"], include_in_schema=False)

CHANNEL = "demo"
_COOKIE = "kefu_try"
_COOKIE_SECONDS = 7 * 24 * 3600
#: Only ids that this page gave out: a cookie made up by hand must not open the conversation of a real customer.
_VISITOR = re.compile(r"try-[0-9a-f]{32}")
_PICTURE = "[图片]"
_SHOWN = 200  # messages; a visitor who wrote more sees the newest

Visitor = Annotated[str, Cookie(alias=_COOKIE)]


class Typed(BaseModel):
    """What the visitor typed, or that a picture was sent; and the scene that a platform would tell of."""

    text: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""
    id: Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z-]+$")]
    picture: bool = False
    stage: Stage = Stage.UNKNOWN
    product: Annotated[str, StringConstraints(max_length=64)] = ""


@router.get("/try")
async def page(request: Request, visitor: Visitor = "") -> Response:
    """The page; each visitor is a customer of their own."""
    response = shown("try")
    if not _VISITOR.fullmatch(visitor):
        _become_new(request, response)
    return response


@router.post("/try/new", status_code=204)
async def start_anew(request: Request) -> Response:
    """Make the visitor another customer; the old conversation stays in the shop's books."""
    response = Response(status_code=204)
    _become_new(request, response)
    return response


@router.post("/try/messages")
async def say(request: Request, typed: Typed, visitor: Visitor = "") -> dict[str, Any]:
    """Sign and deliver the text as a platform would; the answer is the webhook's."""
    state = state_of(request)
    customer = _known(visitor)
    if not typed.text and not typed.picture:
        raise InvalidField("text: type something, or send a picture", field="text")
    channel = await state.channel(CHANNEL)
    now, type_ = state.clock(), "image" if typed.picture else "text"
    body = {
        "shop": channel.shop,
        "customer": {"id": customer, "name": "试用访客"},
        "message": {"id": typed.id, "type": type_, "text": typed.text, "sent_at": now.isoformat()},
        "context": {"order_stage": typed.stage.value, "product_id": typed.product},
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    delivery, timestamp = f"try-{secrets.token_hex(8)}", int(now.timestamp())
    headers = [
        (b"webhook-id", delivery.encode()),
        (b"webhook-timestamp", str(timestamp).encode()),
        (b"webhook-signature", signature.sign(channel.secrets[0], delivery, timestamp, raw).encode()),
    ]
    return await webhooks.accept(state, CHANNEL, headers, raw)


@router.get("/try/messages")
async def history(
    request: Request, visitor: Visitor = "", after: Annotated[int, Query(ge=0, lt=2**31)] = 0
) -> dict[str, Any]:
    """The visitor's conversation after a message number, and how it stands."""
    state = state_of(request)
    customer = _known(visitor)
    channel = await state.channel(CHANNEL)
    shop_name = state.ready().knowledge.facts(channel.shop, state.clock()).get("name", "")
    view = await state.read(lambda tx: _history(tx, channel.shop, customer, after))
    return {"shop": shop_name, **view}


@router.get("/try/products")
async def goods(request: Request) -> list[dict[str, str]]:
    """The products that a visitor may ask about."""
    state = state_of(request)
    channel = await state.channel(CHANNEL)
    found = await state.read(lambda tx: products.listed(tx, channel.shop))
    return [{"id": product.id, "title": product.title} for product in found]


def _become_new(request: Request, response: Response) -> None:
    response.set_cookie(
        _COOKIE, f"try-{secrets.token_hex(16)}", max_age=_COOKIE_SECONDS, httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )


def _known(visitor: str) -> str:
    if not _VISITOR.fullmatch(visitor):
        raise BadRequest("this page needs its cookie; open /try again")
    return visitor


def _history(tx: sa.Connection, shop: str, customer: str, after: int) -> dict[str, Any]:
    conversation = conversations.of_customer(tx, shop, CHANNEL, customer)
    if conversation is None:
        return {"conversation": "", "holder": "bot", "answer_owed": False, "messages": [], "ticket": None}
    ticket = tickets.open_of(tx, shop, conversation.id)
    return {
        "conversation": conversation.id,
        "holder": conversation.holder.value,
        "answer_owed": conversation.pending_since is not None,
        "messages": [
            {
                "seq": m.seq, "id": m.external_id or m.id, "author": m.author, "text": m.text or _PICTURE,
                "at": m.sent_at.isoformat(),
            }
            for m in messages.listed(tx, shop, conversation.id, after_seq=after, last=_SHOWN)
            if (m.text or m.type == "image") and m.state != "recalled"
        ],
        "ticket": _ticket(ticket) if ticket else None,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id, "state": ticket.state, "deadline": ticket.deadline.isoformat(), "overdue": ticket.overdue,
        "opened_at": ticket.opened_at.isoformat(),
    }
