"""Reports for those who run the team or write its phrases: what agents make of drafts, how satisfied customers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Request
from pydantic import AwareDatetime

from bot.flows import adoption, csat_report
from bot.flows.adoption import Rewritten
from bot.flows.csat_report import Report
from bot.store import csat
from bot.store.adoption import By
from bot.web.accounts import TrainerOrAbove
from bot.web.refusals import for_accounts
from bot.web.routes import Routes
from bot.web.state import State, state_of

#: What is told of unless asked otherwise; our default.
_LATELY = timedelta(days=30)
Since = Annotated[AwareDatetime | None, Query(description="With a time zone; the last 30 days unless told otherwise.")]
router = Routes(prefix="/v1/desk", tags=["reports"], responses=for_accounts({403: "For trainer, lead or admin."}))


@dataclass(frozen=True, slots=True)
class LineView:
    """What became of the drafts of one phrase, intent, agent or hour of the shop's day."""

    key: str
    offered: int
    taken: int
    edited: int
    rejected: int
    ignored: int
    unseen: int
    open: int
    adoption: float | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report, and from when on it tells."""

    since: datetime
    by: By
    lines: Sequence[LineView]


def begin(state: State, since: datetime | None) -> datetime:
    """From when on a report tells."""
    return since or state.clock() - _LATELY


@router.get("/suggestions/report", summary="How many of the bot's drafts are used")
async def report(request: Request, account: TrainerOrAbove, by: By = "phrase", since: Since = None) -> ReportView:
    """Taken, edited, rejected, ignored (an agent wrote something else, the customer went on, or the case ended;
    `unseen` of these were never shown) and open ones. `adoption`: the share sent, edited or not, of what agents saw."""
    state = state_of(request)
    start = begin(state, since)
    lines = await state.read(lambda tx: adoption.report(tx, account.shop, start, by))
    return ReportView(start, by, [_view(line) for line in lines])


@router.get("/suggestions/edits", summary="What agents write instead of the bot's drafts")
async def edits(request: Request, account: TrainerOrAbove, since: Since = None) -> list[Rewritten]:
    """The phrases that are rewritten, the most often first, each with up to five ways and the words kept, removed and
    added. Personal data is masked."""
    state = state_of(request)
    start = begin(state, since)
    return await state.read(lambda tx: adoption.edits(tx, account.shop, start))


@router.get("/csat", summary="How satisfied customers are")
async def satisfaction(
    request: Request, account: TrainerOrAbove, by: csat.By = "agent", since: Since = None
) -> Report:  # fmt: skip
    """Asked, answered, the average of 1 to 5, the share of 4 and 5, and how many of 1 and 2, by who helped (`""` is the
    bot), by intent or by day of the shop; and the newest 50 low answers with their reasons, masked."""
    state = state_of(request)
    start = begin(state, since)
    return await state.read(lambda tx: csat_report.report(tx, account.shop, start, by))


def _view(line: adoption.Line) -> LineView:
    return LineView(
        line.key, line.offered, line.taken, line.edited, line.rejected, line.ignored, line.unseen, line.open,
        line.adoption,
    )  # fmt: skip
