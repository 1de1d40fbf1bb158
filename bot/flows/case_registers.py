"""Registers of after-sale cases as tables: what finance, the warehouse and the buyers are handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.case_kinds import OUTCOME_TITLES, CaseKind
from bot.core.case_registers import Register
from bot.core.cases import STATE_TITLES, Case, State
from bot.core.hours import SHOP_ZONE
from bot.flows.case_work import kind_of
from bot.store import case_parts, cases, orders
from bot.store.cases import Wanted

#: Lines of a register, at most; a sheet of more is asked for in parts.
MOST = 5000
_COLUMNS = (
    "登记时间", "案件", "类别", "订单号", "客户", "快递", "快递单号", "商品", "订单金额", "情况", "状态", "负责人",
    "原因", "处理结果", "办法", "赔付金额", "责任人", "改善建议", "结案时间",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be written."""

    header: tuple[str, ...]
    rows: list[dict[str, str]]


def sheet(
    tx: sa.Connection, kinds: Mapping[str, CaseKind], shop: str, register: Register, since: datetime, until: datetime
) -> Sheet:
    """The register's cases that were opened from a moment on and before another one, oldest first."""
    of = [kind.id for kind in kinds.values() if register.name in ("all", kind.register)]
    wanted = Wanted(kinds=of or ["-"], opened_from=since, opened_until=until)
    found = sorted(cases.listed(tx, shop, wanted, None, MOST), key=lambda one: one.case.opened_at)
    told = case_parts.evidence_of_all(tx, shop, [one.case.id for one in found])
    bought = orders.some(tx, shop, {one.case.order for one in found if one.case.order})
    rows = []
    for one in found:
        order = bought.get(one.case.order)
        facts = order.facts if order else None
        evidence = told.get(one.case.id, {})
        rows.append(
            {
                **_told(kind_of(kinds, one.case.kind), one.case), "客户": one.customer,
                "快递": (facts and facts.courier) or "",
                "快递单号": (facts and facts.tracking_no) or evidence.get("tracking_no", ""),
                "商品": "；".join(f"{item.title} {item.sku}".strip() for item in (facts and facts.items) or ()),
                "情况": "；".join(text for item, text in evidence.items() if item != "tracking_no"),
            }
        )
    return Sheet(_COLUMNS, rows)


def _told(kind: CaseKind, case: Case) -> dict[str, str]:
    remedy = kind.remedy(case.remedy)
    return {
        "登记时间": _said(case.opened_at), "案件": case.id, "类别": kind.title, "订单号": case.order,
        "订单金额": _yuan(case.amount), "状态": STATE_TITLES[case.state], "负责人": case.owner,
        "原因": kind.reasons.get(case.reason, case.reason),
        "处理结果": OUTCOME_TITLES[case.outcome] if case.state is State.SETTLED else "",
        "办法": remedy.title if remedy else case.remedy, "赔付金额": _yuan(case.cost or None),
        "责任人": case.responsible, "改善建议": case.lesson, "结案时间": _said(case.ended_at) if case.ended_at else "",
    }  # fmt: skip


def _said(at: datetime) -> str:
    return f"{at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M}"


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
