"""A sheet of products: each cell lands in its field, other columns are attributes, mistakes have line and column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.content import catalogue
from bot.content.catalogue import cells_of, differences, products_of
from bot.content.sheet import read_table, write_table
from bot.core.facts import campaign_of
from bot.core.products import Product, Stock
from bot.core.sizes import chart_of
from tests.content.test_sheet import FORMS

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)  # ten in the morning of the shop
SAVED = NOW - timedelta(minutes=20)
HEADER = "商品编号,标题,价格,库存,库存时间,卖点,注意事项,售后,尺码表,活动,活动开始,活动结束,关联商品,材质"


def read(*lines: str, header: str = HEADER) -> tuple[list[Product], list[str]]:
    """The products and findings of a CSV file of these lines."""
    table = read_table("\n".join([header, *lines]).encode(), "商品.csv")
    products, findings = products_of(table, "商品.csv", SAVED, NOW)
    return products, list(map(str, findings))


def test_every_cell_lands_in_its_field() -> None:
    line = (
        "P1,衬衫,¥69.9元,黑色/S:3; 黑色/M:有货,2026-11-11 09:50,不易皱；透气,深色单独洗,七天无理由退换,"
        "S:身高155-160,满199减20,2026/11/1 00:00:00,2026-11-11,P2、P3,100%棉"
    )
    [product], findings = read(line)
    assert findings == []
    assert product == Product(
        "P1", "衬衫", {"材质": "100%棉"}, chart_of("S:身高155-160"),
        Stock(NOW - timedelta(minutes=10), {"黑色/S": 3, "黑色/M": None}), ("不易皱", "透气"), ("深色单独洗",),
        "七天无理由退换", "69.9",
        campaign_of("满199减20", datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 11, 16, tzinfo=UTC)),
        ("P2", "P3"),
    )  # fmt: skip


def test_what_a_cell_leaves_out_is_not_known() -> None:
    [product], findings = read("P1,衬衫", header="商品编号,标题,产地")
    assert (product, findings) == (Product("P1", "衬衫"), [])


def test_a_stock_without_a_time_was_read_when_the_file_was_saved() -> None:
    products, _ = read("P1,衬衫,12", "P2,裤,有货", "P3,袜,无货", "P4,鞋,", header="商品编号,标题,库存")
    assert [product.stock for product in products] == [
        Stock(SAVED, {"": 12}), Stock(SAVED, {"": None}), Stock(SAVED, {"": 0}), None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (",衬衫", "商品.csv:3: cell: “商品编号”：商品编号只能用"),
        ("P 1,衬衫", "商品.csv:3: cell: “商品编号”：商品编号只能用"),
        ("P1,", "商品.csv:3: cell: “标题”：不能为空"),
        ("P0,衬衫", "商品.csv:3: double: 商品编号 P0 与第 2 行重复"),
        ("P1,衬衫,面议", "商品.csv:3: cell: “价格”：价格请写成"),
        ("P1,衬衫,,12件", "商品.csv:3: cell: “库存”：库存要写"),
        ("P1,衬衫,,1; 2", "商品.csv:3: cell: “库存”：多个规格请写成"),
        ("P1,衬衫,,黑:1; 黑:2", "商品.csv:3: cell: “库存”：规格“黑”写了两次"),
        ("P1,衬衫,,1,昨天", "商品.csv:3: cell: “库存时间”：“昨天”不是日期"),
        ("P1,衬衫,,1,2026-13-40", "商品.csv:3: cell: “库存时间”：“2026-13-40”这一天不存在"),
        ("P1,衬衫,,1,2026-11-12", "商品.csv:3: cell: “库存时间”：库存的读取时间在将来"),
        ("P1,衬衫,,,,全网第一", "商品.csv:3: cell: “卖点”：“全网第一”含有绝对化用语"),
        ("P1,衬衫,,,,,,,S:大", "商品.csv:3: cell: “尺码表”：S码的“大”看不懂"),
        ("P1,衬衫,,,,,,,,满减,2026-11-11,2026-11-01", "商品.csv:3: cell: “活动”：活动结束时间要晚于开始时间"),
        ("P1,衬衫,,,,,,,,,,,a b", "商品.csv:3: cell: “关联商品”：关联商品请写商品编号"),
        ("P1,衬衫,,,,,,,,,,,,null", "商品.csv:3: cell: “材质”：像是没有填完的内容"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(line: str, finding: str) -> None:
    _, findings = read("P0,好的一行", line)
    assert len(findings) == 1
    assert findings[0].startswith(finding)


def test_every_mistake_is_told_at_once() -> None:
    _, findings = read("P 1,,面议", "P2,裤,贵")
    assert [finding.split("：")[0] for finding in findings] == [
        "商品.csv:2: cell: “商品编号”", "商品.csv:2: cell: “标题”", "商品.csv:2: cell: “价格”",
        "商品.csv:3: cell: “价格”",
    ]  # fmt: skip


def test_a_sheet_needs_its_two_columns() -> None:
    products, findings = read("1,2", header="货号,价格")
    assert products == []
    assert findings == ["商品.csv:1: column: 缺少列“商品编号”", "商品.csv:1: column: 缺少列“标题”"]


def test_the_example_reads_without_a_finding_and_reads_back_from_either_form() -> None:
    goods = catalogue.example(NOW)
    assert len(goods) == 8
    assert {one.stock.read_at for one in goods if one.stock} == {NOW}
    assert sum(one.size_chart is not None for one in goods) == 3
    header = list(dict.fromkeys(column for one in goods for column in cells_of(one)))
    for form in FORMS:
        table = read_table(write_table(header, map(cells_of, goods), form), "again")
        assert products_of(table, "again", SAVED, NOW) == (goods, [])


def test_the_difference_of_two_products_is_told_by_column() -> None:
    old = Product("P1", "衬衫", {"材质": "棉", "产地": "浙江"}, price="69")
    new = Product("P1", "衬衫", {"材质": "棉麻"}, price="79", cautions=("手洗",))
    assert differences(old, new) == [
        ("价格", "69", "79"), ("注意事项", "", "手洗"), ("材质", "棉", "棉麻"), ("产地", "浙江", ""),
    ]  # fmt: skip
    assert differences(old, old) == []
