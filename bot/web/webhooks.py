"""The webhook: raw bytes in, proven genuine, recorded, answered after the commit."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import replace
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.routing import Route

from bot.channels import generic, signature
from bot.channels.json import MAX_BODY
from bot.core.knowledge import Knowledge
from bot.core.model import Message, MessageType, Status
from bot.errors import NotFound, TooLarge
from bot.flows import inbound, turns
from bot.flows.inbound import Arrival
from bot.flows.turns import Receipt
from bot.metrics import ANSWER_SECONDS, MESSAGES, UNKNOWN_TYPES
from bot.store.channels import Channel
from bot.store.messages import StoredMessage
from bot.web.refusals import refusals
from bot.web.state import State, state_of

log = logging.getLogger(__name__)

PATH = "/v1/channels/{channel}/messages"
documented = APIRouter(tags=["webhook"])

_DIGITS = re.compile(r"[0-9]{1,12}")


class Reply(BaseModel):
    """One text for the customer. Its id never changes, so a reply received twice can be told."""

    id: str
    type: str = "text"
    text: str
    author: str = Field(description="bot or agent")


class Answer(BaseModel):
    """What became of a message. Sent only after everything it says is committed."""

    status: Status
    first_status: Status | None = Field(description="Of a duplicate: what became of the first delivery.")
    message_id: str
    conversation_id: str
    decision_id: str | None
    ticket_id: str | None
    delivery: str = Field(description="response: show `replies`; callback: they are posted to the channel's URL.")
    replies: list[Reply]


_REFUSALS = refusals(
    {
        400: "The body is not JSON that kefu accepts.",
        401: "The signature does not fit.",
        404: "Unknown channel, or a shop that is not the channel's.",
        413: "The body is larger than 64 KiB.",
        422: "A field is missing or has the wrong form; `field` names it.",
        503: "Nothing was recorded for sure; send the same message again.",
    }
)
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/InboundBody"}}},
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": about}
        for name, about in (
            ("webhook-id", "Id of the delivery, the same on every retry."),
            ("webhook-timestamp", "Unix seconds of this attempt, within 300 s of the server's clock."),
            ("webhook-signature", "v1,base64(HMAC-SHA256(secret, id.timestamp.body)); several separated by blanks."),
        )
    ],
}


@documented.post(
    PATH, response_model=Answer, responses=_REFUSALS, openapi_extra=_BODY, summary="Take in one message of a customer"
)
async def receive(request: Request, channel: str) -> JSONResponse:
    """Record one message, decide on it and answer once that is committed."""
    body = await read_body(request)
    return JSONResponse(await accept(state_of(request), channel, request.scope["headers"], body))


async def _receive(request: Request) -> JSONResponse:
    return await receive(request, request.path_params["channel"])


#: What is served. The body is read as raw bytes anyway, and FastAPI's own handling of a request costs a sixth of a
#: message's processor time (measured), so `documented` serves the OpenAPI page only.
route = Route(PATH, _receive, methods=["POST"])


async def read_body(request: Request, most: int = MAX_BODY) -> bytes:
    """The request's bytes; TooLarge as soon as they exceed `most`, however they are sent."""
    declared = request.headers.get("content-length", "0")
    if not _DIGITS.fullmatch(declared) or int(declared) > most:
        raise TooLarge(f"the body is larger than {most // 1024} KiB")
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > most:
            raise TooLarge(f"the body is larger than {most // 1024} KiB")
    return bytes(chunks)


async def accept(state: State, channel_id: str, headers: signature.Headers, body: bytes) -> dict[str, Any]:
    """The whole way of one delivery, the same for the webhook and the try-it page; returns the answer's JSON."""
    started = time.perf_counter()
    knowledge = state.ready().knowledge  # once: what was understood by one version is not decided by the next
    channel = await state.channel(channel_id)
    webhook_id = signature.verify(headers, body, channel.secrets, state.clock())
    message = generic.parse(channel.id, body)
    if message.shop != channel.shop:
        raise NotFound("no such shop on this channel", field="shop")
    # Read on the thread that writes: with texts and rows on two threads each emptied the other's caches, which took a
    # third more processor time a message (measured).
    arrival = cache(lambda: _arrival(state, knowledge, channel, message, webhook_id))
    if channel.asks_orders and state.inquirer is not None:
        await state.inquirer.before_message(knowledge, message, lambda: arrival().understood)
    lane = f"{channel.shop}/{channel.id}/{message.customer}"
    receipt = await state.write(
        lambda tx: inbound.receive(tx, knowledge, arrival(), state.clock()), lane, arrival, abreast=True
    )
    ANSWER_SECONDS.observe(time.perf_counter() - started)
    if receipt.due is not None and channel.mode == "response":
        receipt = await _await_turn(state, channel, receipt, lane)
    if message.type is MessageType.UNKNOWN:
        UNKNOWN_TYPES.inc()
    MESSAGES.labels(receipt.status.value).inc()
    return _answer(channel, receipt)


def _arrival(state: State, knowledge: Knowledge, channel: Channel, message: Message, webhook_id: str) -> Arrival:
    alone = not channel.quiet_seconds and message.type not in (MessageType.RECALL, MessageType.AGENT_MESSAGE)
    urgent, understood = False, None
    try:
        urgent = bool(channel.quiet_seconds) and knowledge.cuts_the_wait(message.text)
        understood = knowledge.understand(message.text) if alone else None
    except Exception:
        log.exception("event=bot_fault channel=%s", channel.id)  # the story reads again and then asks a human
    return Arrival(channel, message, webhook_id, understood, urgent, state.silence, state.timing)


async def _await_turn(state: State, channel: Channel, receipt: Receipt, lane: str) -> Receipt:
    """Hold the request until its turn is due, then fetch the outcome (or learn that a later fragment has it)."""
    while receipt.due is not None:
        rest = asyncio.sleep(max(0.0, (receipt.due - state.clock()).total_seconds()))
        await asyncio.gather(rest, _ask_meanwhile(state, channel, receipt.conversation))
        knowledge, first = state.ready().knowledge, receipt
        later = await state.write(
            lambda tx, first=first, knowledge=knowledge: turns.decide_waiting(  # type: ignore[misc]
                tx, knowledge, channel, first.conversation, first.message, state.clock()
            ),
            lane, abreast=True,
        )  # fmt: skip
        if first.status is Status.DUPLICATE:
            later = replace(later, status=Status.DUPLICATE, first_status=later.status.value)
        receipt = later
    return receipt


async def _ask_meanwhile(state: State, channel: Channel, conversation: str) -> None:
    """What the waiting turn will need of an order is asked for while it waits."""
    if channel.asks_orders and state.inquirer is not None:
        await state.inquirer.before_turn(state.ready().knowledge, channel.shop, conversation)


def _answer(channel: Channel, receipt: Receipt) -> dict[str, Any]:
    shown = receipt.replies if channel.mode == "response" else ()
    return {
        "status": receipt.status.value,
        "first_status": receipt.first_status or None,
        "message_id": receipt.message,
        "conversation_id": receipt.conversation,
        "decision_id": receipt.decision,
        "ticket_id": receipt.ticket,
        "delivery": channel.mode,
        "replies": [_reply(message) for message in shown],
    }


def _reply(message: StoredMessage) -> dict[str, Any]:
    return {"id": message.id, "type": message.type, "text": message.text, "author": message.author}
