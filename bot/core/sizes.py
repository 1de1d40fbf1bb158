"""A product's size chart: read from the one line a shopkeeper types, and written back the same way."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import FactError

#: What a body can measure, in cm and kg: a chart or a customer beyond it slipped with a unit (our default).
PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    "身高": (45, 220), "体重": (2, 200), "胸围": (35, 170), "腰围": (35, 170), "臀围": (35, 180), "肩宽": (20, 70),
    "脚长": (7, 35), "头围": (30, 70),
}  # fmt: skip
#: Centimetres or kilograms in one of a unit.
UNITS: Mapping[str, float] = {
    "厘米": 1, "公分": 1, "cm": 1, "毫米": 0.1, "mm": 0.1, "米": 100, "m": 100,
    "公斤": 1, "千克": 1, "kg": 1, "斤": 0.5,
}  # fmt: skip
_WEIGHTS = ("公斤", "千克", "kg", "斤")
_ROWS, _LABEL = 40, 20  # our defaults
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
_CELL = re.compile(
    rf"(?P<column>[\u4e00-\u9fff]{{2,6}}?)(?:\((?P<told>{_UNIT})\))?\s*"
    rf"(?P<low>{_NUMBER})\s*(?P<first>{_UNIT})?(?:\s*[-~–—至到]\s*(?P<high>{_NUMBER})\s*(?P<unit>{_UNIT})?)?"
    r"(?P<open>以上|以下)?[\s,、]*"
)


@dataclass(frozen=True, slots=True)
class Range:
    """From…to, both ends included, in the unit of its column."""

    low: float
    high: float

    def __str__(self) -> str:
        if self.low == 0:
            return f"{self.high:g}以下"
        if math.isinf(self.high):
            return f"{self.low:g}以上"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}-{self.high:g}"


@dataclass(frozen=True, slots=True)
class SizeChart:
    """Sizes from small to large as the shop lists them, and the unit (厘米, 公斤 or 斤) of each column."""

    units: Mapping[str, str]  #: column → unit, in the chart's order
    rows: Mapping[str, Mapping[str, Range]]  #: label → column → range


def chart_of(text: str) -> SizeChart:
    """The chart in a text such as “S:身高155-160 体重45-50公斤; M:身高160-165 体重50-55公斤”; lines may stand for the
    semicolons. FactError tells in Chinese which size cannot be read."""
    units: dict[str, str] = {}
    cells: dict[str, list[_Cell]] = {}
    for label, rest in _lines(unicodedata.normalize("NFKC", text)):
        if label in cells:
            raise FactError(f"尺码“{label}”写了两次")
        cells[label] = list(_cells(label, rest))
        for cell in cells[label]:
            _settle_unit(units, label, cell)
    rows = {label: {cell.column: _range(label, cell, units) for cell in row} for label, row in cells.items()}
    if not 0 < len(rows) <= _ROWS:
        raise FactError(f"尺码表要有 1 到 {_ROWS} 个尺码，写成：S:身高155-160 体重45-50公斤; M:身高160-165")
    return SizeChart(units, rows)


def written(chart: SizeChart) -> str:
    """The chart as a text that `chart_of` reads back."""
    lines = {
        label: [_spelled(column, row[column], unit) for column, unit in chart.units.items() if column in row]
        for label, row in chart.rows.items()
    }
    return "; ".join(f"{label}:{' '.join(cells)}" for label, cells in lines.items())


def called(label: str) -> str:
    """A size as it is spoken of: L → L码, 均码 → 均码."""
    return f"{label}码" if re.fullmatch(r"[0-9A-Za-z./]+", label) else label


def is_plausible(column: str, value: float) -> bool:
    """Whether somebody can measure this, in cm or kg; of an unknown column, whether anything can."""
    least, most = PLAUSIBLE.get(column, (0.1, 1000))
    return least <= value <= most


@dataclass(frozen=True, slots=True)
class _Cell:
    column: str
    low: float
    high: float
    unit: str


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(str.strip, re.split(r"[;\n|]", text)):
        label, colon, rest = (part.strip() for part in line.partition(":"))
        if not colon or not label or not rest:
            raise FactError(f"“{line.strip()[:20]}”看不懂，每个尺码请写成：L:身高165-170 体重55-60公斤")
        if len(label) > _LABEL:
            raise FactError(f"尺码名“{label[:_LABEL]}…”太长，最多 {_LABEL} 个字")
        yield label, rest


def _cells(label: str, text: str) -> Iterator[_Cell]:
    at, seen = 0, set()
    while at < len(text):
        match = _CELL.match(text, at)
        if match is None:
            raise FactError(f"{called(label)}的“{text[at : at + 15]}”看不懂，请写成“身高165-170”的样子")
        column = match["column"]
        if column in seen:
            raise FactError(f"{called(label)}的{column}写了两次")
        seen.add(column)
        low, high = float(match["low"]), float(match["high"] or match["low"])
        if match["open"]:
            low, high = (low, math.inf) if match["open"] == "以上" else (0.0, high)
        yield _Cell(column, low, high, match["unit"] or match["first"] or match["told"] or "")
        at = match.end()


def _settle_unit(units: dict[str, str], label: str, cell: _Cell) -> None:
    """A unit told once holds for the whole column; a column of lengths may go without."""
    if not cell.unit:
        units.setdefault(cell.column, "")
        return
    unit = "斤" if cell.unit == "斤" else "公斤" if cell.unit in _WEIGHTS else "厘米"
    if (cell.column == "体重") != (unit != "厘米"):
        raise FactError(f"{called(label)}的{cell.column}不能用“{cell.unit}”作单位")
    if units.get(cell.column) not in (None, "", unit):
        raise FactError(f"{cell.column}一处用{units[cell.column]}、一处用{unit}，请统一")
    units[cell.column] = unit


def _range(label: str, cell: _Cell, units: dict[str, str]) -> Range:
    if not units[cell.column]:
        if cell.column == "体重":
            raise FactError("体重要写明单位，例如 体重45-50公斤 或 体重90-100斤")
        units[cell.column] = "厘米"
    scale = UNITS[cell.unit] if cell.unit and units[cell.column] == "厘米" else 1
    low, high = round(cell.low * scale, 2), round(cell.high * scale, 2)
    if low > high:
        raise FactError(f"{called(label)}的{cell.column}大小写反了：{low:g}-{high:g}")
    standard = UNITS[units[cell.column]]
    for end in (low, high):
        if end and math.isfinite(end) and not is_plausible(cell.column, end * standard):
            raise FactError(f"{called(label)}的{cell.column}{end:g}{units[cell.column]}不合常理，请检查单位")
    return Range(low, high)


def _spelled(column: str, found: Range, unit: str) -> str:
    text = str(found)
    ending = text[-2:] if text.endswith(("以上", "以下")) else ""
    return f"{column}{text.removesuffix(ending)}{unit}{ending}"
