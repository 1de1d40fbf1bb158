"""kill -9 while messages are being acknowledged: what was acknowledged is kept, answered once (bars 15 and 46)."""

from __future__ import annotations

import logging
import random

import httpx
import pytest

from tests.crash.conftest import Make
from tests.crash.platform import Delivery, Poster
from tests.crash.scene import intact, response_channel, rows, set_up
from tests.nursery import QuickServer
from tests.server import SECRET, signed

KILLS = 40
CONNECTIONS = 8

pytestmark = pytest.mark.crash

log = logging.getLogger(__name__)


def test_every_acknowledged_message_survives_forty_kills_and_is_answered_once(make_server: Make) -> None:
    """Forty kills at any moment of eight concurrent deliveries: nothing lost, nothing twice, the file whole."""
    server = make_server()
    set_up(server, response_channel("shop-chat"))
    poster = _killed_again_and_again(server)

    stored = rows(server.data_dir, "SELECT * FROM messages WHERE author = 'customer'")
    assert sorted(row["external_id"] for row in stored) == sorted(one.external_id for one in poster.deliveries)
    for one in poster.deliveries:
        _has_one_answer(server, one)
    assert intact(server.data_dir)
    assert set(poster.statuses) <= {200, 503}
    again = [one for one in poster.deliveries if one.attempts > 1]
    assert again, "no kill met a message on its way; the test shows nothing"
    in_doubt = [one for one in again if one.answer is not None and one.answer["status"] == "duplicate"]
    log.info(
        "%d kills, %d messages acknowledged, %d of them posted again, %d found committed but not acknowledged",
        KILLS, len(poster.deliveries), len(again), len(in_doubt),
    )


def _killed_again_and_again(server: QuickServer) -> Poster:
    dice = random.Random(KILLS)
    server.start()
    poster = Poster(f"{server.url}/v1/channels/shop-chat/messages", ("什么时候发货", "你好", "能便宜点吗"))
    with poster.posting(CONNECTIONS):
        for _ in range(KILLS):
            poster.wait_for(200, more=dice.randint(1, 40))
            server.kill()
            server.start()
    for one in random.Random(1).sample(poster.deliveries, 50):
        headers = signed(SECRET, one.body, one.webhook_id)
        later = httpx.post(poster.url, content=one.body, headers=headers, timeout=10).json()
        assert later["status"] == "duplicate"
        assert [reply["id"] for reply in later["replies"]] == one.replies
    server.stop()
    return poster


def _has_one_answer(server: QuickServer, one: Delivery) -> None:
    """The message is stored once, with its decision and one answer, and that is what was acknowledged."""
    query = "SELECT decision FROM messages WHERE external_id = ? AND webhook_id = ? AND state = 'decided'"
    (found,) = rows(server.data_dir, query, one.external_id, one.webhook_id)
    assert len(rows(server.data_dir, "SELECT 1 FROM decisions WHERE id = ?", found["decision"])) == 1
    replies = rows(server.data_dir, "SELECT id, state FROM messages WHERE decision = ? AND author = 'bot'", found[0])
    assert [(row["id"], row["state"]) for row in replies] == [(reply, "delivered") for reply in one.replies]
    assert len(replies) == 1
