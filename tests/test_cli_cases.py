"""`kefu case`: what is open, what one case knows, and registers as files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import wiring
from bot.cli import session
from bot.cli.main import kefu
from bot.content import load, sheet
from bot.core.accounts import Role
from bot.core.cases import Case
from bot.flows import case_acts, case_work, cases
from bot.flows.case_work import Hand
from bot.flows.cases import Opening
from bot.settings import ROOT

KINDS = {file.kind.id: file.kind for file in load.read(ROOT).case_kinds}


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    _kefu("shop", "add", "demo", group=())


def _kefu(*arguments: str, group: tuple[str, ...] = ("case",)) -> Result:
    return CliRunner().invoke(kefu, [*group, *arguments])


def _open(kind: str = "lost", order: str = "A1", *, days_ago: int = 0) -> Case:
    hand = Hand("demo", "小美", Role.AGENT, wiring.now() - timedelta(days=days_ago))
    opening = Opening(kind, order, amount=19900, note="客户说没收到", owner="小美")
    with session.store() as store:
        case = store.submit(lambda tx: cases.open_by_hand(tx, KINDS, opening, hand)).result()
        if kind == "lost":
            store.submit(lambda tx: case_acts.tick(case_work.taken(tx, KINDS, case.id, hand), "chase", True)).result()
    return case


def test_the_list_says_what_is_overdue() -> None:
    late, fresh = _open(days_ago=5), _open("return", "B2")
    listed = _kefu("list").output
    assert late.id in listed
    assert fresh.id in listed
    overdue = _kefu("list", "--overdue").output
    assert "超时" in overdue
    assert fresh.id not in overdue
    assert late.id not in _kefu("list", "--kind", "return").output
    assert late.id not in _kefu("list", "--state", "closed").output
    assert late.id not in _kefu("list", "--shop", "other").output


def test_a_case_is_shown_with_its_checklist_evidence_and_history() -> None:
    shown = _kefu("show", _open().id).output
    assert "丢件  待处理  订单 A1  负责人 小美" in shown
    assert "[x] 请快递查签收人和监控" in shown
    assert "[ ] 登记丢件表" in shown
    assert "凭证 其他：客户说没收到" in shown
    assert "小美  opened" in shown


def test_an_unknown_case_is_one_clear_line() -> None:
    assert "没有案件 cs_x" in str(_kefu("show", "cs_x").exception)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_register_is_written_once(tmp_path: Path, form: str) -> None:
    case = _open()
    _open("quality", "B2")
    file = tmp_path / f"丢件.{form}"
    assert "丢件登记：1 个案件" in _kefu("export", "lost", str(file)).output
    [row] = sheet.read_table(file.read_bytes(), file.name).rows
    assert (row.cells["案件"], row.cells["订单号"], row.cells["订单金额"]) == (case.id, "A1", "199.00")
    assert "已存在" in str(_kefu("export", "lost", str(file)).exception)


def test_a_registers_time_may_be_told(tmp_path: Path) -> None:
    _open(days_ago=60)
    for name, arguments, count in (
        ("usual.csv", (), 0), ("wide.csv", ("--from", "2020-01-01"), 1), ("past.csv", ("--until", "2020-01-01"), 0),
    ):  # fmt: skip
        written = _kefu("export", "all", str(tmp_path / name), *arguments).output
        assert f"{count} 个案件" in written


def test_another_ending_is_refused(tmp_path: Path) -> None:
    assert ".csv 或 .xlsx" in str(_kefu("export", "all", str(tmp_path / "x.pdf")).exception)
