"""Who may ask: sessions with their token, tools with name and password, roles; nobody by another site's hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.core.accounts import Role
from bot.flows import agents as stories
from bot.store import agents
from bot.store.sqlite import SqliteStore
from bot.web.accounts import AdminOnly, LeadOrAbove, SignedIn, TrainerOrAbove
from bot.web.passwords import hash_password
from tests.web.desk import OURS, Browser, signed_in
from tests.web.front import PASSWORD, Front, opened

pytestmark = pytest.mark.anyio

MEI = httpx.BasicAuth("demo/小美".encode(), PASSWORD)
EVIL = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}


@pytest.fixture
async def front(sqlite_store: SqliteStore) -> AsyncIterator[Front]:
    """Two shops with their agents, and one address for each demand of a role."""
    async with opened(sqlite_store, None) as running:
        _probe(running.app)
        yield running


def _probe(app: FastAPI) -> None:
    @app.get("/probe/agent")
    @app.post("/probe/agent")
    async def any_role(account: SignedIn) -> str:
        return account.role

    @app.get("/probe/trainer")
    async def trainer(account: TrainerOrAbove) -> str:
        return account.role

    @app.get("/probe/lead")
    async def lead(account: LeadOrAbove) -> str:
        return account.role

    @app.get("/probe/admin")
    async def admin(account: AdminOnly) -> str:
        return account.role


async def probe(front: Front, **options: object) -> tuple[int, str]:
    """What a tool's change is answered."""
    answer = await front.client.post("/probe/agent", **options)  # type: ignore[arg-type]
    return answer.status_code, answer.json()["code"] if answer.is_error else answer.json()


@pytest.mark.parametrize("role", Role)
async def test_a_role_opens_what_it_may_and_nothing_more(front: Front, role: Role) -> None:
    browser = await signed_in(front)
    front.store.real.submit(lambda tx: stories.set_role(tx, "demo", "小美", role, front.clock())).result()
    for demanded in Role:
        answer = await browser.get(f"/probe/{demanded}")
        assert answer.status_code == (200 if role.at_least(demanded) else 403), demanded
        if answer.is_error:
            assert answer.json()["code"] == "forbidden"


async def test_a_change_needs_the_sessions_own_token(front: Front) -> None:
    browser, other = await signed_in(front), await signed_in(front, name="阿强")
    own, foreign = await browser.csrf(), await other.csrf()
    assert (await browser.client.post("/probe/agent", headers=OURS)).json()["code"] == "cross_site"
    ours = [(name.encode(), value.encode()) for name, value in OURS.items()]
    for token in (b"", foreign.encode(), own.encode() + b"x", own.swapcase().encode(), b"\xff"):
        answer = await browser.client.post("/probe/agent", headers=[*ours, (b"x-csrf-token", token)])
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site"), token
    assert (await browser.fetch("POST", "/probe/agent")).json() == "agent"
    assert (await browser.submit("/probe/agent", csrf=own)).json() == "agent"
    assert (await browser.submit("/probe/agent", csrf=foreign)).status_code == 403


@pytest.mark.parametrize(
    "marks",
    [
        EVIL, {"sec-fetch-site": "same-site", "origin": "https://www.kefu.example"}, {"origin": "null"}, {},
        {"origin": "http://kefu.example"}, {"sec-fetch-site": "none", "origin": "https://kefu.example"},
        {"origin": "https://kefu.example:8443"}, {"origin": "https://kefu.example.evil.example"},
    ],
)  # fmt: skip
async def test_a_change_comes_from_a_page_of_ours_even_with_the_token(front: Front, marks: dict[str, str]) -> None:
    browser = await signed_in(front)
    headers = marks | {"x-csrf-token": await browser.csrf()}
    answer = await browser.client.post("/probe/agent", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")


async def test_browsers_too_old_to_name_the_site_are_known_by_their_origin(front: Front) -> None:
    browser = await signed_in(front)
    headers = {"origin": OURS["origin"], "x-csrf-token": await browser.csrf()}
    assert (await browser.client.post("/probe/agent", headers=headers)).status_code == 200


async def test_a_tool_needs_no_token_but_no_site_may_use_what_a_browser_remembers(front: Front) -> None:
    assert await probe(front, auth=MEI) == (200, "agent")
    assert await probe(front, auth=MEI, headers=EVIL) == (403, "cross_site")


async def test_a_tools_guesses_are_slowed_as_well(front: Front) -> None:
    wrong = httpx.BasicAuth("demo/小美".encode(), "guess")
    assert [await probe(front, auth=wrong) for _ in range(5)] == [(401, "unauthorized")] * 5
    assert await probe(front, auth=MEI) == (429, "too_many")
    refused = await front.client.get("/probe/agent", auth=MEI)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    front.clock.move(31)
    assert await probe(front, auth=MEI) == (200, "agent")
    assert front.rows("SELECT 1 FROM sign_in_failures") == []


async def test_a_closed_account_is_closed_to_tools_too(front: Front) -> None:
    front.store.real.submit(lambda tx: stories.disable(tx, "demo", "小美", front.clock())).result()
    assert await probe(front, auth=MEI) == (401, "unauthorized")


async def test_credentials_in_the_request_go_before_the_cookie(front: Front) -> None:
    browser = await signed_in(front, name="阿强")
    me = (await browser.client.get("/v1/me", auth=MEI)).json()
    assert (me["name"], me["csrf"]) == ("小美", "")


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "密" * 43, "x" * 4000])
async def test_a_made_up_token_opens_nothing(front: Front, token: str) -> None:
    browser = Browser(front.app)
    answer = await browser.client.get("/v1/me", headers=[(b"cookie", f"__Host-kefu={token}".encode())])
    assert answer.status_code == 401


async def test_over_plain_http_the_cookie_of_the_safe_site_is_not_read(front: Front) -> None:
    browser = await signed_in(front)
    token = browser.client.cookies["__Host-kefu"]
    answer = await browser.client.get("http://kefu.example/v1/me", headers={"cookie": f"__Host-kefu={token}"})
    assert answer.status_code == 401


async def test_the_display_name_is_shown_where_there_is_one(front: Front) -> None:
    hashed = hash_password(PASSWORD)
    front.store.real.submit(
        lambda tx: agents.add(tx, "demo", "小李", "lead", hashed, front.clock(), display_name="李组长")
    ).result()
    browser = await signed_in(front, name="小李")
    assert (await browser.get("/v1/me")).json()["display_name"] == "李组长"
    assert "李组长" in (await browser.get("/desk")).text
