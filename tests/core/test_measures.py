"""Heights, weights and sizes are found with one canonical value each; goods that are measured too are left alone."""

from __future__ import annotations

import pytest

from bot.core.entities import find
from bot.core.normalize import normalize

Row = tuple[str, list[tuple[str, str]]]  # what is written, the kinds and values found

BODIES: list[Row] = [
    ("身高165", [("height", "165")]),
    ("身高：165", [("height", "165")]),
    ("１６５ｃｍ穿多大", [("height", "165")]),
    ("165CM", [("height", "165")]),
    ("170公分选哪个", [("height", "170")]),
    ("我1米65能穿吗", [("height", "165")]),
    ("1米6穿什么尺码", [("height", "160")]),
    ("1m72", [("height", "172")]),
    ("一米六五", [("height", "165")]),
    ("一米七的个子", [("height", "170")]),
    ("身高1.72米", [("height", "172")]),
    ("1.58m", [("height", "158")]),
    ("孩子身高98", [("height", "98")]),
    ("宝宝110cm穿哪个", [("height", "110")]),
    ("体重120斤", [("weight", "120")]),
    ("体重120", [("weight", "120")]),
    ("我120斤穿得下吗", [("weight", "120")]),
    ("130多斤会不会显胖", [("weight", "130")]),
    ("一百二十斤显胖吗", [("weight", "120")]),
    ("我175体重130", [("height", "175"), ("weight", "130")]),
    ("微胖，120斤，160高", [("weight", "120"), ("height", "160")]),
    ("体重一百三穿得下吗", [("weight", "130")]),
    ("他一米七二一百六", [("height", "172"), ("weight", "160")]),
    ("一米五八一百零八斤", [("height", "158"), ("weight", "108")]),
    ("60公斤", [("weight", "120")]),
    ("60kg", [("weight", "120")]),
    ("体重55kg", [("weight", "110")]),
    ("体重52.5公斤", [("weight", "105")]),
    ("身高165体重120斤", [("height", "165"), ("weight", "120")]),
    ("身高165体重120", [("height", "165"), ("weight", "120")]),
    ("165，120斤", [("height", "165"), ("weight", "120")]),
    ("165/55kg", [("height", "165"), ("weight", "110")]),
    ("165cm 98斤", [("height", "165"), ("weight", "98")]),
    ("98斤 一米六二", [("weight", "98"), ("height", "162")]),
    ("身高168，120斤，穿M还是L", [("height", "168"), ("weight", "120"), ("size", "M"), ("size", "L")]),
]
SIZES: list[Row] = [
    ("M码", [("size", "M")]),
    ("s码还有吗", [("size", "S")]),
    ("L 码", [("size", "L")]),
    ("xs号", [("size", "XS")]),
    ("XL", [("size", "XL")]),
    ("ＸＬ", [("size", "XL")]),
    ("2XL", [("size", "2XL")]),
    ("XXL码", [("size", "2XL")]),
    ("黑色3xl有货不", [("size", "3XL")]),
    ("换成XL码", [("size", "XL")]),
    ("要m的", [("size", "M")]),
    ("M还是L", [("size", "M"), ("size", "L")]),
    ("拍L，够大吗", [("size", "L")]),
    ("42码", [("size", "42")]),
    ("42.5码", [("size", "42.5")]),
    ("四十二码", [("size", "42")]),
    ("童装130码", [("size", "130")]),
    ("我穿S是吧", [("size", "S")]),
    ("均码能穿吗", [("size", "均码")]),
]
OTHERS: list[Row] = [
    ("1米8的床", []), ("1.8米的床有吗", []), ("桌子长120cm", []), ("宽150cm的", []), ("柜子180cm高", []),
    ("2米的线", []),
    ("5kg大米", []), ("椅子承重100kg", []), ("50kg装", []), ("3.5斤", [("quantity", "3.5斤")]),
    ("120斤", [("quantity", "120斤")]), ("10斤橙子", [("quantity", "10斤")]), ("5斤重新发", [("quantity", "5斤")]),
    ("体重55", []),  # in which unit?
    ("身高300", []), ("165", []), ("1米", []),
    ("xlr", []), ("iphone 15 m1", []), ("iphone xs max", []), ("iphone xs", []), ("pixel xl", []), ("xl3", []),
    ("l型", []), ("m2.5螺丝", []), ("s925银", []), ("10ml", []), ("5 m", []), ("i'm", []), ("usb-s", []), ("m", []),
    ("要l型支架", []), ("尺码155/80A", []), ("10码头", []), ("两码事", []), ("二维码", []), ("尺码表", []),
    ("验证码", []),
    ("8888码", []), ("扫码", []),
]
TABLE = [*BODIES, *SIZES, *OTHERS]


@pytest.mark.parametrize(("text", "found"), TABLE, ids=[text for text, _ in TABLE])
def test_measures_are_told_from_goods_and_words(text: str, found: list[tuple[str, str]]) -> None:
    assert [(entity.kind, entity.value) for entity in find(normalize(text))] == found
