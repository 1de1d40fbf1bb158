"""Another customer's text is shown without what tells who it was, and otherwise as it was typed."""

from __future__ import annotations

import pytest

from bot.core.anonymous import anonymous

_NAMES = ("buyer-9", "林晓", "欣")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("张先生您好，单号 SF1234567890123 已发出", "****先生您好，单号 **** 已发出"),
        ("寄到上海市浦东新区世纪大道100号，电话13812345678", "寄到地址****，电话****"),
        ("订单3948571029384701补发了！林晓请查收", "订单****补发了！****请查收"),
        ("请加微信abcdef，或者看https://a.example/b?c=1 谢谢", "请加微信****，或者看**** 谢谢"),
        ("邮箱lin@example.com可以吗？", "邮箱****可以吗？"),
        ("BUYER-9 您好", "**** 您好"),
        ("您好欧阳女士，在的", "您好****女士，在的"),
        ("收货人王小明 13812345678", "收货人**** ****"),
    ],
)
def test_what_tells_who_it_was_is_hidden(typed: str, shown: str) -> None:
    assert anonymous(typed, _NAMES) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "加绒的，Ｓ码适合100斤以内，可以7天无理由退换哦！",
        "退款35.80元，1-3个工作日到账", "这位先生您好，欣赏您的眼光",
        "2L的锅￥199.00，买2送1", "(满199包邮)亲，今天16:00前拍下当天发",
    ],
)  # fmt: skip
def test_everything_else_stays_as_it_was_typed(typed: str) -> None:
    assert anonymous(typed, _NAMES) == typed
