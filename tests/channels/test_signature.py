"""Signatures: the published vector, rotation, every damaged bit and every malformed header."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.channels import signature
from bot.errors import BadSignature
from tests.server import signed

# standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py at commit b2fa7b8
VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_TIMESTAMP = 1614265330
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret of thirty-two byt").decode()
Raw = list[tuple[bytes, bytes]]


def headers(
    webhook_id: bytes = VECTOR_ID.encode(),
    timestamp: bytes = str(VECTOR_TIMESTAMP).encode(),
    signatures: bytes = VECTOR_SIGNATURE.encode(),
) -> Raw:
    return [(b"webhook-id", webhook_id), (b"webhook-timestamp", timestamp), (b"webhook-signature", signatures)]


def verify(raw: Raw, body: bytes = VECTOR_BODY, good: Sequence[str] = (VECTOR_SECRET,), late: float = 0) -> str:
    return signature.verify(raw, body, good, datetime.fromtimestamp(VECTOR_TIMESTAMP + late, UTC))


def refused(raw: Raw, body: bytes = VECTOR_BODY, good: Sequence[str] = (VECTOR_SECRET,), late: float = 0) -> bool:
    try:
        verify(raw, body, good, late)
    except BadSignature:
        return True
    return False


def test_the_published_vector_is_accepted_and_made() -> None:
    assert verify(headers()) == VECTOR_ID
    assert signature.sign(VECTOR_SECRET, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY) == VECTOR_SIGNATURE


def test_a_signature_made_without_our_code_is_accepted() -> None:
    made = signed(OTHER_SECRET, VECTOR_BODY, timestamp=VECTOR_TIMESTAMP)
    raw = [(name.encode(), value.encode()) for name, value in made.items()]
    assert verify(raw, good=[OTHER_SECRET]) == made["webhook-id"]


def test_header_names_are_read_in_any_case() -> None:
    assert verify([(name.title(), value) for name, value in headers()]) == VECTOR_ID


@pytest.mark.parametrize("good", [(OTHER_SECRET, VECTOR_SECRET), (VECTOR_SECRET, OTHER_SECRET)])
def test_during_a_rotation_either_secret_fits(good: tuple[str, str]) -> None:
    assert verify(headers(), good=good) == VECTOR_ID


def test_one_fitting_signature_among_several_is_enough() -> None:
    other = signature.sign(OTHER_SECRET, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY)
    for both in (f"{other} {VECTOR_SIGNATURE}", f"{VECTOR_SIGNATURE} {other}", f"v2,anything {VECTOR_SIGNATURE}"):
        assert verify(headers(signatures=both.encode())) == VECTOR_ID


def test_no_number_of_wrong_signatures_helps() -> None:
    other = signature.sign(OTHER_SECRET, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY)
    assert refused(headers(signatures=" ".join([other] * 50).encode()))


@pytest.mark.parametrize("good", [(), ("whsec_not base64!",), ("",), (OTHER_SECRET,)])
def test_without_the_right_secret_nothing_is_accepted(good: tuple[str, ...]) -> None:
    assert refused(headers(), good=good)


@pytest.mark.parametrize("length", [24, 31, 32, 33])
def test_a_key_may_come_without_its_padding(length: int) -> None:
    padded = "whsec_" + base64.b64encode(bytes(range(length))).decode()
    made = signature.sign(padded, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY)
    assert verify(headers(signatures=made.encode()), good=[padded.rstrip("=")]) == VECTOR_ID
    assert verify(headers(signatures=made.encode()), good=[padded.removeprefix("whsec_")]) == VECTOR_ID


def test_new_secrets_differ_and_work() -> None:
    first, second = signature.new_secret(), signature.new_secret()
    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32
    made = signature.sign(first, VECTOR_ID, VECTOR_TIMESTAMP, VECTOR_BODY)
    assert verify(headers(signatures=made.encode()), good=[first]) == VECTOR_ID


@pytest.mark.parametrize(("late", "accepted"), [(-301, False), (-300, True), (299, True), (300, True), (301, False)])
def test_a_delivery_may_be_five_minutes_off(late: int, accepted: bool) -> None:
    assert refused(headers(), late=late) is not accepted


def test_no_single_flipped_bit_is_accepted() -> None:
    """500 random one-bit changes of body, id, timestamp and signature: 0 accepted (bar 1)."""
    dice = random.Random(20261111)
    accepted = []
    for _ in range(500):
        parts = [VECTOR_BODY, VECTOR_ID.encode(), str(VECTOR_TIMESTAMP).encode(), VECTOR_SIGNATURE.encode()]
        at = dice.randrange(len(parts))
        changed = bytearray(parts[at])
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
        parts[at] = bytes(changed)
        body, webhook_id, timestamp, signatures = parts
        if not refused(headers(webhook_id, timestamp, signatures), body):
            accepted.append(parts)
    assert accepted == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"test":2432232314}', b'{"test": 2432232314} ', b' {"test": 2432232314}', b'{"test": 2.432232314e9}', b"",
        b"\xff",
    ],
)
def test_only_the_very_bytes_that_were_signed_are_accepted(body: bytes) -> None:
    assert refused(headers(), body)


GOOD = VECTOR_SIGNATURE.encode()
BASE64 = GOOD.removeprefix(b"v1,")
MALFORMED: dict[str, Raw] = {
    "no headers": [],
    "id missing": headers()[1:],
    "timestamp missing": [headers()[0], headers()[2]],
    "signature missing": headers()[:2],
    "id doubled": [headers()[0], *headers()],
    "timestamp doubled": [headers()[1], *headers()],
    "signature doubled": [headers()[2], *headers()],
    "doubled in another case": [(b"Webhook-Id", b"other"), *headers()],
    "id empty": headers(webhook_id=b""),
    "id with a blank": headers(webhook_id=b"msg 1"),
    "id with a line break": headers(webhook_id=b"msg\n1"),
    "id with NUL": headers(webhook_id=b"msg\x001"),
    "id not ASCII": headers(webhook_id="消息".encode()),
    "id not UTF-8": headers(webhook_id=b"\xff\xfe"),
    "id too long": headers(webhook_id=b"m" * 201),
    "timestamp empty": headers(timestamp=b""),
    "timestamp nan": headers(timestamp=b"nan"),
    "timestamp inf": headers(timestamp=b"inf"),
    "timestamp -inf": headers(timestamp=b"-inf"),
    "timestamp 1e300": headers(timestamp=b"1e300"),
    "timestamp 1e9": headers(timestamp=b"1.614265e9"),
    "timestamp with underscores": headers(timestamp=b"1_614_265_330"),
    "timestamp with a fraction": headers(timestamp=b"1614265330.9"),
    "timestamp with a plus": headers(timestamp=b"+1614265330"),
    "timestamp with a minus": headers(timestamp=b"-1614265330"),
    "timestamp after a blank": headers(timestamp=b" 1614265330"),
    "timestamp before a blank": headers(timestamp=b"1614265330 "),
    "timestamp before a line break": headers(timestamp=b"1614265330\n"),
    "timestamp of 9 digits": headers(timestamp=b"161426533"),
    "timestamp of 11 digits": headers(timestamp=b"01614265330"),
    "timestamp in milliseconds": headers(timestamp=b"1614265330000"),
    "timestamp in full-width digits": headers(timestamp="１６１４２６５３３０".encode()),
    "timestamp in Arabic digits": headers(timestamp="١٦١٤٢٦٥٣٣٠".encode()),
    "timestamp hexadecimal": headers(timestamp=b"0x60381732"),
    "timestamp as a date": headers(timestamp=b"2021-02-25T15:02:10Z"),
    "timestamp of 5,000 digits": headers(timestamp=b"1" * 5000),
    "signature empty": headers(signatures=b""),
    "signature without a comma": headers(signatures=b"v1" + BASE64),
    "signature with two commas": headers(signatures=b"v1,," + BASE64),
    "signature without a version": headers(signatures=BASE64),
    "signature of another version": headers(signatures=b"v1a," + BASE64),
    "signature of version V1": headers(signatures=b"V1," + BASE64),
    "signature cut short": headers(signatures=GOOD[:-5]),
    "signature without padding": headers(signatures=GOOD.rstrip(b"=")),
    "signature with more padding": headers(signatures=GOOD + b"="),
    "signature not base64": headers(signatures=b"v1,!!!!"),
    "signature not ASCII": headers(signatures="v1,签名".encode()),
    "signature not UTF-8": headers(signatures=b"v1,\xff\xff"),
    "signature with nothing after the comma": headers(signatures=b"v1,"),
    "signature of blanks": headers(signatures=b"   "),
    "signature separated by a comma": headers(signatures=b"v1,AAAA," + GOOD),
    "signature beyond the tenth": headers(signatures=b"v1,AAAA " * 10 + GOOD),
    "signature in quotes": headers(signatures=b'"' + GOOD + b'"'),
    "signature url-safe": headers(signatures=GOOD.replace(b"+", b"-").replace(b"/", b"_")),
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_header_is_refused_and_nothing_worse(raw: Raw) -> None:
    with pytest.raises(BadSignature) as refusal:
        verify(raw)
    assert str(refusal.value) == str(BadSignature())  # one text for all, so that a forger learns nothing


def test_a_time_not_worth_reading_is_refused_even_when_signed_for() -> None:
    """The header table once more with a signature that fits the odd bytes: only the form can refuse them."""
    key = base64.b64decode(VECTOR_SECRET.removeprefix("whsec_"))
    for name, raw in MALFORMED.items():
        if not name.startswith(("timestamp", "id")) or len(raw) != 3:
            continue
        (_, webhook_id), (_, timestamp), _ = raw
        digest = hmac.new(key, b".".join((webhook_id, timestamp, VECTOR_BODY)), hashlib.sha256).digest()
        assert refused(headers(webhook_id, timestamp, b"v1," + base64.b64encode(digest))), name
