"""Which clocks of a case run, and which rings next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.case_clocks import next_due, ringing, running
from bot.core.case_kinds import CaseKind, Deadline
from bot.core.cases import Case, State, Waits
from bot.core.model import Priority

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KIND = CaseKind(
    "k", "种类",
    deadlines=(
        Deadline("week", "一周", 7 * DAY, "opened", "", "赶快"),
        Deadline("courier", "快递核实", 3 * DAY, "courier", "claim", "理赔"),
        Deadline("answer", "答复", DAY, "offered", "", "打电话"),
        Deadline("paid", "到账", 30 * DAY, "claim", "paid", "催"),
    ),
)  # fmt: skip
CASE = Case("demo", "cs_1", "k", State.OPEN, Waits.NOBODY, Priority.NORMAL, "小美", NOW, NOW, NOW)


def _named(case: Case) -> list[tuple[str, timedelta]]:
    return [(clock.deadline.name, clock.due - NOW) for clock in running(KIND, case)]


@pytest.mark.parametrize(
    ("case", "clocks"),
    [
        (CASE, [("week", 7 * DAY)]),
        (replace(CASE, state=State.WAITING, waits_for=Waits.COURIER, state_at=NOW + DAY),
         [("courier", 4 * DAY), ("week", 7 * DAY)]),
        (replace(CASE, state=State.WAITING, waits_for=Waits.CUSTOMER), [("week", 7 * DAY)]),
        (replace(CASE, state=State.OFFERED, state_at=NOW + 2 * DAY), [("answer", 3 * DAY), ("week", 7 * DAY)]),
        (replace(CASE, steps={"claim": NOW + DAY}), [("week", 7 * DAY), ("paid", 31 * DAY)]),
        (replace(CASE, steps={"claim": NOW, "paid": NOW}), [("week", 7 * DAY)]),
        (replace(CASE, state=State.WAITING, waits_for=Waits.COURIER, steps={"claim": NOW}),
         [("week", 7 * DAY), ("paid", 30 * DAY)]),
        (replace(CASE, since=NOW + 3 * DAY), [("week", 10 * DAY)]),
        (replace(CASE, state=State.SETTLED), []),
        (replace(CASE, state=State.CLOSED), []),
    ],
)  # fmt: skip
def test_which_clocks_run(case: Case, clocks: list[tuple[str, timedelta]]) -> None:
    assert _named(case) == clocks


def test_a_clock_rings_once_and_the_next_is_looked_for_behind_it() -> None:
    clocks = running(KIND, replace(CASE, state=State.OFFERED))
    later = NOW + DAY
    assert [clock.deadline.name for clock in ringing(clocks, None, later)] == ["answer"]
    assert ringing(clocks, later, later) == ()
    assert next_due(clocks, later) == NOW + 7 * DAY
    assert next_due(clocks, NOW + 8 * DAY) is None


def test_what_ran_out_while_nobody_looked_rings_together() -> None:
    clocks = running(KIND, replace(CASE, state=State.OFFERED))
    assert [clock.deadline.name for clock in ringing(clocks, None, NOW + 9 * DAY)] == ["answer", "week"]
