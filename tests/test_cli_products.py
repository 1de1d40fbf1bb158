"""`kefu product`: a sheet goes in whole or not at all, and what would change is shown first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.cli.serve import _set_up_demo
from bot.content import catalogue
from bot.store import products
from bot.store.base import Store
from bot.store.tables import products as table
from tests.flows.test_products import done

NOW = datetime(2020, 11, 11, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    _kefu("shop", "add", "demo")


@pytest.mark.parametrize("name", ["商品.csv", "商品.xlsx"])
def test_the_template_is_imported_shown_and_listed(tmp_path: Path, name: str) -> None:
    file = str(tmp_path / name)
    assert "8 件商品的例子" in _kefu("template", file).output
    assert "已存在" in str(_kefu("template", file).exception)
    assert "新增 8 件" in _kefu("import", file).output
    shown = _kefu("show", "P100").output
    assert "标题：小满 圆领羊毛混纺毛衣 女款" in shown
    assert "尺码表：S:身高150-158厘米 体重80-98斤; M:" in shown
    assert "P102" in _kefu("list", "帆布").output
    assert "P100" not in _kefu("list", "帆布").output


def test_a_dry_run_shows_the_change_and_writes_nothing(tmp_path: Path) -> None:
    file = _sheet(tmp_path, "P1,衬衫,69,棉", "P2,袜,9,棉")
    _kefu("import", file)
    _sheet(tmp_path, "P1,衬衫,79,棉", "P2,袜,9,棉", "P3,裤,99,")
    tried = _kefu("import", file, "--dry-run").output
    assert "修改 P1 衬衫\n  价格：69 → 79\n" in tried
    assert "新增 P3 裤" in tried
    assert "P2" not in tried
    assert "新增 1 件，修改 1 件，未变 1 件（试运行，没有写入）" in tried
    assert "价格：69\n" in _kefu("show", "P1").output
    assert "新增 1 件，修改 1 件，未变 1 件\n" in _kefu("import", file).output
    assert "新增 0 件，修改 0 件，未变 3 件\n" in _kefu("import", file).output


def test_one_mistake_and_nothing_is_imported(tmp_path: Path) -> None:
    refused = _kefu("import", _sheet(tmp_path, "P1,衬衫,69,棉", "P2,袜,贵,"))
    assert refused.exit_code == 1
    assert "商品.csv:3: cell: “价格”：" in refused.output
    assert "没有商品 P1" in str(_kefu("show", "P1").exception)


def test_an_unknown_shop_or_file_form_is_refused(tmp_path: Path) -> None:
    assert "没有店铺 none" in str(_kefu("import", _sheet(tmp_path, "P1,衬衫,,"), "--shop", "none").exception)
    assert ".csv 或 .xlsx" in str(_kefu("template", str(tmp_path / "a.txt")).exception)


def test_gaps_of_a_quiet_shop_are_none() -> None:
    assert "次数" in _kefu("gaps").output


def test_the_demo_shop_has_the_examples_products_and_a_later_start_reads_their_stock_anew(store: Store) -> None:
    assert done(store, _set_up_demo) is not None
    first = store.read(lambda tx: products.listed(tx, "demo")).result()
    assert [one.id for one in first] == [one.id for one in catalogue.example(NOW)]
    done(store, lambda tx: tx.execute(table.update().values(read_at=NOW)) and None)
    assert done(store, _set_up_demo) is None
    again = store.read(lambda tx: products.listed(tx, "demo")).result()
    assert all(one.stock and one.stock.read_at > NOW for one in again)


def _sheet(folder: Path, *lines: str) -> str:
    file = folder / "商品.csv"
    file.write_text("\n".join(["商品编号,标题,价格,材质", *lines]), "utf-8")
    return str(file)


def _kefu(*arguments: str) -> Result:
    command = arguments if arguments[0] == "shop" else ("product", *arguments)
    return CliRunner().invoke(kefu, command)
