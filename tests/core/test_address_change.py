"""An address is compared, completed, bound to a confirmation and shown: what a customer changes, and nothing else."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.divisions import divisions
from bot.core.address import house
from bot.core.address.change import Change, difference, digest, is_same, masked, merge
from bot.core.address.model import PARTS, Address
from bot.core.address.parse import parse
from tests.core.address_table import table

OLD_TEXT = "浙江省杭州市余杭区五常街道文一西路969号3幢502，张三丰 13812345678转1234"
TEXTS = [says for says, _ in table()]


def _read(text: str) -> Address:
    return parse(text, divisions())


OLD = _read(OLD_TEXT)


def _changed(said: str) -> dict[str, str]:
    """What becomes other than it was when a customer says this, part by part."""
    return {one.part: one.new for one in difference(OLD, merge(OLD, _read(said)))}


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("换个电话 13900001111", {"phone": "13900001111", "extension": ""}),
        ("电话错了，应该是13900001111-22", {"phone": "13900001111", "extension": "22"}),
        ("收货人改成李四", {"name": "李四"}),
        ("门牌号是3幢601", {"detail": "文一西路969号3幢601"}),
        ("房号写错了，是5栋1804", {"detail": "文一西路969号5栋1804"}),
        ("西湖区文三路12号", {"district": "西湖区", "street": "", "detail": "文三路12号"}),
        ("改成上海市浦东新区张江镇碧波路690号", {
            "province": "上海市", "city": "上海市", "district": "浦东新区", "street": "张江镇", "detail": "碧波路690号",
        }),
        ("改成余杭区仓前街道良睦路1399号", {"street": "仓前街道", "detail": "良睦路1399号"}),
        ("改成文二西路8号", {"detail": "文二西路8号"}),
        ("就是余杭区，没错", {}),
        ("张** 138****5678", {}),
        (OLD_TEXT, {}),
    ],
)  # fmt: skip
def test_what_is_said_changes_that_and_nothing_else(said: str, changed: dict[str, str]) -> None:
    became = merge(OLD, _read(said))
    assert {part: getattr(became, part) for part in PARTS if getattr(became, part) != getattr(OLD, part)} == {
        part: value for part, value in changed.items() if value != getattr(OLD, part)
    }
    assert became.missing == ()
    told = {part: value for part, value in changed.items() if value or part == "extension"}
    assert _changed(said) == told


def test_the_old_city_tells_which_of_several_districts_is_meant() -> None:
    alone = _read("西湖区文三路12号")
    assert alone.missing == ("省/市", "姓名", "电话")
    settled = merge(OLD, alone)
    assert (settled.city, settled.district, settled.doubts) == ("杭州市", "西湖区", ())


def test_an_ambiguous_district_is_still_asked_about_where_the_old_city_has_none() -> None:
    moved = merge(OLD, _read("朝阳区建国路88号"))
    assert [doubt.kind for doubt in moved.doubts] == ["ambiguous"]
    assert {path[1] for path in moved.doubts[0].candidates} == {"北京市", "长春市"}
    assert "省/市" in moved.missing


def test_a_contradiction_names_both_places_and_what_to_do() -> None:
    doubt = _read("杭州市海淀区中关村大街1号").doubts[0]
    assert doubt.says == "杭州市没有海淀区，请与客户核对省市区"
    assert doubt.candidates == (("浙江省", "杭州市"), ("北京市", "北京市", "海淀区"))


def test_what_is_missing_is_completed_until_nothing_is() -> None:
    known = Address()
    for said, missing in [
        ("浙江省杭州市", ("区县", "门牌号", "姓名", "电话")),
        ("余杭区五常街道", ("门牌号", "姓名", "电话")),
        ("文一西路969号", ("姓名", "电话")),
        ("收货人：张三", ("电话",)),
        ("13812345678", ()),
    ]:
        known = merge(known, _read(said))
        assert known.missing == missing
    assert merge(_read("张三 13812345678"), _read("湖北省仙桃市沔阳大道16号")).missing == ()
    assert known == _read("浙江省杭州市余杭区五常街道文一西路969号 张三 13812345678")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("林**", "林志玲", True), ("林**", "李志玲", False), ("183****2807", "18312342807", True),
        ("183****2807", "18312342808", False), ("**玲", "林志玲", True), ("张*", "张**", True), ("張三", "张三", True),
        ("张*", "张", False), ("文一西路****", "文一西路969号", True), ("文一西路****", "文二西路969号", False),
        ("张三", "张三 ", True), ("", "张三", False), ("183****2807", "183****2808", False),
    ],
)  # fmt: skip
def test_stars_hide_and_do_not_differ(one: str, other: str, same: bool) -> None:
    assert is_same(one, other) is same
    assert is_same(other, one) is same


def test_a_difference_tells_old_and_new() -> None:
    new = _read("收货人改成李四")
    assert difference(OLD, new) == (Change("name", "张三丰", "李四"),)


def test_the_digest_is_of_the_address_and_not_of_its_spelling() -> None:
    again = _read("收货人：张三丰\n电话：138 1234 5678 转 1234\n地址：浙江 杭州 余杭 五常街道 文一西路 969号 3幢502")
    assert digest(again) == digest(OLD)


def _with(address: Address, part: str, value: str) -> Address:
    """The address with a part replaced by name."""
    values = {field.name: getattr(address, field.name) for field in fields(address)}
    return Address(**values | {part: value})


@pytest.mark.parametrize("part", PARTS)
def test_a_digest_is_another_when_any_part_is(part: str) -> None:
    assert digest(_with(OLD, part, "别的1")) != digest(OLD)
    others = {digest(_with(Address(), other, "同")) for other in PARTS if other != part}
    assert digest(_with(Address(), part, "同")) not in others


def test_an_address_is_shown_without_door_name_and_phone() -> None:
    assert masked(OLD) == "浙江省杭州市余杭区五常街道文一西路****，张**，138****5678转1234"
    assert masked(_read("北京市朝阳区建国路88号 王芳 13812345678")) == "北京市朝阳区建国路****，王*，138****5678"
    assert masked(Address()) == ""


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_shown_tells_no_full_name_phone_or_door(text: str) -> None:
    address = _read(text)
    place, *who = masked(address).split("，") if address.region else ("", masked(address))
    assert not address.phone or "*" in address.phone or address.phone not in "".join(who)
    assert not address.name or "*" in address.name or address.name not in who
    parts = house.split(address.detail)
    assert not parts.room or "*" in address.detail or f"{parts.number}{parts.building}{parts.room}" not in place


@pytest.mark.parametrize("text", TEXTS)
def test_merging_an_address_with_itself_or_with_nothing_leaves_it_alone(text: str) -> None:
    address = _read(text)
    assert merge(address, address) == address
    assert merge(address, Address()) == address
    assert difference(address, address) == ()
    assert str(house.split(address.detail)) == address.detail


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="浙江省杭州市余杭区西湖街道文一路12号3-幢单元张三138*，,\n 转:收货人地址改成（）朝阳", max_size=80)
)
def test_whatever_is_written_is_read_and_merged_without_harm(text: str) -> None:
    address = _read(text)
    assert str(house.split(address.detail)) == address.detail
    assert merge(address, Address()) == address
    assert len(digest(merge(OLD, address))) == 64
    assert masked(address) is not None
