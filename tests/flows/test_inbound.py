"""A customer writes: recorded once, answered once, in order, whatever the platform repeats and whatever breaks."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.model import MessageType, Status
from bot.flows import turns
from bot.flows.turns import Receipt
from bot.store.base import Story, T
from bot.store.prepared import Prepared
from bot.store.tables import conversations, decisions, jobs, messages, tickets
from tests.flows.world import ANSWERED, World

_TEXTS = ("你好在吗", "想问下这个多久能到", "转人工", "哦", "能便宜点吗")


class Fault(sa.exc.SQLAlchemyError):
    """The store breaks down."""


def test_four_deliveries_of_a_message_at_once_give_one_row_and_one_answer(world: World) -> None:
    arrivals = [world.arrival(f"c{n % 30}", _TEXTS[n % 5], f"m{n}", webhook_id=f"d{n}") for n in range(100)]
    deliveries = arrivals * 4
    random.Random(13).shuffle(deliveries)

    futures = [world.store.submit(lambda tx, a=a: world.receive(tx, a)) for a in deliveries]  # type: ignore[misc]
    receipts: dict[str, list[Receipt]] = {}
    for arrival, future in zip(deliveries, futures, strict=True):
        receipts.setdefault(arrival.message.external_id, []).append(future.result(timeout=60))

    assert len(world.rows(messages, messages.c.author == "customer")) == 100
    for told in receipts.values():
        (first,) = (receipt for receipt in told if receipt.status is not Status.DUPLICATE)
        again = [receipt for receipt in told if receipt.status is Status.DUPLICATE]
        assert {receipt.first_status for receipt in again} == {first.status}
        assert {_replies(receipt) for receipt in again} == {_replies(first)}
    by_decision = Counter(row["decision"] for row in world.rows(messages, messages.c.author == "customer"))
    assert set(by_decision.values()) == {1}
    assert len(world.rows(decisions)) == 100


def test_a_redelivery_brings_the_same_reply_and_changes_nothing(world: World) -> None:
    arrival = world.arrival("c1", "转人工", "m1", webhook_id="d1")
    first = world.deliver(arrival)
    before = {table: world.rows(table) for table in (messages, tickets, jobs, decisions)}
    world.pass_time(300)

    again = world.deliver(arrival)

    assert (again.status, again.first_status) == (Status.DUPLICATE, Status.HANDED_OFF)
    assert (_replies(again), again.ticket, again.decision) == (_replies(first), first.ticket, first.decision)
    assert _replies(first)
    assert {table: world.rows(table) for table in before} == before


def test_the_same_id_in_another_channel_or_shop_is_another_message(world: World) -> None:
    first = world.deliver(world.arrival("c1", "你好在吗", "m1", webhook_id="d1"))
    world.add_channel("demo", "second")
    second = world.deliver(world.arrival("c1", "你好在吗", "m1", webhook_id="d1"))
    world.add_channel("other", "third")
    third = world.deliver(world.arrival("c1", "你好在吗", "m1", webhook_id="d1"))

    assert {first.status, second.status, third.status} <= ANSWERED
    assert all(receipt.replies for receipt in (first, second, third))
    assert len({first.conversation, second.conversation, third.conversation}) == 3


def test_the_same_id_with_another_text_keeps_the_first_and_is_noticed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    first = world.deliver(world.arrival("c1", "你好在吗", "m1"))
    with caplog.at_level(logging.WARNING):
        again = world.deliver(world.arrival("c1", "转人工", "m1"))
    assert again.status is Status.DUPLICATE
    assert _replies(again) == _replies(first)
    assert world.history()[0].text == "你好在吗"
    assert "event=message_changed" in caplog.text
    assert "转人工" not in caplog.text


def test_an_id_used_again_by_another_customer_does_not_tell_the_first_ones_answer(world: World) -> None:
    world.deliver(world.arrival("c1", "转人工", "m1"))
    stranger = world.deliver(world.arrival("c2", "转人工", "m1"))
    assert (stranger.status, stranger.replies, stranger.ticket) == (Status.DUPLICATE, (), None)


def test_fifty_first_contacts_of_two_messages_open_one_conversation_each(world: World) -> None:
    start = threading.Barrier(2)
    found: dict[int, set[str]] = {}

    def write(hand: int) -> None:
        for customer in range(50):
            start.wait(30)
            receipt = world.deliver(world.arrival(f"new{customer}", "你好在吗", f"m{customer}-{hand}"))
            found.setdefault(customer, set()).add(receipt.conversation)

    _in_threads([lambda: write(0), lambda: write(1)])
    assert [len(found[customer]) for customer in range(50)] == [1] * 50
    assert len(world.rows(conversations)) == 50


def test_conversations_are_answered_in_order_while_others_go_on(world: World) -> None:
    """40 conversations of 10 messages by 4 threads: numbers without gaps, each answer right behind its message."""

    def write(hand: int) -> None:
        for number in range(hand, 400, 4):
            customer, turn = number % 40, number // 40
            world.deliver(world.arrival(f"c{customer}", _TEXTS[turn % 5], f"m{customer}-{turn}"))

    _in_threads([lambda hand=hand: write(hand) for hand in range(4)])  # type: ignore[misc]

    for customer in range(40):
        history = world.history(f"c{customer}")
        assert [message.seq for message in history] == list(range(1, len(history) + 1))
        mine = [message for message in history if message.author == "customer"]
        assert len(mine) == 10
        assert all(message.state == "decided" and message.decision for message in mine)
        assert world.conversation(f"c{customer}").last_seq == len(history)
        asked = ""
        for message in history:  # no answer stands behind somebody else's message
            asked = message.decision or "" if message.author == "customer" else asked
            assert message.decision == asked


def test_a_breakdown_at_any_step_leaves_nothing_and_the_redelivery_is_answered_once(world: World) -> None:
    for text in ("你好在吗", "转人工"):
        steps = _break_at_every_step(world, text, "plain")
        assert steps > 4


def test_a_breakdown_while_an_agent_speaks_is_repaired_by_the_redelivery(world: World) -> None:
    step, done = 0, False
    while not done:
        step += 1
        customer = f"taken{step}"
        world.say(customer, "转人工")
        spoken = world.arrival(customer, "我来", f"a{step}", type=MessageType.AGENT_MESSAGE, agent="小王")
        try:
            world.store.submit(_breaking(lambda tx, a=spoken: world.receive(tx, a), step)).result()  # type: ignore[misc]
            done = True
        except Fault:
            assert world.conversation(customer).holder == "queue"
            world.deliver(spoken)
        assert world.conversation(customer).holder == "agent"
        assert len(world.said("agent", customer)) == 1
    assert step > 5


def test_a_breakdown_while_fragments_are_answered_is_repaired_by_coming_back(patient: World) -> None:
    step, done = 0, False
    while not done:
        step += 1
        customer = f"c{step}"
        patient.say(customer, "你好在吗")
        receipt = patient.say(customer, "想问下运费")
        patient.pass_time(3)
        come_back = _coming_back(patient, receipt)
        try:
            final = patient.store.submit(_breaking(come_back, step)).result()
            done = True
        except Fault:
            assert patient.said(customer=customer) == []
            final = patient.store.submit(come_back).result()
        assert final.status in ANSWERED
        assert [m.id for m in patient.said(customer=customer)] == list(_replies(final))
        assert patient.jobs("turn") == []
    assert step > 5


def test_a_memory_older_than_a_day_is_cleared_even_where_fragments_are_awaited(patient: World) -> None:
    patient.come_back(patient.say("c1", "呃呃呃"))
    assert patient.conversation().dialogue.failures == 1
    patient.pass_time(timedelta(hours=25).total_seconds())
    receipt = patient.say("c1", "呃呃呃")
    assert patient.conversation().dialogue.failures == 0
    assert patient.come_back(receipt).status is Status.REPLIED  # the second failure in a row would be a hand-off


def test_what_kefu_does_not_know_is_acknowledged_and_not_stored(world: World) -> None:
    receipt = world.deliver(world.arrival("c1", "?", "m1", type=MessageType.UNKNOWN))
    assert receipt.status is Status.IGNORED
    assert world.rows(messages) == []


def _break_at_every_step(world: World, text: str, name: str) -> int:
    step, done = 0, False
    while not done:
        step += 1
        customer = f"{name}-{text}-{step}"
        arrival = world.arrival(customer, text, f"m-{customer}", webhook_id=f"d-{customer}")
        try:
            world.store.submit(_breaking(lambda tx, a=arrival: world.receive(tx, a), step)).result()  # type: ignore[misc]
            done = True
        except Fault:
            assert world.rows(conversations, conversations.c.customer == customer) == []
            assert world.deliver(arrival).status in ANSWERED
        again = world.deliver(arrival)
        assert again.status is Status.DUPLICATE
        assert [m.id for m in world.said(customer=customer)] == list(_replies(again))
        assert len(again.replies) >= 1
        assert len([m for m in world.history(customer) if m.author == "customer"]) == 1
    return step


def _breaking(story: Story[T], step: int) -> Story[T]:
    """The same story, with the store failing right after its nth statement."""

    def told(tx: sa.Connection) -> T:
        seen = 0

        def after(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                raise Fault

        def counted(prepared: Prepared, *run: Any) -> Any:
            rows = plain(prepared, *run)
            after()
            return rows

        plain = Prepared._all
        sa.event.listen(tx, "after_cursor_execute", after)
        Prepared._all = counted  # type: ignore[method-assign, assignment]
        try:
            return story(tx)
        finally:
            Prepared._all = plain  # type: ignore[method-assign]
            sa.event.remove(tx, "after_cursor_execute", after)

    return told


def _coming_back(world: World, receipt: Receipt) -> Story[Receipt]:
    return lambda tx: turns.decide_waiting(
        tx, world.knowledge, world.channel, receipt.conversation, receipt.message, world.now
    )


def _replies(receipt: Receipt) -> tuple[str, ...]:
    return tuple(reply.id for reply in receipt.replies)


def _in_threads(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
