"""Sheets of quick phrases in 千牛's form, in the encodings in which people have them."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import qianniu
from bot.content.yaml import FileError
from bot.core.quick import QuickPhrase, Scope, proven
from bot.core.quick_import import Kind, Row, compare
from bot.errors import InvalidField

FORMS: tuple[Literal["csv", "xlsx"], ...] = ("csv", "xlsx")
SHEET = "快捷短语编码,快捷短语,快捷短语分组\nfh01,今天发出。,发货\n,您好。,\n"
ROWS = [Row(2, "fh01", "今天发出。", "发货"), Row(3, "", "您好。", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_sheet_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert qianniu.read(SHEET.encode(encoding), "a.csv") == ROWS


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("快捷短语分组,备注,快捷短语,快捷短语编码\n发货,x,今天发出。,fh01\n", Row(2, "fh01", "今天发出。", "发货")),
        ("快捷编码,快捷短语\nfh01,今天发出。\n", Row(2, "fh01", "今天发出。", "")),
        ("快捷短语\n今天发出。\n", Row(2, "", "今天发出。", "")),
    ],
)
def test_columns_may_be_moved_added_or_missing(sheet: str, row: Row) -> None:
    assert qianniu.read(sheet.encode(), "a.csv") == [row]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", "快捷短语编码,快捷短语分组\n".encode(), b"PK\x03\x04nothing"])
def test_what_is_no_such_sheet_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(FileError, match=r"a\.csv"):
        qianniu.read(data, "a.csv")


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(FileError, match="5000") as refused:
        qianniu.read(("快捷短语\n" + "您好。\n" * 5_001).encode(), "a.csv")
    assert refused.value.line == 5_002


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_again(form: Literal["csv", "xlsx"]) -> None:
    texts = ["=SUM(A1)", "+86 10", "@所有人", "-1", "'=1", "您好，\n“请讲”", 'a,"b";c', "您好。"]
    phrases = [QuickPhrase("", Scope.SHOP, "", "发货", f"a{n}", text) for n, text in enumerate(texts)]
    written = qianniu.written(reversed(phrases), form)
    assert [(row.code, row.text, row.group) for row in qianniu.read(written, "a")] == [
        (phrase.code, phrase.text, phrase.group) for phrase in phrases
    ]


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=5))
def test_whatever_may_be_kept_comes_back_unchanged(texts: list[str]) -> None:
    kept = [one for number, text in enumerate(texts) for one in _kept(f"a{number}", text)]
    for form in FORMS:
        rows = qianniu.read(qianniu.written(kept, form), "a")
        assert {change.kind for change in compare(rows, kept)} <= {Kind.UNCHANGED}
        assert len(rows) == len(kept)


def _kept(code: str, text: str) -> list[QuickPhrase]:
    """The phrase in its stored form; [] where it may not be kept."""
    try:
        return [proven(QuickPhrase("", Scope.SHOP, "", text[:5], code, text))]
    except InvalidField:
        return []


def test_the_header_is_the_one_that_other_desks_expect_and_no_cell_runs() -> None:
    data = qianniu.written([QuickPhrase("", Scope.SHOP, "", "发货", "a1", "=cmd()")], "csv")
    assert data.decode("utf-8-sig").splitlines() == ["快捷短语编码,快捷短语,快捷短语分组", "a1,'=cmd(),发货"]
