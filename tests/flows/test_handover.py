"""The end of a shift: everything an agent holds stands on one sheet and is given on at once, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.core.model import Holder
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import case_acts, desk, handover, supervision
from bot.flows.handover import Handing, Sheet
from tests.flows.case_desk import CaseDesk
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World

CUSTOMERS = ("c1", "c2", "c3")


@pytest.fixture
def desks(world: World) -> Desks:
    """小美 holds three conversations."""
    made = Desks(world)
    for customer in CUSTOMERS:
        world.say(customer, "转人工")
        made.claim(customer)
        world.pass_time(1)
    return made


def ids(desks: Desks, *customers: str) -> tuple[str, ...]:
    """The conversations of customers."""
    return tuple(desks.world.conversation(customer).id for customer in customers)


def give(
    desks: Desks, chosen: tuple[str, ...] | None = None, to: str = "", key: str = "key-shift", agent: str = "小美"
) -> Sequence[str]:
    """Hand over at the end of the shift."""
    handing = Handing(chosen, to, "晚班接手")
    return desks.world.store.submit(lambda tx: handover.hand_over(tx, handing, key, desks.actor(agent))).result()


def sheet(world: World, agent: str = "小美", shop: str = SHOP) -> Sheet:
    """What the agent would leave behind."""
    kinds = world.knowledge.case_kinds
    return world.store.read(lambda tx: handover.sheet(tx, shop, agent, world.knowledge.mood, kinds, world.now)).result()


def holders(desks: Desks) -> list[Holder]:
    """Who holds the three conversations."""
    return [desks.row(customer).holder for customer in CUSTOMERS]


def test_the_sheet_shows_conversations_promises_and_notes_longest_wait_first(desks: Desks) -> None:
    desks.send("2小时内给您打电话", "c1")
    desks.note("要换颜色", "c2")
    shown = sheet(desks.world)
    assert [held.row.customer for held in shown.conversations] == ["c2", "c3", "c1"]
    assert [note.text for note in shown.conversations[0].notes] == ["要换颜色"]
    assert [promise.words for promise in shown.conversations[2].promises] == ["2小时内给您打电话"]
    assert (sheet(desks.world, "阿强").conversations, sheet(desks.world, shop="elsewhere").conversations) == ([], [])


def test_the_sheet_names_the_agents_own_cases_that_go_on(world: World) -> None:
    people = CaseDesk(world)
    own, _ = people.open("lost", "A1"), people.open("lost", "A2", name="阿强")
    people.act(people.open("damaged", "A1"), case_acts.close, "重复登记", name="店长")
    assert [(line.id, line.title, line.order) for line in sheet(world).cases] == [(own.id, "丢件", "A1")]


def test_all_is_given_to_the_queue_with_the_reason_as_a_note(desks: Desks) -> None:
    assert sorted(give(desks)) == sorted(ids(desks, *CUSTOMERS))
    assert holders(desks) == [Holder.QUEUE] * 3
    assert "晚班接手" in desks.detail("c3").side.notes[0].text
    assert sheet(desks.world).conversations == []


def test_the_chosen_ones_go_to_a_group_and_the_rest_stays(desks: Desks) -> None:
    give(desks, ids(desks, "c1", "c3"), "aftersale")
    assert holders(desks) == [Holder.QUEUE, Holder.AGENT, Holder.QUEUE]
    ticket = desks.world.ticket("c3")
    assert ticket is not None
    assert (ticket.group, ticket.state) == ("aftersale", "waiting")


def test_if_one_is_not_hers_any_more_none_is_given(desks: Desks) -> None:
    desks.act(desk.release, "c2")
    desks.claim("c2", agent="阿强")
    with pytest.raises(Conflict):
        give(desks, ids(desks, "c1", "c2", "c3"))
    assert holders(desks) == [Holder.AGENT] * 3
    assert [desks.row(customer).owner for customer in CUSTOMERS] == ["小美", "阿强", "小美"]
    assert desks.detail("c1").side.notes == []


def test_one_that_does_not_exist_gives_none(desks: Desks) -> None:
    with pytest.raises(NotFound):
        give(desks, (*ids(desks, "c1"), "cv_none"))
    assert holders(desks) == [Holder.AGENT] * 3


def test_the_same_request_again_changes_nothing(desks: Desks) -> None:
    given = give(desks)
    desks.claim("c1")
    assert give(desks) == given
    assert holders(desks) == [Holder.AGENT, Holder.QUEUE, Holder.QUEUE]
    with pytest.raises(InvalidField, match="Idempotency-Key"):
        give(desks, ids(desks, "c1"))


def test_who_holds_nothing_gives_nothing(desks: Desks) -> None:
    assert give(desks, agent="阿强") == []


def test_what_a_lead_whispered_stands_on_the_sheet(desks: Desks) -> None:
    desks.act(supervision.whisper, "c1", "先道歉", agent="张姐")
    [first, *others] = sheet(desks.world).conversations
    assert [(said.lead, said.text) for said in first.whispers] == [("张姐", "先道歉")]
    assert [held.whispers for held in others] == [[], []]
