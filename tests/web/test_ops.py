"""Health, readiness and metrics: for whoever runs the process, and nothing of any customer in them."""

from __future__ import annotations

import asyncio

import pytest

from bot.content.live import LiveContent
from bot.store.sqlite import SqliteStore
from tests.server import message
from tests.web.front import Front, opened

pytestmark = pytest.mark.anyio


async def test_the_process_is_healthy_before_it_is_ready(sqlite_store: SqliteStore, content: LiveContent) -> None:
    async with opened(sqlite_store, None) as front:
        assert (await front.client.get("/healthz")).json() == {"status": "ok"}
        loading = await front.client.get("/readyz")
        assert loading.status_code == 503
        assert loading.json()["status"] == "unavailable"
        front.state.content = content
        ready = await front.client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        assert ready.json()["content"] == content.knowledge.content_hash


@pytest.mark.parametrize("fault", ["refuses", "hangs"])
async def test_without_the_database_it_is_healthy_and_not_ready(front: Front, fault: str) -> None:
    setattr(front.store, fault, True)
    async with asyncio.timeout(20):
        assert (await front.client.get("/readyz")).status_code == 503
    assert (await front.client.get("/healthz")).status_code == 200
    setattr(front.store, fault, False)
    assert (await front.client.get("/readyz")).status_code == 200


async def test_metrics_count_what_became_of_messages(front: Front) -> None:
    before = await counters(front)
    await front.say("什么时候发货")
    await front.say("转人工")
    await front.post(b"{", secret="whsec_AAAA")
    after = await counters(front)
    for name, more in (
        ('kefu_messages_total{status="replied"}', 1),
        ('kefu_messages_total{status="handed_off"}', 1),
        ('kefu_refused_total{code="bad_signature"}', 1),
        ("kefu_answer_seconds_count", 2),
    ):
        assert after[name] - before.get(name, 0.0) == more


async def counters(front: Front) -> dict[str, float]:
    """Every sample of /metrics; each line must be one that Prometheus reads."""
    response = await front.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in samples)}


async def test_metrics_hold_no_words_names_or_ids(front: Front) -> None:
    text = "我叫张三丰，电话13812345678，地址浙江省杭州市文三路1号"
    answer = await front.say(text, customer="customer-77", id="message-77")
    await front.post(message(text, shop="shop-77"))
    await front.client.get("/v1/channels-77", headers={"authorization": "Basic c2VjcmV0LTc3"})
    metrics = (await front.client.get("/metrics")).text
    for planted in ("张三丰", "13812345678", "文三路", "customer-77", "message-77", "shop-77", "secret", "c2VjcmV0"):
        assert planted not in metrics
    for value in (answer["message_id"], answer["conversation_id"], "demo", "careful", "msg_"):
        assert value not in metrics
    assert metrics.isascii()
