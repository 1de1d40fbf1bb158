"""What customers write of orders, money, days and amounts is found with one canonical value; plain words are left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.entities import find
from bot.core.model import Entity
from bot.core.normalize import normalize
from bot.core.numerals import number

Row = tuple[str, str, str]  # what is written, the kind found, its value

ORDERS: list[Row] = [
    ("我的订单号是4012345678901234567", "order_no", "4012345678901234567"),  # Taobao, 19 digits
    ("401234567890123456到哪了", "order_no", "401234567890123456"),  # Taobao, 18 digits
    ("６９２０１２３４５６７８９０１２３４５", "order_no", "6920123456789012345"),  # Douyin, full width
    ("订单6920123456789012345", "order_no", "6920123456789012345"),
    ("JD订单号 289012345678", "order_no", "289012345678"),  # JD, 12 digits beside a word
    ("订单编号289012345678帮我查下", "order_no", "289012345678"),
    ("单号：289012345678", "order_no", "289012345678"),
    ("订单251112-123456789012345", "order_no", "251112-123456789012345"),  # Pinduoduo
    ("251112-123456789012345怎么还没发", "order_no", "251112-123456789012345"),
    ("快递没到，订单号289012345678", "order_no", "289012345678"),
    ("这个单子38120472519", "order_no", "38120472519"),
    ("包裹没收到，我的订单是289012345678", "order_no", "289012345678"),
    ("3712345678901234567", "order_no", "3712345678901234567"),  # WeChat shop, 19 digits beginning with 3
    ("视频号买的3723456789012345678还没发", "order_no", "3723456789012345678"),
    ("快手订单2431200012345678", "order_no", "2431200012345678"),  # Kuaishou, 16 digits
]
PARCELS: list[Row] = [
    ("SF1234567890123到哪了", "tracking_no", "SF1234567890123"),
    ("sf 1234567890123", "tracking_no", "SF1234567890123"),
    ("ＳＦ１２３４５６７８９０１２３", "tracking_no", "SF1234567890123"),
    ("YT1234567890123", "tracking_no", "YT1234567890123"),
    ("yt1234567890123没更新", "tracking_no", "YT1234567890123"),
    ("极兔JT1234567890123", "tracking_no", "JT1234567890123"),
    ("JDVB12345678901", "tracking_no", "JDVB12345678901"),
    ("JDX012345678901", "tracking_no", "JDX012345678901"),
    ("德邦DPK123456789012", "tracking_no", "DPK123456789012"),
    ("ea123456789cn", "tracking_no", "EA123456789CN"),
    ("快递773012345678901查一下", "tracking_no", "773012345678901"),
    ("物流单号：432112345678901", "tracking_no", "432112345678901"),
    ("运单号75312345678901", "tracking_no", "75312345678901"),
    ("快递单号是75312345678901", "tracking_no", "75312345678901"),
]
PHONES: list[Row] = [
    ("13812345678", "phone", "13812345678"),
    ("我的电话138 1234 5678", "phone", "13812345678"),
    ("138-1234-5678", "phone", "13812345678"),
    ("１３８１２３４５６７８", "phone", "13812345678"),
    ("+8613812345678", "phone", "13812345678"),
    ("+86 138 1234 5678", "phone", "13812345678"),
    ("86-13812345678", "phone", "13812345678"),
    ("号码17012345678", "phone", "17012345678"),
    ("手机19912345678，到了打给我", "phone", "19912345678"),
    ("138****5678", "phone", "138****5678"),
    ("收件人手机138****5678收不到短信", "phone", "138****5678"),
    ("13812345678转1234", "phone", "13812345678转1234"),
    ("13812345678-1234", "phone", "13812345678转1234"),
    ("虚拟号13812345678转123", "phone", "13812345678转123"),
    ("150****1234", "phone", "150****1234"),
    ("150****1234转5678", "phone", "150****1234转5678"),
    ("150********1234", "phone", "150****1234"),
    ("13800138000-1234打不通", "phone", "13800138000转1234"),
    ("13800138000，转1234", "phone", "13800138000转1234"),
    ("13800138000 分机 1234", "phone", "13800138000转1234"),
]
MONEY: list[Row] = [
    ("三千五元", "money", "3500.00"),
    ("三千五百元", "money", "3500.00"),
    ("三千零五元", "money", "3005.00"),
    ("一万二千块", "money", "12000.00"),
    ("一万二块钱", "money", "12000.00"),
    ("一百零八元", "money", "108.00"),
    ("两百五十块", "money", "250.00"),
    ("十元", "money", "10.00"),
    ("二十五块钱", "money", "25.00"),
    ("12块8", "money", "12.80"),
    ("12.5元", "money", "12.50"),
    ("12元", "money", "12.00"),
    ("0.5元", "money", "0.50"),
    ("八块八", "money", "8.80"),
    ("九块九包邮", "money", "9.90"),
    ("两块五", "money", "2.50"),
    ("￥99", "money", "99.00"),
    ("¥1,299.00", "money", "1299.00"),
    ("1,299元", "money", "1299.00"),
    ("1299 元", "money", "1299.00"),
    ("三百元左右", "money", "300.00"),
    ("三千五能卖不", "money", "3500.00"),
    ("一百二行吗", "money", "120.00"),
    ("两千三百五太高了", "money", "2350.00"),
    ("一万二，贵了", "money", "12000.00"),
    ("1.5万元", "money", "15000.00"),
    ("2万块", "money", "20000.00"),
    ("3千块钱", "money", "3000.00"),
    ("2w", "money", "20000.00"),
    ("预算2w", "money", "20000.00"),
    ("1.2w左右", "money", "12000.00"),
    ("2w块", "money", "20000.00"),
    ("￥99.9", "money", "99.90"),
    ("￥1.5万", "money", "15000.00"),
    ("618元", "money", "618.00"),
]
DAYS: list[Row] = [
    ("今天能发吗", "date", "今天"),
    ("大后天到吗", "date", "大后天"),
    ("昨晚拍的", "date", "昨晚"),
    ("下周一发", "date", "下周一"),
    ("礼拜天发不发", "date", "礼拜天"),
    ("11月11日下的单", "date", "11月11日"),
    ("11月11号之前能到吗", "date", "11月11号之前"),
    ("5号前要用", "date", "5号前"),
    ("年前能收到吗", "date", "年前"),
    ("月底之前发", "date", "月底之前"),
    ("周末发货吗", "date", "周末"),
    ("周五之前能到不", "date", "周五之前"),
    ("双十一还降吗", "date", "双十一"),
    ("双11之前", "date", "双11之前"),
    ("双十二便宜些吗", "date", "双十二"),
    ("618有活动吗", "date", "618"),
    ("等618再拍", "date", "618"),
    ("下周三寄吧", "date", "下周三"),
    ("3月5号下午要用", "date", "3月5号下午"),
    ("明天上午送吗", "date", "明天上午"),
    ("三月五号生日", "date", "三月五号"),
    ("31号能到吗", "date", "31号"),
]
SPANS: list[Row] = [
    ("3-5天能到吗", "duration", "3-5天"),
    ("三到五天", "duration", "三到五天"),
    ("3至5天", "duration", "3至5天"),
    ("3~5天", "duration", "3~5天"),
    ("两三天了", "duration", "两三天"),
    ("48小时内发货", "duration", "48小时"),
    ("二十四小时", "duration", "二十四小时"),
    ("一个星期了", "duration", "一个星期"),
    ("半个月", "duration", "半个月"),
    ("半天没人理", "duration", "半天"),
    ("7天无理由", "duration", "7天"),
    ("等了30分钟", "duration", "30分钟"),
    ("大概两三天", "duration", "两三天"),
    ("都半个月了", "duration", "半个月"),
]
COUNTS: list[Row] = [
    ("买2件", "quantity", "2件"),
    ("我要三双", "quantity", "3双"),
    ("两个", "quantity", "2个"),
    ("6 个", "quantity", "6个"),
    ("十二盒", "quantity", "12盒"),
    ("二十五瓶", "quantity", "25瓶"),
    ("3.5斤", "quantity", "3.5斤"),
    ("一箱牛奶", "quantity", "1箱"),
    ("2万件", "quantity", "20000件"),
    ("120斤苹果", "quantity", "120斤"),
]
PLAIN = [
    "一点都不好", "万一坏了", "十分满意", "一直不发货", "千万别发错", "一块儿发", "一块发走", "第一个", "第12个",
    "百分百正品", "20w快充", "65w充电器", "不怕一万就怕万一", "房间1618", "6180", "a618", "3千克", "一千瓦", "三千五米",
    "42号色", "88号", "第三百五",
    "四季都能穿", "五谷杂粮", "一加手机", "iphone15", "买一送一", "1号线", "3号楼", "16点半", "满300减50", "500g",
    "155/80A",
    "12345", "12315", "12345678901", "1381234567", "这块表", "元气满满", "半袖", "十几", "一手货源", "三星", "在吗",
    "", "二维码", "几天能到",
    "五一放假发货吗", "11.11", "2.5折",
]
TABLE = [*ORDERS, *PARCELS, *PHONES, *MONEY, *DAYS, *SPANS, *COUNTS]


@pytest.mark.parametrize(("text", "kind", "value"), TABLE, ids=[text for text, *_ in TABLE])
def test_one_thing_is_found_with_its_value(text: str, kind: str, value: str) -> None:
    assert [(entity.kind, entity.value) for entity in find(normalize(text))] == [(kind, value)]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_words_name_nothing(text: str) -> None:
    assert find(normalize(text)) == ()


def test_several_things_come_in_the_order_of_the_text() -> None:
    text = normalize("订单4012345678901234567昨天买了2件共12块8，电话13812345678，3-5天能到吗")
    assert [entity.kind for entity in find(text)] == ["order_no", "date", "quantity", "money", "phone", "duration"]


def test_an_entity_keeps_the_words_it_was_read_from() -> None:
    (found,) = find(normalize("快递单号 SF1234567890123 查一下"))
    assert found.text == "sf1234567890123"
    assert found.value == "SF1234567890123"


@pytest.mark.parametrize(
    "text",
    [
        "13812345678" * 40, "1" * 500, "一" * 500, "3-" * 250, "¥" * 500, "," * 500, "111," * 125, "省市区" * 166,
        "a." * 250, "1斤" * 250, "165 " * 125, "m/l" * 166, "张三 13812345678 " * 30, "1号路" * 166, "收货人" * 166,
    ],
    ids=lambda text: str(text)[:12],
)
def test_a_flood_is_read_without_harm(text: str) -> None:
    assert _apart(text, find(text))


# Shreds of which everything that is found consists, so that chance puts half and overlapping things together.
_SHREDS = st.sampled_from(
    [
        "13812345678", "150****1234", "-", "转", "1", "65", "165", "120", "米", "cm", "kg", "斤", "身高", "体重", "穿",
        "m码", "xl", "2xl", "42码", "均码", ",", "，", "。", "\n", " ", "收货人:", "我叫", "张三", "李四", "浙江省",
        "杭州市", "西湖区", "文三路", "12号", "5幢", "301室", "小区", "省", "市", "区", "https://item.jd.com/",
        "1000.html", "m.tb.cn/a", "v.douyin.com/", "?id=", "三千五", "一百二", "元", "块", "¥", "2w", "万", "3月5号",
        "下午", "之前", "618", "双11", "半", "个", "天", "到", "件", "4012345678901234567", "sf1234567890123", "订单",
        "٣", "²", "½",
    ]
)


@given(st.one_of(st.lists(_SHREDS, max_size=25).map("".join), st.text(max_size=60)))
def test_whatever_is_written_finds_stand_apart_and_in_order(raw: str) -> None:
    for text in (normalize(raw), raw):
        assert _apart(text, find(text))


def _apart(text: str, found: tuple[Entity, ...]) -> bool:
    """Whether the words of the finds follow each other in the text without sharing a character."""
    position = 0
    for entity in found:
        begin = text.find(entity.text, position)
        if begin < 0 or not entity.text or not entity.value:
            return False
        position = begin + len(entity.text)
    return True


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("0", 0.0), ("12.5", 12.5), ("半", 0.5), ("十", 10.0), ("十五", 15.0), ("二十", 20.0), ("一百一", 110.0),
        ("一百一十五", 115.0), ("三百零五", 305.0), ("三千五", 3500.0), ("一万", 10000.0), ("万", 10000.0),
        ("一万二", 12000.0),
        ("两万五千", 25000.0),
        ("1.5万", 15000.0), ("2w", 20000.0), ("3百", 300.0), ("²", None), ("万1", None), ("〇", 0.0),
        ("一个", None), ("12元", None),
    ],
)
def test_a_numeral_has_its_value(numeral: str, value: float | None) -> None:
    assert number(numeral) == value
