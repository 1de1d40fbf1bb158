"""Whoever waits is given to an agent who is there, after whatever frees one, by two processes as by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.accounts import Group, Role
from bot.core.attendance import Timing
from bot.core.model import Holder
from bot.core.shop import Assigns, Shop
from bot.errors import Conflict
from bot.flows import agents as accounts
from bot.flows import assignment, desk, transfers
from bot.store.base import Store
from bot.store.postgres import PostgresStore
from bot.store.tables import agents as agents_table
from bot.store.tables import conversations
from tests.flows.desk import Desks
from tests.flows.world import SHOP, SILENCE, World


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents, none of them there yet."""
    return Desks(world)


def owners(desks: Desks) -> dict[str, str]:
    """Who has whom."""
    return {row["customer"]: row["owner"] for row in desks.world.rows(conversations)}


def give_out(store: Store, world: World, facts: Shop | None = None) -> Any:
    return store.submit(
        lambda tx: assignment.give_out(tx, SHOP, facts or world.facts, world.now, SILENCE, Timing())
    ).result(timeout=30)


def set_capacity(desks: Desks, agent: str, capacity: int) -> None:
    change = agents_table.update().where(agents_table.c.name == agent).values(capacity=capacity)
    desks.world.store.submit(lambda tx: tx.execute(change).rowcount).result()


def test_who_comes_while_an_agent_is_there_is_theirs_at_once(desks: Desks) -> None:
    desks.is_there("小美")
    desks.world.say("c1", "转人工")
    desks.world.work()
    row = desks.row()
    assert row.ticket is not None
    assert (row.holder, row.owner, row.ticket.state) == (Holder.AGENT, "小美", "claimed")
    assert desks.world.jobs("handback")


def test_who_waited_is_given_to_the_first_who_comes(desks: Desks) -> None:
    for customer in ("c1", "c2"):
        desks.world.say(customer, "转人工")
    desks.world.work()
    assert owners(desks) == {"c1": "", "c2": ""}
    desks.is_there("阿强")
    desks.world.work()
    assert owners(desks) == {"c1": "阿强", "c2": "阿强"}


@pytest.mark.parametrize("state", ["busy", "away", "offline"])
def test_who_is_not_free_for_new_customers_gets_none(desks: Desks, state: Any) -> None:
    desks.is_there("小美", state)
    desks.world.say("c1", "转人工")
    desks.world.work()
    assert owners(desks) == {"c1": ""}
    desks.claim()  # by hand they may


def test_where_agents_claim_by_hand_nothing_is_given_out(desks: Desks) -> None:
    by_hand = replace(desks.world.facts, assignment=Assigns.MANUAL)
    desks.is_there("小美")
    desks.world.say("c1", "转人工")
    assert give_out(desks.world.store, desks.world, by_hand) == []
    assert owners(desks) == {"c1": ""}


def _resolved(desks: Desks) -> None:
    desks.act(desk.resolve, "c1")


def _taken_by_a_group(desks: Desks) -> None:
    desks.act(transfers.offer, "c1", "senior", "要赔偿")


def _accepted(desks: Desks) -> None:
    desks.is_there("阿强", "busy")
    desks.act(transfers.offer, "c1", "阿强", "要改地址")
    desks.act(transfers.accept, "c1", agent="阿强")


def _silent(desks: Desks) -> None:
    for _ in range(61):  # the desk is open, the agent says nothing
        desks.world.pass_time(30)
        desks.pulse("小美")


def _answered_on_the_platform(desks: Desks) -> None:
    desks.world.agent_types("我来", "店长", "c1")


@pytest.mark.parametrize(
    "free", [_resolved, _taken_by_a_group, _accepted, _silent, _answered_on_the_platform], ids=lambda one: one.__name__
)
def test_whatever_frees_a_place_gives_it_to_who_waits(desks: Desks, free: Callable[[Desks], None]) -> None:
    set_capacity(desks, "小美", 1)
    desks.is_there("小美")
    desks.world.say("c1", "转人工")
    desks.world.work()
    desks.world.pass_time(1)
    desks.world.say("c2", "转人工")
    desks.world.work()
    assert owners(desks) == {"c1": "小美", "c2": ""}
    free(desks)
    desks.world.work()
    assert owners(desks)["c2"] == "小美"
    assert owners(desks)["c1"] != "小美"


def test_an_agent_who_is_given_other_skills_or_more_room_gets_who_waits(desks: Desks) -> None:
    def change(groups: list[Group] | None, capacity: int | None) -> None:
        story = desks.world.store.submit(
            lambda tx: accounts.set_skills(tx, SHOP, "小美", groups, capacity, desks.world.now)
        )
        story.result()
        desks.world.work()

    desks.is_there("小美")
    change([Group.SALE], 1)
    for customer in ("c1", "c2"):
        desks.world.say(customer, "转人工")
        desks.world.pass_time(1)
    desks.world.work()
    assert owners(desks) == {"c1": "", "c2": ""}
    change([Group.SALE, Group.PRESALE], None)
    assert owners(desks) == {"c1": "小美", "c2": ""}
    change(None, 2)
    assert owners(desks) == {"c1": "小美", "c2": "小美"}


def test_who_gives_a_customer_back_is_not_given_them_again(desks: Desks) -> None:
    desks.is_there("小美")
    desks.world.say("c1", "转人工")
    desks.world.work()
    desks.act(desk.release, "c1")
    desks.world.work()
    assert owners(desks) == {"c1": ""}
    desks.is_there("阿强")
    desks.world.work()
    assert owners(desks) == {"c1": "阿强"}


def test_a_customer_who_comes_back_gets_whom_they_spoke_with(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    desks.claim(agent="阿强")
    desks.send(agent="阿强")
    desks.act(desk.resolve, "c1", agent="阿强")
    desks.is_there("小美")
    desks.is_there("阿强")
    desks.world.say("c2", "转人工")
    desks.claim("c2", agent="阿强")  # busier than 小美
    desks.world.say("c1", "转人工")
    desks.world.work()
    assert owners(desks) == {"c1": "阿强", "c2": "阿强"}


def test_hard_cases_wait_for_somebody_senior(desks: Desks) -> None:
    desks.is_there("小美")
    desks.world.say("c1", "骗子，我要投诉")
    desks.world.work()
    assert owners(desks) == {"c1": ""}
    desks.world.store.submit(lambda tx: accounts.set_role(tx, SHOP, "小美", Role.LEAD, desks.world.now)).result()
    desks.world.work()
    assert owners(desks) == {"c1": "小美"}


def test_a_long_queue_is_given_out_in_its_order_up_to_what_fits(desks: Desks) -> None:
    for number in range(30):
        desks.world.say(f"c{number:02}", "转人工")
        desks.world.pass_time(1)
    for agent in ("小美", "阿强"):
        set_capacity(desks, agent, 12)
        desks.is_there(agent)
    desks.world.work()
    held = owners(desks)
    assert [list(held.values()).count(name) for name in ("小美", "阿强", "")] == [12, 12, 6]
    assert [customer for customer, owner in held.items() if not owner] == [f"c{number}" for number in range(24, 30)]


def test_a_crash_before_the_commit_leaves_everybody_waiting_and_the_job_to_be_done(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    desks.is_there("小美")
    for customer in ("c1", "c2"):
        desks.world.say(customer, "转人工")

    def crash(*_: object) -> None:
        raise RuntimeError("the process dies")

    with monkeypatch.context() as broken:
        broken.setattr("bot.store.assignment.given", crash)
        with pytest.raises(RuntimeError):
            give_out(desks.world.store, desks.world)
    assert owners(desks) == {"c1": "", "c2": ""}
    assert len(desks.world.jobs("assign")) == 1
    desks.world.work()
    assert owners(desks) == {"c1": "小美", "c2": "小美"}


def test_an_agent_who_claims_at_the_same_moment_and_the_queue_never_both_have_a_customer(desks: Desks) -> None:
    desks.is_there("小美")
    for number in range(8):
        desks.world.say(f"c{number}", "转人工")
    ids = {row["id"]: row["customer"] for row in desks.world.rows(conversations)}
    store, world = desks.world.store, desks.world
    claims = [
        store.submit(lambda tx, id_=id_: desk.claim(tx, id_, desks.actor("阿强")))  # type: ignore[misc]
        for id_ in ids
    ]
    give_out(store, world)
    results = [claim.exception(timeout=30) for claim in claims]
    assert all(error is None or isinstance(error, Conflict) for error in results)
    for (id_, customer), error in zip(ids.items(), results, strict=True):
        assert owners(desks)[customer] == ("阿强" if error is None else "小美"), id_


@pytest.mark.postgres
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_two_processes_give_out_one_queue_without_filling_anybody_twice(desks: Desks) -> None:
    world = desks.world
    assert isinstance(world.store, PostgresStore)
    other = PostgresStore(world.store.engine.url.render_as_string(hide_password=False))
    try:
        for number in range(12):
            world.say(f"c{number:02}", "转人工")
        for agent in ("小美", "阿强"):
            set_capacity(desks, agent, 3)
            desks.is_there(agent)
        stories = [lambda tx: assignment.give_out(tx, SHOP, world.facts, world.now, SILENCE, Timing())] * 6
        futures = [store.submit(story) for story in stories for store in (world.store, other)]
        given = [one.waiting.ticket for future in futures for one in future.result(timeout=30)]
    finally:
        other.close()
    assert len(given) == len(set(given)) == 6
    held = list(owners(desks).values())
    assert (held.count("小美"), held.count("阿强")) == (3, 3)


def test_nobody_of_another_shop_is_given_a_customer(desks: Desks) -> None:
    desks.is_there("小美")
    desks.world.add_channel("other", "theirs")
    desks.world.deliver(desks.world.arrival("c9", "转人工", "m-9"))
    desks.world.work()
    [theirs] = desks.world.rows(conversations, conversations.c.shop == "other")
    assert (theirs["holder"], theirs["owner"]) == ("queue", "")
