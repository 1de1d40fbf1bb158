"""Signing in and out in the browser: what one sees, what the cookie is, what ends a session, where one goes on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.core.accounts import IDLE, LIFETIME
from bot.flows import agents
from bot.metrics import registry
from bot.store.sqlite import SqliteStore
from tests.web.desk import OURS, SITE, Browser, signed_in
from tests.web.front import PASSWORD, Front, opened

pytestmark = pytest.mark.anyio

NEW = "a-better-one-than-before"


@pytest.fixture
async def front(sqlite_store: SqliteStore) -> AsyncIterator[Front]:
    """Two shops with their agents; signing in needs no content."""
    async with opened(sqlite_store, None) as running:
        yield running


async def test_one_signs_in_sees_the_desk_and_signs_out(front: Front) -> None:
    browser = Browser(front.app)
    away = await browser.get("/desk")
    assert (away.status_code, away.headers["location"], away.text) == (303, "/login?next=/desk", "")
    page = await browser.get("/login?next=/desk")
    assert all(f'<label for="{field}">' in page.text for field in ("shop", "name", "password"))
    answer = await browser.sign_in(next="/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    desk = await browser.get("/desk")
    assert "demo/小美" in desk.text
    [csrf] = re.findall(r'name="csrf" value="([\w-]{43})"', desk.text)
    left = await browser.submit("/logout", csrf=csrf)
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert not await browser.is_signed_in()
    assert front.rows("SELECT 1 FROM sessions") == []


async def test_the_cookie_is_kept_from_scripts_other_sites_and_other_hosts(front: Front) -> None:
    [cookie] = (await Browser(front.app).sign_in()).headers.get_list("set-cookie")
    name, *rules = cookie.split("; ")
    assert re.fullmatch(r"__Host-kefu=[\w-]{43}", name)
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(rules)
    assert not any(rule.lower().startswith("domain") for rule in rules)


async def test_who_is_signed_in_is_told_with_the_token_for_changes(front: Front) -> None:
    browser = await signed_in(front)
    me = (await browser.get("/v1/me")).json()
    assert me == {"shop": "demo", "name": "小美", "display_name": "小美", "role": "agent", "csrf": me["csrf"]}
    assert len(me["csrf"]) == 43
    assert (await browser.get("/login?next=/account")).headers["location"] == "/account"


async def test_a_session_is_new_at_every_sign_in(front: Front) -> None:
    """Fixation: what somebody planted in the browser before is never what is signed in."""
    browser = Browser(front.app)
    browser.client.cookies.set("__Host-kefu", "p" * 43, "kefu.example")
    await browser.sign_in()
    first = browser.client.cookies["__Host-kefu"]
    await browser.sign_in(name="阿强")
    second = browser.client.cookies["__Host-kefu"]
    assert len({"p" * 43, first, second}) == 3
    assert front.rows("SELECT agent FROM sessions") == [("阿强",)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"}, {"name": "没有这人"}, {"shop": "none"}, {"shop": "careful", "name": "阿强"},
        {"name": ""}, {"name": "a\0b"}, {"password": ""}, {"shop": "demo/小美"}, {"password": "长" * 5000},
    ],
)  # fmt: skip
async def test_whatever_does_not_fit_gets_the_same_answer(front: Front, wrong: dict[str, str]) -> None:
    answer = await Browser(front.app).sign_in(**wrong)
    assert answer.status_code == 401
    assert "店铺、账号或密码不对" in answer.text
    assert "set-cookie" not in answer.headers
    assert "www-authenticate" not in answer.headers


async def test_refused_sign_ins_are_counted_for_whoever_watches(front: Front) -> None:
    counted = "kefu_refused_total", {"code": "unauthorized"}
    before = registry.get_sample_value(*counted) or 0
    await Browser(front.app).sign_in(password="wrong")
    assert registry.get_sample_value(*counted) == before + 1


async def test_what_was_typed_comes_back_as_text_and_without_the_password(front: Front) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = await Browser(front.app).sign_in(name=hostile, shop=hostile, password="my-secret", next=hostile)
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "my-secret" not in answer.text


async def test_guessing_is_slowed_and_only_where_it_comes_from(front: Front) -> None:
    thief = Browser(front.app, "198.51.100.1")
    for _ in range(5):
        assert (await thief.sign_in(password="guess")).status_code == 401
    refused = await thief.sign_in()  # even the right one now
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert "30 秒后再试" in refused.text
    assert (await Browser(front.app).sign_in()).status_code == 303
    front.clock.move(31)
    assert (await thief.sign_in(password="guess")).status_code == 401
    assert (await thief.sign_in()).headers["retry-after"] == "60"
    front.clock.move(61)
    assert (await thief.sign_in()).status_code == 303


@pytest.mark.parametrize("ended", ["password", "disable", "idle", "age"])
async def test_a_session_ends_at_the_next_request(front: Front, ended: str) -> None:
    browser = await signed_in(front)
    write, now = front.store.real.submit, front.clock()
    if ended == "password":
        write(lambda tx: agents.set_password(tx, "demo", "小美", "hash", now)).result()
    elif ended == "disable":
        write(lambda tx: agents.disable(tx, "demo", "小美", now)).result()
    elif ended == "idle":
        front.clock.move(IDLE.total_seconds())
    else:
        for _ in range(int(LIFETIME / timedelta(minutes=20)) - 1):
            front.clock.move(1200)
            assert await browser.is_signed_in()
        front.clock.move(1200)
    assert not await browser.is_signed_in()
    refused = await browser.client.get("/v1/me", headers={"sec-fetch-mode": "cors"})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert "www-authenticate" not in refused.headers, "a browser would ask with a box of its own"


async def test_one_changes_the_own_password_and_every_other_session_ends(front: Front) -> None:
    here, there = await signed_in(front), await signed_in(front)
    answer = await here.submit("/account/password", csrf=await here.csrf(), current=PASSWORD, new=NEW, again=NEW)
    assert answer.headers["location"] == "/account?changed=1"
    assert "密码已修改" in (await here.get("/account?changed=1")).text
    assert [await here.is_signed_in(), await there.is_signed_in()] == [True, False]
    assert (await there.sign_in()).status_code == 401
    assert (await there.sign_in(password=NEW)).status_code == 303


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"current": "wrong"}, 401, "现在的密码不对"), ({"again": "another-one"}, 422, "不一样"),
        ({"new": "short", "again": "short"}, 422, "8 到 128"),
        ({"new": "password1", "again": "password1"}, 422, "常见"),
    ],
)  # fmt: skip
async def test_a_password_that_will_not_do_changes_nothing(
    front: Front, change: dict[str, str], status: int, told: str
) -> None:
    browser = await signed_in(front)
    fields = {"current": PASSWORD, "new": NEW, "again": NEW} | change
    answer = await browser.submit("/account/password", csrf=await browser.csrf(), **fields)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert await browser.is_signed_in()
    assert (await Browser(front.app).sign_in()).status_code == 303


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/desk", "/desk"), ("/desk?ticket=tk_1&tab=2", "/desk?ticket=tk_1&tab=2"), ("", "/desk"), ("/login", "/desk"),
        ("//evil.example", "/desk"), ("/\\evil.example", "/desk"), ("https://evil.example/", "/desk"),
        ("javascript:alert(1)", "/desk"), ("/desk\r\nset-cookie: a=b", "/desk"), ("evil", "/desk"),
        ("/\t/evil.example", "/desk"), ("/logout", "/desk"),
    ],
)  # fmt: skip
async def test_one_goes_on_within_kefu_only(front: Front, asked: str, reached: str) -> None:
    assert (await Browser(front.app).sign_in(next=asked)).headers["location"] == reached


async def test_another_site_cannot_sign_anybody_in(front: Front) -> None:
    browser, typed = Browser(front.app), {"shop": "demo", "name": "小美", "password": PASSWORD}
    for marks in ({"origin": "https://evil.example", "sec-fetch-site": "cross-site"}, {"origin": "null"}, {}):
        answer = await browser.client.post("/login", data=typed, headers=marks)
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


async def test_without_tls_one_signs_in_on_the_own_machine_only(front: Front) -> None:
    typed = {"shop": "demo", "name": "小美", "password": PASSWORD}
    plain, local = "http://shop.example", "http://127.0.0.1:8000"
    page = await front.client.get(f"{plain}/login")
    assert (page.status_code, "<form" in page.text, "https" in page.text) == (403, False, True)
    refused = await front.client.post(f"{plain}/login", data=typed, headers=OURS | {"origin": plain})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    answer = await front.client.post(f"{local}/login", data=typed, headers=OURS | {"origin": local})
    assert answer.status_code == 303
    assert re.match(r"kefu=[\w-]{43}; HttpOnly", answer.headers["set-cookie"])
    assert "Secure" not in answer.headers["set-cookie"]
    assert (await front.client.get(f"{local}/desk")).status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"name=%ff", b"&".join([b"a=1"] * 30)])
async def test_a_form_that_cannot_be_read_is_refused(front: Front, body: bytes) -> None:
    headers = OURS | {"content-type": "application/x-www-form-urlencoded"}
    answer = await front.client.post(f"{SITE}/login", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_the_page_says_when_the_database_is_away(front: Front) -> None:
    front.store.refuses = True
    answer = await Browser(front.app).sign_in()
    assert (answer.status_code, "暂时没有响应" in answer.text) == (503, True)


async def test_a_crowd_is_turned_away_before_it_starves_the_others(front: Front) -> None:
    end = asyncio.Event()

    async def compare() -> None:
        async with front.state.password_turns.turn():
            await end.wait()

    crowd = [asyncio.create_task(compare()) for _ in range(4 + 32)]
    await asyncio.sleep(0)  # all have come in
    refused = await Browser(front.app).sign_in()
    end.set()
    await asyncio.gather(*crowd)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert (await Browser(front.app).sign_in()).status_code == 303
