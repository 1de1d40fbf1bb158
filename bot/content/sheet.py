"""Read and write a table of Chinese text as people keep it in a spreadsheet: CSV in any usual encoding, or XLSX."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.content import workbook
from bot.content.yaml import FileError

#: Our defaults; a shop's whole catalogue is far below them.
MAX_FILE = 5 * 1024 * 1024  # bytes
_ROWS, _COLUMNS, _CELL = 20_000, 200, 5_000
# Texts that a spreadsheet would run as a formula (OWASP, CSV injection), beside those that wear the mark already.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_BREAK = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = ",\t;"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its number as a spreadsheet shows it (from 1), and its text by column, "" where empty."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose first line names the columns; empty lines are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(data: bytes, name: str) -> Table:
    """The table in a file's bytes; `name` stands in errors. CSV by its byte order mark, else UTF-8, else GB18030
    (what Excel writes in China), or the first sheet of an XLSX. Cells lose outer blanks and the mark of `write_table`.
    FileError names the line of what cannot be read: too large, no or doubled column names, cells without a column."""
    if len(data) > MAX_FILE:
        raise FileError(Path(name), 1, f"文件超过 {MAX_FILE // 1024 // 1024} MiB，请拆成几个文件")
    is_workbook = workbook.is_workbook(data, name)
    lines = workbook.lines(data, name, _ROWS, _COLUMNS) if is_workbook else _csv_lines(data, name)
    if len(lines) > _ROWS:
        raise FileError(Path(name), _ROWS + 1, f"超过 {_ROWS} 行，请拆成几个文件")
    told = [(number, tuple(map(_plain, cells))) for number, cells in enumerate(lines, 1)]
    told = [(number, cells) for number, cells in told if any(cells)]
    if not told:
        raise FileError(Path(name), 1, "表格是空的，第一行应当是列名")
    (first, names), *rest = told
    header = _header(names, name, first)
    return Table(header, tuple(Row(number, _cells(header, cells, name, number)) for number, cells in rest))


def write_table(header: Sequence[str], rows: Iterable[Mapping[str, str]], form: Literal["csv", "xlsx"]) -> bytes:
    """A file of the rows, columns in the header's order, that opens in Excel with its Chinese intact (CSV with a byte
    order mark). A text that would run as a formula gets a ' in front, which `read_table` takes off again."""
    lines = [list(header), *([row.get(name, "") for name in header] for row in rows)]
    safe = [[_harmless(cell) for cell in line] for line in lines]
    if form == "xlsx":
        return workbook.written(safe)
    file = io.StringIO(newline="")
    csv.writer(file).writerows(safe)
    return codecs.BOM_UTF8 + file.getvalue().encode()


def _csv_lines(data: bytes, name: str) -> list[list[str]]:
    text = _decoded(data, name)
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise FileError(Path(name), line, "含有不可见的控制字符，请用表格软件另存为 CSV 或 XLSX")
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        line = text.count("\n") + 1 if "unexpected end" in str(error) else 1
        raise FileError(Path(name), line, "引号不成对：含逗号或换行的内容要用一对英文双引号括起来") from error


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _as(encoding, data[len(mark) :], name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _as("gb18030", data, name)


def _as(encoding: str, data: bytes, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(Path(name), line, "看不懂文件的编码，请另存为 UTF-8 的 CSV 或 XLSX") from error


def _header(names: tuple[str, ...], file: str, line: int) -> tuple[str, ...]:
    while names and not names[-1]:
        names = names[:-1]
    for at, column in enumerate(names, 1):
        if not column:
            raise FileError(Path(file), line, f"第 {at} 列没有列名")
        if names.index(column) != at - 1:
            raise FileError(Path(file), line, f"列名“{column}”重复了")
    if len(names) > _COLUMNS:
        raise FileError(Path(file), line, f"超过 {_COLUMNS} 列")
    return names


def _cells(header: tuple[str, ...], cells: tuple[str, ...], file: str, line: int) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise FileError(Path(file), line, f"内容比列名多：第 {len(header) + 1} 列起没有列名，请检查是否多写了逗号")
    for column, cell in zip(header, cells, strict=False):
        if len(cell) > _CELL:
            raise FileError(Path(file), line, f"“{column}”超过 {_CELL} 个字")
    padded = cells + ("",) * (len(header) - len(cells))
    return dict(zip(header, padded, strict=False))


def _plain(cell: str) -> str:
    cell = cell.strip()
    marked = cell.startswith("'") and _FORMULA.match(cell)
    return _BREAK.sub("\n", cell[1:].strip() if marked else cell)


def _harmless(cell: str) -> str:
    cell = _CONTROL.sub("", cell).strip()
    return f"'{cell}" if _FORMULA.match(cell) else cell
