"""Which attribute is asked for: by the shop's name or the customers' words, the longest first, and never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.attributes import Attribute, asked_attribute
from bot.core.normalize import normalize
from bot.core.products import Product

SWEATER = Product(
    "P1", "羊毛衫",
    {"面料": "60%棉", "产地": "浙江", "洗涤方式": "手洗", "净含量": "500克", "款式编码": "X1", "颜色": "燕麦色"},
)  # fmt: skip
CREAM = Product("P2", "面霜", {"成分": "神经酰胺", "材质": "玻璃瓶"})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("这件什么料子的", "面料"),
        ("是纯棉的吗", "面料"),
        ("面料成分是什么", "面料"),
        ("能不能机洗呀", "洗涤方式"),
        ("可以洗衣机洗不", "洗涤方式"),
        ("產地在哪裡", "产地"),
        ("是国产的吗", "产地"),
        ("有多少克", "净含量"),
        ("款式编码发我一下", "款式编码"),
        ("有哪些颜色", "颜色"),
    ],
)
def test_an_attribute_is_found_by_the_words_that_customers_use(text: str, name: str) -> None:
    assert asked_attribute(SWEATER, normalize(text)) == Attribute(name, SWEATER.attributes[name])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("保质期多久", "保质期"), ("有3C认证吗", "认证"), ("厚不厚", "厚薄"), ("多重", "重量"), ("功率多大", "功率"),
        ("电池容量是多少", "电池容量"), ("适合多大的孩子", "适用年龄"), ("会不会掉色", "掉色"), ("220还是几伏", "电压"),
        ("开封后能放几天", "保质期"), ("是哪天生产的", "生产日期"), ("一包多少抽", "数量"), ("裙子多长", "裙长"),
    ],
)  # fmt: skip
def test_what_the_product_does_not_tell_is_asked_for_without_a_value(text: str, name: str) -> None:
    assert asked_attribute(SWEATER, normalize(text)) == Attribute(name, "")


@pytest.mark.parametrize(
    "text",
    [
        "", "在吗", "什么时候发货", "穿多大码", "我选多大", "发货要多长时间", "质保期多久", "有多大优惠", "长13cm吗",
        "什么面料，产地哪里",  # two questions: which one would be answered?
        "羊毛衫好看吗",
    ],
)  # fmt: skip
def test_what_asks_for_no_single_attribute_gets_none(text: str) -> None:
    assert asked_attribute(SWEATER, normalize(text)) is None


def test_a_word_for_two_things_means_the_one_that_the_product_has() -> None:
    assert asked_attribute(CREAM, "成分") == Attribute("成分", "神经酰胺")
    assert asked_attribute(CREAM, "含酒精吗") == Attribute("成分", "神经酰胺")
    assert asked_attribute(Product("P3", "饼干", {"配料": "小麦粉"}), "什么成分") == Attribute("配料", "小麦粉")
    both = Product("P4", "茶", {"净含量": "100克", "重量": "120克"})
    assert asked_attribute(both, "多少克") is None
    assert asked_attribute(both, "净含量多少克") == Attribute("净含量", "100克")


@given(st.text(max_size=40))
def test_any_text_gets_an_attribute_or_none(text: str) -> None:
    asked = asked_attribute(SWEATER, normalize(text))
    assert asked is None or SWEATER.attributes.get(asked.name, "") == asked.value
