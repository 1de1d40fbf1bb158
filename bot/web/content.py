"""Versions of the content as JSON, for trainers' tools: what is served, the history, and reload."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from bot.content.reader import Finding
from bot.errors import Conflict, ContentError, Forbidden
from bot.store import agents, versions
from bot.trainer import proof
from bot.trainer.apart import apart
from bot.trainer.proof import Verdict
from bot.web.accounts import Account, SignedIn
from bot.web.refusals import for_accounts, refusals
from bot.web.routes import Routes
from bot.web.state import state_of

#: Who may change what every shop of this installation says.
_TRAINERS = frozenset({"trainer", "lead", "admin"})
_REFUSALS = for_accounts({403: "The account is no trainer, lead or admin."})


async def _trainer(request: Request, account: SignedIn) -> Account:
    role = await state_of(request).read(lambda tx: agents.role(tx, account.shop, account.name))
    if role not in _TRAINERS:
        raise Forbidden
    return account


Trainer = Annotated[Account, Depends(_trainer)]
router = Routes(prefix="/v1/content", tags=["content"], responses=_REFUSALS)


class EventBody(BaseModel):
    """One entry of the history."""

    at: datetime
    who: str
    action: str
    content: str
    accepted: bool
    reason: str


class ContentBody(BaseModel):
    """What this process serves, and what was tried lately, newest first."""

    serving: str
    pinned: bool
    history: list[EventBody]


class FindingBody(BaseModel):
    """One thing to mend."""

    path: str
    line: int
    rule: str
    message: str


class VerdictBody(BaseModel):
    """What became of a reload: published (every process follows within seconds), unchanged, or refused (everything
    stays as it was; `errors` and `broken` cases say why)."""

    status: Verdict
    content: str
    reason: str
    errors: list[FindingBody]
    broken: list[FindingBody]


@router.get("", summary="The version in use, and the history")
async def show_content(
    request: Request, account: Trainer, limit: Annotated[int, Query(ge=1, le=1000)] = 20
) -> ContentBody:
    """What is served and why."""
    state = state_of(request)
    serving = state.ready().knowledge.content_hash
    wanted, history = await state.read(lambda tx: (versions.wanted(tx), versions.history(tx, limit)))
    return ContentBody(
        serving=serving, pinned=wanted is not None and wanted.pins,
        history=[
            EventBody(at=e.at, who=e.who, action=e.action, content=e.hash, accepted=e.accepted, reason=e.reason)
            for e in history
        ],
    )


@router.post(
    "/reload", summary="Check the content folder of this machine and have it served",
    responses=refusals({409: "Another reload is under way, or the folder cannot be read."}),
)
async def reload_content(request: Request, account: Trainer, anyway: bool = False) -> VerdictBody:
    """Takes some seconds, after a change of the intents half a minute; done in a process of its own meanwhile."""
    state = state_of(request)
    if state.proving.locked():
        raise Conflict("另一次更新正在进行，请等它结束")
    async with state.proving:
        in_use = await state.read(proof.in_use)
        try:
            proved = await asyncio.to_thread(
                apart, proof.prove, state.settings.content_dir, state.settings.cache_dir, in_use
            )
        except ContentError as error:
            raise Conflict(str(error)) from error
        who = f"{account.shop}/{account.name}"
        verdict = await state.write(lambda tx: proof.settle(tx, proved, who, state.clock(), anyway=anyway))
    return VerdictBody(
        status=verdict, content=proved.version.hash, reason=proved.reason,
        errors=list(map(_finding, proved.errors)), broken=list(map(_finding, proved.broken)),
    )


def _finding(finding: Finding) -> FindingBody:
    return FindingBody(path=finding.path, line=finding.line, rule=finding.rule, message=finding.message)
