"""A text of ours goes out: once, in order, in time, and what nobody knows is shown to a human."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot.channels.base import FakeSender, Fate, Sent
from bot.core.model import Reason
from bot.flows import jobs as stories
from bot.flows import outbound
from bot.store import jobs
from bot.store.jobs import Job
from tests.flows.world import World

_RETRY, _REJECTED, _UNKNOWN = Sent(Fate.RETRY, "503"), Sent(Fate.REJECTED, "400"), Sent(Fate.UNKNOWN, "ReadTimeout")
_LEASE = timedelta(seconds=60)


def test_an_answer_is_posted_once_with_its_own_id(calling: World) -> None:
    receipt = calling.say("c1", "你好在吗")
    sender = FakeSender()
    worker = calling.worker(sender)

    async def work() -> None:
        for _ in range(3):
            await worker.work(calling.now)
            await worker.idle()

    asyncio.run(work())
    (post,) = sender.posts
    (reply,) = calling.said()
    assert (post.webhook_id, post.url) == (reply.id, "https://platform.example/in")
    body = json.loads(post.body)
    assert (body["shop"], body["customer"], body["message"]["text"]) == ("demo", {"id": "c1"}, reply.text)
    assert body["message"]["in_answer_to"] == receipt.decision
    assert calling.said()[0].state == "delivered"


def test_a_platform_that_refuses_for_now_is_tried_five_times_and_then_a_human_is_asked(calling: World) -> None:
    calling.say("c1", "你好在吗")
    (reply,) = calling.said()
    tries = 0
    pauses: list[float] = []
    while not (done := calling.jobs("send", "failed")) and len(pauses) < 10:
        tries += len(calling.work(_RETRY))
        waiting = calling.jobs("send")
        if waiting:
            pauses.append((waiting[0]["run_at"] - calling.now).total_seconds())
            calling.now = waiting[0]["run_at"]

    assert tries == outbound.MAX_ATTEMPTS == 5
    assert len(pauses) == 4
    assert all(0 < pause <= longest for pause, longest in zip(pauses, (1, 2, 4, 8), strict=True))
    assert done[0]["last_error"] == "503"
    assert [m.state for m in calling.said() if m.id == reply.id] == ["failed"]
    ticket = calling.ticket()
    assert ticket is not None
    assert ticket.reason == Reason.DELIVERY_FAILED


def test_the_pause_that_the_platform_asks_for_is_kept(calling: World) -> None:
    calling.say("c1", "你好在吗")
    assert len(calling.work(Sent(Fate.RETRY, "429", retry_after=17.0))) == 1
    calling.pass_time(16.9)
    assert calling.work() == []
    calling.pass_time(0.1)
    assert len(calling.work()) == 1


def test_a_message_refused_for_good_is_shown_to_a_human_and_the_next_ones_go_on(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.work()
    calling.claim(ticket)
    texts = [calling.reply(ticket, text).id for text in ("第一句", "第二句", "第三句")]
    assert calling.work(Sent(Fate.DELIVERED), _REJECTED) == texts
    assert [m.state for m in calling.said("agent")] == ["delivered", "failed", "delivered"]


def test_a_bots_message_refused_for_good_opens_a_ticket(calling: World) -> None:
    calling.say("c1", "你好在吗")
    calling.work(_REJECTED)
    ticket = calling.ticket()
    assert ticket is not None
    assert (ticket.reason, ticket.state) == (Reason.DELIVERY_FAILED, "waiting")


def test_a_send_whose_answer_was_lost_is_never_repeated(calling: World) -> None:
    calling.say("c1", "你好在吗")
    assert len(calling.work(_UNKNOWN)) == 1
    for _ in range(5):
        calling.pass_time(3600)
        assert calling.work() == []
    assert [m.state for m in calling.said()] == ["unknown"]
    ticket = calling.ticket()
    assert ticket is not None
    assert ticket.reason == Reason.DELIVERY_UNKNOWN


def test_a_platform_that_drops_repeats_gets_a_lost_send_again_under_the_same_id(world: World) -> None:
    world.call_back(dedup=True)
    world.say("c1", "你好在吗")
    posts = world.work(_UNKNOWN)
    world.pass_time(1)
    posts += world.work()
    assert posts == [world.said()[0].id] * 2
    assert world.said()[0].state == "delivered"
    assert world.ticket() is None


def test_even_such_a_platform_is_not_asked_for_ever(world: World) -> None:
    world.call_back(dedup=True)
    world.say("c1", "你好在吗")
    posts = []
    for _ in range(8):
        posts += world.work(_UNKNOWN)
        world.pass_time(8)
    assert len(posts) == 5
    assert world.said()[0].state == "unknown"


def test_a_retried_message_holds_its_place_in_the_conversation_and_nobody_elses(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.work()
    calling.claim(ticket)
    texts = [calling.reply(ticket, text).id for text in ("第一句", "第二句")]
    assert calling.work(Sent(Fate.RETRY, "503", 30.0)) == [texts[0]]
    calling.say("c2", "你好在吗")
    assert calling.work() == [calling.said(customer="c2")[0].id]
    calling.pass_time(29)
    assert calling.work() == []
    calling.pass_time(1)
    assert calling.work() == texts


def test_a_bots_answer_older_than_two_minutes_is_not_sent_and_a_human_looks(calling: World) -> None:
    calling.say("c1", "你好在吗")
    calling.pass_time(120)
    assert calling.work(_RETRY) == [calling.said()[0].id]
    calling.pass_time(1)
    assert calling.work() == []
    assert [m.state for m in calling.said()] == ["dropped"]
    ticket = calling.ticket()
    assert ticket is not None
    assert ticket.reason == Reason.DELIVERY_FAILED


def test_a_bots_answer_is_dropped_when_an_agent_took_over_and_the_agents_goes_out(calling: World) -> None:
    ticket = calling.say("c1", "转人工").ticket
    calling.claim(ticket)
    own = calling.reply(ticket, "您好，我是小王").id
    calling.pass_time(3600)  # an agent's words do not grow old
    assert calling.work() == [own]
    assert [m.state for m in calling.said("bot")] == ["dropped"]
    assert [m.state for m in calling.said("agent")] == ["delivered"]


def test_a_bots_answer_that_was_to_be_retried_is_dropped_after_a_takeover(calling: World) -> None:
    calling.say("c1", "你好在吗")
    assert len(calling.work(_RETRY)) == 1
    calling.agent_types("我来")
    calling.pass_time(8)
    assert calling.work() == []
    assert [m.state for m in calling.said("bot")] == ["dropped"]
    ticket = calling.ticket()
    assert ticket is None


def test_a_worker_that_died_before_sending_leaves_the_message_to_be_sent_once(calling: World) -> None:
    calling.say("c1", "你好在吗")
    _claimed(calling)
    calling.pass_time(61)
    assert calling.work() == []  # nobody has missed it yet
    _rescue(calling)
    assert calling.work() == [calling.said()[0].id]
    assert calling.said()[0].state == "delivered"


@pytest.mark.parametrize(("dedup", "state", "posts"), [(False, "unknown", 0), (True, "delivered", 1)])
def test_a_worker_that_died_while_sending_leaves_an_unknown_fate(
    world: World, dedup: bool, state: str, posts: int
) -> None:
    world.call_back(dedup=dedup)
    world.say("c1", "你好在吗")
    job = _claimed(world)
    assert world.store.submit(lambda tx: outbound.start(tx, job, world.facts, world.now)).result() is not None
    assert world.said()[0].state == "sending"
    world.pass_time(61)
    _rescue(world)
    world.pass_time(8)
    assert len(world.work()) == posts
    assert world.said()[0].state == state


def test_a_worker_that_was_thought_dead_cannot_send_any_more(calling: World) -> None:
    calling.say("c1", "你好在吗")
    late = _claimed(calling)
    calling.pass_time(61)
    _rescue(calling)
    assert calling.store.submit(lambda tx: outbound.start(tx, late, calling.facts, calling.now)).result() is None
    assert len(calling.work()) == 1
    late_end = calling.store.submit(lambda tx: outbound.finish(tx, late, _UNKNOWN, calling.facts, calling.now))
    assert late_end.result() == "lost"
    assert calling.said()[0].state == "delivered"


def test_a_worker_that_claims_its_own_lost_job_again_is_another_holder(calling: World) -> None:
    calling.say("c1", "你好在吗")
    late = _claimed(calling)
    calling.pass_time(61)
    _rescue(calling)
    fresh = _claimed(calling)
    assert calling.store.submit(lambda tx: jobs.holds(tx, fresh)).result()
    assert not calling.store.submit(lambda tx: jobs.holds(tx, late)).result()


def _claimed(world: World) -> Job:
    (job,) = world.store.submit(lambda tx: jobs.claim(tx, "w", world.now, world.now + _LEASE, 1)).result()
    return job


def _rescue(world: World) -> None:
    assert world.store.submit(lambda tx: stories.rescue(tx, world.setting, world.now)).result() == 1
