"""Which address guesses are counted by, and what a browser says about the page that sent a request."""

from __future__ import annotations

import pytest
from fastapi import Request

from bot.web.origin import address_of, cookie_name, is_private, sent_by_our_page


def request(
    scheme: str = "https", host: str = "kefu.example", client: str | None = "10.0.0.1", **headers: str
) -> Request:  # fmt: skip
    """A request as the server hands it on."""
    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {
            "type": "http", "method": "POST", "scheme": scheme, "path": "/", "query_string": b"",
            "server": ("10.0.0.9", 80),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": None if client is None else (client, 50_000),
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), (None, ""), ("unix", "unix"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"), ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
    ],
)  # fmt: skip
def test_guesses_are_counted_by_address_and_in_ipv6_by_network(client: str | None, counted: str) -> None:
    assert address_of(request(client=client)) == counted


@pytest.mark.parametrize(
    ("scheme", "host", "private"),
    [
        ("https", "kefu.example", True), ("http", "kefu.example", False), ("http", "localhost:8000", True),
        ("http", "127.0.0.1:8000", True), ("http", "[::1]:8000", True), ("http", "localhost.evil.example", False),
        ("http", "127.0.0.1.evil.example", False), ("http", "192.168.1.5", False),
    ],
)  # fmt: skip
def test_a_line_is_private_with_tls_or_within_one_machine(scheme: str, host: str, private: bool) -> None:
    assert is_private(request(scheme, host)) is private


def test_the_cookies_prefix_needs_tls() -> None:
    assert (cookie_name(request()), cookie_name(request("http", "localhost"))) == ("__Host-kefu", "kefu")


def test_a_page_of_ours_is_told_by_what_no_script_can_forge() -> None:
    own = "https://kefu.example"
    assert sent_by_our_page(request()) is None
    assert sent_by_our_page(request(origin=own)) is True
    assert sent_by_our_page(request(sec_fetch_site="same-origin")) is True
    assert sent_by_our_page(request(sec_fetch_site="same-origin", origin=own)) is True
    for marks in ({"origin": "null"}, {"sec_fetch_site": "none"}, {"sec_fetch_site": "cross-site", "origin": own}):
        assert sent_by_our_page(request(**marks)) is False
