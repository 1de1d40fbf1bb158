"""kill -9 while answers go out: nothing reaches a customer twice, nothing vanishes without a word (bar 27)."""

from __future__ import annotations

import logging
import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.flows import tickets
from bot.settings import Settings
from bot.store import tickets as ticket_rows
from tests.crash.conftest import Make
from tests.crash.platform import Receiver
from tests.crash.scene import callback_channel, intact, rows, set_up
from tests.nursery import QuickServer, until
from tests.server import message

CUSTOMERS, TEXTS_EACH = 8, 75
SENDS = CUSTOMERS * TEXTS_EACH
KILLS = 30
HANGING = 0.02

pytestmark = pytest.mark.crash
log = logging.getLogger(__name__)


@pytest.fixture
def platform() -> Receiver:
    """A platform whose answer is lost every fiftieth time."""
    return Receiver(hanging=HANGING, seed=SENDS)


def test_no_text_is_doubled_or_lost_without_a_ticket_through_thirty_kills(
    make_server: Make, platform: Receiver
) -> None:
    """Each text arrives once, or is shown to the agents as unclear; no text overtakes an earlier one."""
    with platform.listening():
        worker = _with_texts_to_send(make_server, platform, dedup=False)
        _work_through_kills(worker, platform)
    fates = _fates(worker)
    arrived = Counter(platform.seen)
    assert set(arrived) <= set(fates), "something arrived that was never written"
    assert max(arrived.values()) == 1, "doubled at the platform"
    assert set(fates.values()) <= {"delivered", "unknown"}
    lost = [text for text, fate in fates.items() if fate == "delivered" and text not in arrived]
    assert not lost
    assert "unknown" in fates.values(), "no kill met a text on its way; the test shows nothing"
    assert _unclear_without_ticket(worker) == 0
    assert _in_order(worker, platform)
    assert intact(worker.data_dir)
    log.info("%d sends, %d kills, %d answers hung: %s", SENDS, KILLS, platform.hung, Counter(fates.values()))


def test_a_platform_that_drops_repeats_gets_every_text_through_thirty_kills(
    make_server: Make, platform: Receiver
) -> None:
    """Where an unclear send may be repeated under its webhook-id, everything arrives and nothing stays unclear."""
    with platform.listening():
        worker = _with_texts_to_send(make_server, platform, dedup=True)
        _work_through_kills(worker, platform)
    fates = _fates(worker)
    assert set(fates.values()) == {"delivered"}
    assert set(platform.seen) == set(fates)
    assert len(platform.seen) > SENDS, "no kill met a text on its way; the test shows nothing"
    assert intact(worker.data_dir)
    log.info("%d sends, %d kills, %d repeated, none unclear", SENDS, KILLS, len(platform.seen) - SENDS)


def _with_texts_to_send(make_server: Make, platform: Receiver, *, dedup: bool) -> QuickServer:
    """Customers asked for a human; the agents' answers wait to be sent."""
    server = make_server(KEFU_CALLBACK_HOSTS="127.0.0.1", KEFU_CALLBACK_SECONDS="0.4", KEFU_WORKER="no")
    set_up(server, callback_channel("shop-chat", platform.url, dedup=dedup))
    server.start()
    for number in range(CUSTOMERS):
        assert server.post("shop-chat", message("转人工", f"c{number}")).json()["status"] == "handed_off"
    server.stop()
    store = wiring.open_store(Settings(data_dir=server.data_dir))
    store.submit(_agents_answer).result()
    store.close()
    return server


def _agents_answer(tx: sa.Connection) -> None:
    now, silence = wiring.now(), timedelta(minutes=30)
    for ticket, _ in ticket_rows.listed(tx):
        tickets.claim(tx, ticket.id, "小王", now, silence)
        for number in range(TEXTS_EACH):
            tickets.reply(tx, ticket.id, "小王", f"这是第{number}句", now, silence)


def _work_through_kills(worker: QuickServer, platform: Receiver) -> None:
    """Run a worker; kill it when the platform has just got a few more texts, before or after it could answer."""
    dice = random.Random(KILLS)
    worker.run("worker")
    for _ in range(KILLS):
        platform.wait_for(more=dice.randint(1, SENDS // KILLS - 4))
        worker.kill()
        worker.run("worker")
    until(lambda: not _unsent(worker), 60, "the end of all sends")
    worker.stop()


def _unsent(worker: QuickServer) -> int:
    query = "SELECT count(*) FROM jobs WHERE kind = 'send' AND state IN ('waiting', 'running')"
    return int(rows(worker.data_dir, query)[0][0])


def _fates(worker: QuickServer) -> dict[str, str]:
    """State of each text that an agent wrote."""
    found = rows(worker.data_dir, "SELECT id, state FROM messages WHERE author = 'agent'")
    assert len(found) == SENDS
    return {row["id"]: row["state"] for row in found}


def _in_order(worker: QuickServer, platform: Receiver) -> bool:
    """Whether each customer got the texts in the order they were written (bar 17)."""
    written = {row["id"]: row["seq"] for row in rows(worker.data_dir, "SELECT id, seq FROM messages")}
    by_customer: dict[str, list[int]] = {}
    for text, customer in zip(platform.seen, platform.customers, strict=True):
        by_customer.setdefault(customer, []).append(written[text])
    return all(order == sorted(order) for order in by_customer.values())


def _unclear_without_ticket(worker: QuickServer) -> int:
    query = """SELECT count(*) FROM messages m WHERE state IN ('unknown', 'failed') AND NOT EXISTS
        (SELECT 1 FROM tickets t WHERE t.conversation = m.conversation AND t.state <> 'resolved')"""
    return int(rows(worker.data_dir, query)[0][0])
