"""What a customer wants changed in an order's address: what is told, missing, shown, recorded and bound."""

from __future__ import annotations

import pytest

from bot.content.divisions import divisions
from bot.core.address.model import Address
from bot.core.address.parse import parse
from bot.core.orders import Order, OrderFacts
from bot.core.wishes import changes, is_fulfilled, of_order, record, wish
from bot.core.yes_no import declines, is_no, is_yes, keeps

FACTS = OrderFacts(receiver="林小满", phone="13812345678-1234", address="浙江省杭州市西湖区文三路1号3幢502")
ORDER = Order("demo", "A1", FACTS)
HIDDEN = Order("demo", "A2", OrderFacts(receiver="林**", phone="138****5678", address="浙江省杭州市西湖区文三路****"))


def read(text: str) -> Address:
    return parse(text, divisions())


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("改成上海市浦东新区", ("门牌号",)), ("改成杭州市文一西路969号", ("区县",)), ("改成文二西路", ("门牌号",)),
        ("换个电话1391234567", ("收件人电话",)), ("换个电话13912345678", ()), ("收货人改成李四", ()),
        ("改成上海市浦东新区碧波路690号", ()), ("3幢601", ()),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(said: str, missing: tuple[str, ...]) -> None:
    assert wish(ORDER, (said,), read).missing == missing


def test_of_an_order_without_a_phone_a_new_place_asks_for_one_and_a_new_name_does_not() -> None:
    bare = Order("demo", "A3", OrderFacts(address="浙江省杭州市西湖区文三路1号"))
    assert wish(bare, ("改成上海市浦东新区碧波路690号",), read).missing == ("收件人姓名", "收件人电话")
    assert wish(bare, ("收货人改成李四",), read).missing == ()


def test_several_texts_make_one_wish() -> None:
    found = wish(ORDER, ("改成上海市浦东新区", "碧波路690号", "电话换成13900001111"), read)
    assert found.missing == ()
    assert changes(found) == "地址：浙江省杭州市西湖区**** → 上海市浦东新区碧波路690号；电话：138****5678 → 13900001111"


def test_the_digest_is_of_what_the_order_has_and_of_what_it_becomes() -> None:
    one = wish(ORDER, ("改成上海市浦东新区碧波路690号",), read)
    assert one.bound("a") != one.bound("b")
    assert one.bound("a") == wish(ORDER, ("换到上海市 浦东新区 碧波路 690号",), read).bound("a")
    assert one.bound("a") != wish(ORDER, ("改成上海市浦东新区碧波路691号",), read).bound("a")


def test_what_platforms_hide_is_no_change() -> None:
    assert not wish(HIDDEN, ("林** 138****5678 浙江省杭州市西湖区文三路****",), read).is_news
    told = wish(HIDDEN, ("换个电话13900001111",), read)
    assert changes(told) == "电话：138****5678 → 13900001111"
    assert record(told).startswith("电话 138****5678→13900001111。新的收货信息：浙江省杭州市西湖区文三路****")


def test_an_orders_phone_has_its_extension() -> None:
    assert (of_order(ORDER, read).phone, of_order(ORDER, read).extension) == ("13812345678", "1234")
    line = Order("demo", "A4", OrderFacts(phone="0571-88886666", address="浙江省杭州市西湖区文三路1号"))
    assert of_order(line, read).phone == "0571-88886666"


def test_a_wish_is_fulfilled_where_the_order_goes_there() -> None:
    wished = wish(ORDER, ("改成上海市浦东新区碧波路690号",), read).new
    moved = Order("demo", "A1", OrderFacts(receiver="林**", phone="138****5678", address="上海 浦东新区 碧波路690号"))
    assert is_fulfilled(moved, wished, read)
    assert not is_fulfilled(ORDER, wished, read)


@pytest.mark.parametrize("text", ["对的 谢谢", "好的,麻烦尽快发货", "对,发吧", "没问题,辛苦了"])
def test_a_yes_with_a_courtesy_is_one(text: str) -> None:
    assert is_yes(text)


@pytest.mark.parametrize("text", ["谢谢", "好的什么时候发货", "发货吧", "可以发货了吗", "对了发货了"])
def test_a_courtesy_or_a_question_is_none(text: str) -> None:
    assert not is_yes(text)


@pytest.mark.parametrize("text", ["不对", "写错了", "地址不对", "要改一下", "错了,要换", "不是的"])
def test_a_no_is_a_no(text: str) -> None:
    assert is_no(text)


@pytest.mark.parametrize("text", ["好的" * 250, "不对" * 250, "就" * 500, "还是" * 250])
def test_a_long_text_is_read_at_once(text: str) -> None:
    """With a repetition of repetitions none of these would end."""
    assert not is_yes(f"{text}x")
    assert not is_no(f"{text}x")
    assert not keeps(f"{text}x")
    assert not declines(f"{text}x吗")


@pytest.mark.parametrize("text", ["不用改了", "还是原来的地址吧", "先不换了,谢谢", "地址没变", "就按之前的寄"])
def test_nothing_is_to_be_changed(text: str) -> None:
    assert keeps(text)
    assert not is_no(text)


@pytest.mark.parametrize("text", ["不用改地址,改电话", "不变色吗", "换了", "不要了"])
def test_something_else_is_said(text: str) -> None:
    assert not keeps(text)


@pytest.mark.parametrize("text", ["对的", "不对,是5幢", "换个颜色", "没错", "不要了", "退货", "不用改了", "不换了"])
def test_anything_more_is_no_no(text: str) -> None:
    assert not is_no(text)
