"""The lines of an XLSX file as text, and an XLSX file of lines; nothing in a file can run or blow up.

openpyxl is imported when a sheet comes: a tenth of a second and 6 MB that no start needs.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from bot.content.yaml import FileError

_UNPACKED = 20 * 1024 * 1024  # bytes; our default. zipfile reads no entry beyond the size it declares
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number; a longer product number has lost its end
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})


def is_workbook(data: bytes, name: str) -> bool:
    """Whether the bytes are an XLSX, whatever the file is called; FileError for an XLS of before 2007."""
    if data.startswith(_OLD_OFFICE):
        raise FileError(Path(name), 1, "这是旧版 .xls 文件，请另存为 .xlsx 或 CSV")
    return data.startswith(_ZIP)


def lines(data: bytes, name: str, rows: int, columns: int) -> list[list[str]]:
    """The first sheet, line by line, each value as it would be typed; at most one row and column more than allowed,
    so that the caller can tell. FileError for what is no workbook, is packed too densely, or holds a failed formula."""
    try:
        _check_size(data, name)
        with warnings.catch_warnings(action="ignore"):  # openpyxl tells of what it leaves out: styles, validations
            return _values(data, name, rows, columns)
    except FileError:
        raise
    except Exception as error:  # a damaged file fails in openpyxl in as many ways as there are bytes to damage
        raise FileError(Path(name), 1, "不是可以读取的 XLSX 文件，请用表格软件另存一次") from error


def _values(data: bytes, name: str, rows: int, columns: int) -> list[list[str]]:
    from openpyxl import load_workbook

    with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)) as book:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file may claim a million columns
        found = sheet.iter_rows(max_row=rows + 1, max_col=columns + 1, values_only=True)
        return [
            [_text(value, name, line, column) for column, value in enumerate(row, 1)]
            for line, row in enumerate(found, 1)
        ]


def written(table: Iterable[Sequence[str]]) -> bytes:
    """An XLSX file of one sheet; every cell is text."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in table:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _check_size(data: bytes, name: str) -> None:
    with ZipFile(io.BytesIO(data)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _UNPACKED:
            raise FileError(Path(name), 1, f"解压后超过 {_UNPACKED // 1024 // 1024} MiB，请删去图片和多余的工作表")


def _text(value: Any, name: str, line: int, column: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            place = _place(line, column)
            raise FileError(Path(name), line, f"{place} 的数字太长，末尾已被表格软件改动，请把该列设为文本格式后重填")
        return f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat()
    if value in _ERRORS:
        raise FileError(Path(name), line, f"{_place(line, column)} 的公式没有结果（{value}）")
    return str(value)


def _place(line: int, column: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column)}{line}"
