"""The reports as JSON: for trainers and above, of the own shop alone, bounded by a time with a zone."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from bot.store import agents
from tests.web.front import PASSWORD, PASSWORD_HASH, Front
from tests.web.test_desk import OUTSIDER, answer, ask

pytestmark = pytest.mark.anyio


async def see(front: Front, path: str, who: str = "careful/教官", **params: Any) -> httpx.Response:
    """A report, as an account sees it."""
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.get(f"/v1/desk/{path}", auth=login, params=params)


@pytest.fixture
async def edited(front: Front) -> Front:
    """A shop with a trainer, whose agent has rewritten a draft."""
    now = front.clock()
    for shop in ("careful", "demo"):
        account = partial(agents.add, shop=shop, name="教官", role="trainer", password_hash=PASSWORD_HASH, now=now)
        front.store.submit(account).result()
    said = await front.say("什么时候发货", "careful", shop="careful")
    place = f"/conversations/{said['conversation_id']}"
    await ask(front, "POST", f"{place}/claim", OUTSIDER)
    [draft] = (await ask(front, "GET", place, OUTSIDER)).json()["suggestions"]
    taking = {"text": f"{draft['text']}有事打13812345678", "suggestion": draft["id"], "edited": True}
    assert (await answer(front, said["conversation_id"], OUTSIDER, **taking)).status_code == 200
    return front


async def test_how_many_drafts_are_used(edited: Front) -> None:
    told = (await see(edited, "suggestions/report", by="intent")).json()
    [line] = told["lines"]
    assert (line["key"], line["offered"], line["edited"], line["adoption"]) == ("ship.when_sent", 1, 1, 1.0)
    assert [one["key"] for one in (await see(edited, "suggestions/report", by="hour")).json()["lines"]] == ["10"]
    later = await see(edited, "suggestions/report", since="2026-11-12T00:00:00+08:00")
    assert later.json()["lines"] == []


async def test_what_is_written_instead_is_masked(edited: Front) -> None:
    answer_ = await see(edited, "suggestions/edits")
    [phrase] = answer_.json()
    assert phrase["rewordings"][0]["changes"][-1] == {"fate": "added", "text": "有事打138****5678"}
    assert "13812345678" not in answer_.text


async def test_reports_are_not_for_agents_nor_for_other_shops(edited: Front) -> None:
    for path in ("suggestions/report", "suggestions/edits"):
        assert (await see(edited, path, OUTSIDER)).status_code == 403
        assert "when_sent" not in (await see(edited, path, "demo/教官")).text


@pytest.mark.parametrize("params", [{"by": "weather"}, {"since": "yesterday"}, {"since": "2026-11-12T00:00:00"}])
async def test_a_misshapen_question_is_refused(edited: Front, params: dict[str, str]) -> None:
    refused = await see(edited, "suggestions/report", **params)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_field")
