"""Content over HTTP: trainers reload it, see why not, and no reply is ever made of two versions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.content import archive
from bot.content.live import LiveContent
from bot.settings import Settings
from bot.store import agents
from bot.store.sqlite import SqliteStore
from bot.web.passwords import hash_password
from tests.content.mini import MiniTree
from tests.server import message
from tests.web.front import PASSWORD, Front, opened

pytestmark = pytest.mark.anyio

TRAINER, AGENT = "demo/教头", "demo/小美"
PHRASES, SENT = "phrases/ship/when_sent.yaml", "intents/ship/when_sent.yaml"


@pytest.fixture
def mini(tmp_path: Path) -> MiniTree:
    """The content folder of the server's machine."""
    return MiniTree(tmp_path / "content")


@pytest.fixture
async def front(sqlite_store: SqliteStore, mini: MiniTree, tmp_path: Path) -> AsyncIterator[Front]:
    """A server on that folder, with a trainer beside its agents."""
    settings = Settings(content_dir=mini.root, cache_dir=tmp_path / "learned")
    async with opened(sqlite_store, LiveContent(mini.root, settings.cache_dir), settings) as running:

        def hire(tx: sa.Connection) -> None:
            agents.add(tx, "demo", "教头", "trainer", hash_password(PASSWORD), running.clock())

        await running.state.write(hire)
        yield running


async def ask(front: Front, method: str, path: str = "", who: str = TRAINER) -> httpx.Response:
    login = httpx.BasicAuth(who.encode(), PASSWORD)
    return await front.client.request(method, f"/v1/content{path}", auth=login, timeout=60)


async def reload(front: Front, path: str = "/reload") -> tuple[int, dict[str, Any]]:
    response = await ask(front, "POST", path)
    return response.status_code, response.json()


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/reload")])
async def test_only_trainers_leads_and_admins_may(front: Front, method: str, path: str) -> None:
    assert (await front.client.request(method, f"/v1/content{path}")).status_code == 401
    refused = await ask(front, method, path, AGENT)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_sound_folder_is_published_and_a_faulty_one_is_not(front: Front, mini: MiniTree) -> None:
    status, published = await reload(front)
    assert (status, published["status"], published["content"]) == (200, "published", archive.pack(mini.root).hash)
    assert (await reload(front))[1]["status"] == "unchanged"
    mini.change(PHRASES, "请您放心", "请你放心")
    status, refused = await reload(front)
    assert (status, refused["status"]) == (200, "refused")
    assert [(e["path"], e["line"], e["rule"]) for e in refused["errors"]] == [(PHRASES, 3, "style-you")]
    shown = (await ask(front, "GET")).json()
    assert (shown["serving"], shown["pinned"]) == (published["content"], False)
    assert [(e["who"], e["accepted"]) for e in shown["history"]] == [(TRAINER, False), (TRAINER, True)]
    assert PHRASES in shown["history"][0]["reason"]


async def test_broken_cases_are_named_and_can_be_taken_anyway(front: Front, mini: MiniTree) -> None:
    await reload(front)
    mini.change(SENT, "mode: auto", "mode: suggest")
    _, refused = await reload(front)
    assert (refused["status"], refused["errors"]) == ("refused", [])
    assert {one["path"] for one in refused["broken"]} == {"tests/cases/ship/when_sent.yaml"}
    assert (await reload(front, "/reload?anyway=true"))[1]["status"] == "published"


async def test_one_reload_at_a_time(front: Front) -> None:
    async with front.state.proving:
        status, problem = await reload(front)
    assert (status, problem["code"]) == (409, "conflict")
    assert (await reload(front))[0] == 200


async def test_a_folder_that_is_gone_is_a_conflict_and_customers_are_still_answered(
    front: Front, mini: MiniTree
) -> None:
    (mini.root / "phrases").rename(mini.root / "elsewhere")
    status, problem = await reload(front)
    assert (status, problem["code"]) == (409, "conflict")
    assert (await front.say("什么时候发货"))["status"] == "replied"


async def test_fifty_reloads_during_a_thousand_replies(front: Front, mini: MiniTree) -> None:
    """Phrases and facts change together: each reply is wholly of one version, which stands in its decision (bar 44)."""
    worlds = {}
    for number in range(5):
        beginning = dress(mini, number)
        worlds[archive.pack(mini.root).hash] = beginning
    live = front.state.ready()
    live.reload(mini.root)

    def reload_often() -> None:
        for number in range(50):
            dress(mini, number % 5)
            live.reload(mini.root)

    async def write(number: int) -> list[dict[str, Any]]:
        return [await answered(front, f"c{number}-{turn}") for turn in range(50)]

    _, *conversations = await asyncio.gather(asyncio.to_thread(reload_often), *(write(n) for n in range(20)))
    decided = {row.id: row.content_hash for row in front.rows("SELECT id, content_hash FROM decisions")}
    said = [(answer["replies"][0]["text"], decided[answer["decision_id"]]) for one in conversations for answer in one]
    assert len(said) == 1000
    assert [text for text, version in said if not text.startswith(worlds[version])] == []
    assert len({version for _, version in said}) > 1


async def answered(front: Front, customer: str) -> dict[str, Any]:
    """The answer to a question, asked again where a crowded machine says 503: a platform does the same."""
    body = message("什么时候发货", customer=customer)
    for _ in range(20):
        response = await front.post(body)
        if response.status_code != 503:
            break
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def dress(mini: MiniTree, number: int) -> str:
    """Phrases and facts that can only be said together; returns how each reply of this version begins."""
    lines = "".join(f"  - 第{number}版{{{{ shop.name }}}}{word}。\n" for word in "一二三")
    mini.write(PHRASES, f"default:\n{lines}")
    mini.write("phrases/_shop.yaml", f"name: 店{number}\nwork_hours: 9:00-22:00\n")
    return f"第{number}版店{number}"
