"""`kefu quick`: a sheet in, out and back again, and what a lead reads on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.errors import KefuError

HEADER = "快捷短语编码,快捷短语,快捷短语分组"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with the shop demo."""
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    assert run("shop", "add", "demo").exit_code == 0


def run(*arguments: str) -> Result:
    """One command."""
    return CliRunner().invoke(kefu, arguments)


def sheet(folder: Path, *rows: str, encoding: str = "gb18030") -> str:
    """A file as another desk writes it."""
    path = folder / "千牛.csv"
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode(encoding))
    return str(path)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_comes_in_again_unchanged(tmp_path: Path, form: str) -> None:
    run("quick", "import", sheet(tmp_path, "zz01,=1+1,测试", 'zz02,"您好，\n请讲。",测试'))
    out = tmp_path / f"out.{form}"
    exported = run("quick", "export", str(out))
    assert exported.exit_code == 0
    again = run("quick", "import", str(out))
    assert re.search(r"^新增 0，修改 0，不变 [1-9]\d*，有误 0$", again.output, re.MULTILINE)
    assert "没有变化" in again.output


def test_an_import_is_shown_done_and_undone(tmp_path: Path) -> None:
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    run("quick", "export", str(before))
    file = sheet(tmp_path, "fh01,亲，今天发！,发货", "zz01,您好，请讲。,测试")

    shown = run("quick", "import", file, "--dry-run")
    assert "第 2 行 修改 fh01：[发货] 亲，今天发！\n    原来：[发货] 您好，" in shown.output
    assert "提醒：去掉感叹号" in shown.output
    assert "第 3 行 新增 zz01：[测试] 您好，请讲。" in shown.output
    assert "没有写入" in shown.output
    assert "zz01" not in run("quick", "list").output

    assert "已导入" in run("quick", "import", file, "--agent", "小王").output
    assert "您好，请讲。" in run("quick", "search", "ceshi").output
    assert "小王" in run("quick", "undo").output
    run("quick", "export", str(after))
    assert after.read_bytes() == before.read_bytes()
    assert "没有可以撤销的导入" in str(run("quick", "undo").exception)


def test_one_faulty_row_and_nothing_is_taken(tmp_path: Path) -> None:
    done = run("quick", "import", sheet(tmp_path, "zz01,您好。,测试", "zz01,请讲。,测试", "好,您好{姓名},"))
    assert done.exit_code == 1
    assert "第 3 行 有误 zz01：与第 2 行重复" in done.output
    assert "第 4 行 有误" in done.output
    assert "没有导入任何内容" in done.output
    assert "zz01" not in run("quick", "list").output


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("quick", "export", "out.txt"), ".csv 或 .xlsx"),
        (("quick", "export", "pyproject.toml.csv"), "已存在"),
        (("quick", "undo", "--shop", "none"), "没有店铺 none"),
    ],
)
def test_a_refusal_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml.csv").touch()
    refused = run(*command).exception
    assert isinstance(refused, KefuError)
    assert why in str(refused)


def test_a_file_that_is_no_sheet_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("编码,内容\n1,2\n", "utf-8")
    assert "a.csv:1: 没有“快捷短语”这一列" in str(run("quick", "import", str(file)).exception)
