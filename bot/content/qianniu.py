"""The form in which other desks (千牛) keep quick phrases: a sheet of code, text and group."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from bot.content.sheet import read_table, write_table
from bot.content.yaml import FileError
from bot.core.quick import QuickPhrase
from bot.core.quick_import import Row

#: The header that 千牛's own importer expects, word for word; nothing else may stand in it.
HEADER = ("快捷短语编码", "快捷短语", "快捷短语分组")
_CODE, _TEXT, _GROUP = HEADER
_OTHER_CODE = "快捷编码"  # how other tools call the first column
_MOST = 5_000  # rows; our default: no shop has a tenth of it, and all are written in one transaction


def read(data: bytes, name: str) -> list[Row]:
    """The rows of a CSV or XLSX file; further columns are passed over, the code's and the group's may be missing.
    FileError (with `name` and line) for what is no table, has no texts or more than 5,000."""
    table = read_table(data, name)
    if _TEXT not in table.header:
        raise FileError(Path(name), 1, f"没有“{_TEXT}”这一列，第一行应当是 {','.join(HEADER)}")
    if len(table.rows) > _MOST:
        raise FileError(Path(name), table.rows[_MOST].line, f"超过 {_MOST} 条短语，请拆成几个文件")
    code = _CODE if _CODE in table.header else _OTHER_CODE
    return [
        Row(row.line, row.cells.get(code, ""), row.cells[_TEXT], row.cells.get(_GROUP, "")) for row in table.rows
    ]


def written(phrases: Iterable[QuickPhrase], form: Literal["csv", "xlsx"]) -> bytes:
    """The file of some phrases, by group and code; `read` gives the same rows again."""
    ordered = sorted(phrases, key=lambda phrase: (phrase.group, phrase.code))
    return write_table(HEADER, ({_CODE: p.code, _TEXT: p.text, _GROUP: p.group} for p in ordered), form)
