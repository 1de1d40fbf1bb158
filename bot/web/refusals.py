"""How the addresses refuse: the body of every refusal, what each status means, and ids that cannot be any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import AfterValidator, BaseModel

from bot.errors import NotFound

Refusals = dict[int | str, dict[str, Any]]


class Problem(BaseModel):
    """Why a request was refused, and where."""

    code: str
    message: str
    field: str | None = None


#: Named and not handed to FastAPI as a model, of which it would build five hundred: an eighth of a second a start.
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def refusals(told: dict[int, str]) -> Refusals:
    """For the OpenAPI document: these statuses, each with what it means."""
    return {status: {"content": _PROBLEM, "description": about} for status, about in told.items()}


_OF_ACCOUNTS = {
    401: "Name and password do not fit.",
    403: "Sent by a browser, but without the session's token.",
    422: "A field is missing or has the wrong form; `field` names it.",
    429: "Too many wrong passwords; `Retry-After` says when to try again.",
    503: "The database does not answer now, or kefu is still loading; try again.",
}


def for_accounts(told: dict[int, str] | None = None) -> Refusals:
    """What every address for signed-in accounts may refuse, with what is particular to this one."""
    return refusals({**_OF_ACCOUNTS, **(told or {})})


def possible_id(is_possible: Callable[[str], object], missing: str) -> AfterValidator:
    """Of an id in an address: one that no row can have is not found, rather than a fault of the form. `missing`: the
    refusal in the agents' language."""

    def possible(given: str) -> str:
        if not is_possible(given):
            raise NotFound(missing)
        return given

    return AfterValidator(possible)
