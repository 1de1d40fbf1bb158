"""What an agent does at the desk, as JSON: take, give away, end, answer, note, reject a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import Header, Request
from pydantic import BaseModel, Field, StringConstraints

from bot.core.desk import Row
from bot.core.order_notes import NoteReason
from bot.flows import desk as stories
from bot.flows import desk_sends, drafts, order_notes, tempers, transfers
from bot.flows import desk_views as views
from bot.flows.desk import Actor
from bot.flows.desk_sends import Sending
from bot.flows.desk_shapes import Line
from bot.flows.order_notes import Written
from bot.store.notes import Flag, Note
from bot.web.accounts import Account, SignedIn
from bot.web.desk import REFUSALS, Id
from bot.web.refusals import Problem
from bot.web.routes import Routes
from bot.web.state import State, state_of


class Sharp(BaseModel):
    """Words that may make an angry customer angrier."""

    found: str
    advice: str


class TakenBody(Problem):
    """Somebody or something was quicker."""

    owner: str = Field(description="Who holds the conversation now; empty when nobody does.")
    newer: list[Line] = Field(default=[], description="With code `stale`: what the customer has written since.")
    sharp: list[Sharp] = Field(default=[], description="With code `confirm`: what the house style warns of.")


_WHY_TAKEN = (
    "Somebody else holds it (`conflict`), the customer wrote (`stale`), or is angry and the text sharp (`confirm`)."
)
_TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"model": TakenBody, "description": _WHY_TAKEN}
}
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=64, pattern=r"^[\x21-\x7e]*$",
        description="New for each text; the same again for each retry of it.",
    ),
]  # fmt: skip
router = Routes(prefix="/v1/desk/conversations/{conversation}", tags=["desk"], responses={**REFUSALS, **_TAKEN})


class TransferBody(BaseModel):
    """Who is to go on, and why."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00]*$")] = Field(
        description="An agent's name, or a group: presale, sale, aftersale, senior."
    )
    reason: Why


class EndBody(BaseModel):
    """What the agent had seen when the case was ended."""

    after_seq: Seq | None = Field(
        default=None, description="Number of the newest message seen; 409 `stale` where the customer wrote after it."
    )


class SendBody(BaseModel):
    """An agent's text, and what the agent had seen when it was written."""

    text: Words
    after_seq: Seq = Field(description="Number of the newest message seen.")
    suggestion: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]*$")] = Field(
        default="", description="The draft that is taken with it."
    )
    edited: bool = Field(default=False, description="The draft was changed; otherwise its very text must be sent.")
    confirmed: bool = Field(default=False, description="Read once more and meant, after a refusal with `confirm`.")


class RejectBody(BaseModel):
    """Why not."""

    reason: Why


class NoteBody(BaseModel):
    """Something for colleagues, and for whoever makes up the order."""

    text: Words
    flag: Flag = Field(default="", description="Colour of a 小红旗.")
    order_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\x00]*$")] = Field(
        default="", description="The platform's number of the order."
    )
    reason: NoteReason | Literal[""] = Field(default="", description="Why the order is to be looked at.")


@dataclass(frozen=True, slots=True)
class Sent:
    """The message on its way, and the conversation with it."""

    message: Line
    row: Row


Act = Callable[[sa.Connection, str, Actor], None]


@router.post("/claim", summary="Take a conversation; the bot is silent from then on")
async def claim(request: Request, conversation: Id, account: SignedIn) -> Row:
    """From the queue, or from the bot."""
    return await _act(request, account, conversation, stories.claim)


@router.post("/release", summary="Give one's conversation back to the queue")
async def release(request: Request, conversation: Id, account: SignedIn) -> Row:
    """It waits anew, with a new promise."""
    return await _act(request, account, conversation, stories.release)


@router.post("/resolve", summary="End a case; the bot may speak again")
async def resolve(request: Request, conversation: Id, account: SignedIn, body: EndBody | None = None) -> Row:
    """One's own, or one that nobody has taken."""
    seen = body.after_seq if body else None
    return await _act(
        request, account, conversation, lambda tx, id_, actor: stories.resolve(tx, id_, actor, seen)
    )


@router.post("/transfer", summary="Offer one's conversation to a colleague, or give it to a group")
async def transfer(request: Request, conversation: Id, body: TransferBody, account: SignedIn) -> Row:
    """The colleague must be there and has two minutes to accept; until then, and if not, it stays with the account. A
    group's queue takes it at once. The reason is kept as a note."""
    return await _act(
        request, account, conversation, lambda tx, id_, actor: transfers.offer(tx, id_, actor, body.to, body.reason)
    )


@router.post("/transfer/accept", summary="Take a conversation that was offered")
async def accept(request: Request, conversation: Id, account: SignedIn) -> Row:
    """409 when it is not offered to the account, or not any more."""
    return await _act(request, account, conversation, transfers.accept)


@router.post("/transfer/decline", summary="Leave an offered conversation to who offered it")
async def decline(request: Request, conversation: Id, body: RejectBody, account: SignedIn) -> Row:
    """Who offered it is told the reason."""
    return await _act(
        request, account, conversation, lambda tx, id_, actor: transfers.decline(tx, id_, actor, body.reason)
    )


@router.post("/messages", summary="Answer the customer")
async def send(request: Request, conversation: Id, body: SendBody, key: Key, account: SignedIn) -> Sent:
    """Only who holds the conversation may, and only having seen the customer's newest message. Taking a draft is
    sending with its id; it is taken once. What the house style blocks is refused with 422; what it warns of while the
    customer is angry must be `confirmed`."""
    state = state_of(request)
    advice = drafts.looked_over(state.ready().knowledge.style, body.text)
    actor, knowledge = actor_of(state, account), state.ready().knowledge
    sending = Sending(conversation, **body.model_dump(exclude={"confirmed"}))
    sharp = () if body.confirmed else advice

    def cool(tx: sa.Connection) -> None:
        tempers.cool(tx, actor.shop, conversation, knowledge.mood, sharp)

    def story(tx: sa.Connection) -> Sent:
        sent = desk_sends.send(tx, sending, key, actor, knowledge, cool)
        [line] = views.lines(tx, actor.shop, [sent], actor.now)
        return Sent(line, views.row(tx, actor.shop, conversation, knowledge.mood))

    return await state.write(story)


@router.post("/suggestions/{suggestion}/reject", status_code=204, summary="Say why a draft is of no use")
async def reject(request: Request, conversation: Id, suggestion: Id, body: RejectBody, account: SignedIn) -> None:
    """It is not shown again; the trainers read the reason."""
    state = state_of(request)
    actor = actor_of(state, account)
    await state.write(lambda tx: desk_sends.reject(tx, conversation, suggestion, body.reason, actor))


@router.post("/notes", status_code=201, summary="Keep a note for colleagues")
async def keep_note(request: Request, conversation: Id, body: NoteBody, account: SignedIn) -> Note:
    """The customer never sees it; with an order, a flag or a reason it is exported to the shop's ERP."""
    state = state_of(request)
    actor = actor_of(state, account)
    written = Written(**body.model_dump())
    return await state.write(lambda tx: order_notes.keep_note(tx, conversation, actor, written))


async def _act(request: Request, account: Account, conversation: str, act: Act) -> Row:
    state = state_of(request)
    actor, ears = actor_of(state, account), state.ready().knowledge.mood

    def story(tx: sa.Connection) -> Row:
        act(tx, conversation, actor)
        return views.row(tx, actor.shop, conversation, ears)

    return await state.write(story)


def actor_of(state: State, account: Account) -> Actor:
    """Who acts, now."""
    facts = state.ready().knowledge.shop(account.shop)
    return Actor(account.shop, account.name, state.clock(), state.silence, facts, state.timing)
