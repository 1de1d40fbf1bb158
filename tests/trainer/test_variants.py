"""Variants are what they say they are, the same for a seed, and the shop understands them as it does their sentence."""

from __future__ import annotations

import json
import random
import re

import pytest
from click.testing import CliRunner

from bot.cli.main import kefu
from bot.content import load
from bot.content.load import Content
from bot.core.evidence import Evidence
from bot.core.knowledge import Knowledge
from bot.core.learn import Vocabulary, vocabulary
from bot.core.normalize import normalize
from bot.core.patterns import PatternSet
from bot.core.pinyin import syllable
from bot.core.tokens import Tokenizer
from bot.settings import ROOT
from bot.trainer import robustness, variants
from bot.trainer.robustness import Heard, Robustness, Ways

SAID = ["什么时候发货", "我要申请退款，钱几天能到账", "想把M码换成L码，可以吗？", "多少钱", "有没有优惠券啊"]
SEEDS = range(20)


@pytest.fixture(scope="module")
def written() -> Content:
    """The project's own content as read."""
    return load.read(ROOT)


@pytest.fixture(scope="module")
def ways(written: Content) -> Ways:
    """The ways of the first seed."""
    return robustness.ways(written, 0)


def _typos(text: str, tokenizer: Tokenizer, known: set[str]) -> list[str | None]:
    words = tokenizer.segments(text)
    return [variants.homophone_typo(text, words, known, random.Random(seed)) for seed in SEEDS]


# --- homophones ------------------------------------------------------------------------------------------------------


def test_the_characters_of_a_sound_are_common_ones_the_most_frequent_first() -> None:
    offered = variants.homophones()["huo"]
    assert offered.index("或") < offered.index("祸")
    assert {"货", "活", "火"} <= set(offered[:8])
    assert {syllable(character) for character in offered} == {"huo"}
    assert not set("貨夥") & set(variants.common_characters())  # traditional forms are another kind of variant


@pytest.mark.parametrize("text", SAID)
def test_a_homophone_typo_sounds_the_same_and_differs_in_one_word(text: str, ways: Ways) -> None:
    for typo in _typos(text, ways.tokenizer, set()):
        assert typo is not None
        assert list(map(syllable, typo)) == list(map(syllable, text))
        wrong = [at for at, (one, other) in enumerate(zip(text, typo, strict=True)) if one != other]
        assert 1 <= len(wrong) <= 2
        assert wrong[-1] - wrong[0] <= 3  # within one word


def test_a_typo_falls_into_a_content_word_where_there_is_one(ways: Ways) -> None:
    assert all(typo is not None and typo.startswith("我的") for typo in _typos("我的快递", ways.tokenizer, set()))


def test_a_typo_that_is_another_word_of_the_shop_is_no_variant(ways: Ways) -> None:
    """预售 and 预收 are two things that a shop speaks of."""
    free, kept = ([variants.homophone_typo("预售", ["预售"], known, random.Random(seed)) for seed in range(300)]
                  for known in ({"预售"}, {"预售", "预收"}))  # fmt: skip
    assert "预收" in free
    assert "预收" not in kept
    assert {"退换", "包邮", "发货"} <= set(ways.known)


@pytest.mark.parametrize("text", ["", "ok 123", "，。", "😀"])
def test_a_text_without_chinese_has_no_typos(text: str, ways: Ways) -> None:
    assert variants.homophone_typo(text, ways.tokenizer.segments(text), (), random.Random(0)) is None
    assert variants.thumb_typo(text, random.Random(0)) is None
    assert variants.traditional(text) is None


# --- thumbs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SAID)
def test_a_thumb_typo_is_one_slip(text: str) -> None:
    for seed in SEEDS:
        typo = variants.thumb_typo(text, random.Random(seed))
        assert typo is not None
        assert typo != text
        assert _is_one_slip(text, typo), typo


def _is_one_slip(text: str, typo: str) -> bool:
    shorter, longer = sorted((text, typo), key=len)
    if len(text) == len(typo):
        wrong = [at for at, (one, other) in enumerate(zip(text, typo, strict=True)) if one != other]
        return len(wrong) == 2 and sorted(text) == sorted(typo) and wrong[1] == wrong[0] + 1
    if len(typo) > len(text):
        return any(text[: at + 1] + text[at:] == typo for at in range(len(text)))
    particle_gone = text.startswith(typo) and re.fullmatch(r"[啊吗了？]+", text[len(typo) :]) is not None
    one_gone = len(text) >= 8 and any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    return particle_gone or one_gone


def test_a_short_text_loses_no_character_but_its_particle() -> None:
    typos = {variants.thumb_typo("发货了吗", random.Random(seed)) for seed in range(100)}
    assert {typo for typo in typos if typo is not None and len(typo) < 4} == {"发货"}


# --- traditional characters and noise --------------------------------------------------------------------------------


def test_traditional_characters_are_the_same_text_in_another_script() -> None:
    assert variants.traditional("什么时候发货") == "什麼時候發貨"
    assert variants.traditional("多少") is None


@pytest.mark.parametrize("text", SAID)
def test_noise_changes_no_letter_digit_or_chinese_character(text: str) -> None:
    for seed in SEEDS:
        noisy = variants.noisy(text, random.Random(seed))
        assert noisy != text
        assert _sayable(noisy) == _sayable(text), repr(noisy)


def _sayable(text: str) -> str:
    return "".join(filter(str.isalnum, normalize(text)))


# --- chance ----------------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_variants_and_another_seed_others(written: Content) -> None:
    one, again, other = (robustness.ways(written, seed) for seed in (7, 7, 8))
    made = [[list(way.of(text)) for text in SAID] for way in (one, again, other)]
    assert made[0] == made[1]
    assert made[0] != made[2]
    assert {kind for found in made[0] for kind, _ in found} == set(robustness.KINDS)


# --- what the shop makes of them -------------------------------------------------------------------------------------


def test_a_sample_of_the_cases_is_understood_however_it_is_typed(
    knowledge: Knowledge, written: Content, ways: Ways
) -> None:
    said = random.Random(1).sample(robustness.sentences(written), 600)
    found = robustness.measure(knowledge, said, ways)
    for kind, one in found.items():
        figures = one.as_json()
        assert figures["variants"] >= 480, kind
        assert figures["share"] >= robustness.BARS[kind], (kind, figures)


def test_only_sentences_that_are_understood_count(knowledge: Knowledge, ways: Ways) -> None:
    seen: list[None] = []
    found = robustness.measure(
        knowledge, [("ship.fee", "什么时候发货"), ("ship.when_sent", "什么时候发货")], ways, lambda: seen.append(None)
    )
    assert len(seen) == 2
    assert {(one.text, one.before) for kind in found.values() for one in kind.heard} == {
        ("什么时候发货", "ship.when_sent")
    }


def test_the_worst_are_those_most_surely_misheard() -> None:
    heard = [Heard("甲", f"甲{at}", "a", "a" if at % 2 else "b", at / 100) for at in range(30)]
    figures = Robustness(heard).as_json()
    assert (figures["variants"], figures["unchanged"], figures["share"]) == (30, 15, 0.5)
    assert [one["variant"] for one in figures["worst"]] == [f"甲{at}" for at in range(28, 8, -2)]
    assert figures["worst"][0] == {"text": "甲", "variant": "甲28", "before": "a", "after": "b"}
    assert Robustness().as_json() == {"variants": 0, "unchanged": 0, "share": None, "worst": []}


def test_the_command_prints_counts_as_json_and_examples_as_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(robustness, "sentences", lambda content: [("ship.when_sent", "什么时候发货"), ("x", "[/]")])
    printed = CliRunner().invoke(kefu, ["robustness", "--seed", "3", "--format", "json"])
    assert printed.exit_code == 0, printed.output
    figures = json.loads(printed.output)
    assert set(figures) == {"homophone_typo", "traditional", "noise"}
    assert figures["traditional"] == {"variants": 1, "unchanged": 1, "share": 1.0, "worst": []}
    table = CliRunner().invoke(kefu, ["robustness"])
    assert table.exit_code == 0, table.output
    assert "繁体字 traditional：1 句，意图不变 1 句（100.0%）" in table.output


@pytest.mark.parametrize("text", ["发货吗", "多少钱啊"])
def test_marks_repeated_at_the_end_are_no_evidence(text: str) -> None:
    """Where the examples are learned they are."""
    evidence = Evidence(PatternSet(()), {})
    calm = evidence.of(text, (text,))
    assert [evidence.of(text + marks, (text,)) for marks in ("!!", "。。", "~~", " !!", "..")] == [calm] * 5
    assert evidence.of(f"{text}?", (text,)) != calm
    assert evidence.of(f"{text}!!", (text,), whole=True) > {"!!$"}
    assert evidence.of("!!", ()) == {"^", "!", "$", "^!", "!!", "!$", "^!!", "!!$"}


# --- what an unknown pair of characters stands for -------------------------------------------------------------------


@pytest.fixture
def words() -> Vocabulary:
    """A vocabulary that knows 退货 as a pair and a word, 发货 as a pair, and 或 alone."""
    return vocabulary([{"退货", "=退货", "发货", "或"}] * 2)


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ({"腿货"}, {"退货", "=退货"}),  # sounds the same, and makes a word
        ({"发活"}, {"发货"}),
        ({"货发"}, {"发货"}),  # swapped
        ({"苹果"}, {"苹果"}),
        ({"腿货啊", "=腿货", "腿"}, {"腿货啊", "=腿货", "腿"}),  # no pairs
        (set(), set()),
    ],
)
def test_an_unknown_pair_counts_as_the_known_one_it_is_like(
    words: Vocabulary, unknown: set[str], meant: set[str]
) -> None:
    assert words.guess(unknown) == meant


def test_a_known_pair_is_left_as_it_is() -> None:
    both = vocabulary([{"退还", "退换", "换退"}] * 2)
    assert both.guess({"退还"}) == {"退还"}
    assert both.guess({"退换", "换退"}) == {"退换", "换退"}
