"""What identifies a person does not reach a log; what names an order does (bar 57)."""

from __future__ import annotations

import random
import re
from itertools import permutations

import pytest

from bot.core.mask import mask, masked_address, masked_name, masked_phone

_CHINESE = ("零一二三四五六七八九", "〇幺二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")


def _chinese(digits: str, table: str) -> str:
    return "".join(table[int(d)] for d in digits)


def _full_width(digits: str) -> str:
    return "".join(chr(ord(d) + 0xFEE0) for d in digits)


def _spellings(phone: str) -> list[str]:
    """Ways in which customers write a phone number, and in which they try to get one past a filter."""
    a, b, c = phone[:3], phone[3:7], phone[7:]
    return [
        phone, f"{a} {b} {c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"{a}—{b}—{c}", f"{a}·{b}·{c}", f"{a}_{b}_{c}",
        f"{a}/{b}/{c}", f"({a}){b}{c}", f"+86{phone}", f"+86 {phone}", f"86-{phone}", f"0086{phone}",
        _full_width(phone), _full_width(a) + b + c, *(_chinese(phone, table) for table in _CHINESE),
        _chinese(a, _CHINESE[0]) + b + c, "\u200b".join(phone), " ".join(phone), f"{a}\u2060{b}\u00ad{c}",
        f"{a}\u202e{b}{c}", f"{a}　{b}　{c}", f"{a}❤{b}❤{c}",
    ]


def _two_hundred_phones() -> list[tuple[str, str]]:
    chance = random.Random(57)
    made: list[tuple[str, str]] = []
    while len(made) < 200:
        phone = f"1{chance.choice('3456789')}" + "".join(chance.choices("0123456789", k=9))
        made += [(phone, spelling) for spelling in chance.sample(_spellings(phone), 4)]
    return made[:200]


def _order_numbers() -> list[str]:
    chance = random.Random(58)

    def digits(count: int) -> str:
        return chance.choice("123456789") + "".join(chance.choices("0123456789", k=count - 1))

    numbers: list[str] = []
    for _ in range(400):
        numbers += [digits(19), digits(18), f"69{digits(17)}", digits(12), f"2511{chance.randint(10, 28)}-{digits(15)}"]
    return numbers


def test_of_two_hundred_phones_in_every_spelling_at_most_two_percent_escape() -> None:
    sentences = ["打我电话{}谢谢", "收件人张三，{}", "{}", "号码:{}。"]
    escaped = []
    for number, (phone, spelling) in enumerate(_two_hundred_phones()):
        masked = mask(sentences[number % len(sentences)].format(spelling))
        if f"****{phone[-4:]}" not in masked or phone[3:7] in masked:
            escaped.append(spelling)
    assert len(escaped) <= 4, escaped


def test_of_two_thousand_order_numbers_at_least_ninety_nine_percent_stay() -> None:
    numbers = _order_numbers()
    hidden = [number for number in numbers if mask(f"订单{number}到哪了") != f"订单{number}到哪了"]
    assert len(hidden) <= len(numbers) // 100, hidden


@pytest.mark.parametrize(
    "address",
    [
        "浙江省杭州市西湖区文三路123号5幢2单元301室", "寄到广东省深圳市南山区科技园南路88号",
        "北京市朝阳区建国路88号SOHO现代城3号楼", "上海市浦东新区张江镇碧波路690号", "湖南省长沙县星沙街道板仓路5号",
        "江苏省苏州市工业园区翠园小区12-3-402", "浙江省义乌市佛堂镇蟠龙村18号", "山东省青岛市香港中路８号",
    ],
)
def test_an_address_is_hidden(address: str) -> None:
    masked = mask(f"我的地址是{address}")
    assert "地址****" in masked
    assert not re.search(r"\d", masked)


@pytest.mark.parametrize(
    "card", [
        "110101199003071234", "11010119900307123X", "11010119900307123x", "110101 19900307 1234",
        "１１０１０１１９９００３０７１２３４",
    ],
)
def test_an_identity_card_is_hidden(card: str) -> None:
    assert mask(f"身份证{card}好的") == "身份证****好的"


@pytest.mark.parametrize("card", ["6222020200112233445", "4111 1111 1111 1111", "5500-0000-0000-0004"])
def test_a_bank_card_with_a_right_check_digit_is_hidden(card: str) -> None:
    assert mask(f"卡号{_with_check_digit(card)}") == "卡号****"


@pytest.mark.parametrize(
    "text",
    [
        "什么时候发货", "订单1234567890123456789到哪了", "我要3件，一共199.5元", "满300减50", "货号13812345",
        "13812345678.50元",
        "快递773012345678901", "2025-11-11 10:00:00 下的单", "三五天能到吗", "一共一百三十八块", "我们小区门口的驿站",
        "尺码155/80A还有吗", "12315",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert mask(text) == mask(mask(text))
    assert "****" not in mask(text)


def test_the_masked_form_shows_what_agents_know_from_platforms() -> None:
    assert mask("电话13812345678转1234") == "电话138****5678转1234"


@pytest.mark.parametrize("between", [" ", "\n", "，", " , "])
def test_a_delivery_block_keeps_neither_name_nor_phone_nor_address(between: str) -> None:
    parts = ["张小三", "13812345678", "浙江省 杭州市 西湖区 文三路 123号"]
    for order in permutations(parts):
        masked = mask(between.join(order))
        assert "小三" not in masked
        assert "138****5678" in masked
        assert "地址****" in masked
        assert not any(part in masked for part in ("杭州", "西湖", "文三路", "123号"))
        assert mask(masked) == masked


def test_a_name_behind_a_label_is_hidden() -> None:
    assert mask("收货人：张三 电话：13812345678") == "收货人:张** 电话:138****5678"
    assert mask("收件人改成李四") == "收件人改成李**"


@pytest.mark.parametrize("text", ["谢谢 13812345678", "收货人写错了", "查一下 13812345678"])
def test_words_beside_a_phone_stay(text: str) -> None:
    assert mask(text) == text.replace("13812345678", "138****5678")


def test_every_phone_of_a_text_is_hidden() -> None:
    assert mask("13812345678或者139-8765-4321") == "138****5678或者139****4321"


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        (masked_address("浙江省杭州市西湖区文三路1号2幢301"), "浙江省杭州市西湖区****"),
        (masked_address("北京市朝阳区建国路88号"), "北京市朝阳区****"),
        (masked_address("某处"), "地址****"),
        (masked_address("上海市**区**路"), "上海市**区**路"),
        (masked_name("林小明"), "林**"),
        (masked_name("林**"), "林**"),
        (masked_phone("18312342807"), "183****2807"),
        (masked_phone("183****2807"), "183****2807"),
        (masked_phone("132123457749-1234"), "132****7749"),
        (masked_phone(""), ""),
    ],
)
def test_a_receiver_is_masked_as_platforms_do(shown: str, hidden: str) -> None:
    assert shown == hidden


def _with_check_digit(card: str) -> str:
    """The card number with its last digit replaced by the right one."""
    digits = [int(d) for d in card if d.isdigit()][:-1][::-1]
    total = sum(digits[1::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[::2])
    return f"{card[:-1]}{-total % 10}"
