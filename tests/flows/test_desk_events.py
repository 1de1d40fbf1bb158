"""A page that was told every event shows what a page shows that was loaded anew: over random stories."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import KefuError
from bot.flows import desk, transfers
from bot.store import events
from tests.flows.desk import Desks, Page
from tests.flows.world import World

CUSTOMERS = ("c1", "c2", "c3", "c4")
TEXTS = ("什么时候发货", "转人工", "你好", "人工呢，转人工", "骗子，我要投诉", "有货吗", "嗯那个")
AGENTS = ("小美", "阿强")


@pytest.fixture
def desks(patient: World) -> Desks:
    """Two agents in a shop that waits for fragments and is called back."""
    patient.call_back()
    return Desks(patient)


def steps(desks: Desks, chance: random.Random) -> list[Callable[[], object]]:
    """All that may happen next."""
    world, customer, agent = desks.world, chance.choice(CUSTOMERS), chance.choice(AGENTS)
    return [
        *[lambda: world.say(customer, chance.choice(TEXTS), external_id=f"m{chance.random()}")] * 4,
        lambda: world.say(customer, "又", external_id=f"{customer}-same"),
        lambda: world.recall(f"{customer}-same", customer),
        lambda: world.agent_types("您好", agent, customer),
        lambda: world.pass_time(chance.choice((1, 4, 130, 700, 1800))),
        world.work,
        lambda: desks.claim(customer, agent),
        lambda: desks.send("您好，我来帮您", customer, agent=agent),
        lambda: desks.act(desk.release, customer, agent=agent),
        lambda: desks.act(desk.resolve, customer, agent=agent),
        lambda: desks.act(transfers.offer, customer, chance.choice(("aftersale", *AGENTS)), "换人", agent=agent),
        lambda: desks.act(transfers.accept, customer, agent=agent),
        lambda: desks.act(transfers.decline, customer, "没空", agent=agent),
        lambda: desks.note("记一笔", customer),
        lambda: desks.is_there(agent),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_a_page_that_was_told_every_event_shows_what_a_fresh_one_shows(desks: Desks, seed: int) -> None:
    chance = random.Random(seed)
    for customer in CUSTOMERS:
        desks.world.say(customer, "你好")
    told, patient = Page(desks), Page(desks)
    told.load()
    patient.load()
    for _ in range(40):
        with contextlib.suppress(KefuError):  # a step that the state does not allow: nothing happened then
            chance.choice(steps(desks, chance))()
        told.follow()
        fresh = Page(desks)
        fresh.load()
        assert (told.event, told.shown()) == (fresh.event, fresh.shown())
    patient.follow()  # everything at once
    assert patient.shown() == told.shown()


def test_every_message_is_told_once_in_the_state_it_reached(desks: Desks) -> None:
    page = Page(desks)
    desks.world.say("c1", "转人工")
    desks.claim()
    desks.send()
    page.follow()
    assert sorted(page.told) == sorted(message.id for message in desks.world.history())
    page.told.clear()
    page.follow()
    assert page.told == []
    desks.world.work()  # the texts go out
    page.follow()
    assert set(page.told) == {message.id for message in desks.world.history() if message.author != "customer"}


def test_a_promise_that_was_not_kept_is_told(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    page = Page(desks)
    page.load()
    desks.world.pass_time(3600)
    desks.world.work()
    page.follow()
    ticket = page.rows[desks.world.conversation().id].ticket
    assert ticket is not None
    assert ticket.overdue


def test_a_page_that_was_away_for_too_long_loads_anew(desks: Desks) -> None:
    desks.world.say("c1", "转人工")
    page = Page(desks)
    page.load()
    desks.claim()
    later = datetime.now(UTC) + timedelta(hours=1)
    desks.world.store.submit(lambda tx: events.prune(tx, later)).result()
    assert desks.news(page.event).lost
    assert not desks.news(desks.snapshot().event).lost
    desks.send()
    assert desks.news(page.event).lost


def test_a_page_that_counts_further_than_the_shop_loads_anew(desks: Desks) -> None:
    assert desks.news(7).lost
    assert not desks.news(0).lost
