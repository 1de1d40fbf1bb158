"""After-sale cases as JSON: the list, one case, the kinds there are, a customer's cases, and registers as sheets."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from bot.content import sheet
from bot.core.case_registers import REGISTERS, begins
from bot.core.cases import ALIVE, State
from bot.core.hours import SHOP_ZONE
from bot.core.knowledge import Knowledge
from bot.errors import InvalidField
from bot.flows import case_registers
from bot.flows import case_views as views
from bot.flows import cases as stories
from bot.flows.case_shapes import CaseDetail, CasePage, CustomerCases, KindShown
from bot.flows.case_work import Hand
from bot.flows.cases import Opening
from bot.store.cases import Wanted
from bot.web.accounts import Account, SignedIn
from bot.web.desk import Id as ConversationId
from bot.web.refusals import for_accounts, possible_id
from bot.web.routes import Routes
from bot.web.state import State as Shared
from bot.web.state import state_of

REFUSALS = for_accounts(
    {
        403: "The role's limit, somebody else's case, or sent by a browser without the session's token.",
        404: "No such case (or conversation) in your shop.",
        409: "The case stands otherwise; the message says what is missing or who was first.",
    }
)
CaseId = Annotated[str, possible_id(re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch, "没有这个案件")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")]
OrderNumber = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
Fen = Annotated[int, Field(ge=0, le=100_000_000, description="In fen.")]
_PLACE = re.compile(r"(\d{1,15})\.([A-Za-z0-9_]{1,64})")
_MOST_SAID = 64  # characters of a filter
Filter = Annotated[str, Query(max_length=_MOST_SAID, pattern=r"^[^\x00]*$")]
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
router = Routes(prefix="/v1", tags=["cases"], responses=REFUSALS)


class OpenBody(BaseModel):
    """What a case is to be about: an order, a conversation, or both."""

    kind: Name
    order: OrderNumber = ""
    conversation: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]*$")] = ""
    amount: Fen | None = None
    note: Text = Field(default="", description="What is known already; it becomes the first evidence.")


@router.get("/cases", summary="After-sale cases, those with the next clock first")
async def list_cases(
    request: Request,
    account: SignedIn,
    state: Annotated[Literal["", "alive", "open", "waiting", "offered", "settled", "closed"], Query()] = "",
    kind: Filter = "",
    owner: Annotated[str | None, Query(max_length=_MOST_SAID, pattern=r"^[^\x00]*$")] = None,
    order: Filter = "",
    query: Filter = "",
    overdue: bool = False,
    escalated: bool = False,
    after: Filter = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePage:
    """A page of the shop's cases. `state`: one, or `alive` for all that go on; `owner`: an account, or empty for
    cases without one; `query`: part of a case's or an order's number or of the customer's name."""
    shared = state_of(request)
    now = shared.clock()
    wanted = wanted_of(state, kind, owner, order, query, overdue_at=now if overdue else None, escalated=escalated)
    kinds = shared.ready().knowledge.case_kinds
    place = place_of(after)
    found = await shared.read(lambda tx: views.page(tx, kinds, account.shop, wanted, now, place, limit))
    return views.page_of(*found)


@router.post("/cases", status_code=201, summary="Open a case")
async def open_case(request: Request, body: OpenBody, account: SignedIn) -> CaseDetail:
    """The account owns it. What the customer told the bot becomes its first evidence. 409 with `case` where the order
    (or the conversation) has an open one of the kind."""
    shared = state_of(request)
    knowledge, hand = shared.ready().knowledge, hand_of(shared, account)
    opening = Opening(body.kind, body.order, body.conversation, body.amount, body.note, owner=account.name)

    def story(tx: sa.Connection) -> CaseDetail:
        case = stories.open_by_hand(tx, knowledge.case_kinds, opening, hand)
        return views.detail(tx, knowledge, case.id, hand)

    return await shared.write(story, lane(account.shop))


@router.get("/cases/kinds", summary="The kinds of cases")
async def list_kinds(request: Request, account: SignedIn) -> list[KindShown]:
    """As the trainers keep them in phrases/cases/."""
    return views.kinds_shown(state_of(request).ready().knowledge.case_kinds)


@router.get(
    "/cases/export", summary="A register as a sheet", response_class=Response,
    responses={200: {"content": {kind: {} for kind in _TYPES.values()}, "description": "The file."}},
)  # fmt: skip
async def export(
    request: Request,
    account: SignedIn,
    register: Literal["parcels", "lost", "returns", "quality", "complaints", "reviews", "all"] = "all",
    since: Annotated[date | None, Query(alias="from", description="A day; without it as far as is usual.")] = None,
    until: Annotated[date | None, Query(description="The last day.")] = None,
    form: Literal["csv", "xlsx"] = "xlsx",
) -> Response:
    """The cases opened in a time, oldest first, 5,000 at most; texts that a spreadsheet would run are marked."""
    shared = state_of(request)
    now, kinds, about = shared.clock(), shared.ready().knowledge.case_kinds, REGISTERS[register]
    first = _midnight(since) if since else begins(about, now)
    last = _midnight(until) + timedelta(days=1) if until else now + timedelta(seconds=1)
    if last <= first:
        raise InvalidField("until: 结束日期要在开始日期之后", field="until")
    made = await shared.read(lambda tx: case_registers.sheet(tx, kinds, account.shop, about, first, last))
    name = f"{about.title}-{now.astimezone(SHOP_ZONE):%Y%m%d}.{form}"
    attached = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(sheet.write_table(made.header, made.rows, form), media_type=_TYPES[form], headers=attached)


@router.get("/cases/{case}", summary="One case in full")
async def show_case(request: Request, case: CaseId, account: SignedIn) -> CaseDetail:
    """Evidence, checklist, clocks, offers, what may be offered by the account, and the whole history."""
    shared = state_of(request)
    return await shown(shared, shared.ready().knowledge, account, case)


@router.get("/desk/conversations/{conversation}/cases", summary="A customer's cases")
async def of_conversation(request: Request, conversation: ConversationId, account: SignedIn) -> CustomerCases:
    """Beside a conversation: by it and by the customer's orders, those that go on first."""
    shared = state_of(request)
    kinds, now = shared.ready().knowledge.case_kinds, shared.clock()
    return await shared.read(lambda tx: views.of_customer(tx, kinds, account.shop, conversation, now))


async def shown(shared: Shared, knowledge: Knowledge, account: Account, case: str) -> CaseDetail:
    """One case as the account sees it."""
    hand = hand_of(shared, account)
    return await shared.read(lambda tx: views.detail(tx, knowledge, case, hand))


def hand_of(shared: Shared, account: Account) -> Hand:
    """The account as it works on a case now."""
    return Hand(account.shop, account.name, account.role, shared.clock())


def lane(shop: str) -> str:
    """Behind all conversations in a group of stories: their locks come first."""
    return f"~cases/{shop}"


def wanted_of(
    state: str, kind: str, owner: str | None, order: str, query: str, *, overdue_at: datetime | None, escalated: bool
) -> Wanted:
    """What a list's filters ask for."""
    states = ALIVE if state == "alive" else [State(state)] if state else []
    return Wanted(
        states, [kind] if kind else (), owner, order, query=query, overdue_at=overdue_at, escalated=escalated
    )  # fmt: skip


def place_of(after: str) -> tuple[datetime, str] | None:
    """Where a page begins, from `next` of the one before; InvalidField for anything else."""
    if not after:
        return None
    found = _PLACE.fullmatch(after)
    if found is None:
        raise InvalidField("after: take it from `next` of the page before", field="after")
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC), found[2]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHOP_ZONE)
