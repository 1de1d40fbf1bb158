"""Orders over HTTP: signed events in, whatever their order; who may read and feed orders; what is refused."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.channels.json import MAX_BODY
from bot.content.live import LiveContent
from bot.store.base import Store
from tests.channels.test_json import BROKEN
from tests.channels.test_signature import MALFORMED
from tests.server import SECRET, signed
from tests.web.front import PASSWORD, Front, opened
from tests.web.shop_feed import ITEM, URL, event, post, tell
from tests.web.test_products import MEI, OUTSIDER, TRAINER, ask
from tests.web.test_products import front as front

pytestmark = pytest.mark.anyio

ADDRESS = "浙江省杭州市西湖区文三路1号"
CREATED = event("created", "09:00", items=[ITEM], amount="199.00", address=ADDRESS, phone="13812345678")
PAID = event("paid", "09:05")
SHIPPED = event("shipped", "15:00", courier="中通快递", tracking_no="7890001")
SCANNED = event("logistics", "20:10", scan={"text": "快件已到达杭州转运中心", "place": "杭州"})


def refused(response: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    """The one form of every refusal, with nothing of what was sent."""
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (status, code, field)
    assert "13812345678" not in response.text
    assert "文三路" not in response.text


async def test_what_was_told_is_kept_once_on_each_database(store: Store, content: LiveContent) -> None:
    async with opened(store, content) as front:
        stand = [{"id": "A1", "state": "shipped"}]
        answer = await tell(front, SCANNED, CREATED, SHIPPED, PAID)
        assert answer == {"taken": 4, "repeated": 0, "ignored": 0, "orders": stand}
        again = await tell(front, PAID, event("closed", "08:00", order="A2"))
        assert again == {"taken": 1, "repeated": 1, "ignored": 0, "orders": [{"id": "A2", "state": "closed"}]}
        assert front.rows("SELECT count(*) FROM order_events") == [(5,)]


async def test_an_order_reads_as_its_events_made_it(front: Front) -> None:
    await tell(front, SHIPPED, CREATED, SCANNED, PAID)
    order = (await ask(front, "GET", "/orders/A1", MEI)).json()
    assert (order["state"], order["live"], order["paid_at"]) == ("shipped", True, "2026-11-10T09:05:00+08:00")
    assert (order["customer"], order["channel"]) == ({"id": "c1"}, "now")
    assert (order["items"], order["amount"], order["courier"]) == ([ITEM], "199.00", "中通快递")
    assert [scan["text"] for scan in order["scans"]] == ["快件已到达杭州转运中心"]
    assert order["address"] == ADDRESS
    listed = (await ask(front, "GET", "/orders", MEI)).json()
    assert [(one["id"], one["phone"], one["address"]) for one in listed["orders"]] == [
        ("A1", "138****5678", "浙江省杭州市西湖区****")
    ]


async def test_a_page_of_orders_goes_on_where_it_ended(front: Front) -> None:
    await tell(front, *(event("created", "09:00", order=f"A{n}", customer=f"c{n}") for n in range(5)))
    first = (await ask(front, "GET", "/orders?limit=3", MEI)).json()
    assert ([one["id"] for one in first["orders"]], first["next"]) == (["A0", "A1", "A2"], "A2")
    rest = (await ask(front, "GET", "/orders?limit=3&after=A2", MEI)).json()
    assert ([one["id"] for one in rest["orders"]], rest["next"]) == (["A3", "A4"], None)
    assert [one["id"] for one in (await ask(front, "GET", "/orders?query=c4", MEI)).json()["orders"]] == ["A4"]


async def test_another_kind_of_event_is_counted_and_left_aside(front: Front) -> None:
    answer = await tell(front, CREATED, event("starred", "10:00"))
    assert (answer["taken"], answer["ignored"]) == (1, 1)


async def test_a_signature_must_fit_the_bytes_and_the_channel(front: Front) -> None:
    sent = json.dumps({"events": [CREATED]}).encode()
    headers = {**signed(SECRET, sent, None, int(front.clock().timestamp())), "kefu-channel": "now"}
    for at in range(0, len(sent), 37):
        flipped = sent[:at] + bytes([sent[at] ^ 1]) + sent[at + 1 :]
        refused(await front.client.post(URL, content=flipped, headers=headers), 401, "bad_signature")
    for raw in MALFORMED.values():
        answer = await front.client.post(URL, content=sent, headers=[*raw, (b"kefu-channel", b"now")])
        refused(answer, 401, "bad_signature")
    refused(await post(front, CREATED, secret="whsec_AAAA"), 401, "bad_signature")
    front.clock.move(301)
    refused(await front.client.post(URL, content=sent, headers=headers), 401, "bad_signature")
    assert front.rows("SELECT 1 FROM orders") == []


async def test_another_shops_channel_is_a_404(front: Front) -> None:
    for channel in ("careful", "nowhere", "", "a b", "a" * 400):
        refused(await post(front, CREATED, channel=channel), 404, "not_found")
    for shop in ("careful", "none", "n%00ne"):
        refused(await post(front, CREATED, url=f"/v1/shops/{shop}/orders/events"), 404, "not_found")
    assert front.rows("SELECT 1 FROM orders") == []


async def test_hostile_json_is_a_400_and_a_large_body_a_413(front: Front) -> None:
    for body, field in BROKEN.values():
        refused(await post(front, body=body), 400, "bad_request", field)
    refused(await post(front, body=b'{"events": "' + b"a" * MAX_BODY + b'"}'), 413, "too_large")


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"id": ""}, "events.1.id"),
    ({"order": "A 1"}, "events.1.order"),
    ({"at": "2026-11-10T09:00:00"}, "events.1.at"),
    ({"at": "2026-11-11T10:11:00+08:00"}, "events.1.at"),
    ({"kind": "logistics"}, "events.1.scan"),
    ({"kind": "review"}, "events.1.review"),
    ({"review": {"score": 6}}, "events.1.review.score"),
    ({"amount": 199}, "events.1.amount"),
    ({"amount": "-1"}, "events.1.amount"),
    ({"items": [{"title": "13812345678文三路"}]}, "events.1.items.0.product"),
    ({"items": [{"product": "P1", "quantity": 0}]}, "events.1.items.0.quantity"),
    ({"customer": "c1"}, "events.1.customer"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
async def test_one_wrong_event_and_none_is_taken(front: Front, change: dict[str, Any], field: str) -> None:
    refused(await post(front, CREATED, PAID | change), 422, "invalid_field", field)
    assert front.rows("SELECT 1 FROM orders") == []


async def test_a_batch_holds_between_one_and_a_hundred_events(front: Front) -> None:
    refused(await post(front), 422, "invalid_field", "events")
    many = [event("changed", "09:00") | {"id": f"e{n}"} for n in range(101)]
    refused(await post(front, *many), 422, "invalid_field", "events")
    assert (await tell(front, *many[:100]))["taken"] == 100


async def test_a_database_that_is_away_is_a_503(front: Front) -> None:
    await tell(front, CREATED)
    front.store.refuses = True
    response = await post(front, PAID)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    front.store.refuses = False
    assert (await tell(front, PAID))["taken"] == 1


async def test_an_order_may_be_fed_as_it_stands(front: Front) -> None:
    known = {
        "channel": "now", "customer": {"id": "c1"}, "items": [ITEM], "amount": "199.00",
        "created_at": "2026-11-10T09:00:00+08:00", "paid_at": "2026-11-10T09:05:00+08:00", "seller_note": "易碎",
    }  # fmt: skip
    first = await ask(front, "PUT", "/orders/A1", json=known)
    assert first.status_code == 200, first.text
    assert (first.json()["state"], first.json()["seller_note"]) == ("paid", "易碎")
    front.clock.move(60)
    assert (await ask(front, "PUT", "/orders/A1", json=known)).json() == first.json()
    heard = front.rows("SELECT count(*) FROM order_events")
    front.clock.move(60)
    changed = (await ask(front, "PUT", "/orders/A1", json={"shipped_at": "2026-11-10T15:00:00+08:00"})).json()
    assert (changed["state"], changed["seller_note"]) == ("shipped", "易碎")
    assert front.rows("SELECT count(*) FROM order_events") > heard


async def test_agents_read_and_others_learn_nothing(front: Front) -> None:
    await tell(front, CREATED)
    refused(await ask(front, "PUT", "/orders/A1", MEI, json={}), 403, "forbidden")
    for method, path in (("GET", "/orders"), ("GET", "/orders/A1"), ("PUT", "/orders/A1")):
        refused(await ask(front, method, path, OUTSIDER, json={}), 404, "not_found")
    for order in ("A9", "a b", "n%00", "a" * 65):
        refused(await ask(front, "GET", f"/orders/{order}", TRAINER), 404, "not_found")


async def test_what_cannot_be_meant_is_not_fed(front: Front) -> None:
    later = "2026-11-12T10:00:00+08:00"
    late = {"scans": [{"at": later, "text": "已到达"}]}
    refused(await ask(front, "PUT", "/orders/A1", json=late), 422, "invalid_field", "scans.0.at")
    refused(await ask(front, "PUT", "/orders/A1", json={"paid_at": later}), 422, "invalid_field", "paid_at")
    refused(await ask(front, "PUT", "/orders/A1", json={"customer": {"id": "c1"}}), 422, "invalid_field", "channel")
    refused(await ask(front, "PUT", "/orders/A1", content=b"{"), 400, "bad_request")
    assert front.rows("SELECT 1 FROM orders") == []


async def test_agents_see_the_customers_orders_beside_the_conversation(front: Front) -> None:
    said = await front.say("转人工", customer="c1")
    before = front.rows("SELECT max(number) FROM events")[0][0]
    await tell(front, CREATED, PAID, SHIPPED, SCANNED, event("paid", "09:00", order="theirs", customer="c2"))
    assert front.rows("SELECT max(number) FROM events")[0][0] == before + 1, "the open page is told"
    login = httpx.BasicAuth(MEI.encode(), PASSWORD)
    shown = (await front.client.get(f"/v1/desk/conversations/{said['conversation_id']}", auth=login)).json()
    (order,) = shown["side"]["orders"]
    assert (order["id"], order["state"], order["items"], order["courier"]) == ("A1", "已发货", "羊绒围巾", "中通快递")
    assert (order["scan"], order["live"]) == ("快件已到达杭州转运中心", True)
    assert order["address"] == "浙江省杭州市西湖区****"


async def test_a_feed_may_tell_where_the_parcel_is(front: Front) -> None:
    scans = [{"at": f"2026-11-10T2{hour}:10:00+08:00", "text": "快件已到达杭州", "place": ""} for hour in (1, 0)]
    first = (await ask(front, "PUT", "/orders/A1", json={"scans": scans})).json()
    assert (first["state"], first["scans"]) == ("shipped", scans[::-1])
    assert (await ask(front, "PUT", "/orders/A1", json={"scans": scans})).json() == first
    assert front.rows("SELECT count(*) FROM order_events") == [(3,)]
