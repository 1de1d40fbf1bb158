"""Quick phrases as JSON: agents find and use them and keep their own; leads keep the shop's."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query, Request
from pydantic import BaseModel, Field, StringConstraints

from bot.core.quick import QuickPhrase, Scope, remarks
from bot.core.style import Gate
from bot.flows import quick as stories
from bot.flows.quick import Found, Seeker
from bot.web.accounts import Agent
from bot.web.refusals import for_accounts, possible_id
from bot.web.routes import Routes
from bot.web.state import state_of

#: Of every route about quick phrases.
REFUSALS = for_accounts(
    {
        403: "The shop's phrases are kept by leads, trainers and admins.",
        404: "No such phrase or conversation in your shop.",
        409: "The code is taken, or the phrase cannot be changed here.",
    }
)
Id = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_.-]{0,64}").fullmatch, "没有这条快捷短语或这个会话")]
Words = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
router = Routes(prefix="/v1/shops/{shop}/quick", tags=["quick phrases"], responses=REFUSALS)


class QuickChange(BaseModel):
    """What a phrase says."""

    code: Words = Field(description="Letters and digits, such as fh01; unique for its owner.")
    text: Words = Field(description="As it is sent, with gaps such as {{ order_no }}, {{ customer }}, {{ shop.name }}.")
    group: Words = ""
    image: Annotated[str, StringConstraints(max_length=600)] = Field(default="", description="A link, https only.")
    valid_from: date | None = Field(default=None, description="First day, in the shop's time zone.")
    valid_until: date | None = Field(default=None, description="Last day.")

    def phrase(self, id_: str = "", scope: Scope = Scope.PERSONAL, owner: str = "") -> QuickPhrase:
        """In kefu's own terms."""
        return QuickPhrase(
            id_, scope, owner, self.group, self.code, self.text, self.image, self.valid_from, self.valid_until
        )


class QuickBody(QuickChange):
    """A new phrase."""

    scope: Scope = Scope.PERSONAL
    owner: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = Field(
        default="", description="The team, for the scope team."
    )


class QuickView(BaseModel):
    """A phrase as it is kept."""

    id: str
    scope: Scope
    owner: str
    group: str
    code: str
    text: str
    image: str
    valid_from: date | None
    valid_until: date | None
    source: str = Field(description="File and line, of a phrase that trainers keep; it cannot be changed here.")
    remarks: list[str] = Field(description="What the house style advises, in Chinese.")


class FoundView(QuickView):
    """A phrase that was found, filled in for the conversation."""

    uses: int
    filled: str | None = Field(description="Ready to send; null while something is missing.")
    missing: list[str] = Field(description="What the agent must be asked for, such as order_no.")


class UseBody(BaseModel):
    """Where a phrase is used, and what the conversation does not tell."""

    conversation: Id = ""
    values: dict[str, Words] = Field(default_factory=dict, max_length=20)


class UsedView(BaseModel):
    """The text to send."""

    text: str
    image: str = ""


@router.get("", summary="Search the quick phrases, best first")
async def find_quick(
    request: Request, account: Agent, q: Annotated[str, Query(max_length=100)] = "",
    conversation: Annotated[Id, Query()] = "", limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> list[FoundView]:
    """By code, group, text or pinyin (fh, fahuo), several words together; an empty query lists all."""
    state = state_of(request)
    content = state.ready()
    knowledge = content.knowledge
    facts, files = knowledge.facts(account.shop, state.clock()), content.quick.of(account.shop)
    seeker = Seeker(account.shop, account.name, conversation)

    def story(tx: sa.Connection) -> list[Found]:
        shelf = stories.shelf(tx, account.shop, files, knowledge.content_hash, state.shelves.get(account.shop))
        state.shelves[account.shop] = shelf
        return stories.search(tx, shelf, seeker, q, facts, state.clock(), limit)

    return [_found(knowledge.style, one) for one in await state.read(story)]


@router.post("", summary="Keep a new phrase", status_code=201)
async def add_quick(request: Request, body: QuickBody, account: Agent) -> QuickView:
    """One's own; for a team or the shop as lead, trainer or admin."""
    state = state_of(request)
    phrase = body.phrase(scope=body.scope, owner=body.owner)
    gate = state.ready().knowledge.style
    added = await state.write(lambda tx: stories.add(tx, account.shop, account.name, phrase, state.clock()))
    return _view(gate, added)


@router.put("/{phrase_id}", summary="Write a phrase anew")
async def change_quick(request: Request, phrase_id: Id, body: QuickChange, account: Agent) -> QuickView:
    """All its fields; whose it is stays."""
    state, phrase = state_of(request), body.phrase(phrase_id)
    gate = state.ready().knowledge.style
    changed = await state.write(lambda tx: stories.change(tx, account.shop, account.name, phrase, state.clock()))
    return _view(gate, changed)


@router.delete("/{phrase_id}", summary="Delete a phrase", status_code=204)
async def remove_quick(request: Request, phrase_id: Id, account: Agent) -> None:
    """With the count of its uses."""
    await state_of(request).write(lambda tx: stories.remove(tx, account.shop, account.name, phrase_id))


@router.post("/{phrase_id}/use", summary="Take a phrase, filled in")
async def use_quick(request: Request, phrase_id: Id, body: UseBody, account: Agent) -> UsedView:
    """The text to send, counted; 422 names what is still missing."""
    state = state_of(request)
    content = state.ready()
    facts, files = content.knowledge.facts(account.shop, state.clock()), content.quick.of(account.shop)
    seeker = Seeker(account.shop, account.name, body.conversation)
    used = await state.write(
        lambda tx: stories.use(tx, seeker, phrase_id, body.values, files, facts, state.clock())
    )
    return UsedView(text=used.text, image=used.image)


def _view(gate: Gate, phrase: QuickPhrase) -> QuickView:
    return QuickView(**_fields(gate, phrase))


def _found(gate: Gate, found: Found) -> FoundView:
    filled = found.filled
    return FoundView(
        **_fields(gate, found.phrase), uses=found.uses, filled=(filled.text or None) if filled else None,
        missing=list(filled.missing) if filled else [],
    )


def _fields(gate: Gate, phrase: QuickPhrase) -> dict[str, Any]:
    kept = {name: getattr(phrase, name) for name in QuickPhrase.__slots__}
    return {**kept, "remarks": remarks(gate, phrase.text)}
