"""Advice on a draft before it is sent, as JSON: what the house style finds in it and how it may be written."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel, Field

from bot.core.rule import Finding, Severity
from bot.web.accounts import SignedIn
from bot.web.queue import ReplyBody
from bot.web.refusals import for_accounts
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(prefix="/v1/style", tags=["style"], responses=for_accounts())


class FindingView(BaseModel):
    """One fault of a text."""

    rule: str
    severity: Severity = Field(description="`block`: a reply with it is refused; `error`: the bot would never say it.")
    start: int = Field(description="Characters before it.")
    end: int
    found: str
    advice: str = Field(description="What to do, in Chinese.")
    source: str = Field(description="Practice, article of law or platform rule.")
    rewrite: str | None = Field(description="What may safely stand there instead.")


class Advice(BaseModel):
    """What the house style makes of a text."""

    sendable: bool = Field(description="False when a reply with this text would be refused.")
    findings: list[FindingView]
    rewritten: str = Field(description="The text with every safe rewrite; the same text when there is none.")
    softened: str | None = Field(description="A full sentence to send instead of a curt answer.")


@router.post("", summary="What the house style makes of a draft")
async def look_over(request: Request, body: ReplyBody, account: SignedIn) -> Advice:
    """Findings in the order of their places, and the text rewritten where that is safe. Nothing is sent or stored."""
    gate = state_of(request).ready().knowledge.style
    return Advice(
        sendable=not gate.blocked(body.text),
        findings=[_view(found) for found in gate.findings(body.text)],
        rewritten=gate.rewritten(body.text),
        softened=gate.softened(body.text),
    )


def _view(found: Finding) -> FindingView:
    return FindingView(
        rule=found.rule.id, severity=found.rule.severity, start=found.start, end=found.end, found=found.found,
        advice=found.rule.title, source=found.rule.source, rewrite=found.rewrite,
    )
