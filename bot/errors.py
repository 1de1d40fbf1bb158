"""Every error that kefu raises on purpose, in one tree.

KefuError
  SettingsError            a setting in the environment cannot be used
  ContentError             a file under intents/ or phrases/ cannot be used
    PatternError             a pattern of an intent cannot be compiled
    FactError                a fact of a shop or a product is not written as it must be
  RequestError             a caller's request is refused (carries the HTTP status)
    BadSignature             401
    Unauthorized             401
    BadRequest               400
    InvalidField             422
    TooLarge                 413
    Forbidden                403
    CrossSite                403
    Insecure                 403
    TooMany                  429
    NotFound                 404
    Conflict                 409
      Stale                    409
      Unconfirmed              409
      Full                     409
  StoreError               the database cannot be used
    UnsafeStore              the database would not keep what we acknowledge: start refused
    StoreUnavailable         the database does not answer or cannot write now
  RenderError              a phrase cannot be said with the facts at hand
"""

from __future__ import annotations

from collections.abc import Mapping


class KefuError(Exception):
    """kefu could not do this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class SettingsError(KefuError):
    """A setting cannot be used; see the configuration table in README.md."""


class ContentError(KefuError):
    """The content cannot be used; run `kefu check` for the list of places to mend."""


class PatternError(ContentError):
    """The pattern cannot be compiled; its message says in Chinese what to mend."""


class FactError(ContentError):
    """The fact cannot be read; its message says in Chinese how to write it."""


class RequestError(KefuError):
    """The request was refused."""

    status = 400
    code = "bad_request"

    def __init__(
        self, message: str | None = None, *, field: str | None = None, more: Mapping[str, object] | None = None
    ) -> None:
        """`more`: what the answer's body tells beside code, message and field."""
        super().__init__(message)
        self.field = field
        self.more: Mapping[str, object] = more or {}


class BadSignature(RequestError):
    """The signature does not fit; sign id.timestamp.body with the channel's secret, at the time of the attempt."""

    status = 401
    code = "bad_signature"


class Unauthorized(RequestError):
    """Name and password do not fit; the name is shop/name, such as demo/admin."""

    status = 401
    code = "unauthorized"


class BadRequest(RequestError):
    """The body is not JSON that kefu accepts; see the webhook contract in README.md."""


class InvalidField(RequestError):
    """A field of the body is missing or has the wrong form."""

    status = 422
    code = "invalid_field"


class TooLarge(RequestError):
    """The body is larger than this address takes (64 KiB for most); send media as a link."""

    status = 413
    code = "too_large"


class Forbidden(RequestError):
    """The account may look at this but not change it; a trainer, lead or admin may."""

    status = 403
    code = "forbidden"


class CrossSite(RequestError):
    """The request was not sent by a page of kefu, or its X-CSRF-Token is missing or old; load the page again."""

    status = 403
    code = "cross_site"


class Insecure(RequestError):
    """Signing in needs https; behind a TLS proxy set KEFU_PROXIES to the proxy's address."""

    status = 403
    code = "insecure"


class TooMany(RequestError):
    """Too many tries; wait and try again."""

    status = 429
    code = "too_many"

    def __init__(self, message: str | None = None, *, seconds: int = 1) -> None:
        """`seconds`: when to try again, at the earliest."""
        super().__init__(message)
        self.seconds = seconds


class NotFound(RequestError):
    """There is no such thing here."""

    status = 404
    code = "not_found"


class Conflict(RequestError):
    """Somebody else was first; load the newest state and decide again."""

    status = 409
    code = "conflict"


class Stale(Conflict):
    """The customer has written since; read the new messages and decide again."""

    code = "stale"


class Unconfirmed(Conflict):
    """The customer is angry and the words may be sharp; read them once more and confirm."""

    code = "confirm"


class Full(Conflict):
    """The agent holds as many conversations as fit; choose somebody else, or force it."""

    code = "full"


class StoreError(KefuError):
    """The database cannot be used."""


class UnsafeStore(StoreError):
    """The database would lose acknowledged messages; start is refused."""


class StoreUnavailable(StoreError):
    """The database does not answer; the sender should try again."""


class RenderError(KefuError):
    """The phrase cannot be said with the facts at hand."""
