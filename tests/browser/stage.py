"""The shop that is put on stage: its customers and what they send, and 小美, who looks at it."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any

import httpx
from playwright.sync_api import Browser, ViewportSize

from bot.settings import ROOT
from tests.browser.agent import Agent, account, at_the_desk, is_there
from tests.server import Server, signed

#: A small one.
PHONE = ViewportSize(width=360, height=740)
#: Lies on a host that an operator may name for pictures.
PICTURE = "https://img.example.com/shirt.svg"
_ITEMS = [{"product": "P100", "title": "羊绒围巾", "quantity": 1}]
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
#: A question that has an answer for an agent to look at.
WOOL = "毛衣是什么领子的"
SHIPPED = {"order_stage": "shipped"}
#: Customers of one morning: name, what they say, what the platform knows of them.
_MORNING: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("吴桐", ("你好", "包邮吗"), {}),
    ("黄雅文", ("什么时候发货",), {"order_id": "3948571029384701", "order_stage": "paid"}),
    ("林晓", ("身高162体重104斤，毛衣穿什么码",), {"product_id": "P100"}),
    ("赵海燕", ("收到的杯子碎了一个", "转人工"), {"order_id": "3948571029384733", "order_stage": "signed"}),
    ("孙立", ("物流三天没动了，怎么回事", "转人工，帮我催一下"), {"order_id": "3948571029384756", **SHIPPED}),
    ("陈先生", ("等了一个星期还没到，太过分了，我要投诉",), {"order_id": "3948571029384762", **SHIPPED}),
    ("周敏", ("在吗", WOOL), {"product_id": "P100", "order_stage": "unpaid"}),
)


class Stage:
    """A scratch shop with its customers, and browsers to look at it."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server, self.browser = server, browser
        server.kefu("product", "import", str(ROOT / "bot/content/example_products.csv"), "--shop", "demo")
        printed = server.kefu("channel", "add", "taobao", "--shop", "demo", "--quiet", "0")
        [self.secret] = _SECRET.findall(printed)
        self.password = account(server, "小美")
        is_there(server, "小美", self.password, "busy")  # claims by hand

    def say(self, name: str, text: str, context: Mapping[str, str]) -> None:
        """One text of a customer."""
        self.send(name, {"type": "text", "text": text}, context)

    def send(self, name: str, message: Mapping[str, str], context: Mapping[str, str] = MappingProxyType({})) -> None:
        """One message of a customer, through the signed webhook."""
        body = {
            "shop": "demo", "customer": {"id": f"buyer-{name}", "name": name},
            "message": {"id": uuid.uuid4().hex, "sent_at": time.time(), **message}, "context": dict(context),
        }  # fmt: skip
        answer = self.server.post("taobao", json.dumps(body, ensure_ascii=False).encode(), self.secret)
        if answer.status_code != 200:
            raise RuntimeError(f"{message}: {answer.status_code} {answer.text}")

    def buy(self, name: str, order: str, **facts: object) -> None:
        """A customer pays for an order; the shop's system says so."""
        event = {
            "id": f"paid-{order}", "order": order, "kind": "paid", "at": time.time(),
            "customer": {"id": f"buyer-{name}"}, **facts,
        }  # fmt: skip
        body = json.dumps({"events": [event]}, ensure_ascii=False).encode()
        headers = {**signed(self.secret, body), "kefu-channel": "taobao"}
        url = f"{self.server.url}/v1/shops/demo/orders/events"
        httpx.post(url, content=body, headers=headers, timeout=10).raise_for_status()

    def show_cards(self, name: str, order: str) -> None:
        """A customer sends cards: the own order, another customer's, a product, an unknown one."""
        told = {"items": _ITEMS, "amount": "199.00", "receiver": "林小满", "phone": "13812345678"}
        self.buy(name, order, **told)
        self.buy(f"{name}的朋友", f"{order}9", **told)
        for number in (order, f"{order}9"):
            self.send(name, {"type": "order_card", "order_id": number})
        for product in ("P100", "P404"):
            self.send(name, {"type": "product_card", "product_id": product, "url": PICTURE})

    def morning(self) -> None:
        """Everybody comes, one after the other."""
        for name, texts, context in _MORNING:
            for text in texts:
                self.say(name, text, context)

    def desk(self, stack: ExitStack, **options: Any) -> Agent:
        """小美 at her desk, busy: she chooses her customers, kefu gives her none."""
        is_there(self.server, "小美", self.password, "busy")
        wide = {"viewport": {"width": 1280, "height": 760}, **options}
        return stack.enter_context(at_the_desk(self.browser, self.server, "小美", self.password, wide))


class Shop(Stage):
    """A shop with products; 小美 is a lead, so that nothing of a page is kept from her. She and 阿强 claim by hand."""

    def __init__(self, server: Server, browser: Browser) -> None:
        super().__init__(server, browser)
        server.kefu("agent", "role", "demo/小美", "lead")
        self.colleague = httpx.BasicAuth("demo/阿强".encode(), account(server, "阿强"))
        is_there(server, "小美", self.password, "busy")

    def offer(self, words: str) -> None:
        """A customer comes, and 阿强 offers them to 小美, who has her desk open."""
        self.say(words, words, {})
        with httpx.Client(base_url=self.server.url, auth=self.colleague, timeout=10) as desk:
            rows = desk.get("/v1/desk/snapshot").raise_for_status().json()["conversations"]
            [id_] = [row["id"] for row in rows if row["customer_name"] == words]
            desk.post(f"/v1/desk/conversations/{id_}/claim").raise_for_status()
            given = {"to": "小美", "reason": "客户要赔偿，说过三次了"}
            desk.post(f"/v1/desk/conversations/{id_}/transfer", json=given).raise_for_status()


#: How an agent who has just opened the desk comes to a view.
View = Callable[[Agent, Shop], None]
