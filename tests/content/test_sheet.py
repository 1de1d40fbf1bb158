"""Tables from spreadsheets: whatever the encoding, each cell with its column and line; what is unsafe is refused."""

from __future__ import annotations

import codecs
import io
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.content import sheet
from bot.content.sheet import Row, Table, read_table, write_table
from bot.content.yaml import FileError

FORMS: tuple[Literal["csv", "xlsx"], ...] = ("csv", "xlsx")
TEXT = "商品编号,标题\r\nP1,“暖冬”羊毛衫😀\r\n"


def xlsx(*rows: list[Any]) -> bytes:
    """A workbook as a shopkeeper saves it."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.replace(",", "\t").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.replace(",", "\t").encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        xlsx(["商品编号", "标题"], ["P1", "“暖冬”羊毛衫😀"]),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16-le", "utf-16-be", "semicolon", "xlsx"],
)
def test_a_table_reads_alike_however_it_was_saved(data: bytes) -> None:
    row = Row(2, {"商品编号": "P1", "标题": "“暖冬”羊毛衫😀"})
    assert read_table(data, "a") == Table(("商品编号", "标题"), (row,))


def test_lines_count_as_a_spreadsheet_shows_them() -> None:
    table = read_table('\n名,话\na,"一\n二"\n,\nb , 三 \n'.encode(), "a.csv")
    assert table.rows == (Row(3, {"名": "a", "话": "一\n二"}), Row(5, {"名": "b", "话": "三"}))
    assert read_table(b"a,b\n1\n", "a.csv").rows == (Row(2, {"a": "1", "b": ""}),)


def test_values_of_a_workbook_come_as_they_are_typed() -> None:
    data = xlsx(["a", "b", "c", "d", "e"], [69, 69.9, date(2026, 11, 11), True, 6901234567890.0])
    (row,) = read_table(data, "a.xlsx").rows
    assert list(row.cells.values()) == ["69", "69.9", "2026-11-11", "是", "6901234567890"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cell", ["=1+1", "+86", "-5", "@home", "'=1", "''@", "'quoted'", "😀", 'a,"b"\nc'])
def test_what_looks_like_a_formula_is_written_harmless_and_read_back(form: Literal["csv", "xlsx"], cell: str) -> None:
    data = write_table(["话"], [{"话": cell}], form)
    assert read_table(data, f"a.{form}").rows == (Row(2, {"话": cell}),)
    if form == "csv":
        line = data.decode("utf-8-sig").splitlines()[1].lstrip('"')
        assert not line.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5), st.sampled_from(FORMS))
@settings(max_examples=60, deadline=None)
def test_a_written_table_reads_back(cells: list[list[str]], form: Literal["csv", "xlsx"]) -> None:
    rows = [{"甲": one, "乙": other} for one, other in cells]
    back = read_table(write_table(["甲", "乙"], rows, form), "a")
    again = read_table(write_table(["甲", "乙"], [row.cells for row in back.rows], form), "a")
    assert [row.cells for row in again.rows] == [row.cells for row in back.rows]
    assert _visible([row.cells for row in back.rows]) == _visible(rows)


def test_a_workbook_that_was_written_holds_no_formula() -> None:
    data = write_table(["话"], [{"话": "=HYPERLINK(1)"}], "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"<f>" not in b"".join(packed.read(name) for name in packed.namelist())


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (30 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "line", "why"),
    [
        (lambda: b"", 1, "空的"),
        (lambda: b"\n \n,,\n", 1, "空的"),
        (lambda: b"a,a\n", 1, "列名“a”重复"),
        (lambda: b"\na,,b\n", 2, "第 2 列没有列名"),
        (lambda: b"a,b\n1,2\n1,2,3\n", 3, "内容比列名多"),
        (lambda: b'a,b\n1,"2\n3\n', 4, "引号不成对"),
        (lambda: b"a\n1\n\x00\n", 3, "控制字符"),
        (lambda: b"a\n\xff\xff\n", 2, "编码"),
        (lambda: b"a\n" + b"x" * 5001, 2, "超过 5000 个字"),
        (lambda: b"a\n" + b"1\n" * 20_000, 20_001, "超过 20000 行"),
        (lambda: ",".join(map(str, range(201))).encode(), 1, "超过 200 列"),
        (lambda: b"a" * (sheet.MAX_FILE + 1), 1, "超过 5 MiB"),
        (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), 1, ".xls"),
        (lambda: b"PK\x03\x04" + bytes(100), 1, "XLSX"),
        (_bomb, 1, "解压后超过 20 MiB"),
        (lambda: xlsx(["a", "b"], ["1", "#N/A"]), 2, "B2 的公式没有结果"),
        (lambda: xlsx(["商品编号"], [725123456789012345]), 2, "A2 的数字太长"),
        (lambda: xlsx(["a"], *([str(n)] for n in range(20_000))), 20_001, "超过 20000 行"),
    ],
)
def test_what_cannot_be_read_names_its_line(make: Callable[[], bytes], line: int, why: str) -> None:
    with pytest.raises(FileError, match=why) as refused:
        read_table(make(), "商品.csv")
    assert (str(refused.value.path), refused.value.line) == ("商品.csv", line)


def test_a_sheet_that_claims_to_be_huge_is_read_by_what_it_holds() -> None:
    data = _patched(xlsx(["a"], ["1"]), b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert read_table(data, "a.xlsx").rows == (Row(2, {"a": "1"}),)


def test_damage_of_any_kind_is_one_clear_error() -> None:
    whole, dice = xlsx(["商品编号", "标题"], ["P1", "衫"]), random.Random(7)
    outcomes = {_outcome(_damaged(whole, dice)) for _ in range(150)}
    assert "不是可以读取的 XLSX 文件，请用表格软件另存一次" in outcomes


def test_a_tab_before_a_formula_does_not_hide_it() -> None:
    assert b"'=1" in write_table(["话"], [{"话": "\t=1"}], "csv")
    assert read_table("话\n'\t=1".encode(), "a.csv").rows[0].cells == {"话": "=1"}


def _damaged(whole: bytes, dice: random.Random) -> bytes:
    data = bytearray(whole)
    for _ in range(dice.randint(1, 20)):
        data[dice.randrange(4, len(data))] = dice.randrange(256)
    return bytes(data)


def _outcome(data: bytes) -> str:
    """Why the file is refused; "read" when it is not. Anything else that is raised fails the test."""
    try:
        read_table(data, "a.xlsx")
    except FileError as error:
        return error.reason
    return "read"


def _patched(data: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with bytes of its sheet replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(file, "w") as made:
        for name in packed.namelist():
            content = packed.read(name)
            if name.endswith("sheet1.xml"):
                assert old in content
            made.writestr(name, content.replace(old, new))
    return file.getvalue()


def _visible(rows: Sequence[Mapping[str, str]]) -> str:
    """All that can be seen of the rows: blanks and control characters may change."""
    text = "".join(cell for row in rows for cell in row.values())
    return "".join(character for character in text if character.isprintable() and not character.isspace())
