"""Every answer, good or bad, carries the strict headers, once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.content.live import LiveContent
from bot.settings import Settings
from bot.store.sqlite import SqliteStore
from tests.server import message
from tests.web.desk import signed_in
from tests.web.front import Front, opened

pytestmark = pytest.mark.anyio

STRICT = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin", "cache-control": "no-store"}


def strict(headers: list[tuple[str, str]]) -> bool:
    """Whether the strict headers are all there, none of them twice."""
    policies = [value for name, value in headers if name == "content-security-policy"]
    once = all([value for name, value in headers if name == wanted] == [STRICT[wanted]] for wanted in STRICT)
    return once and len(policies) == 1 and "unsafe" not in policies[0] and "default-src 'self'" in policies[0]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/login", 403),
        ("GET", "/desk", 303),
        ("GET", "/try", 200),
        ("GET", "/static/try.js", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/static/nowhere.js", 404),
        ("GET", "/static/..%2f..%2fapp.py", 404),
        ("GET", "/v1/tickets", 401),
        ("POST", "/v1/channels/now/messages", 401),
        ("POST", "/v1/channels/nowhere/messages", 404),
        ("PUT", "/v1/channels/now/messages", 405),
    ],
)
async def test_the_headers_are_on_every_answer(front: Front, method: str, path: str, status: int) -> None:
    response = await front.client.request(method, path)
    assert response.status_code == status
    assert strict(response.headers.multi_items())


async def test_the_headers_are_on_an_accepted_message(front: Front) -> None:
    response = await front.post(message("你好"))
    assert response.status_code == 200
    assert strict(response.headers.multi_items())


async def test_the_headers_are_on_the_answer_to_our_own_faults(sqlite_store: SqliteStore, content: LiveContent) -> None:
    async with opened(sqlite_store, content, raises=False) as front:
        front.state.clock = lambda: 1 / 0  # type: ignore[assignment, return-value]
        broken = await front.client.post("/v1/channels/now/messages", content=b"{}")
        assert (broken.status_code, broken.json()["code"]) == (503, "internal")
        assert strict(broken.headers.multi_items())
    sqlite_store.submit(lambda tx: tx.execute(sa.text("SELECT 1"))).result()


async def test_no_answer_names_the_software(front: Front) -> None:
    response = await front.client.get("/healthz")
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers


async def test_a_public_server_can_do_without_the_try_page(sqlite_store: SqliteStore, content: LiveContent) -> None:
    async with opened(sqlite_store, content, Settings(try_page=False)) as front:
        for path in ("/try", "/try/messages", "/docs", "/redoc"):
            assert (await front.client.get(path)).status_code == 404


async def test_pictures_come_from_the_named_hosts_on_the_pages_that_show_conversations_alone(
    sqlite_store: SqliteStore, content: LiveContent
) -> None:
    settings = Settings(image_hosts="*.shop.example:8443, IMG.example.com")
    async with opened(sqlite_store, content, settings) as front:
        for path in ("/desk", "/desk/lead"):
            policy = (await front.client.get(path)).headers["content-security-policy"]
            assert policy.endswith("; img-src 'self' https://*.shop.example:8443 https://img.example.com"), path
            assert policy.startswith("default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
        page = (await (await signed_in(front)).get("/desk")).text
        assert 'data-pictures="*.shop.example:8443 img.example.com"' in page
        for path in ("/login", "/try", "/desk/cases", "/v1/desk/snapshot", "/static/desk/talk.js"):
            assert "img-src" not in (await front.client.get(path)).headers["content-security-policy"], path


async def test_without_such_hosts_no_page_loads_pictures_from_elsewhere(front: Front) -> None:
    page = await (await signed_in(front)).get("/desk")
    assert "img-src" not in page.headers["content-security-policy"]
    assert 'data-pictures=""' in page.text
