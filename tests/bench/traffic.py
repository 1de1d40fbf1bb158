"""The traffic: signed requests made before the clock starts, from many customers in the words of the test cases."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.server import message, signed

CASES = Path(__file__).parent.parent / "cases"
#: Customers who write at the same time, and messages each of them writes before the next ones come.
_TALKING, _EACH = 200, 4
_ODD_SHARE = 0.02
#: What people and their keyboards also send.
_ODD = (
    "？？？？？？", "😀😀😀", "[微笑][玫瑰]", "asdfghjkl", "１３８ ００１３ ８０００", "退\u200b款\u200b怎么弄",
    "請問什麼時候發貨呢", "啊" * 300, "   ", "在吗" * 40, "订单12345678901234567890到哪了 https://example.com/item?id=1&s=2",
    "我上周在你们家买了一个锅，收到的时候盒子是瘪的，里面的锅盖也有一道划痕，我不想退，你们看怎么处理比较好。" * 6,
)
# Wrapped around the texts so that hardly two messages are alike: a store of earlier answers would not help here.
_BEFORE = ("", "", "", "亲，", "你好，", "在吗 ", "老板，", "请问 ", "客服在不在，", "那个…")
_AFTER = ("", "", "", "呀", "？", "～", "，谢谢", "，急", "，订单{n}", "，我拍的是第{n}款", "，我昨天{n}点下的单")


class Traffic:
    """An endless supply of requests; ids never repeat within one run of the bench."""

    def __init__(self, seed: int = 2026) -> None:
        self._random = random.Random(seed)
        self._numbers = itertools.count()
        files = sorted([*CASES.glob("[!_]*.yaml"), *CASES.glob("[!_]*/*.yaml")])
        self._texts = [text for file in files for text in _says(file)]

    def requests(self, count: int, secret: str, channel: str, shop: str) -> list[bytes]:
        """Whole HTTP requests, signed now: to be sent within the 300 seconds that a signature is good for."""
        return [self._request(_customer(next(self._numbers)), secret, channel, shop) for _ in range(count)]

    def conversations(self, count: int, secret: str, channel: str, shop: str) -> list[bytes]:
        """The same, each from a customer who has never been here."""
        return [self._request(f"n{next(self._numbers)}", secret, channel, shop) for _ in range(count)]

    def _request(self, customer: str, secret: str, channel: str, shop: str) -> bytes:
        body = message(self.text(), customer, shop)
        headers = {**signed(secret, body), "host": "127.0.0.1", "content-length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /v1/channels/{channel}/messages HTTP/1.1\r\n{lines}\r\n".encode() + body

    def text(self) -> str:
        """What one customer writes."""
        pick = self._random
        if pick.random() < _ODD_SHARE:
            return pick.choice(_ODD)
        return pick.choice(_BEFORE) + pick.choice(self._texts) + pick.choice(_AFTER).format(n=pick.randrange(1, 10**6))


def _customer(number: int) -> str:
    wave, within = divmod(number, _TALKING * _EACH)
    return f"b{wave * _TALKING + within % _TALKING}"


def _is_cases(file: Path) -> bool:
    """Files and folders that begin with an underscore hold something else (conversations, known failures)."""
    return not any(part.startswith("_") for part in file.relative_to(CASES).parts)


def _says(file: Path) -> Iterator[str]:
    for case in yaml.safe_load(file.read_text(encoding="utf-8")):
        yield from case["says"]
