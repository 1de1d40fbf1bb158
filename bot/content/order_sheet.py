"""Orders as the sheet that 千牛 and ERP systems export: one line for each item, Chinese column names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.content.reader import Finding
from bot.content.sheet import Row, Table
from bot.core.hours import SHOP_ZONE
from bot.core.order_snapshot import Snapshot
from bot.core.orders import Item, Kind, OrderFacts

#: Column → its other names; the first that a sheet has counts.
ID = ("订单编号", "订单号", "主订单编号")
_STATE = ("订单状态",)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "customer": ("买家会员名", "买家ID", "客户编号"),
    "receiver": ("收货人姓名", "收件人", "收货人"),
    "phone": ("联系手机", "手机", "收货人手机", "联系电话"),
    "address": ("收货地址", "收货人地址", "详细地址"),
    "courier": ("物流公司", "快递公司"),
    "tracking_no": ("物流单号", "运单号", "快递单号"),
    "buyer_note": ("买家留言", "买家备注"),
    "seller_note": ("订单备注", "卖家备注", "备注"),
    "flag": ("旗帜", "备注旗帜"),
}
_SUMS = {"amount": ("买家实际支付金额", "实付金额", "买家应付货款"), "refund_amount": ("退款金额",)}
_TIMES: Mapping[Kind, tuple[str, ...]] = {
    Kind.CREATED: ("订单创建时间", "下单时间"),
    Kind.PAID: ("订单付款时间", "付款时间"),
    Kind.SHIPPED: ("发货时间",),
    Kind.SIGNED: ("确认收货时间", "签收时间"),
    Kind.REFUND_DONE: ("退款时间", "退款完成时间"),
}
_PRODUCT, _TITLE = ("商品编号", "宝贝ID", "商品ID"), ("宝贝标题", "商品标题", "商品名称")
_SKU = ("销售属性", "规格", "商品属性")
_QUANTITY, _PRICE = ("购买数量", "宝贝总数量", "数量"), ("单价", "商品单价", "价格")
#: Words of 订单状态, with what must have happened by then; a sheet without the time of it has it happen when read.
_STATES: Mapping[str, Kind] = {
    "等待买家付款": Kind.CREATED, "待付款": Kind.CREATED, "买家已付款": Kind.PAID, "等待卖家发货": Kind.PAID,
    "待发货": Kind.PAID, "卖家已发货": Kind.SHIPPED, "等待买家确认": Kind.SHIPPED, "已发货": Kind.SHIPPED,
    "待收货": Kind.SHIPPED, "交易成功": Kind.SIGNED, "已签收": Kind.SIGNED, "已完成": Kind.SIGNED,
    "退款成功": Kind.REFUND_DONE, "退款中": Kind.REFUND_REQUESTED, "交易关闭": Kind.CLOSED, "已关闭": Kind.CLOSED,
    "已取消": Kind.CLOSED,
}  # fmt: skip
_NUMBER = re.compile(r"[0-9A-Za-z_.:-]{1,64}")
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
_MOST_FEN = 10**11


def snapshots_of(
    table: Table, name: str, channel: str, read_at: datetime
) -> tuple[list[Snapshot], list[Finding]]:
    """The orders of a sheet, and everything in it that must be mended first. Lines with the same number are items of
    one order. Times are the shop's; `read_at` (aware): when the file was saved. Columns that are not ours are left."""
    if not any(column in table.header for column in ID):
        return [], [Finding(name, 1, "column", f"缺少列“{ID[0]}”")]
    reader = _Reader(name, channel, read_at)
    grouped: dict[str, list[Row]] = {}
    for row in table.rows:
        if number := reader.number(row):
            grouped.setdefault(number, []).append(row)
    found = [reader.snapshot(number, rows) for number, rows in grouped.items()]
    return found, reader.findings


class _Reader:
    """Reads lines and notes what is wrong with each."""

    def __init__(self, name: str, channel: str, read_at: datetime) -> None:
        self._name, self._channel, self._read_at = name, channel, read_at
        self.findings: list[Finding] = []

    def number(self, row: Row) -> str:
        column, text = _cell(row, ID)
        text = text.removeprefix("=").strip('"')  # 千牛 writes ="…" so that spreadsheets keep all digits
        if _NUMBER.fullmatch(text):
            return text
        self._report(row, column, "订单编号只能是字母、数字和 . : _ -，不能为空")
        return ""

    def snapshot(self, number: str, rows: Sequence[Row]) -> Snapshot:
        row = rows[0]
        texts = {name: text for name, columns in _TEXTS.items() if (text := _cell(row, columns)[1])}
        if "phone" in texts:
            texts["phone"] = texts["phone"].lstrip("'")
        items = tuple(item for one in rows if (item := self._item(one)))
        sums = {name: self._fen(row, columns) for name, columns in _SUMS.items()}
        told: dict[str, Any] = {**texts, **sums}
        facts = OrderFacts(channel=self._channel if "customer" in texts else None, items=items or None, **told)
        return Snapshot(number, self._read_at, facts, self._times(row), live=False)

    def _times(self, row: Row) -> dict[Kind, datetime]:
        times = {kind: at for kind, columns in _TIMES.items() if (at := self._time(row, columns))}
        column, state = _cell(row, _STATE)
        kind = next((kind for word, kind in _STATES.items() if word in state), None)
        if state and kind is None:
            self._report(row, column, f"不认识“{state[:20]}”，可以写：{'、'.join(_STATES)}")
        return times | ({kind: self._read_at} if kind and kind not in times else {})

    def _item(self, row: Row) -> Item | None:
        product, title = _cell(row, _PRODUCT)[1], _cell(row, _TITLE)[1]
        if not product and not title:
            return None
        column, text = _cell(row, _QUANTITY)
        if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
            self._report(row, column, "数量要写 1 以上的整数")
            text = "1"
        return Item(product, title, _cell(row, _SKU)[1], int(text or 1), self._fen(row, _PRICE))

    def _fen(self, row: Row, columns: Sequence[str]) -> int | None:
        column, text = _cell(row, columns)
        if not text:
            return None
        try:
            fen = Decimal(text.removeprefix("¥").removesuffix("元").replace(",", "")) * 100
        except InvalidOperation:
            fen = Decimal(-1)
        if fen.is_finite() and fen == int(fen) and 0 <= fen < _MOST_FEN:
            return int(fen)
        self._report(row, column, "金额要写成 199 或 199.90")
        return None

    def _time(self, row: Row, columns: Sequence[str]) -> datetime | None:
        column, text = _cell(row, columns)
        for form in _FORMS if text else ():
            try:
                at = datetime.strptime(text.replace("/", "-"), form).replace(tzinfo=SHOP_ZONE)
            except ValueError:
                continue
            if at.year >= 2000 and at <= self._read_at:
                return at
            break
        if text:
            self._report(row, column, "时间要写成 2026-11-11 09:30:00，且不晚于文件保存的时间")
        return None

    def _report(self, row: Row, column: str, message: str) -> None:
        self.findings.append(Finding(self._name, row.line, "cell", f"“{column}”：{message}"))


def _cell(row: Row, columns: Sequence[str]) -> tuple[str, str]:
    """The column that the sheet has of these, and its text."""
    column = next((name for name in columns if name in row.cells), columns[0])
    return column, row.cells.get(column, "")
