"""The webhook's own wire format: each type of message, strangers' extras, and what is refused by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.channels import generic
from bot.core.model import Message, MessageType, Stage
from bot.errors import InvalidField

SENT_AT = datetime(2026, 11, 11, 10, 0, tzinfo=timezone(timedelta(hours=8)))


def body(context: dict[str, Any] | None = None, **message: Any) -> dict[str, Any]:
    """A text message, its fields replaced; a field given as ... is left out."""
    plain = {"id": "m1", "type": "text", "text": "在吗", "sent_at": "2026-11-11T10:00:00+08:00"}
    data: dict[str, Any] = {
        "shop": "demo",
        "customer": {"id": "c1"},
        "message": {name: value for name, value in (plain | message).items() if value is not ...},
    }
    return data | ({"context": context} if context is not None else {})


def parse(data: dict[str, Any]) -> Message:
    return generic.parse("ch1", json.dumps(data).encode())


def test_a_text_message_becomes_a_message_with_every_field() -> None:
    data = body(context={"order_id": "o1", "product_id": "p1", "order_stage": "shipped"})
    data["customer"] = {"id": "c1", "name": "张三", "tags": ["vip", "老客户"]}
    assert parse(data) == Message(
        shop="demo", channel="ch1", customer="c1", customer_name="张三", tags=("vip", "老客户"), external_id="m1",
        type=MessageType.TEXT, text="在吗", sent_at=SENT_AT, order_id="o1", product_id="p1", order_stage=Stage.SHIPPED,
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "image", "text": ..., "url": "https://img.example/1.jpg"}, {"media_url": "https://img.example/1.jpg"}),
        ({"type": "image", "text": "坏了"}, {"text": "坏了"}),
        ({"type": "sticker", "text": ...}, {"text": ""}),
        ({"type": "voice", "text": ..., "transcript": "什么时候发货"}, {"text": "什么时候发货"}),
        ({"type": "voice", "text": ...}, {"text": ""}),
        ({"type": "order_card", "text": ..., "order_id": "o9"}, {"order_id": "o9"}),
        ({"type": "product_card", "text": ..., "product_id": "p9"}, {"product_id": "p9"}),
        ({"type": "recall", "text": ..., "recalls": "m0"}, {"recalls": "m0"}),
        ({"type": "agent_message", "text": "您好，我是小美", "agent": "小美"}, {"agent": "小美"}),
        ({"type": "agent_message", "text": "您好"}, {"agent": ""}),
    ],
)
def test_each_type_keeps_what_it_carries(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    message = parse(body(**fields))
    assert message.type is MessageType(fields["type"])
    assert {name: getattr(message, name) for name in expected} == expected


def test_the_card_says_more_than_the_context() -> None:
    message = parse(body(context={"order_id": "from context", "product_id": "p1"}, type="order_card", order_id="o9"))
    assert (message.order_id, message.product_id) == ("o9", "p1")


@pytest.mark.parametrize("type_", ["video", "unknown", "TEXT", "location", "未来的类型", ""])
def test_an_unknown_type_is_taken_as_unknown(type_: str) -> None:
    assert parse(body(type=type_)).type is MessageType.UNKNOWN


def test_unknown_fields_are_passed_over_at_every_level() -> None:
    data = body(mood={"x": [1, None]}, context={"page": "https://shop.example/1"})
    data["customer"]["level"] = 7
    data["version"] = "2027"
    assert parse(data) == parse(body())


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [
        ("2026-11-11T10:00:00+08:00", SENT_AT),
        ("2026-11-11T02:00:00Z", SENT_AT),
        ("2026-11-11T02:00:00.250Z", SENT_AT + timedelta(milliseconds=250)),
        (1794362400, SENT_AT),
        (1794362400.25, SENT_AT + timedelta(milliseconds=250)),
        (1794362400000, SENT_AT),
    ],
)
def test_the_time_may_be_written_in_several_ways(sent_at: object, expected: datetime) -> None:
    message = parse(body(sent_at=sent_at))
    assert message.sent_at == expected
    assert message.sent_at.astimezone(UTC) == expected


@pytest.mark.parametrize(
    "sent_at",
    [
        "2026-11-11T10:00:00", "2026-11-11", "yesterday", "", None, True, [], {}, 1e300, -1, 0,
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z",
    ],
)
def test_a_time_without_zone_or_sense_is_refused(sent_at: object) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse(body(sent_at=sent_at))
    assert refusal.value.field == "message.sent_at"


SECRET = "13812345678 浙江省杭州市文三路1号"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"shop": ...}, "shop"),
        ({"shop": 7}, "shop"),
        ({"shop": ""}, "shop"),
        ({"shop": " demo"}, "shop"),
        ({"customer": ...}, "customer"),
        ({"customer": SECRET}, "customer"),
        ({"customer": {}}, "customer.id"),
        ({"customer": {"id": 42}}, "customer.id"),
        ({"customer": {"id": " "}}, "customer.id"),
        ({"customer": {"id": "a\nb"}}, "customer.id"),
        ({"customer": {"id": "\x00"}}, "customer.id"),
        ({"customer": {"id": "c" * 201}}, "customer.id"),
        ({"customer": {"id": "c", "name": "n" * 201}}, "customer.name"),
        ({"customer": {"id": "c", "tags": "vip"}}, "customer.tags"),
        ({"customer": {"id": "c", "tags": ["a", {SECRET: 1}]}}, "customer.tags.1"),
        ({"customer": {"id": "c", "tags": ["t"] * 51}}, "customer.tags"),
        ({"message": ...}, "message"),
        ({"message": []}, "message"),
        ({"message": body(id=...)["message"]}, "message.id"),
        ({"message": body(id=SECRET * 20)["message"]}, "message.id"),
        ({"message": body(type=...)["message"]}, "message.type"),
        ({"message": body(type=["text"])["message"]}, "message.type"),
        ({"message": body(text=SECRET.split())["message"]}, "message.text"),
        ({"message": body(text=None)["message"]}, "message.text"),
        ({"message": body(sent_at=...)["message"]}, "message.sent_at"),
        ({"message": body(sent_at=SECRET)["message"]}, "message.sent_at"),
        ({"message": body(url="h" * 2001)["message"]}, "message.url"),
        ({"message": body(type="recall")["message"]}, "message.recalls"),
        ({"message": body(type="recall", recalls="")["message"]}, "message.recalls"),
        ({"context": [SECRET]}, "context"),
        ({"context": {"order_id": 12}}, "context.order_id"),
    ],
)
def test_a_missing_or_wrong_field_is_named_and_not_repeated(change: dict[str, Any], field: str) -> None:
    data = {name: value for name, value in (body() | change).items() if value is not ...}
    with pytest.raises(InvalidField) as refusal:
        parse(data)
    assert refusal.value.field == field
    assert str(refusal.value).startswith(field)
    assert "138" not in str(refusal.value)
    assert "文三路" not in str(refusal.value)


def test_what_goes_out_names_the_message_and_what_it_answers() -> None:
    assert generic.outgoing("ms_1", "demo", "c1", "您好", "bot", "dc_1", SENT_AT) == {
        "type": "message.send",
        "shop": "demo",
        "customer": {"id": "c1"},
        "message": {
            "id": "ms_1", "type": "text", "text": "您好", "author": "bot", "in_answer_to": "dc_1",
            "created_at": "2026-11-11T10:00:00+08:00",
        },
    }


def test_null_is_taken_as_absent() -> None:
    """Many platforms send null for what they do not know."""
    data = body(order_id=None)
    data["customer"]["name"] = data["context"] = None
    message = parse(data)
    assert (message.customer_name, message.order_id) == ("", "")


@pytest.mark.parametrize("kind", ["text", "agent_message"])
def test_a_text_without_its_text_is_refused_by_name(kind: str) -> None:
    """Else a misspelt field would be taken for a sticker."""
    with pytest.raises(InvalidField) as refused:
        parse(body(type=kind, text=...))
    assert refused.value.field == "message.text"


@pytest.mark.parametrize("word", ["", "teleported", "SHIPPED"])
def test_a_stage_that_nobody_knows_is_unknown(word: str) -> None:
    assert parse(body(context={"order_stage": word})).order_stage is Stage.UNKNOWN
