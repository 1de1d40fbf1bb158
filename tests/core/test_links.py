"""Links to goods give platform and article number; other links and what only looks like one give nothing."""

from __future__ import annotations

import pytest

from bot.core.entities import find
from bot.core.normalize import normalize

LINKS = {
    "https://item.taobao.com/item.htm?id=678901234567": "taobao:678901234567",
    "https://item.taobao.com/item.htm?spm=a1z10.1&id=678901234567&skuId=5123456789012345678": "taobao:678901234567",
    "http://h5.m.taobao.com/awp/core/detail.htm?id=678901234567 这款": "taobao:678901234567",
    "detail.tmall.com/item.htm?abbucket=1&id=612345678901": "tmall:612345678901",
    "https://detail.tmall.hk/hk/item.htm?id=612345678901": "tmall:612345678901",
    "https://item.jd.com/100012043978.html这个有货吗": "jd:100012043978",
    "ITEM.JD.COM/100012.html": "jd:100012",
    "看这个https://item.m.jd.com/product/100012043978.html?utm_source=x": "jd:100012043978",
    "https://mobile.yangkeduo.com/goods.html?goods_id=4567890123&page_from=1": "pdd:4567890123",
    "https://mobile.yangkeduo.com/goods2.html?_x=1&goods_id=4567890123": "pdd:4567890123",
    "https://haohuo.jinritemai.com/views/product/item2?id=3456789012345678901": "douyin:3456789012345678901",
    "https://weidian.com/item.html?itemID=1234567890": "weidian:1234567890",
    "https://shop123.v.weidian.com/item.html?itemID=1234567890": "weidian:1234567890",
    "【淘宝】https://m.tb.cn/h.5AbCd?tk=xyz 点击链接": "m.tb.cn/h.5abcd?tk=xyz",
    "https://e.tb.cn/h.gAbC": "e.tb.cn/h.gabc",
    "https://3.cn/1aBc-dE": "3.cn/1abc-de",
    "复制 https://v.douyin.com/iRNBho6/ 打开抖音": "v.douyin.com/irnbho6",
    "https://haohuo.jinritemai.com/s/abc": "haohuo.jinritemai.com/s/abc",
}
NO_LINKS = [
    "https://www.baidu.com/abc", "https://item.taobao.com/", "taobao.com", "https://evil-taobao.com/item.htm?id=678901234567",
    "https://item.jd.com.evil.cn/100012.html", "https://shop.taobao.com/list?uid=123456", "item.jd.com", "13.cn/abc",
    "京东的链接发我", "https://",
]


@pytest.mark.parametrize(("text", "value"), LINKS.items())
def test_a_link_to_goods_is_named_and_its_numbers_are_nothing_else(text: str, value: str) -> None:
    assert [(entity.kind, entity.value) for entity in find(normalize(text))] == [("product_link", value)]


@pytest.mark.parametrize("text", NO_LINKS)
def test_another_link_leads_to_no_goods(text: str) -> None:
    assert find(normalize(text)) == ()
