"""Standard Webhooks signatures over raw bytes: made, checked, rotated (standard-webhooks spec 1.0.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.errors import BadSignature

#: Seconds between the sender's clock and ours that are tolerated (bar 4).
TOLERANCE = 300
_SECRET_BYTES = 32
_ID = re.compile(rb"[\x21-\x7e]{1,200}")
_TIMESTAMP = re.compile(rb"[0-9]{10}")
_MOST_SIGNATURES = 10

Headers = Sequence[tuple[bytes, bytes]]


def new_secret() -> str:
    """A fresh secret in the form both sides store: "whsec_" and base64 of 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one attempt ("v1,…"); `timestamp` is Unix seconds of the attempt, not of the message."""
    return "v1," + _digest(_key(secret), webhook_id.encode(), str(timestamp).encode(), body).decode()


def verify(headers: Headers, body: bytes, good: Iterable[str], now: datetime) -> str:
    """The delivery's id when one of its signatures fits one of the `good` secrets. Raises BadSignature, always with
    the same text, for anything else: a missing, doubled or malformed header, a time more than 300 s away, a wrong
    signature."""
    webhook_id, timestamp, signatures = (
        _only(headers, name) for name in (b"webhook-id", b"webhook-timestamp", b"webhook-signature")
    )
    if not _ID.fullmatch(webhook_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise BadSignature
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise BadSignature
    candidates = signatures.split(b" ")[:_MOST_SIGNATURES]
    fits = False
    for secret in good:
        wanted = b"v1," + _digest(_key(secret), webhook_id, timestamp, body)
        for candidate in candidates:  # every pair is compared, so that time tells nothing
            fits |= hmac.compare_digest(candidate, wanted)
    if not fits:
        raise BadSignature
    return webhook_id.decode()


def _only(headers: Headers, name: bytes) -> bytes:
    found = [value for key, value in headers if key.lower() == name]
    if len(found) != 1:
        raise BadSignature
    return found[0]


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature from error


def _digest(key: bytes, webhook_id: bytes, timestamp: bytes, body: bytes) -> bytes:
    return base64.b64encode(hmac.new(key, b"%b.%b.%b" % (webhook_id, timestamp, body), hashlib.sha256).digest())
