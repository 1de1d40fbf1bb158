"""The life of a case in tables: what may follow what, what must come first, who may move it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.accounts import Role
from bot.core.case_kinds import CaseKind, Gate, Item, Opens, Step, evidence_of, kind_of_hand_off
from bot.core.cases import ENDED, Case, State, Waits, may_follow, may_lead, missing, titles
from bot.core.model import Priority

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
CASE = Case("demo", "cs_1", "lost", State.OPEN, Waits.NOBODY, Priority.NORMAL, "小美", NOW, NOW, NOW, order="A1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.OPEN, {State.WAITING, State.OFFERED, State.SETTLED, State.CLOSED}),
        (State.WAITING, set(State)),
        (State.OFFERED, set(State)),
        (State.SETTLED, {State.OPEN}),
        (State.CLOSED, {State.OPEN}),
    ],
)
def test_what_may_follow_what(before: State, after: set[State]) -> None:
    assert {state for state in State if may_follow(before, state)} == after


def test_what_ended_can_only_be_opened_again() -> None:
    for state in ENDED:
        assert [after for after in State if may_follow(state, after)] == [State.OPEN]


@pytest.mark.parametrize(
    ("gate", "ticked", "known", "lacking"),
    [
        (Gate.OFFER, (), (), "照片、催快递"),
        (Gate.OFFER, ("chase",), (), "照片"),
        (Gate.OFFER, ("chase",), ("photo",), ""),
        (Gate.SETTLE, ("chase",), ("photo",), "告诉客户"),
        (Gate.SETTLE, ("told",), (), "照片、催快递"),
        (Gate.SETTLE, ("told", "chase"), ("photo", "other"), ""),
    ],
)
def test_what_has_to_come_first(gate: Gate, ticked: tuple[str, ...], known: tuple[str, ...], lacking: str) -> None:
    kind = CaseKind(
        "k", "种类",
        evidence=(Item("photo", "照片", before=Gate.OFFER), Item("other", "别的")),
        steps=(Step("chase", "催快递", Gate.OFFER), Step("told", "告诉客户", Gate.SETTLE), Step("free", "随意")),
    )
    assert titles(missing(kind, gate, ticked, known)) == lacking


@pytest.mark.parametrize(
    ("owner", "name", "role", "may"),
    [
        ("", "小美", Role.AGENT, True),
        ("小美", "小美", Role.AGENT, True),
        ("阿强", "小美", Role.AGENT, False),
        ("阿强", "小美", Role.TRAINER, False),
        ("阿强", "小美", Role.LEAD, True),
        ("阿强", "小美", Role.ADMIN, True),
    ],
)
def test_who_moves_a_case(owner: str, name: str, role: Role, may: bool) -> None:
    assert may_lead(replace(CASE, owner=owner), name, role) is may


def test_a_hand_off_opens_the_kind_of_its_dialogue_before_that_of_its_intent() -> None:
    kinds = {
        "lost": CaseKind("lost", "丢件", opens=Opens(intents=("ship.lost",), dialogues=("signed",))),
        "slow": CaseKind("slow", "慢", opens=Opens(intents=("ship.stalled",))),
    }
    assert kind_of_hand_off(kinds, "signed", "ship.stalled") is kinds["lost"]
    assert kind_of_hand_off(kinds, "", "ship.stalled") is kinds["slow"]
    assert kind_of_hand_off(kinds, "other", "") is None


def test_a_dialogues_answers_are_the_first_evidence() -> None:
    kind = CaseKind(
        "k", "种类",
        evidence=(
            Item("what", "什么", slots=("what", "box")), Item("no", "单号", slots=("order_no",)), Item("x", "其他"),
        ),
    )  # fmt: skip
    slots = {"what": "瓶子碎了", "box": "里面也坏", "order_no": "", "wish": "退款"}
    assert evidence_of(kind, slots) == {"what": "瓶子碎了，里面也坏"}
