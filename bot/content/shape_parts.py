"""What the JSON Schemas of the trainers' files (draft 2020-12) are put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model import Priority, Stage
from bot.core.promises import PLEDGED
from bot.core.shop import TONES

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

#: What stands without quotes and looks like a number or a word of YAML (12345, no) is a text to kefu.
TEXT: Schema = {"type": ["string", "number", "boolean"]}


def listed(of: Schema, **more: Any) -> Schema:
    """A list of these."""
    return {"type": "array", "items": of, **more}


def by_name(of: Schema) -> Schema:
    """A mapping of any names to these."""
    return {"type": "object", "additionalProperties": of}


def mapping(properties: Mapping[str, Schema], *required: str, **more: Any) -> Schema:
    """A mapping with these keys, and no others unless told otherwise."""
    return {
        "type": "object", "properties": dict(properties), "required": list(required), "additionalProperties": False,
        **more,
    }  # fmt: skip


def file(title: str, schema: Schema) -> Schema:
    """The schema of a whole file."""
    return {"$schema": DIALECT, "title": title, **schema}


def about(text: str, schema: Schema | None = None, **more: Any) -> Schema:
    """A schema, a text's where none is given, with its explanation."""
    return {**(schema or TEXT), "description": text, **more}


def choice(text: str, *values: str) -> Schema:
    """One of these words."""
    return {"enum": list(values), "description": text}


TEXTS = listed(TEXT)
DATE = about("日期，如 2026-12-01；要精确到时刻写 2026-12-31 18:00")
#: The stages of an order that a platform can name.
STAGES = tuple(stage.value for stage in Stage if stage)
PRIORITIES = tuple(priority.name.lower() for priority in Priority)
_PROMISE = mapping(
    {"kind": choice("答应了什么", *PLEDGED), "within": about("多久之内：2小时内、今天、明天下午5点前")},
    "kind", "within",
)  # fmt: skip
_VARIANT: Schema = {
    "anyOf": [
        TEXT,
        mapping(
            {
                "say": about("这一句话"),
                "tone": choice("只给这种语气的店铺用", *TONES),
                "for": about("只对有这些标签之一的客户说", TEXTS),
                "promise": about("这句话答应了客户什么，到时会提醒", _PROMISE),
            },
            "say",
        ),
    ]
}
#: Ways to say something.
VARIANTS = listed(_VARIANT)
