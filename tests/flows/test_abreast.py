"""Messages that come in together on PostgreSQL leave what they leave when they come one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import wait
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.flows import turns
from bot.flows.inbound import Arrival
from bot.flows.turns import Receipt
from bot.store.base import Story
from bot.store.tables import case_evidence, cases, decisions, jobs, messages, tickets
from tests.flows.world import World
from tests.store.held import held

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("store", ["postgres"], indirect=True)]

#: What customers say, one after the other: answered, asked back, handed over, chased, with a case, with a draft.
TALKS = (
    ("在吗", "你们几点下班"),
    ("什么时候发货呀", "怎么还没发", "能不能快点"),
    ("转人工", "人呢", "有人吗"),
    ("收到的杯子碎了", "把手掉了", "没有照片"),
    ("我要投诉你们，太差劲了", "你们到底管不管"),
    ("asdfghjkl", "？？？", "嗯"),
    ("地址写错了能改吗", "改成浙江省杭州市西湖区文三路100号"),
    ("谢谢，不用了", "以后别再给我发消息了"),
)
_EACH = 4
#: What a row's own id, its customer and the length of the queue decide.
_OWN = {
    "id", "conversation", "customer", "decision", "ticket", "created_at", "updated_at", "text", "phrase", "dialogue",
    "message", "case", "external_id", "webhook_id", "payload", "unique_key", "deadline", "resolve_by", "run_at",
    "details", "at", "opened_at", "situation", "state_at", "since", "sent_at", "finished_at", "lane", "variant",
    "steps", "due", "escalated_at",
}


def test_the_same_talks_leave_the_same_rows(world: World) -> None:
    alone, together = _customers("alone"), _customers("together")

    told_alone = [[_told(world.say(customer, text)) for text in TALKS[which]] for customer, which in alone.items()]
    told_together = _all_at_once(world, together)

    assert told_together == told_alone
    _compare(world, alone, together)


def test_the_same_fragments_leave_the_same_rows(patient: World) -> None:
    """Where each message waits for more, and the requests that waited come back at once."""
    alone, together = _customers("alone"), _customers("together")

    told_alone = [
        [_told(patient.come_back(patient.say(customer, text))) for text in TALKS[which]]
        for customer, which in alone.items()
    ]
    told_together = _all_at_once(patient, together)

    assert told_together == told_alone
    _compare(patient, alone, together)


def _compare(world: World, alone: dict[str, int], together: dict[str, int]) -> None:
    for table in (messages, decisions, tickets, jobs, cases, case_evidence):
        left = [_left_by(world, table, customers) for customers in (alone, together)]
        assert left[0] == left[1], table.name
        assert left[0], table.name
    held = [[world.conversation(customer) for customer in customers] for customers in (alone, together)]
    assert [(one.holder, one.epoch, one.last_seq, one.declined_at is None) for one in held[0]] == [
        (one.holder, one.epoch, one.last_seq, one.declined_at is None) for one in held[1]
    ]


def _customers(name: str) -> dict[str, int]:
    return {f"{name}{which}-{number}": which for which in range(len(TALKS)) for number in range(_EACH)}


def _told(receipt: Receipt) -> tuple[Any, ...]:
    return receipt.status, receipt.ticket is not None, len(receipt.replies), [reply.seq for reply in receipt.replies]


def _all_at_once(world: World, customers: dict[str, int]) -> list[list[tuple[Any, ...]]]:
    """Each round brings one message of every customer in one group."""
    told: dict[str, list[tuple[Any, ...]]] = {customer: [] for customer in customers}
    for turn in range(max(map(len, TALKS))):
        writing = {customer: which for customer, which in customers.items() if turn < len(TALKS[which])}
        receipts = _at_once(world, {
            customer: partial(_receive, world, world.arrival(customer, TALKS[which][turn], f"{customer}-{turn}"))
            for customer, which in writing.items()
        })  # fmt: skip
        world.now = max([world.now, *(receipt.due for receipt in receipts.values() if receipt.due)])
        waiting = {who: partial(_come_back, world, receipt) for who, receipt in receipts.items() if receipt.due}
        for customer, receipt in {**receipts, **_at_once(world, waiting)}.items():
            told[customer].append(_told(receipt))
    return list(told.values())


def _receive(world: World, arrival: Arrival, tx: sa.Connection) -> Receipt:
    return world.receive(tx, arrival)


def _come_back(world: World, receipt: Receipt, tx: sa.Connection) -> Receipt:
    return turns.decide_waiting(
        tx, world.knowledge, world.channel, receipt.conversation, receipt.message, world.now
    )


def _at_once(world: World, stories: Mapping[str, Story[Receipt]]) -> dict[str, Receipt]:
    with held(world.store):
        futures = {customer: world.store.submit(story, customer, abreast=True) for customer, story in stories.items()}
    wait(futures.values(), timeout=60)
    return {customer: future.result() for customer, future in futures.items()}


def _left_by(world: World, table: sa.Table, customers: dict[str, int]) -> list[str]:
    """What a table keeps of these customers, without what is each row's own."""
    talks = {world.conversation(customer).id for customer in customers}
    with world.store.engine.connect() as connection:
        things = [sa.select(of.c.id).where(of.c.conversation.in_(talks)) for of in (tickets, cases)]
        own = talks.union(*(connection.execute(query).scalars() for query in things))

    def is_own(row: dict[str, Any]) -> bool:
        names = {row.get("conversation"), row.get("case"), *dict(row.get("payload") or {}).values()}
        return bool(names & own)

    rows = [row for row in _rows(world, table) if is_own(row)]
    return sorted(repr({name: value for name, value in row.items() if name not in _OWN}) for row in rows)


def _rows(world: World, table: sa.Table) -> list[dict[str, Any]]:
    return world.store.read(lambda tx: [dict(row._mapping) for row in tx.execute(sa.select(table))]).result()


