"""Typos that sound right are mended; a word that was meant is never turned into another."""

from __future__ import annotations

import pytest

from bot.core.intents import Lexicon
from bot.core.knowledge import Knowledge
from bot.core.normalize import normalize
from bot.core.pinyin import TypoFixer, spell
from bot.core.tokens import Tokenizer


@pytest.fixture(scope="session")
def fixer(lexicon: Lexicon, tokenizer: Tokenizer) -> TypoFixer:
    """The fixer with the trainers' words."""
    return TypoFixer(lexicon.words, tokenizer, lexicon.fixes)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("退贷", "退货"), ("优惠卷", "优惠券"), ("运费显", "运费险"), ("包油", "包邮"), ("帐号", "账号"),
        ("块递到哪了", "快递到哪了"),
        ("顺风能发吗", "顺丰能发吗"), ("投拆", "投诉"), ("什么时侯发货", "什么时候发货"),
        ("有优会劵吗", "有优惠券吗"), ("菜鸟义站", "菜鸟驿站"),
        ("物流担号", "物流单号"), ("待付欵", "待付款"), ("转仁工", "转人工"),
    ],
)
def test_a_typo_that_sounds_right_is_mended(fixer: TypoFixer, typed: str, meant: str) -> None:
    assert fixer.fix(typed) == meant


@pytest.mark.parametrize(
    "word", [
        "退还", "退换", "退款", "退货", "换货", "补发", "预售", "预收", "期待", "其他", "机器", "付款", "复款",
    ],
)
def test_a_real_word_is_never_turned_into_another(word: str, fixer: TypoFixer, tokenizer: Tokenizer) -> None:
    if tokenizer.is_word(word):
        assert fixer.fix(word) == word
    else:
        assert fixer.fix(word) in (word, "付款")


def test_two_words_of_one_sound_are_both_left_alone(tokenizer: Tokenizer) -> None:
    """预售 and 预收 sound alike: nobody knows which of them a third spelling means."""
    fixer = TypoFixer(["预售", "预收"], tokenizer, {})
    assert [fixer.fix(text) for text in ("预售的", "预收的", "雨售的")] == ["预售的", "预收的", "雨售的"]


def test_one_word_of_a_sound_is_what_a_third_spelling_means(tokenizer: Tokenizer) -> None:
    assert TypoFixer(["预售"], tokenizer, {}).fix("雨售的") == "预售的"


CLEAN = [
    "你好，请问这件衣服什么时候发货", "我想退货，怎么操作", "怎么退换", "运费由谁退还", "有没有优惠券可以用",
    "快递到哪里了", "尺码偏大还是偏小", "帮我改一下收货地址",
    "这个是正品吗", "可以开发票吗", "收到的东西坏了", "少发了一件", "想换个颜色", "什么时候有货", "今天能发出吗",
    "发什么快递", "多久能到", "不想要了", "质量怎么样",
    "能便宜点吗", "付款不成功", "怎么联系人工", "我买的是两件", "已经等了三天", "这个适合多大的孩子",
    "我身高一米七穿多大", "谢谢您的耐心", "收不到货", "拒收可以吗", "仅退款",
    "退款什么时候到账", "包装破了", "里面有赠品吗", "会员有折扣吗", "可以货到付款吗", "能寄到新疆吗", "保质期多久",
    "怎么安装", "客服在吗", "说明书找不到了",
]


ACROSS_WORDS = [
    "洗衣机还没到", "麻烦先帮我查一下", "可以继续用吗", "还能取消吗", "在哪能查到", "刚充满电就没电了", "有活动吗",
    "里面有虫子", "地址发给我", "你们是厂家直销吗",
    "安排检测要多久", "没有人接手没", "页面有显示", "支付失败了", "遵守平台规则", "吊牌剪了能退吗", "成功但没到账",
    "自己发还是仓库发",
]


@pytest.mark.parametrize("sentence", ACROSS_WORDS)
def test_the_end_of_one_word_and_the_start_of_the_next_are_no_typo(fixer: TypoFixer, sentence: str) -> None:
    """烦先 in 麻烦先 sounds like 返现, 衣机 in 洗衣机 like 移机."""
    assert fixer.fix(sentence) == sentence


def test_of_the_shops_own_phrases_ninety_nine_percent_are_unchanged(knowledge: Knowledge, fixer: TypoFixer) -> None:
    phrases = [normalize(phrase.source) for variants in knowledge.phrases.values() for phrase in variants]
    changed = [f"{phrase} → {fixer.fix(phrase)}" for phrase in phrases if fixer.fix(phrase) != phrase]
    assert len(changed) <= len(phrases) // 100, changed


@pytest.mark.parametrize("sentence", CLEAN)
def test_a_clean_sentence_is_unchanged(fixer: TypoFixer, sentence: str) -> None:
    assert fixer.fix(sentence) == sentence


def test_what_trainers_wrote_as_a_fix_is_applied_as_written(tokenizer: Tokenizer) -> None:
    assert TypoFixer([], tokenizer, {"投折": "投诉"}).fix("我要投折你们") == "我要投诉你们"


@pytest.mark.parametrize("text", ["", "abc 123", "，。？", "😀", "龘"])
def test_a_text_without_known_sounds_is_unchanged(fixer: TypoFixer, text: str) -> None:
    assert fixer.fix(text) == text


def test_a_sound_is_spelled_without_tones() -> None:
    assert spell("发货ok") == "fa huo o k"


def test_mending_twice_is_mending_once(fixer: TypoFixer) -> None:
    once = fixer.fix("优惠卷和运费显，块递到哪了")
    assert fixer.fix(once) == once
