"""Order notes (小红旗, SR-156) as an ERP reads them: why an order changed, and the columns of the export."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NoteReason(StrEnum):
    """Why an order is to be looked at (变动事由)."""

    ADDRESS = "address"
    REMARK = "remark"
    ITEM = "item"
    GIFT = "gift"
    URGE = "urge"
    INTERCEPT = "intercept"
    OTHER = "other"


REASONS: Mapping[NoteReason, str] = MappingProxyType({
    NoteReason.ADDRESS: "改地址", NoteReason.REMARK: "改备注", NoteReason.ITEM: "换规格", NoteReason.GIFT: "赠品",
    NoteReason.URGE: "催发", NoteReason.INTERCEPT: "拦截", NoteReason.OTHER: "其他",
})  # fmt: skip
#: The colours of a flag as order makers call them.
FLAGS: Mapping[str, str] = MappingProxyType({
    "red": "红旗", "yellow": "黄旗", "green": "绿旗", "blue": "蓝旗", "purple": "紫旗", "": "",
})  # fmt: skip
COLUMNS = ("备注编号", "订单号", "旗子", "事由", "内容", "客服", "时间", "顾客")
