"""The promise ledger and the order notes over HTTP: seen, corrected, kept, exported; other shops and roles kept out."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from bot.store import agents
from tests.web.front import PASSWORD, PASSWORD_HASH, Front

pytestmark = pytest.mark.anyio

MEI, QIANG, OUTSIDER, LEAD = ("demo/小美", "demo/阿强", "careful/小美", "demo/组长")


async def ask(front: Front, method: str, path: str, who: str = MEI, **options: Any) -> httpx.Response:
    """One request of an account."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1{path}", auth=login, **options)


async def promised(front: Front, text: str = "2小时内给您打电话", customer: str = "c1") -> dict[str, Any]:
    """小美 takes a conversation and promises something; what the desk shows of it."""
    conversation = (await front.say("转人工", customer=customer))["conversation_id"]
    await ask(front, "POST", f"/desk/conversations/{conversation}/claim")
    shown = (await ask(front, "GET", f"/desk/conversations/{conversation}")).json()
    body = {"text": text, "after_seq": shown["row"]["seq"]}
    headers = {"idempotency-key": f"key-{customer}-0001"}
    sent = await ask(front, "POST", f"/desk/conversations/{conversation}/messages", json=body, headers=headers)
    assert sent.status_code == 200, sent.text
    side = (await ask(front, "GET", f"/desk/conversations/{conversation}")).json()["side"]
    [promise] = side["promises"]
    return dict(promise)


async def test_a_promise_is_shown_corrected_and_kept(front: Front) -> None:
    promise = await promised(front)
    assert (promise["kind"], promise["due"], promise["state"]) == ("callback", "2026-11-11T04:00:00Z", "open")
    [standing] = (await ask(front, "GET", "/desk/promises")).json()
    assert (standing["promise"]["id"], standing["customer"], standing["owner"]) == (promise["id"], "c1", "小美")
    body = {"kind": "answer", "due": "2026-11-11T15:00:00+08:00"}
    corrected = (await ask(front, "POST", f"/desk/promises/{promise['id']}/correct", json=body)).json()
    assert (corrected["kind"], corrected["due"]) == ("answer", "2026-11-11T07:00:00Z")
    kept = (await ask(front, "POST", f"/desk/promises/{promise['id']}/keep")).json()
    assert (kept["state"], kept["settled_by"]) == ("kept", "小美")
    assert (await ask(front, "GET", "/desk/promises")).json() == []


async def test_a_colleague_sees_what_nobody_holds_and_not_what_another_does(front: Front) -> None:
    promise = await promised(front)
    assert (await ask(front, "GET", "/desk/promises", QIANG)).json() == []
    await ask(front, "POST", f"/desk/conversations/{promise['conversation']}/release")
    [standing] = (await ask(front, "GET", "/desk/promises", QIANG)).json()
    assert standing["promise"]["id"] == promise["id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"due": "2026-11-11T15:00:00"}, "due"), ({"due": "2020-01-01T00:00:00Z"}, "due"), ({"kind": "party"}, "kind")],
)
async def test_a_correction_that_cannot_be_meant_names_its_field(front: Front, body: Any, field: str) -> None:
    promise = await promised(front)
    answer = await ask(front, "POST", f"/desk/promises/{promise['id']}/correct", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_another_shop_sees_and_changes_nothing(front: Front) -> None:
    promise = await promised(front)
    assert (await ask(front, "GET", "/desk/promises", OUTSIDER)).json() == []
    for verb in ("correct", "keep", "void"):
        answer = await ask(front, "POST", f"/desk/promises/{promise['id']}/{verb}", OUTSIDER, json={})
        assert answer.status_code == 404
    assert front.rows("SELECT state FROM promises") == [("open",)]


async def test_a_broken_one_is_struck_out_by_a_lead_and_the_report_is_the_leads(front: Front) -> None:
    front.store.real.submit(lambda tx: agents.add(tx, "demo", "组长", "lead", PASSWORD_HASH, front.clock())).result()
    broken, late = await promised(front), await promised(front, customer="c2")
    front.clock.move(7201)
    await ask(front, "POST", f"/desk/promises/{late['id']}/keep")
    front.store.real.submit(lambda tx: tx.exec_driver_sql("UPDATE promises SET state = 'broken'").rowcount).result()
    assert (await ask(front, "POST", f"/desk/promises/{broken['id']}/void")).status_code == 403
    assert (await ask(front, "GET", "/desk/promises/report")).status_code == 403
    assert (await ask(front, "POST", f"/desk/promises/{broken['id']}/void", LEAD)).json()["state"] == "void"
    report = (await ask(front, "GET", "/desk/promises/report?days=1", LEAD)).json()
    assert report["shop"] == {"agent": "", "kept": 0, "broken": 1, "open": 0, "void": 1, "rate": 0.0}
    assert [line["agent"] for line in report["makers"]] == ["小美"]


async def noted(front: Front, **note: Any) -> str:
    """小美 writes a note; the conversation it is about."""
    conversation = str((await front.say("转人工", customer="c1"))["conversation_id"])
    answer = await ask(front, "POST", f"/desk/conversations/{conversation}/notes", json={"text": "改地址", **note})
    assert answer.status_code == 201, answer.text
    return conversation


async def test_order_notes_are_exported_page_by_page(front: Front) -> None:
    for n in range(3):
        await noted(front, flag="red", order_id=f" T{n} ", reason="address")
        front.clock.move(60)
    first = (await ask(front, "GET", "/shops/demo/notes?limit=2")).json()
    assert [one["note"]["order_id"] for one in first["notes"]] == ["T0", "T1"]
    rest = (await ask(front, "GET", f"/shops/demo/notes?limit=2&after={first['next']}")).json()
    assert ([one["note"]["order_id"] for one in rest["notes"]], rest["next"]) == (["T2"], "")
    later = (await ask(front, "GET", "/shops/demo/notes?since=2026-11-11T10:02:00%2B08:00")).json()
    assert [one["note"]["order_id"] for one in later["notes"]] == ["T2"]


async def test_a_csv_links_to_its_next_page(front: Front) -> None:
    for n in range(2):
        await noted(front, flag="red", order_id=f"T{n}")
        front.clock.move(60)
    answer = await ask(front, "GET", "/shops/demo/notes?format=csv&limit=1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [_, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[1] == "T0"
    link = answer.headers["link"].partition(">")[0].removeprefix("</v1")
    following = await ask(front, "GET", link)
    [_, row] = csv.reader(io.StringIO(following.content.decode("utf-8-sig")))
    assert (row[1], "link" in following.headers) == ("T1", False)


async def test_another_shops_notes_are_nothing(front: Front) -> None:
    await noted(front, flag="red")
    front.clock.move(60)
    assert (await ask(front, "GET", "/shops/demo/notes", OUTSIDER)).status_code == 404
    assert (await ask(front, "GET", "/shops/careful/notes", OUTSIDER)).json() == {"notes": [], "next": ""}


@pytest.mark.parametrize(
    ("query", "field"), [("since=2026-11-11", "since"), ("format=xml", "format"), ("after=nt_none", "after")]
)
async def test_a_question_that_cannot_be_meant_names_its_field(front: Front, query: str, field: str) -> None:
    answer = await ask(front, "GET", f"/shops/demo/notes?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
