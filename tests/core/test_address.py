"""A pasted delivery block gives name, phone and address in any order; places named in passing are no address."""

from __future__ import annotations

from itertools import permutations

import pytest

from bot.core.entities import find
from bot.core.normalize import normalize

NAME, PHONE, ADDRESS = "王小明", "13812345678", "浙江省杭州市西湖区文三路123号5幢2单元301室"
ADDRESSES = {
    "寄到广东省深圳市南山区科技园南路88号": "广东省深圳市南山区科技园南路88号",
    "浙江杭州西湖区文三路12号": "浙江杭州西湖区文三路12号",
    "北京北京市朝阳区建国路88号": "北京北京市朝阳区建国路88号",
    "上海市浦东新区张江镇碧波路690号": "上海市浦东新区张江镇碧波路690号",
    "江苏省苏州市工业园区翠园小区12-3-402": "江苏省苏州市工业园区翠园小区12-3-402",
    "浙江省 杭州市 西湖区 文三路 123号": "浙江省杭州市西湖区文三路123号",
    "浙江省，杭州市，西湖区，文三路123号": "浙江省杭州市西湖区文三路123号",
    "地址改成杭州市余杭区五常街道西溪花园3栋": "杭州市余杭区五常街道西溪花园3栋",
    "改成义乌市佛堂镇蟠龙村18号可以吗": "义乌市佛堂镇蟠龙村18号",
    "送到四川省成都市武侯区一环路南一段24号": "四川省成都市武侯区一环路南一段24号",
    "新疆维吾尔自治区乌鲁木齐市天山区解放北路12号": "新疆维吾尔自治区乌鲁木齐市天山区解放北路12号",
    "河南省信阳市光山县白雀园镇方寨村3组": "河南省信阳市光山县白雀园镇方寨村3组",
    "湖南省长沙县星沙街道板仓路5号": "湖南省长沙县星沙街道板仓路5号",
    "文三路12号": "文三路12号",
    "所在地区：广东省深圳市南山区 详细地址：科技园南路88号": "广东省深圳市南山区科技园南路88号",
}
NO_ADDRESS = [
    "北京能到吗", "浙江省杭州市能到吗", "我在小区门口的路边", "我们县城和乡镇都能送吗", "放3号楼了", "1号线2号楼",
    "路上坏了",
    "几号发货路上要多久", "市区和郊区运费一样吗", "农村能送吗", "旗舰店的区别", "市场价", "快递放村口",
    "这个号码是空号",
    "新疆发不发货", "京东和淘宝的区别在哪", "区号是多少", "小区没人",
]
NAMES = {
    "收货人：李四": "李四", "收件人 李四": "李四", "姓名：小明": "小明", "收货人改成欧阳娜娜": "欧阳娜娜",
    "收件人是王芳的": "王芳", "我叫李雷": "李雷", "收货人姓名：陈大文": "陈大文",
}
NO_NAMES = [
    "收件人写错了怎么改", "收货人电话错了", "我叫快递了", "我叫你发货", "我叫车去拿", "名字打错了",
    "收货人：", "收件人不在家", "姓名要填吗", "张三",
]
NO_NAMES_BESIDE = [
    "谢谢", "方便的话打", "麻烦查一下", "白色", "我的电话", "顺丰", "江苏", "新号码", "金额不对", "收货电话",
]


def _found(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, entity.value) for entity in find(normalize(text))]


@pytest.mark.parametrize("between", [" ", "，", "\n", "；", "  \n", "、"])
@pytest.mark.parametrize("order", list(permutations([("name", NAME), ("phone", PHONE), ("address", ADDRESS)])))
def test_a_block_is_read_in_any_order(order: tuple[tuple[str, str], ...], between: str) -> None:
    assert _found(between.join(value for _, value in order)) == list(order)


@pytest.mark.parametrize("between", [" ", "，", "\n", ""])
def test_a_block_with_labels_is_read(between: str) -> None:
    text = between.join([f"收货人：{NAME}", f"电话：{PHONE}", f"地址：{ADDRESS}"])
    assert _found(text) == [("name", NAME), ("phone", PHONE), ("address", ADDRESS)]


def test_the_block_of_a_platform_is_read() -> None:
    text = "收货人: 张三\n手机号码: 13812345678\n所在地区: 浙江省杭州市西湖区\n详细地址: 文三路12号3幢"
    assert _found(text) == [("name", "张三"), ("phone", PHONE), ("address", "浙江省杭州市西湖区文三路12号3幢")]


def test_a_virtual_phone_stands_in_a_block() -> None:
    found = _found("张三，13812345678-1234，浙江省杭州市西湖区文三路12号")
    assert found == [("name", "张三"), ("phone", "13812345678转1234"), ("address", "浙江省杭州市西湖区文三路12号")]


def test_a_name_glued_to_a_town_is_parted_from_it() -> None:
    assert _found("王小明义乌市佛堂镇蟠龙村18号 13812345678") == [
        ("name", "王小明"), ("address", "义乌市佛堂镇蟠龙村18号"), ("phone", PHONE),
    ]


def test_a_nickname_beside_the_phone_is_a_name() -> None:
    assert _found("小李 13812345678") == [("name", "小李"), ("phone", PHONE)]


@pytest.mark.parametrize(("text", "value"), ADDRESSES.items())
def test_an_address_is_read_from_its_region_to_its_house(text: str, value: str) -> None:
    assert _found(text) == [("address", value)]


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_a_place_in_passing_is_no_address(text: str) -> None:
    assert "address" not in dict(_found(text))


@pytest.mark.parametrize(("text", "value"), NAMES.items())
def test_a_name_is_read_where_it_is_announced(text: str, value: str) -> None:
    assert _found(text) == [("name", value)]


@pytest.mark.parametrize("text", [*NO_NAMES, *(f"{words} {PHONE}" for words in NO_NAMES_BESIDE)])
def test_other_words_are_no_name(text: str) -> None:
    assert "name" not in dict(_found(text))
