"""Which size fits: a customer's measures held against a size chart, with the reason told; nothing is guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core import measures
from bot.core.numerals import number
from bot.core.sizes import UNITS, Range, SizeChart, called, is_plausible

_JIN, _CHI = 0.5, 100 / 3  # kg and cm
_SLACK = 0.05  # part of a measure by which it may miss two sizes and still lie between them (our default)
_ENOUGH = 2  # columns; more are respected where told, but not asked for (our default)
_KINDS = {"height": "身高", "weight": "体重"}
_ABOUT_A_BODY = "穿,"  # with it 一米七 and 120斤 are a body's, as they are where the talk is about a size
_TOLD = r"[^\d零一二两三四五六七八九十,。;]{0,3}"
_LENGTH = (
    r"(?:(?P<chi>[\d一二两三四])尺(?P<cun>[\d一二三四五六七八九])?"
    r"|(?P<value>\d{1,3}(?:\.\d{1,2})?)\s?(?P<unit>cm|mm|厘米|公分|毫米|米)?)"
)


@dataclass(frozen=True, slots=True)
class SizeAdvice:
    """Which sizes to take and why, in Chinese. No label and something in `needs`: ask for it; no label and nothing
    needed: the chart gives no answer, and the reason says why."""

    labels: tuple[str, ...]
    reason: str
    needs: tuple[str, ...] = ()


def measured(chart: SizeChart, text: str) -> dict[str, float]:
    """What a normalised text about a size tells of the chart's columns, in cm and kg, implausible values left out:
    height and weight as core/measures.py reads them, the others by their name (腰围2尺1, 脚长245)."""
    found = {}
    for kind, _, _, value in measures.find(f"{_ABOUT_A_BODY}{text}"):
        if column := _KINDS.get(kind):
            found[column] = float(value) * (_JIN if column == "体重" else 1)
    for column in chart.units.keys() - found.keys() - {"体重"}:
        name = re.escape(column) + ("?" if column.endswith("围") else "")  # 腰2尺2
        if match := re.search(f"{name}{_TOLD}{_LENGTH}", text):
            found[column] = _centimetres(match, column)
    return {column: value for column, value in found.items() if column in chart.units and is_plausible(column, value)}


def size_for(chart: SizeChart, told: Mapping[str, float]) -> SizeAdvice:
    """The size whose ranges hold every measure told (cm and kg). Between two sizes both are named and the choice is
    the customer's; where height or weight is missing from a chart that has them, they are asked for first."""
    told = {column: told[column] / UNITS[unit] for column, unit in chart.units.items() if column in told}
    if needs := _needs(chart, told):
        return SizeAdvice((), f"需要知道您的{'和'.join(needs)}才能对照尺码表", needs)
    labels = list(chart.rows)
    places = {column: _places(chart, column, value) for column, value in told.items()}
    if beyond := [column for column, at in places.items() if not at]:
        return SizeAdvice((), f"{_said(chart, told, beyond)}不在尺码表的范围内")
    exact = [label for label in labels if all(_holds(chart.rows[label], column, told[column]) for column in told)]
    if len(exact) == 1:
        return SizeAdvice(tuple(exact), _one(chart, told, exact[0]))
    if exact:
        return SizeAdvice(tuple(exact), _choice(chart, told, exact, "{}都合适"))
    span = sorted({at for found in places.values() for at in found})
    if span[-1] - span[0] > 1:
        return SizeAdvice((), _apart(chart, told, places))
    both = [labels[at] for at in span]
    return SizeAdvice(tuple(both), _choice(chart, told, both, "在{}之间"))


def _needs(chart: SizeChart, told: Mapping[str, float]) -> tuple[str, ...]:
    if len(told) >= _ENOUGH:
        return ()
    body = [column for column in ("身高", "体重") if column in chart.units]
    essential = body or list(chart.units)[:_ENOUGH]
    return tuple(column for column in essential if column not in told)


def _places(chart: SizeChart, column: str, value: float) -> list[int]:
    """The rows that hold a value; the two that it falls between; none when it lies beyond the chart."""
    ranges = [(at, row[column]) for at, row in enumerate(chart.rows.values()) if column in row]
    inside = [at for at, found in ranges if found.low <= value <= found.high]
    if inside:
        return inside
    below = max((pair for pair in ranges if pair[1].high < value), key=lambda pair: pair[1].high, default=None)
    above = min((pair for pair in ranges if pair[1].low > value), key=lambda pair: pair[1].low, default=None)
    if below is None or above is None:
        return []
    widest = max(_width(below[1]), _width(above[1]), value * _SLACK)
    return [below[0], above[0]] if above[1].low - below[1].high <= widest else []


def _width(found: Range) -> float:
    return 0.0 if math.isinf(found.high) else found.high - found.low


def _holds(row: Mapping[str, Range], column: str, value: float) -> bool:
    return column in row and row[column].low <= value <= row[column].high


def _one(chart: SizeChart, told: Mapping[str, float], label: str) -> str:
    return f"按{_said(chart, told, told)}，对应尺码表的{called(label)}（{_row(chart, told, label)}）"


def _choice(chart: SizeChart, told: Mapping[str, float], labels: list[str], how: str) -> str:
    names = "和".join(map(called, labels)) if len(labels) == 2 else "、".join(map(called, labels))
    rows = "，".join(f"{called(label)}{_row(chart, told, label)}" for label in labels)
    shown = f"（{rows}）" if len(labels) == 2 else ""
    return (
        f"按{_said(chart, told, told)}，{how.format(names)}{shown}；"
        f"喜欢合身选{called(labels[0])}，喜欢宽松选{called(labels[-1])}"
    )


def _apart(chart: SizeChart, told: Mapping[str, float], places: Mapping[str, list[int]]) -> str:
    labels = list(chart.rows)
    each = "，".join(f"{_said(chart, told, [column])}对应{called(labels[at[0]])}" for column, at in places.items())
    return f"{each}，相差较大，尺码表不能确定"


def _said(chart: SizeChart, told: Mapping[str, float], columns: Iterable[str]) -> str:
    return "、".join(f"{column}{told[column]:g}{chart.units[column]}" for column in columns)


def _row(chart: SizeChart, told: Mapping[str, float], label: str) -> str:
    return "，".join(f"{column}{chart.rows[label][column]}" for column in told if column in chart.rows[label])


def _centimetres(match: re.Match[str], column: str) -> float:
    if match["chi"]:
        return round(((number(match["chi"]) or 0) + (number(match["cun"] or "零") or 0) / 10) * _CHI, 1)
    value = float(match["value"]) * UNITS.get(match["unit"] or "cm", 1)
    # A foot of 245 is told in millimetres, as shoes are sold.
    return value / 10 if column == "脚长" and not match["unit"] and not is_plausible(column, value) else value
