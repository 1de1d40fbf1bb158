"""An agent who vanishes loses the customers who wait, each once and within a minute, and comes back as they left."""

from __future__ import annotations

import pytest

from bot.core.attendance import Timing
from bot.core.hours import SHOP_ZONE
from bot.core.model import Holder, Status
from bot.flows import attendance, desk
from bot.store import presence
from bot.store.tables import conversations, events
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World

BAR = 60  # seconds; reliability bar 26


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents; 小美 holds five customers who wait."""
    made = Desks(world)
    made.is_there("小美")
    for number in range(5):
        world.say(f"c{number}", "转人工")
    world.work()
    assert owners(made) == {f"c{number}": "小美" for number in range(5)}
    return made


def owners(desks: Desks) -> dict[str, str]:
    return {row["customer"]: row["owner"] for row in desks.world.rows(conversations)}


def live(desks: Desks, seconds: int, *present: str) -> None:
    """Let time pass in which some desks stay open and the worker works."""
    for _ in range(seconds // 15):
        desks.world.pass_time(15)
        for agent in present:
            desks.pulse(agent)
        desks.world.work()


def test_who_vanishes_loses_everybody_who_waits_and_they_go_on_to_a_colleague_within_the_bar(desks: Desks) -> None:
    desks.is_there("阿强")
    live(desks, BAR, "阿强")
    assert owners(desks) == {f"c{number}": "阿强" for number in range(5)}
    for number in range(5):
        ticket = desks.world.ticket(f"c{number}")
        assert ticket is not None
        assert (ticket.agent, ticket.state) == ("阿强", "claimed")


def test_each_goes_back_once_whoever_looks_how_often(desks: Desks) -> None:
    world = desks.world
    world.pass_time(46)
    looks = [
        world.store.submit(lambda tx: attendance.look(tx, SHOP, "小美", world.facts, world.now, Timing()))
        for _ in range(4)
    ]
    for look in looks:
        look.result(timeout=30)
    world.work()
    assert {row["holder"] for row in world.rows(conversations)} == {"queue"}
    assert {row["epoch"] for row in world.rows(conversations)} == {3}  # queue, agent, queue
    assert len(world.jobs("deadline")) == 5


def test_who_goes_on_being_heard_of_keeps_everybody(desks: Desks) -> None:
    live(desks, 600, "小美")
    assert set(owners(desks).values()) == {"小美"}


def test_a_customer_who_has_an_answer_stays_five_minutes_and_goes_on_when_the_agent_does_not_come_back(
    desks: Desks,
) -> None:
    desks.send(customer="c0")
    live(desks, BAR)
    assert owners(desks) == {"c0": "小美", "c1": "", "c2": "", "c3": "", "c4": ""}
    live(desks, 300)
    assert owners(desks)["c0"] == ""
    assert desks.row("c0").holder is Holder.QUEUE


def test_where_nobody_asked_for_a_human_the_bot_goes_on(desks: Desks) -> None:
    desks.world.say("c9", "什么时候发货")
    desks.claim("c9")
    desks.send(customer="c9")
    live(desks, 360)
    assert desks.row("c9").holder is Holder.BOT


def test_who_writes_to_an_agent_who_is_gone_is_in_the_queue_at_once_and_gets_an_answer(desks: Desks) -> None:
    desks.send(customer="c0")
    live(desks, BAR)
    receipt = desks.world.say("c0", "在吗，还没到")
    assert receipt.status is not Status.HELD_BY_AGENT
    assert owners(desks)["c0"] == ""
    desks.is_there("阿强")
    desks.world.work()
    assert owners(desks)["c0"] == "阿强"


def test_who_comes_back_is_there_as_before_and_watched_again(desks: Desks) -> None:
    live(desks, BAR)
    assert desks.pulse("小美") == "online"
    desks.world.work()
    assert set(owners(desks).values()) == {"小美"}
    live(desks, BAR)
    assert set(owners(desks).values()) == {""}


def test_who_went_offline_stays_so_and_gives_everybody_back(desks: Desks) -> None:
    desks.is_there("小美", "offline")
    desks.world.work()
    assert set(owners(desks).values()) == {""}
    assert desks.pulse("小美") == "offline"


def test_of_two_tabs_one_is_enough(desks: Desks) -> None:
    for _ in range(10):
        desks.world.pass_time(20)
        desks.pulse("小美")
        desks.pulse("小美")
        desks.world.work()
    assert set(owners(desks).values()) == {"小美"}


def test_after_kefu_itself_was_away_the_agents_have_time_to_be_heard(desks: Desks) -> None:
    desks.world.pass_time(600)  # nobody could say anything
    desks.world.work()
    assert set(owners(desks).values()) == {"小美"}
    desks.pulse("小美")
    live(desks, 120, "小美")
    assert set(owners(desks).values()) == {"小美"}


def test_after_kefu_itself_was_away_who_is_gone_is_found_out_all_the_same(desks: Desks) -> None:
    desks.world.pass_time(600)
    live(desks, BAR)
    assert set(owners(desks).values()) == {""}


def test_who_works_in_the_platforms_own_client_is_left_alone(desks: Desks) -> None:
    desks.world.pass_time(100)
    desks.world.agent_types("我在手机上回您", "小美", "c0")
    desks.world.work()
    assert owners(desks)["c0"] == "小美"
    assert desks.world.say("c0", "好的").status is Status.HELD_BY_AGENT
    desks.world.say("c8", "转人工")
    desks.world.agent_types("您好", "店长", "c8")
    live(desks, 600)
    assert owners(desks)["c8"] == "店长"


def test_pulses_cost_no_event_and_no_job(desks: Desks) -> None:
    def written() -> int:
        return len(desks.world.store.read(lambda tx: tx.execute(events.select()).all()).result())

    before = written(), len(desks.world.jobs("absent"))
    for _ in range(3):
        desks.world.pass_time(15)
        desks.pulse("小美")
    assert (written(), len(desks.world.jobs("absent"))) == before


def test_who_is_away_tells_the_customer_once_and_by_when(desks: Desks) -> None:
    desks.is_there("小美", "away")
    live(desks, 75, "小美")
    receipt = desks.world.say("c0", "在吗")
    assert receipt.status is Status.HELD_BY_AGENT
    [words] = receipt.replies
    assert words.details["phrase"].startswith("agent_away/")
    assert "分钟内" in words.text
    assert desks.world.say("c0", "人呢").replies == ()
    assert desks.row("c0").waiting_since is not None
    assert owners(desks)["c0"] == "小美"


def test_the_words_for_who_is_away_come_again_after_the_agent_has_spoken(desks: Desks) -> None:
    desks.is_there("小美", "away")
    live(desks, 75, "小美")
    assert desks.world.say("c0", "在吗").replies
    desks.send(customer="c0")
    [answer] = desks.world.say("c0", "好的，还有个问题").replies  # what the agent said rides along
    assert answer.author == "agent"  # who has just written may be typing on
    live(desks, 75, "小美")
    assert [reply.author for reply in desks.world.say("c0", "在吗").replies] == ["bot"]


def test_where_texts_are_posted_the_words_for_who_is_away_go_out_unless_the_agent_is_back(desks: Desks) -> None:
    world = desks.world
    world.call_back()
    desks.is_there("小美", "away")
    live(desks, 75, "小美")
    world.say("c0", "在吗")
    [words] = [said for said in world.said("bot", "c0") if said.status]
    world.pass_time(1)
    desks.send(customer="c0")
    sent = world.work()
    assert words.id not in sent
    world.say("c1", "在吗")
    [words] = [said for said in world.said("bot", "c1") if said.status]
    assert words.id in world.work()


def test_who_waits_for_an_agent_that_does_not_come_back_gets_a_colleague_when_the_time_told_is_over(
    desks: Desks,
) -> None:
    desks.send(customer="c0")
    desks.is_there("小美", "away")
    desks.is_there("阿强")
    live(desks, 75, "小美", "阿强")
    desks.world.say("c0", "在吗")
    ticket = desks.world.ticket("c0")
    assert ticket is not None
    assert ticket.answer_by is not None
    live(desks, 200, "小美", "阿强")
    assert owners(desks)["c0"] == "阿强"


def test_the_agents_are_told_of_each_other_as_they_are_now(desks: Desks) -> None:
    def states() -> dict[str, str]:
        found = desks.world.store.read(lambda tx: desk.colleagues(tx, SHOP, desks.world.now, Timing())).result()
        return {one.name: one.state for one in found}

    desks.is_there("阿强", "busy")
    assert states() == {"小美": "online", "阿强": "busy"}
    desks.world.pass_time(45)
    assert states() == {"小美": "offline", "阿强": "offline"}  # though no worker has looked
    known = desks.world.store.read(lambda tx: presence.find(tx, SHOP, "阿强")).result()
    assert known is not None
    assert known.chosen == "busy"
    assert desks.world.now.astimezone(SHOP_ZONE).hour == 10
