"""What becomes of drafts is counted: used, rewritten, refused, ignored; by phrase, intent, agent and hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.rewording import marked
from bot.flows import adoption
from bot.flows.adoption import Line, Rewritten
from bot.store import suggestions
from bot.store.adoption import By
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World


@pytest.fixture
def desks(world: World) -> Desks:
    """A shop that confirms every reply."""
    made = Desks(world)
    world.channel = replace(world.channel, assist=True)
    return made


def report(desks: Desks, by: By, shop: str = SHOP, since: datetime | None = None) -> dict[str, Line]:
    """The report of today, by key."""
    start = since or desks.world.now - timedelta(days=1)
    lines = desks.world.store.read(lambda tx: adoption.report(tx, shop, start, by)).result()
    return {line.key: line for line in lines}


def edits(desks: Desks, shop: str = SHOP) -> list[Rewritten]:
    """What was rewritten today."""
    start = desks.world.now - timedelta(days=1)
    return desks.world.store.read(lambda tx: adoption.edits(tx, shop, start)).result()


def offered(desks: Desks, customer: str, text: str = "什么时候发货", agent: str = "小美", *, seen: bool = True) -> str:
    """A draft for a customer whom an agent has taken; its id."""
    desks.world.say(customer, text)
    desks.claim(customer, agent)
    [draft] = desks.detail(customer).suggestions
    if seen:
        show = lambda tx: suggestions.show(tx, SHOP, agent, [draft.id], desks.world.now)  # noqa: E731
        desks.world.store.submit(show).result()
    return draft.id


def take(desks: Desks, customer: str, text: str = "什么时候发货", agent: str = "小美") -> None:
    """A draft is sent as it is."""
    id_ = offered(desks, customer, text, agent)
    [draft] = desks.detail(customer).suggestions
    desks.send(draft.text, customer, agent=agent, suggestion=id_)


def test_each_draft_meets_one_fate(desks: Desks) -> None:
    take(desks, "c1")
    desks.send("今天就发", "c2", suggestion=offered(desks, "c2"), edited=True)
    desks.reject(offered(desks, "c3"), customer="c3")
    offered(desks, "c4")
    desks.send("别的话", "c4")  # an agent writes something else
    offered(desks, "c5", seen=False)
    desks.world.say("c5", "不用了")  # the draft goes stale before anybody sees it
    offered(desks, "c6")
    line = report(desks, "intent")["ship.when_sent"]
    fates = (line.offered, line.taken, line.edited, line.rejected, line.ignored, line.unseen, line.open)
    assert fates == (6, 1, 1, 1, 2, 1, 1)
    assert (line.judged, line.adoption) == (4, 0.5)


def test_a_case_that_ends_without_a_word_leaves_its_draft_ignored(desks: Desks) -> None:
    offered(desks, "c1")
    ticket = desks.world.ticket()
    assert ticket is not None
    desks.world.resolve(ticket.id, "小美")
    [line] = report(desks, "intent").values()
    assert (line.ignored, line.unseen, line.open, line.adoption) == (1, 0, 0, 0.0)


def test_drafts_that_nobody_saw_are_held_against_no_phrase(desks: Desks) -> None:
    offered(desks, "c1", seen=False)
    desks.world.say("c1", "不用了")
    [line] = report(desks, "intent").values()
    assert (line.ignored, line.unseen, line.adoption) == (1, 1, None)


def test_each_agent_has_a_line_and_so_has_nobody(desks: Desks) -> None:
    take(desks, "c1", agent="小美")
    offered(desks, "c2", agent="阿强")
    desks.send("别的话", "c2", agent="阿强")
    offered(desks, "c3", seen=False)
    lines = report(desks, "agent")
    assert {key: (line.taken, line.ignored, line.open) for key, line in lines.items()} == {
        "小美": (1, 0, 0), "阿强": (0, 1, 0), "": (0, 0, 1),
    }  # fmt: skip


def test_hours_are_the_shops(desks: Desks) -> None:
    take(desks, "c1")  # ten in the morning in the shop, two at night in UTC
    desks.world.pass_time(13 * 3600)
    take(desks, "c2")
    assert {key: line.taken for key, line in report(desks, "hour").items()} == {"10": 1, "23": 1}


def test_a_phrase_is_counted_by_its_id_and_time_is_bounded(desks: Desks) -> None:
    take(desks, "c1")
    [(phrase, line)] = report(desks, "phrase").items()
    assert (phrase.startswith("ship.when_sent/"), line.taken) == (True, 1)
    assert report(desks, "phrase", since=desks.world.now + timedelta(seconds=1)) == {}
    assert report(desks, "phrase", shop="other") == {}


def test_what_agents_write_instead_is_told_masked_and_with_how_often(desks: Desks) -> None:
    for customer in ("c1", "c2"):
        id_ = offered(desks, customer)
        [draft] = desks.detail(customer).suggestions
        desks.send(f"{draft.text}有事打13812345678", customer, suggestion=id_, edited=True)
    told = edits(desks)
    assert sum(one.edited for one in told) == 2
    for one in told:
        assert (one.phrase.startswith("ship.when_sent/"), one.offered >= one.edited) == (True, True)
        [rewording] = one.rewordings
        assert rewording.times == one.edited
        assert marked(rewording.changes).endswith("{+有事打138****5678+}")
    assert edits(desks, "other") == []
