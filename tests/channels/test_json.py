"""Hostile JSON: refused with its place named, never echoed, never anything but our own errors (bar 8)."""

from __future__ import annotations

import json

import pytest

from bot.channels.json import MAX_BODY, loads
from bot.errors import BadRequest, TooLarge

PHONE = "13812345678"  # stands for whatever must not come back in an error


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


BROKEN: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", None),
    "blanks": (b" \r\n\t", None),
    "truncated": (b'{"shop":"demo","customer":{"id":"13812345678', None),
    "trailing text": (b'{"shop":"13812345678"} 13812345678', None),
    "two objects": (b"{}{}", None),
    "single quotes": (b"{'shop':'13812345678'}", None),
    "comment": (b'{"shop":"demo" /* 13812345678 */}', None),
    "trailing comma": (b'{"shop":"demo",}', None),
    "control character": (b'{"shop":"a\x01b"}', None),
    "raw line break in a text": (b'{"shop":"a\nb"}', None),
    "bad escape": (b'{"shop":"\\x13812345678"}', None),
    "wrong type: null": (b"null", None),
    "wrong type: true": (b"true", None),
    "wrong type: number": (b"13812345678", None),
    "wrong type: text": (b'"13812345678"', None),
    "wrong type: list": (b'[{"shop":"13812345678"}]', None),
    "UTF-16": ('{"shop":"13812345678"}'.encode("utf-16"), None),
    "UTF-16 without a mark": ('{"shop":"13812345678"}'.encode("utf-16-le"), None),
    "UTF-32": ('{"shop":"13812345678"}'.encode("utf-32"), None),
    "byte order mark": ('\ufeff{"shop":"13812345678"}'.encode(), None),
    "GBK": ('{"shop":"店铺"}'.encode("gbk"), None),
    "stray byte": (b'{"shop":"13812345678\xff"}', None),
    "surrogate in UTF-8 bytes": (b'{"shop":"\xed\xa0\xbd"}', None),
    "overlong NUL": (b'{"shop":"\xc0\x80"}', None),
    "depth 30,000 of lists": (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", None),
    "depth 900": (nested(900), ".".join(["a"] * 33)),
    "depth 33": (nested(33), ".".join(["a"] * 33)),
    "depth of lists": (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "a" + "[0]" * 32),
    "surrogate in a known field": (b'{"message":{"text":"13812345678\\ud83d"}}', "message.text"),
    "surrogate in an unknown field": (b'{"shop":"demo","extra":[{"x":"\\udc00"}]}', "extra[0].x"),
    "surrogates in the wrong order": (b'{"shop":"\\ude00\\ud83d"}', "shop"),
    "surrogate in a key": (b'{"customer":{"\\ud800":1}}', "customer.?"),
    "NaN": (b'{"message":{"sent_at":NaN}}', "message.sent_at"),
    "NaN in a list": (b'{"a":[1,[NaN]]}', "a[1][0]"),
    "Infinity": (b'{"a":Infinity}', "a"),
    "-Infinity": (b'{"a":{"b":-Infinity}}', "a.b"),
    "1e999": (b'{"a":{"b":1e999}}', "a.b"),
    "-1e999": (b'{"a":-1e999}', "a"),
    "5,000 digits": (b'{"message":{"sent_at":' + b"9" * 5_000 + b"}}", "message.sent_at"),
    "60,000 digits": (b'{"a":' + b"9" * 60_000 + b"}", "a"),
    "2^70": (b'{"a":[%d]}' % 2**70, "a[0]"),
    "2^63": (b'{"a":%d}' % 2**63, "a"),
    "-2^63 - 1": (b'{"a":%d}' % (-(2**63) - 1), "a"),
    "duplicate key": (b'{"shop":"demo","shop":"13812345678"}', "shop"),
    "duplicate key inside": (b'{"message":{"id":"1","id":"2"}}', "message.id"),
    "duplicate key deep in a list": (b'{"a":[0,{"b":{"c":1,"d":2,"c":1}}]}', "a[1].b.c"),
    "duplicate key by escape": (b'{"shop":"demo","sho\\u0070":"other"}', "shop"),
    "duplicate key by NUL": (b'{"message":{"text":"a","te\\u0000xt":"b"}}', "message.?"),
    "duplicate key that is personal": (b'{"13812345678":1,"13812345678":2}', "?"),
    "personal key over a bad value": (b'{"13812345678":1e999}', "?"),
    "Chinese key over a bad value": ('{"张三":{"地址":1e999}}'.encode(), "?.?"),
    "long key over a bad value": (b'{"' + b"k" * 41 + b'":1e999}', "?"),
    "key that looks like markup": (b'{"<b>":1e999}', "?"),
}


@pytest.mark.parametrize(("body", "field"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_json_is_refused_with_its_place_and_never_echoed(body: bytes, field: str | None) -> None:
    with pytest.raises(BadRequest) as refusal:
        loads(body)
    assert refusal.value.field == field
    assert PHONE not in f"{refusal.value} {refusal.value.field}"
    assert str(refusal.value).isascii()


@pytest.mark.parametrize(("body", "place"), [
    (nested(5_000), ".".join(["a"] * 33)),
    (b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "a" + "[0]" * 32),
])  # fmt: skip
def test_json_thousands_of_levels_deep_is_refused_with_its_place_if_python_can_follow(body: bytes, place: str) -> None:
    with pytest.raises(BadRequest, match="deeper than 32 levels") as refusal:
        loads(body)
    assert refusal.value.field in {place, None}  # Python 3.11 gives up at 1,000 levels, 3.13 at 10,000


@pytest.mark.parametrize("body", [nested(200_000), b"[" * 200_000, b" " * (MAX_BODY + 1)])
def test_an_oversized_body_is_refused_before_it_is_read(body: bytes) -> None:
    with pytest.raises(TooLarge):
        loads(body)


def test_a_body_of_exactly_64_kib_is_read() -> None:
    body = b'{"a":1}'.ljust(MAX_BODY)
    assert loads(body) == {"a": 1}


def test_nul_is_removed_wherever_it_stands() -> None:
    body = b'{"shop":"de\\u0000mo","te\\u0000xt":["\\u0000"],"deep":{"a":"\\u0000b\\u0000"}}'
    assert loads(body) == {"shop": "demo", "text": [""], "deep": {"a": "b"}}


def test_sound_json_comes_through_unchanged() -> None:
    data = {
        "text": "您好 😀 \u200b\u202e", "paired": "\U0001f600",
        "numbers": [2**63 - 1, -(2**63), 0, -1, 1.5, 1e300, -0.0],
        "null": None, "true": True, "empty": {"": "", "list": []},
    }
    assert loads(json.dumps(data).encode()) == data
    assert loads(json.dumps(data, ensure_ascii=False).encode()) == data
    assert loads(nested(32)) is not None


def test_the_same_key_in_different_objects_is_no_duplicate() -> None:
    assert loads(b'{"id":1,"a":{"id":2},"b":[{"id":3},{"id":4}]}')["b"] == [{"id": 3}, {"id": 4}]
