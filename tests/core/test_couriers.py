"""Which couriers deliver at an address, what is offered there, and which one a customer names."""

from __future__ import annotations

import pytest

from bot.core.address.model import Address
from bot.core.couriers import Reach, named, offer

NAMES = ("中通快递", "圆通速递")
REACH = {
    "中通快递": Reach(never=(("西藏自治区",),)),
    "圆通速递": Reach(only=(("浙江省", "杭州市"), ("西藏自治区", "拉萨市"))),
}
HANGZHOU = Address("浙江省", "杭州市", "西湖区")


@pytest.mark.parametrize(
    ("address", "couriers", "default", "fallback"),
    [
        (HANGZHOU, NAMES, "中通快递", ""),
        (Address("浙江省", "宁波市", "鄞州区"), ("中通快递",), "中通快递", ""),
        (Address("西藏自治区", "拉萨市", "城关区"), ("圆通速递",), "圆通速递", ""),
        (Address("西藏自治区", "阿里地区", "噶尔县"), (), "", "EMS"),
        (Address("西藏自治区"), ("圆通速递",), "圆通速递", ""),  # the city is not told: it may be Lhasa
        (Address("台湾省", "台北市"), (), "", ""),
        (Address(), NAMES, "中通快递", ""),
    ],
)
def test_what_is_offered(address: Address, couriers: tuple[str, ...], default: str, fallback: str) -> None:
    found = offer(NAMES, "中通快递", "EMS", REACH, address)
    assert (found.couriers, found.default, found.fallback) == (couriers, default, fallback)


def test_a_shop_that_names_no_couriers_offers_none() -> None:
    found = offer((), "", "", {}, HANGZHOU)
    assert (found.couriers, found.default, found.fallback, found.said) == ((), "", "", {})


def test_a_choice_between_one_is_none() -> None:
    assert "couriers" not in offer(NAMES, "中通快递", "EMS", REACH, Address("浙江省", "宁波市")).said
    assert offer(NAMES, "中通快递", "EMS", REACH, HANGZHOU).said["couriers"] == "中通快递、圆通速递"


@pytest.mark.parametrize(
    ("text", "courier", "rest"),
    [
        ("发圆通吧", "圆通速递", ""), ("对的,发圆通", "圆通速递", "对的"), ("圆通速递", "圆通速递", ""),
        ("麻烦发中通快递,地址没错", "中通快递", "地址没错"), ("好的", "", "好的"), ("发顺丰", "", "发顺丰"),
        ("不要发圆通", "", "不要发圆通"), ("发圆通还是中通", "", "发圆通还是中通"), ("能发圆通吗", "", "能发圆通吗"),
    ],
)  # fmt: skip
def test_a_courier_is_named(text: str, courier: str, rest: str) -> None:
    assert named(text, NAMES) == (courier, rest)
