"""Order and product cards that platforms write as text: what they are about is said, what is wanted is not."""

from __future__ import annotations

import re

from bot.core.links import LINK
from bot.core.model import MessageType

_BRACKETS = " ,.;!。[]【】()<>《》「」"
_ASKS = r"(?:我?(?:要|想)?(?:咨询|查询|问)(?:一下|下|的)?)?(?:这个|这笔|以下|如下)?"
_ORDER = rf"{_ASKS}(?:订单(?:编号|号码|号|金额|时间|状态)?|(?:下单|付款|支付|成交)时间|实付(?:款|金额)?|金额|合计)"
_GOODS = rf"{_ASKS}(?:商品|宝贝|产品)(?:编号|id)?|数量|单价"
# Numbers, dates, sums and codes; a word of Chinese in it would say something. A card may leave a field empty.
_VALUE = r"\s*(?:是|为)?(?:[:=]\s*|\s*(?=[0-9¥$\[]))[¥$]?[0-9a-z_ .:¥$元\[\]/-]{0,60}"
_PIECE = re.compile(rf"(?:(?P<order>{_ORDER})|(?P<goods>{_GOODS})){_VALUE}")
_MASKED = re.compile(r"\[[^\[\],]{1,40}\]")  # a field that the platform does not tell: [日期x]
_LINK = re.compile(LINK)
_POINTING = re.compile(rf"{_ASKS}(?:这(?:个|款|件|条|双)?|那(?:个|款|件))?(?:商品|宝贝|产品|链接)?")
# A line of choice in a platform's menu, clicked and sent as the customer's words.
_TOPIC = re.compile(r"(?P<order>订单)?(?:商品)?(?:类|业务|相关)?(?:的)?(?:咨询|问题)")
_BARE_NUMBER = re.compile(r"(?!1[3-9]\d{9}$)[0-9]{10,20}")  # an order's, not a mobile phone's
_WRAPPED = re.compile(r"^顾客通过点击.{0,20}?信息发送:")  # JD's client writes it before a card
_LABEL = re.compile(r"(?<=.)(?=(?:订单金额|下单时间|付款时间|实付|商品(?:编号|id|名称)))")
_MOST = 400  # characters; a card is short


def pasted(text: str) -> MessageType | None:
    """Whether a normalised text is nothing but an order's or a product's card (“[订单编号:2981…,订单金额:¥129]”, a bare
    link to goods); None for a text that says anything beside it."""
    if not text or len(text) > _MOST:
        return None
    text = _WRAPPED.sub("", text)
    if _BARE_NUMBER.fullmatch(text):
        return MessageType.ORDER_CARD
    if topic := _TOPIC.fullmatch(text.strip(_BRACKETS)):
        return MessageType.ORDER_CARD if topic["order"] else MessageType.PRODUCT_CARD if "商品" in text else None
    if _LINK.search(text):
        rest = _LINK.sub("", text).strip(f":{_BRACKETS}")
        return MessageType.PRODUCT_CARD if _POINTING.fullmatch(rest) else None
    apart = _LABEL.sub(",", _MASKED.sub("0", text).strip(_BRACKETS))
    pieces = [piece.strip() for piece in re.split(r"[,;]", apart)]
    found = [_PIECE.fullmatch(piece) for piece in pieces if piece]
    if not found or not all(found) or not any(character.isdigit() for character in text):
        return None
    return MessageType.ORDER_CARD if any(match and match["order"] for match in found) else MessageType.PRODUCT_CARD
