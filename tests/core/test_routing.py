"""Who gets which waiting customer, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.core.accounts import Role
from bot.core.attendance import State
from bot.core.model import Priority
from bot.core.routing import Candidate, Waiting, choose, is_skilled, plan

TEN = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return TEN + timedelta(minutes=minute)


def customer(name: str = "t1", group: str = "presale", priority: Priority = Priority.NORMAL, due: int = 5,
             opened: int = 0, last: str = "", passed: tuple[str, ...] = ()) -> Waiting:  # fmt: skip
    return Waiting(name, f"cv-{name}", group, priority, at(due), at(opened), last, frozenset(passed))


def agent(name: str, held: int = 0, capacity: int = 4, state: State = "online", groups: tuple[str, ...] = (),
          role: Role = Role.AGENT, got: int | None = None) -> Candidate:  # fmt: skip
    return Candidate(name, role, state, frozenset(groups), held, capacity, None if got is None else at(got))


def chosen(waiting: Waiting, *agents: Candidate) -> str:
    found = choose(waiting, agents)
    return found.name if found else ""


@pytest.mark.parametrize(
    ("agents", "name"),
    [
        ([], ""),
        ([agent("a")], "a"),
        ([agent("a", state="busy"), agent("b", state="away"), agent("c", state="offline")], ""),
        ([agent("a", held=4)], ""),
        ([agent("a", held=9)], ""),  # claimed by hand beyond the capacity
        ([agent("a", held=2), agent("b", held=1)], "b"),
        ([agent("a", held=2, capacity=8), agent("b", held=1, capacity=2)], "a"),  # a quarter is less than a half
        ([agent("a", held=1, got=3), agent("b", held=1, got=2)], "b"),
        ([agent("a", got=3), agent("b")], "b"),  # never got one
        ([agent("b"), agent("a")], "a"),
    ],
)  # fmt: skip
def test_the_least_busy_agent_who_is_there_gets_the_customer(agents: list[Candidate], name: str) -> None:
    assert chosen(customer(), *agents) == name


@pytest.mark.parametrize(
    ("group", "groups", "role", "takes"),
    [
        ("presale", (), Role.AGENT, True), ("presale", ("sale",), Role.AGENT, False),
        ("sale", ("presale", "sale"), Role.AGENT, True), ("senior", (), Role.AGENT, False),
        ("senior", ("senior",), Role.AGENT, True), ("senior", (), Role.TRAINER, False),
        ("senior", (), Role.LEAD, True), ("senior", ("sale",), Role.ADMIN, True),
        ("sale", ("senior",), Role.LEAD, False),
    ],
)  # fmt: skip
def test_a_ticket_goes_to_who_has_the_skill(group: str, groups: tuple[str, ...], role: Role, takes: bool) -> None:
    assert is_skilled(group, frozenset(groups), role) is takes


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (agent("b", held=3), "b"), (agent("b", held=4), "a"), (agent("b", state="busy"), "a"),
        (agent("b", groups=("aftersale",)), "a"),
    ],
)  # fmt: skip
def test_the_customer_comes_back_to_who_they_spoke_with_if_there_is_a_place(known: Candidate, name: str) -> None:
    assert chosen(customer(last="b"), agent("a"), known) == name


def test_nobody_gets_a_customer_back_whom_they_gave_away() -> None:
    assert chosen(customer(last="a", passed=("a",)), agent("a"), agent("b", held=3)) == "b"
    assert chosen(customer(passed=("a",)), agent("a")) == ""


@pytest.mark.parametrize(
    "order",
    [
        [customer("t2", priority=Priority.URGENT, due=9), customer("t1", due=2)],
        [customer("t2", due=4, opened=3), customer("t1", due=5)],
        [customer("t2", opened=1), customer("t1", opened=2)],
        [customer("t1"), customer("t2")],
    ],
)
def test_the_most_pressing_customer_comes_first(order: list[Waiting]) -> None:
    [first] = plan(reversed(order), [agent("a", held=3)], TEN)
    assert first.waiting == order[0]


def test_a_customer_for_whom_nobody_is_free_does_not_hold_up_the_others() -> None:
    hard = customer("t1", "senior", Priority.URGENT)
    assert [one.waiting.ticket for one in plan([hard, customer("t2")], [agent("a")], TEN)] == ["t2"]


def test_a_plan_shares_out_evenly_and_fills_nobody_beyond_the_capacity() -> None:
    queue = [customer(f"t{n:02}", opened=n) for n in range(12)]
    planned = plan(queue, [agent("a", capacity=4), agent("b", capacity=4)], TEN)
    assert [one.agent for one in planned] == ["a", "b"] * 4
    assert [one.waiting.ticket for one in planned] == [f"t{n:02}" for n in range(8)]


def test_a_plan_does_not_depend_on_the_order_of_what_it_is_given() -> None:
    chance = Random(7)
    queue = [
        customer(
            f"t{n}", chance.choice(("presale", "sale", "senior")), chance.choice(list(Priority)),
            last=chance.choice("abx"),
        )
        for n in range(30)
    ]  # fmt: skip
    agents = [agent(name, chance.randrange(3), groups=groups) for name, groups in
              (("a", ()), ("b", ("sale",)), ("c", ("senior", "presale")), ("d", ()))]  # fmt: skip
    first = plan(queue, agents, TEN)
    assert first
    for _ in range(20):
        chance.shuffle(queue)
        chance.shuffle(agents)
        assert plan(queue, agents, TEN) == first
    held = {one.name: one for one in agents}
    for one in first:
        assert is_skilled(one.waiting.group, held[one.agent].groups, Role.AGENT)
        held[one.agent] = replace(held[one.agent], held=held[one.agent].held + 1)
    assert all(one.held <= one.capacity for one in held.values())
