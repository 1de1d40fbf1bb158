"""A shop's products as a sheet: one line each, Chinese column names; any column that is not ours is an attribute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.reader import Finding
from bot.content.sheet import Row, Table, read_table
from bot.core.facts import campaign_of, level_of, spelled
from bot.core.hours import SHOP_ZONE
from bot.core.products import Flaw, Product, Stock, flaws
from bot.core.shop import Fact
from bot.core.sizes import chart_of, written
from bot.core.written import read_begin, read_end
from bot.errors import FactError

#: Products of our own: the demo shop's, and the example that `kefu product template` writes.
EXAMPLE = Path(__file__).parent / "example_products.csv"
ID, TITLE, STOCK, READ_AT = "商品编号", "标题", "库存", "库存时间"
#: Column → field of a product, in the order of the template.
COLUMNS: Mapping[str, str] = {
    ID: "id", TITLE: "title", "价格": "price", STOCK: "stock", READ_AT: "read_at", "卖点": "selling_points",
    "注意事项": "cautions", "售后": "after_sale", "尺码表": "size_chart", "活动": "campaign",
    "活动开始": "starts", "活动结束": "ends", "关联商品": "related",
}  # fmt: skip
_TITLES = {field: column for column, field in COLUMNS.items()}
_SECONDS = re.compile(r"(?<=:\d\d):\d\d(?:\.\d+)?$")
_ITEMS = re.compile(r"[\n;；]")
_NAMED = re.compile(r"^(.*[^:：\s])\s*[:：]\s*([^:：]+)$")


def products_of(
    table: Table, name: str, saved_at: datetime, now: datetime
) -> tuple[list[Product], list[Finding]]:
    """The products of a sheet, and everything in it that must be mended first (by line, and by column in the message).
    A stock without a time of its own (库存时间, the shop's zone) counts as read when the file was saved."""
    findings = [
        Finding(name, 1, "column", f"缺少列“{column}”") for column in (ID, TITLE) if column not in table.header
    ]
    if findings:
        return [], findings
    products: list[Product] = []
    lines: dict[str, int] = {}
    for row in table.rows:
        product, wrong = _product(row, saved_at)
        wrong += flaws(product, now)
        findings += [Finding(name, row.line, "cell", f"“{_column(flaw.field)}”：{flaw.message}") for flaw in wrong]
        if (first := lines.setdefault(product.id, row.line)) != row.line:
            findings.append(Finding(name, row.line, "double", f"商品编号 {product.id} 与第 {first} 行重复"))
        products.append(product)
    return products, findings


def example(now: datetime) -> list[Product]:
    """The example's products, their stock read just now."""
    products, findings = products_of(example_table(), EXAMPLE.name, now, now)
    if findings:
        raise FactError(str(findings[0]))
    return products


def example_table() -> Table:
    """The example as a sheet."""
    return read_table(EXAMPLE.read_bytes(), EXAMPLE.name)


def cells_of(product: Product) -> dict[str, str]:
    """A product as the line of a sheet that `products_of` reads back; only the cells that hold something."""
    campaign, stock = product.campaign, product.stock
    cells = {
        ID: product.id,
        TITLE: product.title,
        "价格": product.price,
        STOCK: _stock_cell(stock) if stock else "",
        READ_AT: _local(stock.read_at) if stock else "",
        "卖点": "\n".join(product.selling_points),
        "注意事项": "\n".join(product.cautions),
        "售后": product.after_sale,
        "尺码表": written(product.size_chart) if product.size_chart else "",
        "活动": campaign.says if campaign else "",
        "活动开始": _local(campaign.span.begin) if campaign and campaign.span.begin else "",
        "活动结束": _local(campaign.span.end) if campaign and campaign.span.end else "",
        "关联商品": "\n".join(product.related),
    }
    others = {name: text for name, text in product.attributes.items() if name not in COLUMNS}
    return {column: text for column, text in {**cells, **others}.items() if text}


def differences(old: Product, new: Product) -> list[tuple[str, str, str]]:
    """The columns in which two products differ, with the old and the new text; "" for an empty cell."""
    before, after = cells_of(old), cells_of(new)
    columns = dict.fromkeys([*after, *before])
    return [(c, before.get(c, ""), after.get(c, "")) for c in columns if before.get(c) != after.get(c)]


class _Cells:
    """Reads the cells of one line and notes what is wrong with each."""

    def __init__(self, row: Row) -> None:
        self._cells, self.wrong = row.cells, list[Flaw]()

    def text(self, column: str) -> str:
        return self._cells.get(column, "")

    def read(self, column: str, reader: Any, empty: Any = None) -> Any:
        """What `reader` makes of a cell that holds something."""
        text = self.text(column)
        try:
            return reader(text) if text else empty
        except FactError as error:
            self.wrong.append(Flaw(COLUMNS[column], str(error)))
            return empty


def _product(row: Row, saved_at: datetime) -> tuple[Product, list[Flaw]]:
    cells = _Cells(row)
    levels, read_at = cells.read(STOCK, _levels), cells.read(READ_AT, _begin, saved_at)
    product = Product(
        id=cells.text(ID),
        title=cells.text(TITLE),
        attributes={name: text for name, text in row.cells.items() if name not in COLUMNS and text},
        size_chart=cells.read("尺码表", chart_of),
        stock=Stock(read_at, levels) if levels else None,
        selling_points=_items(cells.text("卖点")),
        cautions=_items(cells.text("注意事项")),
        after_sale=cells.text("售后"),
        price=cells.text("价格").removeprefix("¥").removesuffix("元").strip(),
        campaign=_campaign(cells),
        related=_items(cells.text("关联商品").replace("、", ";").replace(",", ";")),
    )
    return product, cells.wrong


def _campaign(cells: _Cells) -> Fact | None:
    begin, end = cells.read("活动开始", _begin), cells.read("活动结束", _end)
    return campaign_of(cells.text("活动"), begin, end) if cells.text("活动") else None


def _items(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _ITEMS.split(text) if part.strip())


def _levels(text: str) -> dict[str, int | None]:
    """“12”, “有货”, or “黑色/S:3; 黑色/M:有货”."""
    levels: dict[str, int | None] = {}
    for item in _items(text):
        named = _NAMED.match(item)
        sku, level = (named[1].strip(), named[2].strip()) if named else ("", item)
        if sku in levels:
            raise FactError(f"规格“{sku}”写了两次" if sku else "多个规格请写成：黑色/S:3; 黑色/M:有货")
        levels[sku] = level_of(level)
    return levels


def _stock_cell(stock: Stock) -> str:
    return "; ".join(f"{sku}:{spelled(level)}" if sku else spelled(level) for sku, level in stock.levels.items())


def _begin(text: str) -> datetime:
    return read_begin(_dashed(text))


def _end(text: str) -> datetime:
    return read_end(_dashed(text))


def _dashed(text: str) -> str:
    """A time as spreadsheets write it, 2026/11/11 9:00:00, in the form that core/written.py reads."""
    return _SECONDS.sub("", text.replace("/", "-"))


def _local(at: datetime) -> str:
    return f"{at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M}"


def _column(field: str) -> str:
    """The column that a flaw's field was read from."""
    name, _, inner = field.partition(".")
    return inner if name == "attributes" and inner else _TITLES.get(name, name)

