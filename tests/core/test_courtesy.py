"""Courtesies come off the ends of a wish and never out of its middle; put on, they add only words that are known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.courtesy import Courtesy
from bot.core.intents import Lexicon
from bot.core.normalize import normalize

OPENERS, CLOSERS = ("你好", "在吗", "亲", "请问", "谢谢"), ("谢谢", "谢谢啦", "呢", "亲")
CARRIERS = ("我的订单", "帮我")
POLITE = Courtesy(OPENERS, CLOSERS, CARRIERS)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("什么时候发货", "什么时候发货"),
        ("你好什么时候发货", "什么时候发货"),
        ("什么时候发货谢谢", "什么时候发货"),
        ("你好，在吗？请问什么时候发货呢谢谢啦", "什么时候发货"),
        ("亲亲亲你好你好 … 什么时候发货呢呢 亲，谢谢谢谢", "什么时候发货"),
        ("我说了谢谢你好几次", "我说了谢谢你好几次"),
        ("什么时候呢发货", "什么时候呢发货"),
        ("发货，你好", "发货，你好"),
        ("呢什么时候发货", "呢什么时候发货"),
        ("你好 发货", "发货"),
        ("帮我的订单发货", "帮我的订单发货"),
    ],
)
def test_courtesies_are_taken_off_the_ends_only(said: str, wish: str) -> None:
    assert POLITE.wish(said) == wish


@pytest.mark.parametrize("said", ["", "你好", "你好你好", "亲，在吗？？", "你好，谢谢！", "请问呢", "在吗…亲～～谢谢"])
def test_nothing_but_courtesy_leaves_nothing(said: str) -> None:
    assert POLITE.wish(normalize(said)) == ""


def test_every_courtesy_of_the_trainers_alone_leaves_nothing(lexicon: Lexicon) -> None:
    """Also one that begins like another: 可以吗 behind a wish, 可以 before it."""
    polite = Courtesy(lexicon.openers, lexicon.closers, lexicon.carriers)
    left = {word: rest for word in (*lexicon.openers, *lexicon.closers) if (rest := polite.wish(normalize(word)))}
    assert left == {}


@pytest.mark.parametrize("said", ["", "你好", "什么时候发货呢", "？？"])
def test_where_no_courtesy_is_known_everything_is_a_wish(said: str) -> None:
    nobody = Courtesy()
    assert nobody.wish(said) == said
    assert nobody.dress(said, np.random.default_rng(1)) == said


def test_courtesies_are_read_as_customers_texts_are() -> None:
    """Trainers may write them in capitals, full width or the traditional script."""
    assert Courtesy(["ＨＥＬＬＯ", "請問"], ["THX"]).wish(normalize("Hello，請問幾號發貨thx")) == "几号发货"


def test_a_longer_courtesy_goes_before_its_own_beginning() -> None:
    assert Courtesy(["好", "好的呢"], []).wish("好的呢发货") == "发货"
    assert Courtesy([], ["啦", "谢谢啦"]).wish("发货谢谢啦") == "发货"


def test_a_courtesy_without_words_is_no_courtesy() -> None:
    """An emoji is nothing once a text is normalised; in a process of its own, for fear that it never ends."""
    script = (
        "from bot.core.courtesy import Courtesy;"
        "print(len(Courtesy(['你好', '😊'], ['🙏', '谢谢']).wish('你好发货谢谢')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.strip() == "2"


@given(st.lists(st.sampled_from([*OPENERS, *CLOSERS, *CARRIERS, "发货", "，", "？", " ", "到"]), max_size=8).map(
    lambda pieces: normalize("".join(pieces))
))
def test_a_wish_is_a_piece_of_the_text_without_a_courtesy_at_its_ends(said: str) -> None:
    wish = POLITE.wish(said)
    assert wish in said
    assert not wish.startswith(OPENERS)
    assert not wish.endswith(CLOSERS)


@given(st.text("发货几号？ ", max_size=10), st.integers(0, 10_000))
def test_dressing_puts_one_known_word_before_or_behind(text: str, seed: int) -> None:
    dressed = POLITE.dress(text, np.random.default_rng(seed))
    in_front = any(dressed == front + text for front in (*OPENERS, *CARRIERS))
    assert in_front or any(dressed == text + closer for closer in CLOSERS)


def test_the_same_seed_dresses_the_same_sentences_alike() -> None:
    first, second, other = (_dressed(seed) for seed in (7, 7, 8))
    assert first == second
    assert first != other


def test_most_sentences_are_dressed_in_front_and_every_word_is_used() -> None:
    dressed = _dressed(3)
    assert 0.7 < sum(text.endswith("几号发货") for text in dressed) / len(dressed) < 0.9
    added = {text.replace("几号发货", "") for text in dressed}
    assert added == {*OPENERS, *CLOSERS, *CARRIERS}


def test_without_openers_or_closers_a_sentence_stays_or_is_dressed_at_the_other_end() -> None:
    chance = np.random.default_rng(1)
    assert {Courtesy(["你好"]).dress("发货", chance) for _ in range(50)} == {"你好发货", "发货"}
    assert {Courtesy([], ["谢谢"]).dress("发货", chance) for _ in range(50)} == {"发货谢谢", "发货"}


def test_the_trainers_own_courtesies_come_off_again(lexicon: Lexicon) -> None:
    """Whatever they put on but the carriers, which are no courtesy."""
    polite = Courtesy(lexicon.openers, lexicon.closers)
    chance = np.random.default_rng(5)
    left = {polite.wish(normalize(polite.dress("几号发货", chance))) for _ in range(500)}
    assert left == {"几号发货"}


def _dressed(seed: int) -> list[str]:
    chance = np.random.default_rng(seed)
    return [POLITE.dress("几号发货", chance) for _ in range(400)]
