"""Who receives is found wherever the name stands, though it reads like a word or a place; remarks are nobody's name."""

from __future__ import annotations

import pytest

from bot.content.divisions import divisions
from bot.core.address import receiver
from bot.core.address.likeness import likeness
from bot.core.address.parse import parse

PLACE, PHONE = "浙江省杭州市西湖区文三路12号3幢502", "13812345678"
NAMES = [
    "王伟", "江南", "马路", "石桥", "平安", "花满楼", "李国栋", "马到成", "欧阳娜娜", "单晓冰", "查小龙", "亓玉芳",
    "闾丘露薇", "买买提", "卓玛", "乌云其其格", "次仁央宗", "小美", "毛毛", "王女士", "李大哥", "周医生", "豆豆妈妈",
    "Lucy", "阿卜杜拉·买买提", "王*", "来喜",
]  # fmt: skip
#: Names only where a phone is beside them: words and cities.
WORDS = ["高兴", "任何", "于是", "长春", "常州"]
BESIDE = [
    "{name} {phone} {place}", "{name}，{phone}，{place}", "{place} {name} {phone}", "{place} {phone} {name}",
    "{phone} {name} {place}", "{place}，{name}收，{phone}", "{place}\n{name}\n{phone}", "{name}/{phone}/{place}",
    "{place}（{name}收）{phone}", "{place} {name}({phone})", "麻烦改成{place} {name} {phone} 谢谢",
    "收件人：{name}\n电话：{phone}\n地址：{place}", "收货人 {name} 电话 {phone} 地址 {place}",
]  # fmt: skip
REMARKS = [
    "谢谢", "电联", "急用", "放门口", "麻烦放门卫", "周末送", "到了打电话", "不要放驿站", "发顺丰", "加急", "在家",
    "本人签收", "前台", "尽快发货", "送货前联系", "电话没变", "其他不变", "包装好点", "别打电话",
]  # fmt: skip
REMARKED = ["{place}，{phone}，{remark}", "{remark} {place} {phone}", "{place} {phone}（{remark}）"]


@pytest.mark.parametrize("name", [*NAMES, "Kevin Wu"])
@pytest.mark.parametrize("order", [*BESIDE, "{phone} {place} {name}", "{name} {place} {phone}"])
def test_a_name_is_found_in_any_order(order: str, name: str) -> None:
    read = parse(order.format(name=name, phone=PHONE, place=PLACE), divisions())
    assert (read.name, read.phone, read.detail) == (name, PHONE, "文三路12号3幢502")


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("order", BESIDE)
def test_a_word_or_a_city_is_a_name_beside_a_phone(order: str, name: str) -> None:
    read = parse(order.format(name=name, phone=PHONE, place=PLACE), divisions())
    assert (read.name, read.phone, read.detail) == (name, PHONE, "文三路12号3幢502")


@pytest.mark.parametrize("name", ["张三", "王小明", "欧阳春", "李女士", "卓玛"])
@pytest.mark.parametrize("order", ["{name}{phone}{place}", "{phone}{name}{place}", "{place}{name}{phone}"])
def test_a_name_is_parted_from_what_it_is_glued_to(order: str, name: str) -> None:
    read = parse(order.format(name=name, phone=PHONE, place=PLACE), divisions())
    assert (read.name, read.phone, read.detail) == (name, PHONE, "文三路12号3幢502")


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("order", REMARKED)
def test_a_remark_is_nobodys_name(order: str, remark: str) -> None:
    assert parse(order.format(remark=remark, phone=PHONE, place=PLACE), divisions()).name == ""


@pytest.mark.parametrize("remark", REMARKS)
def test_a_name_is_found_beside_a_remark(remark: str) -> None:
    read = parse(f"{PLACE} 石桥 {PHONE} {remark}", divisions())
    assert (read.name, read.detail) == ("石桥", "文三路12号3幢502")


def test_a_text_of_500_characters_is_weighed_in_as_many_steps_as_it_has_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weighed pieces are counted, not milliseconds: twice the text, twice the work."""
    counted = 0

    def counting(name: str, told: bool = False, beside: bool = False) -> float:
        nonlocal counted
        counted += 1
        return likeness(name, told, beside)

    monkeypatch.setattr(receiver, "likeness", counting)
    for piece in ("王芳 ", "王 ", "A ", "13812345678 王芳 ", "杭州市 王芳，", "收 "):
        work = []
        for length in (120, 240, 480):
            counted = 0
            parse((piece * length)[:length], divisions())
            work.append(counted)
        assert work[2] <= 2.2 * work[1] + 10 <= 5 * work[0] + 40
