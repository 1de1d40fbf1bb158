"""What is learned of the trainers' sentences is always the same, stays modest, and its scores mean what they say."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import calibrate, learn
from bot.core.courtesy import Courtesy
from bot.core.evidence import Evidence, characters, words
from bot.core.learn import Learned, Lessons, Shown, softmax, vocabulary
from bot.core.patterns import PatternSet, compile_pattern
from bot.core.restraint import Restraint
from bot.core.tokens import Tokenizer
from bot.core.train import Example, train

SENTENCES = {
    "ship.when_sent": ["什么时候发货", "几号发货", "哪天发货呢", "今天发货吗", "多久发货"],
    "after.refund": ["我要退款", "帮我退款", "怎么退款", "退款吧", "可以退款吗"],
    "presale.stock": ["有货吗", "还有货没", "现货有吗", "有没有现货", "什么时候有货"],
}
PLAIN = Evidence(PatternSet([]), {})


# --- evidence --------------------------------------------------------------------------------------------------------


def test_a_text_is_read_in_ones_twos_and_threes_with_its_ends_marked() -> None:
    assert characters("发货") == {"^", "发", "货", "$", "^发", "发货", "货$", "^发货", "发货$"}


def test_every_number_counts_alike() -> None:
    assert characters("买3件12元") == characters("买500件8元")
    assert characters("买3件") != characters("买件")


def test_words_count_alone_and_in_pairs() -> None:
    assert words(("什么时候", "发货", "呢")) == {"=什么时候", "=发货", "=呢", "=什么时候_发货", "=发货_呢"}
    assert words(()) == set()


def test_synonyms_give_the_same_word_features() -> None:
    evidence = Evidence(PatternSet([]), {"啥时候": "什么时候", "几时": "什么时候"})
    meant = words(("什么时候", "发货"))
    for typed in ("什么时候", "啥时候", "几时"):
        found = evidence.of(f"{typed}发货", (typed, "发货"))
        assert meant <= found
        assert words((typed, "发货")) | characters(f"{typed}发货") <= found


def test_a_pattern_speaks_for_its_intent_and_for_itself() -> None:
    sources = [("ship.when_sent", "(几号|哪天)发"), ("ship.when_sent", "发货$"), ("after.refund", "退款")]
    evidence = Evidence(PatternSet(compile_pattern(intent, source, {}) for intent, source in sources), {})
    found = {feature for feature in evidence.of("几号发货呢", ("几号", "发货", "呢")) if feature.startswith("~")}
    assert found == {"~ship.when_sent", "~ship.when_sent (几号|哪天)发", "~ship.when_sent 发货$"}
    assert not any(feature.startswith("~") for feature in evidence.of("你好", ("你好",)))


# --- learning --------------------------------------------------------------------------------------------------------


def test_learning_twice_is_learning_the_same() -> None:
    one, other = _learned(), _learned()
    assert one.vocabulary.number == other.vocabulary.number
    assert one.intents == other.intents
    assert np.array_equal(one.weights, other.weights)


def test_learning_does_not_depend_on_the_order_in_which_a_process_keeps_its_sets() -> None:
    script = (
        "import hashlib; from tests.core.test_learn import _learned; one = _learned();"
        "print(hashlib.sha256(one.weights.tobytes() + repr(one.vocabulary.number).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert len(seen.pop().strip()) == 64


def test_what_was_shown_is_known() -> None:
    learned = _learned()
    for intent, sentences in SENTENCES.items():
        for sentence in sentences:
            shares = learned.shares(characters(sentence))
            assert shares is not None
            assert learned.intents[int(shares.argmax())] == intent


def test_what_was_left_out_was_not_learned() -> None:
    lessons = _lessons()
    refund = lessons.intents.index("after.refund")
    trial = learn.learn(lessons, lessons.owner == refund)
    for sentence in SENTENCES["after.refund"]:
        shares = trial.shares(characters(sentence))
        assert shares is not None
        assert int(shares.argmax()) != refund


def test_a_feature_that_only_one_sentence_has_is_left_out() -> None:
    known = vocabulary([{"发", "货", "几"}, {"发", "货"}, {"发", "退"}])
    assert set(known.number) == {"发", "货"}


def test_what_few_sentences_have_tells_more_and_what_none_has_most() -> None:
    known = vocabulary([{"发", "货"}, {"发", "货"}, {"发"}])
    everywhere, often = (known.telling[known.number[feature]] for feature in ("发", "货"))
    assert everywhere == pytest.approx(1.0)
    assert everywhere < often < known.unknown


def test_features_that_no_example_has_weaken_a_text() -> None:
    learned = _learned()
    surest = []
    for strange in ("", "龘", "龘靐齉爨", "龘靐齉爨麤鱻灪籱"):
        ids, weights = learned.vocabulary.weigh(characters("退款") | set(strange))
        shares = learned.shares(characters("退款") | set(strange))
        assert len(ids) == 7  # 退, 款, 退款 and what marks the ends; not the two threes that one sentence alone has
        assert shares is not None
        surest.append((float(weights.sum()), float(shares.max())))
    assert surest == sorted(surest, reverse=True)
    assert surest[-1][1] < surest[0][1]


def test_a_text_without_a_known_feature_means_nothing() -> None:
    assert _learned().shares({"龘", "靐"}) is None
    assert _learned().scores(set()) is None


@given(st.text("什么时候发货我要退款有没今几龘", max_size=12).map(characters))
def test_shares_sum_to_one(found: set[str]) -> None:
    shares = _LEARNED.shares(found)
    known = found & set(_LEARNED.vocabulary.number)
    assert (shares is None) == (not known)
    if shares is not None:
        assert shares.min() >= 0
        assert float(shares.sum()) == pytest.approx(1.0, abs=1e-5)


def test_scores_however_high_are_still_shares() -> None:
    assert softmax(np.array([1000.0, 1000.0, -1000.0], dtype=np.float32)).tolist() == [0.5, 0.5, 0.0]


# --- calibration -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("margin", "right", "low", "high"),
    [
        (4.0, 0.70, 1.01, 3.0),  # as sure as 0.98, right in 0.70
        (8.0, 0.60, 3.0, 3.0),  # far too sure: the highest there is
        (0.7, 0.90, 0.5, 0.99),  # as sure as 0.67, right in 0.90
        (0.1, 1.00, 0.5, 0.5),  # far too unsure: the lowest there is
        (1.386, 0.80, 0.95, 1.05),  # as sure as 0.80, right in 0.80
    ],
)
def test_the_temperature_cools_the_overconfident_and_warms_the_timid(
    margin: float, right: float, low: float, high: float
) -> None:
    scores = np.zeros((100, 2), dtype=np.float32)
    scores[:, 0] = margin
    owner = np.array([0] * round(100 * right) + [1] * round(100 * (1 - right)))
    assert low - 1e-9 <= calibrate.temperature(scores, owner) <= high + 1e-9


@pytest.mark.parametrize(
    ("judged", "lowest"),
    [
        ([(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.55, False)], 0.6),  # 1/1 2/2 2/3 3/4 3/5
        ([(0.55, False), (0.6, True), (0.7, False), (0.8, True), (0.9, True)], 0.6),  # in any order
        ([(0.9, True), (0.8, False), (0.7, False)], 0.9),
        ([(0.9, False), (0.8, True), (0.7, True), (0.6, True)], 0.6),  # a wrong one on top is outweighed
        ([(0.9, True), (0.3, True), (0.2, True)], 0.5),
        ([(0.99, True), (0.9, False)], 0.98),
        ([(0.9, False), (0.8, False)], 0.98),
        ([], 0.98),
    ],
)
def test_the_threshold_is_the_lowest_score_that_keeps_the_precision(
    judged: list[tuple[float, bool]], lowest: float
) -> None:
    assert calibrate.threshold(judged, target=0.75) == lowest


def test_answers_of_one_score_are_accepted_together_or_not_at_all() -> None:
    """A threshold of 0.8 accepts both of the two at 0.8, and one of them is wrong."""
    assert calibrate.threshold([(0.9, True), (0.8, True), (0.8, False)], target=0.75) == 0.9


@given(st.dictionaries(st.floats(0, 1), st.booleans(), max_size=30), st.sampled_from([0.5, 0.75, 0.96, 1.0]))
def test_no_lower_threshold_would_keep_the_precision(answers: dict[float, bool], target: float) -> None:
    judged = list(answers.items())
    found = calibrate.threshold(judged, target)
    assert 0.5 <= found <= 0.98
    kept = [right for score, right in judged if score >= found]
    assert found == 0.98 or not kept or found == 0.5 or sum(kept) / len(kept) >= target
    for lower in (score for score in answers if 0.5 <= score < found):
        kept = [right for score, right in judged if score >= lower]
        assert sum(kept) / len(kept) < target


def test_a_fifth_is_held_out_and_always_the_same() -> None:
    intents = [f"i{number % 7}" for number in range(700)]
    out = calibrate.held_out(intents)
    assert 140 - 7 <= out.sum() <= 140
    assert np.array_equal(out, calibrate.held_out(intents))


@given(st.lists(st.sampled_from("甲乙丙丁戊"), min_size=1, max_size=60))
def test_an_intents_first_sentence_is_never_held_out(intents: list[str]) -> None:
    out = calibrate.held_out(intents)
    assert len(out) == len(intents)
    assert not any(out[intents.index(intent)] for intent in intents)
    assert out.sum() <= len(intents) / 5 + 1


def test_no_sentence_is_held_out_twice() -> None:
    intents = [f"i{number % 7}" for number in range(700)]
    folds = [calibrate.held_out(intents, fold) for fold in range(calibrate.FOLDS)]
    assert np.array(folds).sum(axis=0).max() == 1


# --- restraint -------------------------------------------------------------------------------------------------------

_KNOWN = ("chat.thanks", "ship.when_sent", "after.refund", "other", "unclear")
_RESTRAINT = Restraint(_KNOWN, Courtesy(["你好"], ["谢谢"]))


def test_small_talk_gives_way_where_there_is_more_to_say() -> None:
    shares = _shares(0.6, 0.3, 0.1, 0.0, 0.0)
    corrected = _RESTRAINT.corrected(shares, "你好什么时候发货谢谢")
    assert corrected.tolist() == pytest.approx([0.06 / 0.46, 0.3 / 0.46, 0.1 / 0.46, 0, 0], abs=1e-6)
    assert float(corrected.sum()) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("text", ["谢谢", "你好谢谢", "多谢您啦", "你好，多谢您啦谢谢"])
def test_small_talk_that_stands_alone_stays(text: str) -> None:
    shares = _shares(0.6, 0.3, 0.1, 0.0, 0.0)
    assert np.array_equal(_RESTRAINT.corrected(shares, text), shares)


@pytest.mark.parametrize(("share", "left"), [(0.2, 0.01), (0.4, 0.02), (0.59, 0.0295), (0.6, 0.6), (0.9, 0.9)])
def test_not_for_the_shop_needs_a_majority(share: float, left: float) -> None:
    for place in (3, 4):
        shares = _shares(0.0, 1 - share, 0.0, 0.0, 0.0)
        shares[place] = share
        corrected = _RESTRAINT.corrected(shares, "发货")
        assert float(corrected[place]) == pytest.approx(left, abs=1e-6)
        assert float(corrected[1]) == pytest.approx(1 - share, abs=1e-6)


@given(st.lists(st.floats(0.001, 1), min_size=5, max_size=5), st.sampled_from(["谢谢", "你好什么时候发货谢谢", ""]))
def test_corrected_shares_never_sum_to_more_than_one(raw: list[float], text: str) -> None:
    corrected = _RESTRAINT.corrected(_shares(*(one / sum(raw) for one in raw)), text)
    assert corrected.min() >= 0
    assert float(corrected.sum()) <= 1 + 1e-5


# --- all of it together ----------------------------------------------------------------------------------------------


def test_a_few_examples_are_learned_without_a_measure_of_trust(tokenizer: Tokenizer) -> None:
    learned = train(_examples(tokenizer, 50), PLAIN, Courtesy(["你好"], ["谢谢"]), tokenizer.cut)
    assert (learned.temperature, learned.accept) == (1.0, 0.6)


def test_many_examples_are_learned_alike_and_tell_how_far_to_trust_them(tokenizer: Tokenizer) -> None:
    examples, polite = _examples(tokenizer, 1100), Courtesy(["你好"], ["谢谢"])
    one, other = (train(examples, PLAIN, polite, tokenizer.cut) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert (one.temperature, one.accept) == (other.temperature, other.accept)
    assert 0.5 <= one.temperature <= 3.0
    assert 0.5 <= one.accept <= 0.98
    assert one.accept != 0.6  # measured, not the default


def _shares(*values: float) -> learn.Floats:
    return np.array(values, dtype=np.float32)


def _learned() -> Learned:
    return learn.learn(_lessons())


def _lessons() -> Lessons:
    return learn.prepare([
        Shown(intent, characters(sentence), characters(f"你好{sentence}"))
        for intent, sentences in SENTENCES.items() for sentence in sentences
    ])


def _examples(tokenizer: Tokenizer, count: int) -> list[Example]:
    """Sentences put together of what customers say, some under an intent that is not theirs, as in real life."""
    chance = random.Random(4)
    fronts = ["亲", "请问", "老板", "那", "我想问", "在吗", "看看", "昨天拍的", "刚下单", "这件", "我买的", "红的"]
    ends = ["呢", "呀", "吗", "啊", "谢谢", "急", "麻烦了", "好吗"]
    sentences = [
        (intent, front + said + end)
        for (intent, all_said), front, end in itertools.product(SENTENCES.items(), fronts, ends) for said in all_said
    ]
    chance.shuffle(sentences)
    intents = list(SENTENCES)
    return [
        Example(chance.choice(intents) if chance.random() < 0.1 else intent, said, said, tokenizer.cut(said))
        for intent, said in sentences[:count]
    ]


_LEARNED = _learned()
