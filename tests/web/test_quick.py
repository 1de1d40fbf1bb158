"""Quick phrases as JSON: an agent types a few letters and gets a text to send; another shop gets nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from bot.store.tables import agents
from tests.web.front import PASSWORD, Front

pytestmark = pytest.mark.anyio

MEI, QIANG, OUTSIDER = (name for name in ("demo/小美", "demo/阿强", "careful/小美"))
PHRASE = {"code": "w1", "text": "您好，我是{{ agent }}，订单{{ order_no }}已发出。", "group": "我的"}
SHEET = "快捷短语编码,快捷短语,快捷短语分组\nnew1,您好，已经发出。,发货\nfh01,你好，今天发！,发货\n"


async def ask(front: Front, method: str, path: str = "", who: str = MEI, **options: Any) -> httpx.Response:
    """One request of an agent about the quick phrases of shop demo."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/shops/demo/quick{path}", auth=login, **options)


async def found(front: Front, q: str, who: str = MEI, **params: str) -> list[dict[str, Any]]:
    """What an agent finds."""
    response = await ask(front, "GET", who=who, params={"q": q, **params})
    assert response.status_code == 200, response.text
    listed: list[dict[str, Any]] = response.json()
    return listed


def promote(front: Front, name: str, role: str = "lead") -> None:
    """Give an account of shop demo another role."""
    update = agents.update().where(agents.c.shop == "demo", agents.c.name == name)
    front.store.submit(lambda tx: tx.execute(update.values(role=role)).rowcount).result()


async def test_the_trainers_phrases_are_found_by_a_few_letters(front: Front) -> None:
    first = (await found(front, "fh01"))[0]
    assert (first["id"], first["scope"], first["group"]) == ("file.fh01", "shop", "发货")
    assert first["source"].startswith("phrases/quick/")
    assert "{{" in first["text"]
    assert "{{" not in first["filled"]
    assert first["missing"] == []
    assert {one["group"] for one in (await found(front, "fahuo"))[:5]} == {"发货"}


async def test_a_phrase_is_kept_found_filled_used_changed_and_removed(front: Front) -> None:
    card = await front.say("", customer="c9", type="order_card", order_id="88001")
    added = await ask(front, "POST", json=PHRASE)
    assert added.status_code == 201
    id_ = added.json()["id"]
    assert (added.json()["scope"], added.json()["owner"]) == ("personal", "小美")

    [asked] = await found(front, "w1")
    assert (asked["filled"], asked["missing"]) == (None, ["order_no"])
    [filled] = await found(front, "w1", conversation=card["conversation_id"])
    assert filled["filled"] == "您好，我是小美，订单88001已发出。"

    refused = await ask(front, "POST", f"/{id_}/use", json={})
    assert (refused.status_code, refused.json()["field"]) == (422, "values.order_no")
    used = await ask(front, "POST", f"/{id_}/use", json={"values": {"order_no": "7"}})
    assert used.json() == {"text": "您好，我是小美，订单7已发出。", "image": ""}
    assert (await found(front, "w1"))[0]["uses"] == 1

    changed = await ask(front, "PUT", f"/{id_}", json={**PHRASE, "text": "你好"})
    assert changed.json()["remarks"] == ["称呼客户用“您”"]
    assert (await found(front, "w1"))[0]["text"] == "你好"
    assert (await ask(front, "DELETE", f"/{id_}")).status_code == 204
    assert await found(front, "w1") == []
    assert (await ask(front, "DELETE", f"/{id_}")).status_code == 404


async def test_the_shops_phrases_are_kept_by_a_lead(front: Front) -> None:
    shops = {**PHRASE, "scope": "shop"}
    refused = await ask(front, "POST", json=shops)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    promote(front, "小美")
    assert (await ask(front, "POST", json=shops)).status_code == 201
    assert len(await found(front, "w1", QIANG)) == 1
    doubled = await ask(front, "POST", json=shops)
    assert (doubled.status_code, doubled.json()["field"]) == (409, "code")


async def test_of_many_who_take_a_code_at_once_one_gets_it(front: Front) -> None:
    answers = await asyncio.gather(*(ask(front, "POST", json=PHRASE) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "发货"}, "code"), ({"text": ""}, "text"), ({"text": "您好{姓名}"}, "text"),
        ({"text": "\x00"}, "text"),
        ({"image": "http://x/a.png"}, "image"), ({"scope": "world"}, "scope"), ({"valid_from": "11月"}, "valid_from"),
        ({"text": 7}, "text"), ({"scope": "team"}, "owner"),
    ],
)  # fmt: skip
async def test_what_cannot_stay_is_refused_by_name(front: Front, change: dict[str, object], field: str) -> None:
    promote(front, "小美")
    response = await ask(front, "POST", json={**PHRASE, **change})
    assert (response.status_code, response.json()["field"]) == (422, field)


PATHS = [
    ("GET", ""), ("POST", ""), ("PUT", "/file.fh01"), ("DELETE", "/file.fh01"), ("POST", "/file.fh01/use"),
    ("POST", "/import"), ("POST", "/undo"), ("GET", "/export.csv"),
]  # fmt: skip


async def test_another_shop_and_a_stranger_are_told_nothing(front: Front) -> None:
    for method, path in PATHS:
        theirs = await ask(front, method, path, OUTSIDER, json=PHRASE)
        nobodys = await front.client.request(
            method, f"/v1/shops/none/quick{path}", json=PHRASE, auth=httpx.BasicAuth(MEI.encode(), PASSWORD)
        )
        assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json()) == (404, theirs.json())
        stranger = await front.client.request(method, f"/v1/shops/demo/quick{path}", json=PHRASE)
        assert stranger.status_code == 401


@pytest.mark.parametrize("id_", ["a%00b", "%E5%B7%A5", "x" * 500, "qk 1", "qk_0"])
async def test_an_impossible_phrase_or_conversation_is_a_404(front: Front, id_: str) -> None:
    assert (await ask(front, "PUT", f"/{id_}", json=PHRASE)).status_code == 404
    assert (await ask(front, "GET", f"?conversation={id_}")).status_code == 404
    assert (await ask(front, "POST", "/file.fh01/use", json={"conversation": "cv_0"})).status_code == 404


@pytest.mark.parametrize("q", ["\x00", "%", "'", "{{", "🙂", "。"])
async def test_an_odd_query_is_no_fault(front: Front, q: str) -> None:
    assert (await ask(front, "GET", params={"q": q})).status_code == 200


async def test_a_sheet_is_looked_at_taken_over_and_taken_back(front: Front) -> None:
    before = (await ask(front, "GET", "/export.csv")).content
    preview = await ask(front, "POST", "/import?dry_run=true", content=SHEET.encode("gb18030"))
    assert [(row["line"], row["kind"]) for row in preview.json()["rows"]] == [(2, "added"), (3, "changed")]
    assert preview.json()["applied"] is False
    assert preview.json()["rows"][1]["old_text"].startswith("您好")
    assert len(preview.json()["rows"][1]["remarks"]) == 2
    assert await found(front, "new1") == []

    assert (await ask(front, "POST", "/import", content=SHEET.encode())).status_code == 403
    promote(front, "小美")
    assert (await ask(front, "POST", "/import", content=SHEET.encode())).json()["applied"] is True
    assert (await found(front, "new1"))[0]["text"] == "您好，已经发出。"
    for form in ("csv", "xlsx"):
        exported = await ask(front, "GET", f"/export.{form}")
        again = await ask(front, "POST", "/import?dry_run=true", content=exported.content)
        assert {row["kind"] for row in again.json()["rows"]} == {"unchanged"}
    assert (await ask(front, "POST", "/undo")).status_code == 204
    assert (await ask(front, "GET", "/export.csv")).content == before
    assert (await ask(front, "POST", "/undo")).status_code == 404


@pytest.mark.parametrize(
    ("sheet", "status"),
    [
        (b"", 422), (b"a,b\n1,2\n", 422), (b"PK\x03\x04", 422), (b"\xd0\xcf\x11\xe0", 422), (b"\xff\xff\xff", 422),
        (SHEET.encode() + "发货,您好,\n".encode(), 422), (b"x" * (2 * 1024 * 1024 + 1), 413),
    ],
)  # fmt: skip
async def test_a_sheet_that_cannot_be_taken_over_changes_nothing(front: Front, sheet: bytes, status: int) -> None:
    promote(front, "小美")
    response = await ask(front, "POST", "/import", content=sheet)
    assert response.status_code == status
    assert response.json().keys() == {"code", "message", "field"}
    assert front.rows("SELECT 1 FROM quick_phrases") == []


async def test_other_routes_keep_their_smaller_limit(front: Front) -> None:
    response = await ask(front, "POST", json={**PHRASE, "text": "长" * 40_000})
    assert response.status_code == 413
