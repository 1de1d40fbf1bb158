"""The pages of after-sale cases: the list with its filters, and one case to work on; they act through the JSON API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse

from bot.core.accounts import Role
from bot.core.case_registers import REGISTERS
from bot.core.case_words import said_fen
from bot.core.cases import ENDED, STATE_TITLES, WAITS_TITLES, Waits
from bot.core.hours import SHOP_ZONE
from bot.core.model import Priority
from bot.errors import NotFound
from bot.flows import case_views as views
from bot.store import cases as queries
from bot.store.cases import Wanted
from bot.web.accounts import OnPage
from bot.web.cases import CaseId, place_of, shown, wanted_of
from bot.web.pages import page
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(tags=["cases"], include_in_schema=False)
_STATES = {"alive": "处理中", **{state.value: title for state, title in STATE_TITLES.items()}, "": "全部"}
_OWNERS = {"": "所有人", "me": "我的", "none": "没有负责人"}
_FLAGS = {"": "不限", "overdue": "超时", "escalated": "要主管看"}
_PRIORITIES = {Priority.LOW: "低", Priority.NORMAL: "普通", Priority.HIGH: "高", Priority.URGENT: "紧急"}
_HISTORY = {
    "opened": "开案", "evidence": "补充凭证", "pictures": "附上会话图片", "step": "完成步骤", "unstep": "取消步骤",
    "waiting": "开始等待", "resumed": "继续处理", "note": "备注", "owner": "更换负责人", "placed": "填写订单",
    "looked": "主管看过", "offered": "提出方案", "accepted": "客户接受", "declined": "客户不接受",
    "withdrawn": "撤回方案", "settled": "结案", "closed": "关闭", "reopened": "重新打开", "told": "告诉客户",
    "overdue": "超时", "escalated": "告诉主管",
}  # fmt: skip
_WHO = {"bot": "机器人", "order": "订单事件", "clock": "时限"}
_LINES = 30
Filter = Annotated[str, Query(max_length=64)]


@router.get("/desk/cases", response_class=HTMLResponse)
async def case_list(
    request: Request, account: OnPage, state: Filter = "alive", kind: Filter = "", owner: Filter = "",
    flag: Filter = "", query: Filter = "", after: Filter = "",
) -> Response:  # fmt: skip
    """The shop's cases, filtered; a filter that does not exist counts for nothing."""
    shared = state_of(request)
    kinds, now = shared.ready().knowledge.case_kinds, shared.clock()
    chosen = {
        "state": state if state in _STATES else "alive", "kind": kind if kind in kinds else "",
        "owner": owner if owner in _OWNERS else "", "flag": flag if flag in _FLAGS else "",
        "query": query.replace("\0", "").strip(),
    }  # fmt: skip
    wanted = wanted_of(
        chosen["state"], chosen["kind"], {"me": account.name, "none": ""}.get(chosen["owner"]), "", chosen["query"],
        overdue_at=now if chosen["flag"] == "overdue" else None, escalated=chosen["flag"] == "escalated",
    )  # fmt: skip
    place = place_of(after)
    lines, more = await shared.read(lambda tx: views.page(tx, kinds, account.shop, wanted, now, place, _LINES))
    told = await shared.read(lambda tx: queries.count(tx, account.shop, Wanted(escalated=True)))
    following = views.page_of(lines, more).next
    return page(
        "cases", account=account, lines=lines, chosen=chosen, states=_STATES, owners=_OWNERS, flags=_FLAGS,
        kinds=list(kinds.values()), registers=list(REGISTERS.values()), said=_said, priorities=_PRIORITIES, told=told,
        is_lead=account.role.at_least(Role.LEAD), first="?" + urlencode(chosen), paged=bool(after),
        following="?" + urlencode({**chosen, "after": following}) if following else "",
    )  # fmt: skip


@router.get("/desk/cases/{case}", response_class=HTMLResponse)
async def case_page(request: Request, case: CaseId, account: OnPage) -> Response:
    """One case; a page that says so where there is none."""
    shared = state_of(request)
    try:
        about = await shown(shared, shared.ready().knowledge, account, case)
    except NotFound:
        return page("case_missing", 404, account=account)
    return page(
        "case", account=account, case=about, line=about.line, said=_said, yuan=said_fen, priorities=_PRIORITIES,
        waits={waits.value: title for waits, title in WAITS_TITLES.items() if waits is not Waits.NOBODY},
        ended=about.line.state in ENDED, history=[_entry(one.kind, one.data) for one in about.history], who=_WHO,
        is_lead=account.role.at_least(Role.LEAD),
    )  # fmt: skip


def _said(at: datetime | None) -> str:
    return f"{at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M}" if at else ""


def _entry(kind: str, data: object) -> tuple[str, str]:
    """A line of the history in words: what was done, and the text that belongs to it."""
    told = data if isinstance(data, dict) else {}
    texts = (told.get(name) for name in ("text", "why", "then", "to", "order", "recording"))
    return _HISTORY.get(kind, kind), "，".join(str(text) for text in texts if text)
