"""Texts are cut as jieba itself cuts them with the same dictionary and without its HMM."""

from __future__ import annotations

import math

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import load
from bot.content.yaml import Text
from bot.core.normalize import normalize
from bot.core.tokens import Tokenizer
from bot.settings import ROOT


@pytest.fixture(scope="module")
def peer(tokenizer: Tokenizer) -> jieba.Tokenizer:
    """jieba with the words that our tokenizer knows, as frequent as they are there."""
    known = jieba.Tokenizer()
    known.FREQ = {word: round(math.exp(weight)) if weight else 0 for word, weight in tokenizer._weights.items()}
    known.total = round(math.exp(tokenizer._rare))
    known.initialized = True
    return known


def test_the_trainers_sentences_are_cut_as_jieba_cuts_them(tokenizer: Tokenizer, peer: jieba.Tokenizer) -> None:
    texts = [normalize(str(said)) for intent in load.read(ROOT).intents.values() for said in intent.examples]
    assert len(texts) > 10_000
    assert [text for text in texts if list(tokenizer.segments(text)) != list(peer.cut(text, HMM=False))] == []


@given(st.text(st.sampled_from("发货什么时候退款快递单号花呗吗的了一二AbzZ019 \t\n+#&._-%，。？😀龘é"), max_size=60))
def test_whatever_is_typed_is_cut_as_jieba_cuts_it(tokenizer: Tokenizer, peer: jieba.Tokenizer, text: str) -> None:
    assert list(tokenizer.segments(text)) == list(peer.cut(text, HMM=False))


def test_nothing_is_left_out(tokenizer: Tokenizer) -> None:
    text = "iphone15什么时候发货呀？ 谢谢\n\n"
    assert "".join(tokenizer.segments(text)) == text
    assert tokenizer.cut(text) == ("iphone15", "什么时候", "发货", "呀", "谢谢")


def test_a_trainers_word_is_kept_as_a_plain_string(tokenizer: Tokenizer) -> None:
    with_it = Tokenizer([Text("焖烧罐盖子", 7)])
    assert with_it.is_word("焖烧罐盖子")
    assert {type(word) for word in with_it._weights} == {str}
