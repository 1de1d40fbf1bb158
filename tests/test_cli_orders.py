"""`kefu order`: a sheet as 千牛 exports it goes in whole or not at all, and nobody's door is printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu

HEADER = (
    "订单编号,买家会员名,买家实际支付金额,订单状态,收货人姓名,收货地址,联系手机,订单创建时间,订单付款时间,宝贝标题,物流单号,物流公司,宝贝总数量"
)
PAID = (
    '="2026001",tb_lin,199.00,"买家已付款,等待卖家发货",林小明,浙江省杭州市西湖区文三路1号,'
    "'13812345678,2020/11/10 9:00:00,2020/11/10 9:05,羊绒围巾,,,1"
)
SECOND = PAID.replace("羊绒围巾", "棉袜")
OTHER = "2026002,tb_wu,9.9,等待买家付款,吴**,上海市**,183****2807,2020-11-10 10:00:00,,棉袜,,,2"


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    _kefu("shop", "add", "demo")
    _kefu("channel", "add", "demo")


def test_a_dry_run_shows_and_an_import_writes_once(tmp_path: Path) -> None:
    file = _sheet(tmp_path, PAID, SECOND, OTHER)
    tried = _order("import", file, "--dry-run")
    assert "新增 2026001 待发货\n新增 2026002 待付款\n" in tried.output
    assert "新增 2 笔，修改 0 笔，未变 0 笔（试运行，没有写入）" in tried.output
    assert "没有订单" in str(_order("show", "demo", "2026001").exception)
    assert "新增 2 笔" in _order("import", file).output
    assert "新增 0 笔，修改 0 笔，未变 2 笔" in _order("import", file).output


def test_an_order_is_shown_without_what_finds_a_door(tmp_path: Path) -> None:
    _order("import", _sheet(tmp_path, PAID, SECOND, OTHER))
    shown = _order("show", "demo", "2026001").output
    for line in (
        "状态：待发货（表格导入）", "商品：羊绒围巾等2件商品", "金额：199", "付款时间：11月10日09:05", "收件人：林**",
        "手机：138****5678", "地址：浙江省杭州市西湖区****",
    ):  # fmt: skip
        assert line in shown
    listed = _order("list", "tb_wu").output
    assert "2026002" in listed
    assert "2026001" not in listed
    for text in (shown, listed, _order("list").output):
        assert "文三路" not in text
        assert "13812345678" not in text


def test_a_later_sheet_moves_an_order_on(tmp_path: Path) -> None:
    _order("import", _sheet(tmp_path, PAID))
    sent = PAID.replace("买家已付款,等待卖家发货", "卖家已发货,等待买家确认")
    sent = sent.replace("羊绒围巾,,", "羊绒围巾,7890001,中通快递")
    assert "修改 2026001 待发货 → 已发货" in _order("import", _sheet(tmp_path, sent)).output
    assert "物流单号：7890001" in _order("show", "demo", "2026001").output


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (PAID.replace('="2026001"', "20 26"), "订单编号"),
        (PAID.replace("199.00", "很贵"), "买家实际支付金额"),
        (PAID.replace("买家已付款,等待卖家发货", "随缘"), "订单状态"),
        (PAID.replace("2020/11/10 9:05", "昨天"), "订单付款时间"),
        (PAID.replace("2020/11/10 9:05", "2999-01-01 00:00"), "订单付款时间"),
        (PAID[:-1] + "0", "宝贝总数量"),
    ],
)
def test_one_mistake_and_nothing_is_imported(tmp_path: Path, line: str, column: str) -> None:
    refused = _order("import", _sheet(tmp_path, OTHER, line))
    assert refused.exit_code == 1
    assert f"订单.csv:3: cell: “{column}”：" in refused.output
    assert "13812345678" not in refused.output
    assert "没有订单" in str(_order("show", "demo", "2026002").exception)


def test_a_sheet_without_numbers_and_an_unknown_channel_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "订单.csv"
    file.write_text("买家会员名\ntb_lin\n", "utf-8")
    assert "缺少列“订单编号”" in _order("import", str(file)).output
    good = _sheet(tmp_path, OTHER)
    assert "没有渠道 nowhere" in str(_order("import", good, "--channel", "nowhere").exception)


def _sheet(folder: Path, *lines: str) -> str:
    file = folder / "订单.csv"
    file.write_bytes("\n".join([HEADER, *lines]).encode("gb18030"))
    return str(file)


def _order(*arguments: str) -> Result:
    return _kefu("order", *arguments)


def _kefu(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, arguments)
