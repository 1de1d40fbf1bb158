"""How spans, sums and limits of cases are written: the trainers' text in, the value out, and sums as they are said."""

from __future__ import annotations

import re
from datetime import timedelta
from types import MappingProxyType

from bot.core.case_kinds import Limit
from bot.errors import FactError

_SPAN = re.compile(r"(\d{1,3})\s*(分钟|小时|天)")
_UNITS = MappingProxyType({"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "天": timedelta(days=1)})
_YUAN = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?")
_PERCENT = re.compile(r"(\d{1,3})\s*[%％]")
#: No order of a shop costs more; beyond it somebody has mistyped. Our default: a million yuan.
MOST_FEN = 100_000_000


def read_span(text: str) -> timedelta:
    """A stretch of time: 3天, 24小时, 30分钟."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or found[1].strip("0") == "":
        raise FactError(f"“{text}”不是时长，请写成 3天、24小时 或 30分钟")
    return int(found[1]) * _UNITS[found[2]]


def read_limit(text: str) -> Limit:
    """How much may be offered: 20元, 10% (of the order), 不限."""
    plain = text.strip()
    if plain == "不限":
        return Limit()
    if (percent := _PERCENT.fullmatch(plain)) and 0 < int(percent[1]) <= 100:
        return Limit(percent=int(percent[1]))
    if plain.endswith("元"):
        return Limit(fen=read_yuan(plain[:-1]))
    raise FactError(f"“{text}”不是额度，请写成 20元、10%（按订单金额）或 不限")


def read_yuan(text: str) -> int:
    """A sum in yuan as fen: 12.5 gives 1250."""
    found = _YUAN.fullmatch(text.strip())
    if found is None or (fen := int(found[1]) * 100 + int(f"{found[2] or '0':0<2}")) > MOST_FEN:
        raise FactError(f"“{text}”不是金额，请写成 12.50 这样的数，单位是元")
    return fen


def said_fen(fen: int) -> str:
    """A sum as a customer reads it: 12.50元, 20元."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02d}元" if rest else f"{yuan}元"


def said_limit(limit: Limit) -> str:
    """A limit as it is written."""
    if limit.percent is not None:
        return f"订单金额的 {limit.percent}%"
    return "不限" if limit.fen is None else said_fen(limit.fen)


def said_span(span: timedelta) -> str:
    """A span as it is written."""
    return next(f"{span // unit}{name}" for name, unit in reversed(tuple(_UNITS.items())) if span % unit == timedelta())
