"""After-sale cases over HTTP: who may see and do what, how lists are filtered and paged, and the sheets."""

from __future__ import annotations

from typing import Any

import pytest

from bot.content import sheet
from bot.store import agents
from tests.web.desk import Browser, signed_in
from tests.web.front import PASSWORD_HASH, Front

pytestmark = pytest.mark.anyio


async def _lead(front: Front) -> Browser:
    now = front.clock()
    front.store.real.submit(lambda tx: agents.add(tx, "demo", "店长", "lead", PASSWORD_HASH, now)).result()
    return await signed_in(front, name="店长", address="203.0.113.9")


async def _post(browser: Browser, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await browser.fetch("POST", path, json=body)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _open(browser: Browser, kind: str = "lost", order: str = "A1", **more: Any) -> str:
    opened = await _post(browser, "/v1/cases", 201, kind=kind, order=order, **more)
    return str(opened["line"]["id"])


async def _listed(browser: Browser, query: str = "") -> list[str]:
    answer = await browser.get(f"/v1/cases?{query}")
    assert answer.status_code == 200, answer.text
    return [line["id"] for line in answer.json()["cases"]]


async def test_a_case_from_opening_to_settlement(front: Front) -> None:
    browser = await signed_in(front)
    said = await front.say("你好", customer="林小姐")
    case = await _open(browser, conversation=said["conversation_id"], amount=20000, note="客户说没收到")
    at = f"/v1/cases/{case}"
    shown = (await browser.get(at)).json()
    assert (shown["line"]["customer"], shown["line"]["owner"], shown["further"][0]["text"]) == (
        "林小姐", "小美", "客户说没收到",
    )  # fmt: skip
    refused = await _post(browser, f"{at}/offers", 409, remedy="resend", amount=100)
    assert refused["missing"] == "快递单号、请快递查签收人和监控"
    await _post(browser, f"{at}/evidence", item="tracking_no", text="YT1")
    await _post(browser, f"{at}/steps", step="chase")
    refused = await _post(browser, f"{at}/offers", 403, remedy="resend", amount=30000)
    assert "请主管来提" in refused["message"]
    offered = await _post(browser, f"{at}/offers", remedy="resend", amount=15000)
    [offer] = offered["offers"]
    await _post(browser, f"{at}/offers/{offer['id']}/answer", answer="accepted")
    await _post(browser, f"{at}/evidence", item="courier", text="认赔")
    await _post(browser, f"{at}/steps", step="register")
    settled = await _post(browser, f"{at}/settle", reason="courier", responsible="圆通")
    assert (settled["line"]["state"], settled["outcome_title"], settled["cost"]) == ("settled", "换", 15000)
    assert "重新发货" in settled["words"]
    told = await _post(browser, f"{at}/tell", text=settled["words"])
    assert told["told_at"]
    [message] = front.rows("SELECT text, author FROM messages WHERE author = 'agent'")
    assert message.text == settled["words"]


async def test_another_shop_sees_no_case_and_changes_none(front: Front) -> None:
    browser, stranger = await signed_in(front), await signed_in(front, shop="careful")
    case = await _open(browser)
    before = front.rows("SELECT * FROM cases"), front.rows("SELECT * FROM case_events")
    assert (await stranger.get(f"/v1/cases/{case}")).status_code == 404
    assert (await stranger.get(f"/desk/cases/{case}")).status_code == 404
    acts = {
        "evidence": {"text": "x"}, "pictures": {}, "steps": {"step": "chase"}, "wait": {"waits_for": "courier"},
        "offers": {"remedy": "found"}, "offers/of_1/answer": {"answer": "accepted"}, "settle": {"reason": "courier"},
        "close": {"why": "x"}, "reopen": {"why": "x"}, "owner": {"to": "小美"}, "order": {"order": "A2"},
        "notes": {"text": "x"}, "tell": {}, "looked": {},
    }  # fmt: skip
    for act, body in acts.items():
        answer = await stranger.fetch("POST", f"/v1/cases/{case}/{act}", json=body)
        assert answer.status_code == 404, act
    assert await _listed(stranger) == []
    assert case not in (await stranger.get("/desk/cases?state=")).text
    assert (front.rows("SELECT * FROM cases"), front.rows("SELECT * FROM case_events")) == before
    export = await stranger.get("/v1/cases/export?register=all&form=csv")
    assert case not in export.text


async def test_no_act_without_the_sessions_token(front: Front) -> None:
    browser = await signed_in(front)
    case = await _open(browser)
    answer = await browser.client.post(f"/v1/cases/{case}/close", json={"why": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_roles(front: Front) -> None:
    browser, colleague = await signed_in(front), await signed_in(front, name="阿强", address="203.0.113.8")
    lead = await _lead(front)
    case = await _open(browser, "complaint")
    await _post(colleague, f"/v1/cases/{case}/close", 403, why="x")
    await _post(colleague, f"/v1/cases/{case}/looked", 403)
    await _post(browser, f"/v1/cases/{case}/settle", 403, reason="service", responsible="x", lesson="y")
    seen = await _post(lead, f"/v1/cases/{case}/looked")
    assert seen["line"]["escalated"] == ""
    given = await _post(lead, f"/v1/cases/{case}/owner", to="阿强")
    assert given["line"]["owner"] == "阿强"
    await _post(colleague, f"/v1/cases/{case}/close", why="重复")


async def test_the_list_is_filtered(front: Front) -> None:
    browser = await signed_in(front)
    lost, review = await _open(browser, "lost", "LP77"), await _open(browser, "bad_review", "B2")
    ended = await _open(browser, "return", "C3")
    await _post(browser, f"/v1/cases/{ended}/close", why="客户撤回")
    front.clock.move(25 * 3600)
    browser = await signed_in(front)
    for query, ids in (
        ("", [review, lost, ended]), ("state=alive", [review, lost]), ("state=closed", [ended]),
        ("kind=lost", [lost]), ("owner=", []), ("owner=%E5%B0%8F%E7%BE%8E", [review, lost, ended]),
        ("overdue=true", [review]), ("order=B2", [review]), ("query=lp77", [lost]), ("escalated=true", []),
    ):  # fmt: skip
        assert await _listed(browser, query) == ids, query


async def test_pages_of_the_list(front: Front) -> None:
    browser = await signed_in(front)
    made = [await _open(browser, order=f"A{number}") for number in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = (await browser.get(f"/v1/cases?limit=2&after={after}")).json()
        seen += [line["id"] for line in page["cases"]]
        if (after := page["next"]) is None:
            break
    assert seen == made
    assert (await browser.get("/v1/cases?after=rubbish")).status_code == 422


async def test_a_second_case_of_the_order_is_refused_with_the_first(front: Front) -> None:
    browser = await signed_in(front)
    case = await _open(browser)
    refused = await _post(browser, "/v1/cases", 409, kind="lost", order="A1")
    assert refused["case"] == case


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"kind": "weather", "order": "A1"}, "kind"),
        ("", {"kind": "lost"}, "order"),
        ("", {"kind": "lost", "order": "A'1"}, "order"),
        ("/CASE/steps", {"step": "fly"}, "step"),
        ("/CASE/evidence", {"item": "moon", "text": "x"}, "item"),
        ("/CASE/evidence", {"text": ""}, "text"),
        ("/CASE/evidence", {"url": "javascript:alert(1)"}, "url"),
        ("/CASE/wait", {"waits_for": "godot"}, "waits_for"),
        ("/CASE/offers", {"remedy": "found", "amount": -1}, "amount"),
        ("/CASE/owner", {"to": "nobody"}, "to"),
    ],
)
async def test_what_is_wrong_is_named(front: Front, path: str, body: dict[str, Any], field: str) -> None:
    browser = await signed_in(front)
    case = await _open(browser, order="Z1")
    refused = await _post(browser, "/v1/cases" + path.replace("CASE", case), 422, **body)
    assert refused["field"] == field


async def test_the_customers_cases_stand_beside_the_conversation(front: Front) -> None:
    browser = await signed_in(front)
    said = await front.say("我要投诉你们客服", customer="c1")
    talk = said["conversation_id"]
    beside = (await browser.get(f"/v1/desk/conversations/{talk}/cases")).json()
    assert {kind["id"] for kind in beside["kinds"]} >= {"lost", "return"}
    case = await _open(browser, "invoice", "", conversation=talk)
    beside = (await browser.get(f"/v1/desk/conversations/{talk}/cases")).json()
    assert case in [line["id"] for line in beside["cases"]]
    stranger = await signed_in(front, shop="careful")
    assert (await stranger.get(f"/v1/desk/conversations/{talk}/cases")).status_code == 404


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_register_holds_its_cases_and_nothing_runs_in_it(front: Front, form: str) -> None:
    browser = await signed_in(front)
    case = await _open(browser, order="A1", note="=HYPERLINK(\"http://evil.example\")", amount=19900)
    await _open(browser, "quality", "A2")
    answer = await browser.get(f"/v1/cases/export?register=lost&form={form}")
    assert answer.status_code == 200
    assert "filename*=UTF-8''%E4%B8%A2%E4%BB%B6" in answer.headers["content-disposition"]
    table = sheet.read_table(answer.content, f"x.{form}")
    assert [row.cells["案件"] for row in table.rows] == [case]
    assert (table.rows[0].cells["订单金额"], table.rows[0].cells["类别"]) == ("199.00", "丢件")
    if form == "csv":
        assert "'=HYPERLINK" in answer.content.decode("utf-8-sig")


async def test_a_registers_time(front: Front) -> None:
    browser = await signed_in(front)
    await _open(browser)

    async def rows(query: str) -> int:
        answer = await browser.get(f"/v1/cases/export?form=csv&register=all&{query}")
        return len(sheet.read_table(answer.content, "x.csv").rows)

    assert await rows("from=2026-11-11&until=2026-11-11") == 1
    assert await rows("from=2026-11-12&until=2026-11-12") == 0
    assert await rows("until=2026-11-10&from=2026-11-01") == 0
    assert (await browser.get("/v1/cases/export?from=2026-11-12&until=2026-11-01")).status_code == 422


async def test_pages_escape_what_customers_wrote_and_hold_no_inline_script(front: Front) -> None:
    browser = await signed_in(front)
    said = await front.say("你好", customer="<b>x</b>")
    case = await _open(browser, conversation=said["conversation_id"], note="<script>alert(1)</script>")
    for path in ("/desk/cases", f"/desk/cases/{case}", "/desk/cases/cs_none"):
        text = (await browser.get(path)).text
        assert "<b>x</b>" not in text
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text


async def test_pages_send_visitors_to_sign_in(front: Front) -> None:
    for path in ("/desk/cases", "/desk/cases/cs_1"):
        answer = await front.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


async def test_the_page_of_the_list_shows_what_the_filters_ask_for(front: Front) -> None:
    browser = await signed_in(front)
    case = await _open(browser, "bad_review", "B2")
    assert case in (await browser.get("/desk/cases?owner=me")).text
    for query in ("owner=none", "kind=lost", "state=closed", "flag=overdue", "query=xyz"):
        text = (await browser.get(f"/desk/cases?{query}")).text
        assert case not in text, query
        assert "没有符合条件的案件" in text
    assert (await browser.get("/desk/cases?state=nonsense&kind=nonsense&after=")).status_code == 200
