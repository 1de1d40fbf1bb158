"""Browsers that agents sign in with: cookies, the headers that browsers send by themselves, and the session's token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from tests.web.front import PASSWORD, Front

SITE = "https://kefu.example"
#: What a browser sends along with whatever a page of ours does.
OURS = {"origin": SITE, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}


@dataclass
class Browser:
    """One browser at one address."""

    app: FastAPI
    address: str = "203.0.113.7"
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        transport = httpx.ASGITransport(self.app, client=(self.address, 50_000))
        self.client = httpx.AsyncClient(transport=transport, base_url=SITE)

    async def get(self, path: str) -> httpx.Response:
        """Open an address."""
        return await self.client.get(path)

    async def submit(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of a page of ours."""
        return await self.client.post(path, data=fields, headers=OURS)

    async def sign_in(
        self, shop: str = "demo", name: str = "小美", password: str = PASSWORD, **more: str
    ) -> httpx.Response:  # fmt: skip
        """Fill in the form to sign in."""
        return await self.submit("/login", shop=shop, name=name, password=password, **more)

    async def csrf(self) -> str:
        """The token that a page of ours sends along."""
        return str((await self.client.get("/v1/me")).json()["csrf"])

    async def fetch(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What a script of our page does, token included."""
        headers = OURS | {"x-csrf-token": await self.csrf()} | options.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **options)

    async def is_signed_in(self) -> bool:
        """Whether the desk opens."""
        return (await self.client.get("/desk")).status_code == 200


async def signed_in(front: Front, shop: str = "demo", name: str = "小美", address: str = "203.0.113.7") -> Browser:
    """A browser with a session."""
    browser = Browser(front.app, address)
    answer = await browser.sign_in(shop, name)
    assert answer.status_code == 303, answer.text
    return browser
