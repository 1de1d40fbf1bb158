"""The same words give the same string, whatever keyboard or trick typed them (bar 59)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.normalize import MAX_LENGTH, has_words, normalize

SAME = [
    ("zero-width space", "退\u200b款", "退款"),
    ("zero-width joiner", "退\u200d款", "退款"),
    ("word joiner", "退\u2060款", "退款"),
    ("byte order mark", "\ufeff退款", "退款"),
    ("soft hyphen", "退\u00ad款", "退款"),
    ("bidi override", "\u202e退款\u202c", "退款"),
    ("bidi isolate", "\u2067退款\u2069", "退款"),
    ("variation selector", "退\ufe0f款", "退款"),
    ("tag characters", "退\U000e0041\U000e007f款", "退款"),
    ("NUL", "退\x00款", "退款"),
    ("escape sequence", "退\x1b款", "退款"),
    ("replacement character", "退\ufffd款", "退款"),
    ("lone surrogate", "退\ud83d款", "退款"),
    ("hangul filler", "退\u3164款", "退款"),
    ("full width", "ＡＢＣ１２３，", "abc123,"),
    ("ideographic space", "退　款", "退款"),
    ("circled digits", "①②", "12"),
    ("ligature", "ﬃ", "ffi"),
    ("upper case", "SF Express", "sf express"),
    ("combining marks", "退\u0301\u0302款\u0336", "退款"),
    ("traditional", "什麼時候發貨", "什么时候发货"),
    ("traditional with full width", "請問　運費多少", "请问,运费多少"),
    ("compatibility ideograph", "\uf9be", "料"),
    ("laughter", "哈哈哈哈哈哈", "哈哈"),
    ("question marks", "在吗？？？？？", "在吗??"),
    ("emoji inside", "退😀款", "退款"),
    ("emoji family", "退👨‍👩‍👧‍👦款", "退款"),
    ("flag and skin tone", "谢谢🇨🇳👍🏽", "谢谢"),
    ("heart between", "薇❤️信", "薇信"),
    ("taobao sticker", "好的[微笑]", "好的"),
    ("two stickers", "[玫瑰][玫瑰]谢谢", "谢谢"),
    ("wechat sticker", "/::)好的", "好的"),
    ("jd sticker", "#E-s12在吗", "在吗"),
    ("space between characters", "退 款", "退款"),
    ("line break", "在吗\n\n什么时候发", "在吗,什么时候发"),
    ("blank between words", "有货吗 包邮吗", "有货吗,包邮吗"),
    ("tab", "a\tb", "ab"),
    ("a size", "XXXL", "xxxl"),
    ("runs of space", "iphone   15", "iphone 15"),
]


@pytest.mark.parametrize(("trick", "typed", "read"), SAME, ids=[trick for trick, *_ in SAME])
def test_a_trick_of_the_keyboard_changes_nothing(trick: str, typed: str, read: str) -> None:
    assert normalize(typed) == read, trick


@pytest.mark.parametrize("digits", ["1111111", "13888888888", "800000元"])
def test_repeated_digits_are_kept(digits: str) -> None:
    assert normalize(digits) == digits


@pytest.mark.parametrize("text", ["[2023款]有货吗", "尺码[XXL]还有吗", "[这句话比表情长得多]"])
def test_brackets_that_are_no_sticker_are_kept(text: str) -> None:
    assert normalize(text) == text.lower()


@pytest.mark.parametrize(
    "flood",
    [
        "款" + "\u0301" * 100_000, "ﷺ" * 10_000, "😀" * 100_000, "啊" * 20_000, "\u200b" * 100_000, "[微笑]" * 10_000,
        "[微" * 5_000 + "笑]" * 5_000, "退款" * 50_000, "👨‍👩‍👧‍👦" * 10_000, " \n" * 50_000,
    ],
    ids=[
        "combining", "ligature that grows", "emoji", "one character", "invisible", "stickers", "nested stickers",
        "two characters", "families", "blanks",
    ],
)
def test_a_flood_is_cut_after_it_was_expanded(flood: str) -> None:
    assert len(normalize(flood)) <= MAX_LENGTH


def test_one_character_twenty_thousand_times_is_two() -> None:
    assert normalize("啊" * 20_000) == "啊啊"


@pytest.mark.parametrize("text", ["", " ", "？？？", "😀😀", "[微笑]", "/::)", "\u200b", "。。。", "——"])
def test_a_text_without_words_says_so(text: str) -> None:
    assert not has_words(normalize(text))


@pytest.mark.parametrize("text", ["在", "1", "ok", "😀在", "？发"])
def test_a_text_with_one_word_says_so(text: str) -> None:
    assert has_words(normalize(text))


_TRICKY = st.sampled_from("退款發貨嗎乾干著裡后後哈 []/:;)#eE-s1\u200b\u202e\u0301①ﷺİ❤️")


@given(st.text(st.one_of(st.characters(), _TRICKY), max_size=120))
def test_normalizing_twice_is_normalizing_once(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@given(st.lists(st.sampled_from("什么时候能发货呢请问"), min_size=1, max_size=12), st.data())
def test_invisible_characters_anywhere_change_nothing(characters: list[str], data: st.DataObject) -> None:
    clean = "".join(characters)
    hidden = st.text(st.sampled_from("\u200b\u200d\u2060\ufeff\u202e\u00ad\ufe0f\x00"), max_size=3)
    typed = "".join(character + data.draw(hidden) for character in characters)
    assert normalize(typed) == normalize(clean)
