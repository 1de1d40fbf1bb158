"""Forms as browsers without JavaScript send them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from bot.errors import BadRequest

_TYPE = "application/x-www-form-urlencoded"


def is_form(request: Request) -> bool:
    """Whether the body says that it is a form."""
    return request.headers.get("content-type", "").startswith(_TYPE)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form as browsers send it; BadRequest when it cannot be read."""
    try:
        body = (await request.body()).decode("ascii")
        return dict(parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=20))
    except ValueError as error:  # not ASCII, not UTF-8 behind the escapes, or too many fields
        raise BadRequest("the form cannot be read") from error


def described(*names: str) -> dict[str, Any]:
    """A form's fields for /openapi.json."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"requestBody": {"content": {_TYPE: {"schema": schema}}}}
