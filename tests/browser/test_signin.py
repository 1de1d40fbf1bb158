"""Signing in and out in a real browser: the desk, the way back, a phone, no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import PATIENCE
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def account(server: Server) -> str:
    """An account made for these tests."""
    server.kefu("agent", "add", "demo/小美", "--display", "美美")
    return "demo/小美"


@pytest.fixture
def password(server: Server, account: str) -> str:
    """A new one for each test."""
    [shown] = re.findall(r"^密码 (\S+) ", server.kefu("agent", "password", account), re.MULTILINE)
    return str(shown)


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A small phone in the dark, without JavaScript: the pages need none."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, color_scheme="dark", java_script_enabled=False, base_url=server.url
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def sign_in(page: Page, password: str) -> None:
    """Fill in the form by its labels and send it."""
    page.get_by_label("店铺编号").fill("demo")
    page.get_by_label("账号").fill("小美")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_an_agent_signs_in_sees_the_desk_signs_out_and_back_shows_nothing(page: Page, password: str) -> None:
    page.goto("/desk")
    expect(page.get_by_role("heading", name="客服登录")).to_be_visible()
    sign_in(page, password)
    page.get_by_text("美美").click()
    expect(page.get_by_text("demo/小美")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="客服登录")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="客服登录")).to_be_visible()
    expect(page.get_by_text("美美")).to_have_count(0)
    assert page.context.cookies() == []


def test_a_wrong_password_says_so_and_keeps_what_was_typed(page: Page, password: str) -> None:
    page.goto("/login")
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("店铺、账号或密码不对，请重新输入")
    expect(page.get_by_label("账号")).to_have_value("小美")
    expect(page.get_by_label("密码")).to_have_value("")


def test_the_password_is_changed_and_the_old_one_is_good_no_more(page: Page, password: str) -> None:
    page.goto("/login?next=/account")
    sign_in(page, password)
    page.get_by_label("现在的密码").fill(password)
    page.get_by_label("新密码", exact=True).fill("小店的钥匙在花盆下")
    page.get_by_label("再输一次新密码").fill("小店的钥匙在花盆下")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已修改")
    page.context.clear_cookies()
    page.goto("/login")
    sign_in(page, password)
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, "小店的钥匙在花盆下")
    expect(page.get_by_role("heading", name="客服工作台")).to_be_visible()


def test_a_phone_shows_the_whole_form(page: Page) -> None:
    page.goto("/login")
    box = page.get_by_role("button", name="登录").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= 640
    assert box["height"] >= 44


def test_another_sites_form_cannot_use_the_session(browser: Browser, server: Server, password: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/login")
    sign_in(page, password)
    expect(page.get_by_role("heading", name="客服工作台")).to_be_visible()
    form = f'<form method="post" action="{server.url}/logout"><button>赢大奖</button></form>'
    trap = f'<meta charset="utf-8">{form}'
    page.route("http://evil.example/**", lambda route: route.fulfill(body=trap, content_type="text/html"))
    page.goto("http://evil.example/")
    with page.expect_response("**/logout") as answer:
        page.get_by_role("button", name="赢大奖").click()
    assert answer.value.status == 401, "SameSite keeps the cookie back"
    page.goto(f"{server.url}/desk")
    expect(page.get_by_role("heading", name="客服工作台")).to_be_visible()
    context.close()
