"""Split messages: a customer's fragments within the quiet window are answered once, together (bar 19)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.server import message
from tests.web.front import Front

pytestmark = pytest.mark.anyio

QUESTION = "什么时候发货"


def soon(front: Front, text: str, **fields: Any) -> asyncio.Task[dict[str, Any]]:
    """A fragment on its way: its answer comes when the quiet window ends."""
    return asyncio.create_task(front.say(text, "slow", **fields))


async def test_two_fragments_bring_one_answer(front: Front) -> None:
    first = soon(front, "你们家")
    await front.until_waiting(1)
    second = soon(front, QUESTION)
    await front.until_waiting(2)
    front.clock.move(0.2)
    merged, answered = await first, await second
    assert (merged["status"], merged["replies"]) == ("merged", [])
    assert answered["status"] == "replied"
    assert len(answered["replies"]) == 1
    assert len(front.rows("SELECT 1 FROM decisions")) == 1


async def test_fragments_posted_at_the_same_moment_bring_one_answer(front: Front) -> None:
    tasks = [soon(front, text) for text in ("你们家", QUESTION, "呢")]
    await front.until_waiting(3)
    front.clock.move(0.2)
    answers = await asyncio.gather(*tasks)
    assert sorted(answer["status"] for answer in answers) == ["merged", "merged", "replied"]
    assert [len(answer["replies"]) for answer in answers if answer["status"] == "replied"] == [1]


async def test_nothing_is_answered_before_the_window_ends(front: Front) -> None:
    task = soon(front, QUESTION)
    await front.until_waiting(1)
    front.clock.move(0.199)
    assert front.rows("SELECT 1 FROM decisions") == []
    front.clock.move(0.001)
    assert (await task)["status"] == "replied"


async def test_fragments_of_two_customers_are_not_mixed(front: Front) -> None:
    tasks = [soon(front, QUESTION, customer="a"), soon(front, QUESTION, customer="b")]
    await front.until_waiting(2)
    front.clock.move(0.2)
    assert [answer["status"] for answer in await asyncio.gather(*tasks)] == ["replied", "replied"]


async def test_a_customer_who_never_pauses_waits_three_windows_at_most(front: Front) -> None:
    tasks = []
    for count in range(1, 5):
        tasks.append(soon(front, f"{QUESTION}{'呀' * count}"))
        await front.until_waiting(count)
        front.clock.move(0.15)
    answers = await asyncio.gather(*tasks)
    assert [answer["status"] for answer in answers] == ["merged", "merged", "merged", "replied"]


async def test_asking_for_a_human_cuts_the_wait(front: Front) -> None:
    waiting = soon(front, QUESTION)
    await front.until_waiting(1)
    answer = await front.say("转人工", "slow")  # the clock stands: only the cut can answer this
    assert (answer["status"], (await waiting)["status"]) == ("handed_off", "merged")
    assert len(front.rows("SELECT 1 FROM decisions")) == 1


async def test_an_agent_who_speaks_takes_the_waiting_fragments(front: Front) -> None:
    waiting = soon(front, QUESTION)
    await front.until_waiting(1)
    await front.say("您好，我是小美", "slow", type="agent_message", agent="小美")
    answer = await waiting
    assert (answer["status"], answer["replies"]) == ("held_by_agent", [])


async def test_a_recalled_fragment_drops_out(front: Front) -> None:
    tasks = [soon(front, QUESTION, id="m1")]
    await front.until_waiting(1)
    tasks.append(soon(front, "转账记录发错了", id="m2"))
    await front.until_waiting(2)
    assert (await front.say("", "slow", type="recall", recalls="m2"))["status"] == "ignored"
    front.clock.move(0.2)
    answers = await asyncio.gather(*tasks)
    alone = await front.say(QUESTION, customer="another")
    assert sorted(len(answer["replies"]) for answer in answers) == [0, 1]
    intents = [row[0] for row in front.rows("SELECT intent FROM decisions")]
    assert len(intents) == 2
    assert intents[0] == intents[1]
    assert alone["status"] == "replied"


async def test_when_everything_was_recalled_nothing_is_said(front: Front) -> None:
    task = soon(front, QUESTION, id="m1")
    await front.until_waiting(1)
    await front.say("", "slow", type="recall", recalls="m1")
    front.clock.move(0.2)
    answer = await task
    assert (answer["status"], answer["replies"]) == ("ignored", [])
    assert front.rows("SELECT 1 FROM decisions") == []


async def test_a_retry_while_the_first_delivery_waits_gets_its_reply(front: Front) -> None:
    body = message(QUESTION)
    first = asyncio.create_task(front.post(body, "slow", "msg_1"))
    await front.until_waiting(1)
    retry = asyncio.create_task(front.post(body, "slow", "msg_1"))
    await front.until(lambda: len(front.rows("SELECT 1 FROM messages")) == 1)
    front.clock.move(0.2)
    answers = [(await task).json() for task in (first, retry)]
    assert answers[0]["replies"] == answers[1]["replies"] != []
    assert (answers[1]["status"], answers[1]["first_status"]) == ("duplicate", "replied")
    assert len(front.rows("SELECT 1 FROM messages WHERE author = 'bot'")) == 1


async def test_the_next_question_opens_a_window_of_its_own(front: Front) -> None:
    for expected in (1, 2):
        task = soon(front, f"{QUESTION}{'呢' * expected}")
        await front.until_waiting(1)
        front.clock.move(0.2)
        assert (await task)["status"] == "replied"
        assert len(front.rows("SELECT 1 FROM decisions")) == expected
