"""A trainer's pattern finds what it says and no more, is refused in Chinese, and costs little whatever is typed."""

from __future__ import annotations

import re
import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content import load
from bot.content.build import compiled_patterns
from bot.core.pattern_language import MAX_GAPS, MAX_LENGTH
from bot.core.patterns import Pattern, PatternSet, compile_pattern
from bot.errors import PatternError
from bot.settings import ROOT

LISTS = {"快递": ("顺丰", "顺丰速运", "ems"), "地名": ("新疆", "西藏")}
WORDS = re.compile(r"[^()\[\]{}|…^$]+")


@pytest.fixture(scope="session")
def trained() -> list[Pattern]:
    """Every pattern of the project's own content, in the trainers' order."""
    content = load.read(ROOT)
    return [pattern for patterns in compiled_patterns(content).values() for pattern in patterns]


@pytest.mark.parametrize(
    ("source", "found", "missed"),
    [
        ("发货", ["发货", "今天发货吗"], ["发", "货发", "发 货", ""]),
        ("(发货|寄出)了", ["发货了", "寄出了吗"], ["发货", "寄了", "了"]),
        ("(什么(时候|时间)|几号)发", ["什么时候发", "什么时间发", "几号发"], ["什么发", "时候发"]),
        ("发货[了]没", ["发货没", "发货了没"], ["发货了了没", "发货"]),
        ("发货[了|啦|已经]没", ["发货没", "发货啦没", "发货已经没"], ["发货了啦没"]),
        ("(能|可以[的])退", ["能退", "可以退", "可以的退"], ["可以的"]),
        ("[我[们]]要退", ["要退", "我要退", "我们要退"], ["我们退"]),
        ("发…没", ["发没", "发了货没", "发一二三四五六没"], ["发一二三四五六七没", "没发"]),
        ("(发…没|寄…不)", ["发了没", "寄得了不"], ["发了不", "寄了没"]),
        ("拍…今天…发", ["拍了今天发", "拍一二三四五六今天一二三四五六发"], ["拍一二三四五六七今天发", "今天发拍"]),
        ("^在吗", ["在吗", "在吗亲"], ["你在吗"]),
        ("退货$", ["退货", "我要退货"], ["退货运费"]),
        ("^退货$", ["退货", "退货吗"], ["我要退货", "退货运费"]),
        ("{数}天", ["3天", "1.5天", "十天", "三十五天", "两天", "半天", "等了3天了"], ["天", "很多天", "3 天"]),
        ("第{数}件{数}折", ["第2件半折", "第二件5.5折"], ["第件半折", "第二件折"]),
        ("发{快递}吗", ["发顺丰吗", "发顺丰速运吗", "发ems吗"], ["发中通吗", "发{快递}吗"]),
        ("(到|去){地名}", ["能到新疆不", "去西藏"], ["到北京", "新疆"]),
        ("plus会员", ["我是plus会员"], ["plu会员"]),
        ("PLUS会员", ["我是plus会员"], ["会员"]),
        ("a+b*c.d?", ["a+b*c.d?"], ["aab", "abbc", "a+b*cxd"]),
        (r"\d", [r"\d"], ["3"]),
    ],
)
def test_a_pattern_finds_what_it_says_and_nothing_else(source: str, found: list[str], missed: list[str]) -> None:
    pattern = _compiled(source)
    assert [text for text in found if not pattern.found.search(text)] == []
    assert [text for text in missed if pattern.found.search(text)] == []


@pytest.mark.parametrize("stop", list(",.!?;:。，！？；"))
def test_a_gap_does_not_reach_into_the_next_clause(stop: str) -> None:
    pattern = _compiled("发…没")
    assert pattern.found.search("发了没")
    assert not pattern.found.search(f"发{stop}没")
    assert not pattern.found.search(f"发了{stop}货没")


@pytest.mark.parametrize("ending", ["", "吗", "呢", "了吗", "了吗？", "的呀！！", " ~~", "吧。", "哦哦，"])
def test_final_particles_stand_behind_the_end(ending: str) -> None:
    assert _compiled("怎么退货$").found.search(f"请问怎么退货{ending}")
    assert not _compiled("怎么退货$").found.search(f"请问怎么退货{ending}钱")


def test_brackets_may_be_typed_full_width() -> None:
    full, half = _compiled("＾（发货｜寄出）［了｜啦］…｛数｝天＄"), _compiled("^(发货|寄出)[了|啦]…{数}天$")
    assert full == half
    assert full.found.search("寄出啦都3天了")


def test_a_pattern_remembers_whose_it_is_and_how_it_was_written() -> None:
    pattern = compile_pattern("ship.when_sent", "(几号|哪天)发", {})
    assert (pattern.intent, pattern.source) == ("ship.when_sent", "(几号|哪天)发")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("(发货", "括号不成对"), ("发货)", "括号不成对"), ("[发货", "括号不成对"), ("发货]", "括号不成对"),
        ("(发货]", "括号不成对"), ("(发[货)]", "括号不成对"), ("（发货", "括号不成对"),
        ("{数天", "没有配对"), ("数}天", "没有配对"), ("(发{数)货", "没有配对"),
        ("发{国家}", "不认识“{国家}”，可以写的有：数、地名、快递"), ("发{}", "不认识“{}”"),
        ("发货|寄出", "“|”放错了地方"), ("|发货", "“|”放错了地方"), ("{快递|地名}", "“|”放错了地方"),
        ("发^货", "“^”放错了地方"), ("(^发)货", "“^”放错了地方"), ("^^发货", "“^”放错了地方"),
        ("发$货", "“$”放错了地方"), ("发(货$)", "“$”放错了地方"), ("发货$$", "“$”放错了地方"),
        ("", "没有一处是必须出现的字"), ("^$", "没有一处是必须出现的字"), ("[发货]", "没有一处是必须出现的字"),
        ("…", "没有一处是必须出现的字"), ("^[发货]…[了]$", "没有一处是必须出现的字"),
        ("发" * (MAX_LENGTH + 1), f"超过 {MAX_LENGTH} 个字"),
        ("发…货…了…没", f"最多 {MAX_GAPS} 处"), ("(发…货|寄…出|到…了)", f"最多 {MAX_GAPS} 处"),
    ],
)
def test_a_refusal_says_in_chinese_what_to_mend(source: str, why: str) -> None:
    with pytest.raises(PatternError) as refused:
        _compiled(source)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "source", ["()", "(发货|)", "([发货])", "(发货|[寄出])", "(…)", "([发]|[寄])…", "{空}", "(发|{空})"]
)
def test_a_group_that_may_be_empty_is_nothing_that_must_be_there(source: str) -> None:
    """Such a pattern would speak for its intent in every message of every customer."""
    with pytest.raises(PatternError, match="没有一处是必须出现的字"):
        compile_pattern("x", source, {"空": ()})


def test_a_lists_words_are_found_in_any_case_like_the_patterns_own() -> None:
    """Customers' texts are lower case by the time they are read."""
    assert compile_pattern("x", "发{快递}", {"快递": ("EMS",)}).found.search("发ems吗")


def test_the_longest_allowed_pattern_is_allowed() -> None:
    longest = "发" * MAX_LENGTH
    assert _compiled(longest).found.search(longest)


# --- the candidate index ---------------------------------------------------------------------------------------------

_LETTERS = "甲乙丙"


def _sources() -> st.SearchStrategy[str]:
    """Patterns over three characters, so that they and the texts meet often."""
    atom = st.one_of(st.text(_LETTERS, min_size=1, max_size=3), st.sampled_from(["{数}", "{快递}", "…"]))
    whole = st.recursive(atom, _bracketed, max_leaves=6)
    body = st.lists(whole, min_size=1, max_size=4).map("".join)
    return st.tuples(st.sampled_from(["", "", "^"]), body, st.sampled_from(["", "", "$"])).map("".join)


def _bracketed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    alternatives = st.lists(st.lists(inner, max_size=2).map("".join), min_size=1, max_size=3).map("|".join)
    return st.tuples(alternatives, st.sampled_from(["()", "[]"])).map(lambda drawn: drawn[0].join(drawn[1]))


@settings(max_examples=400, deadline=None)
@given(st.lists(_sources(), min_size=1, max_size=6), st.lists(st.text(_LETTERS + "3一顺丰，", max_size=12), min_size=1))
def test_the_index_never_loses_a_hit(sources: list[str], texts: list[str]) -> None:
    patterns = [pattern for source in sources if (pattern := _if_accepted(source))]
    asked = PatternSet(patterns)
    for text in texts:
        assert asked.hits(text) == [pattern for pattern in patterns if pattern.found.search(text)]


@settings(deadline=None)
@given(st.data())
def test_the_index_never_loses_a_hit_of_the_trainers_patterns(trained: list[Pattern], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(trained), min_size=1, max_size=4))
    words = sorted({word for pattern in chosen for word in WORDS.findall(pattern.source)})
    pieces = st.one_of(st.sampled_from(words), st.sampled_from("".join(words)), st.sampled_from("3两，的吗 "))
    text = "".join(data.draw(st.lists(pieces, max_size=12)))
    assert PatternSet(trained).hits(text) == [pattern for pattern in trained if pattern.found.search(text)]


@settings(deadline=None)
@given(st.data())
def test_whatever_a_trainers_pattern_matches_it_hits(trained: list[Pattern], data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(trained))
    text = data.draw(st.from_regex(pattern.found))
    assert pattern in PatternSet(trained).hits(text)


def test_hits_come_in_the_trainers_order_and_once() -> None:
    patterns = [_compiled(source) for source in ("退{数}", "发货", "(货|发)", "{数}")]
    assert PatternSet(patterns).hits("3件发货发货，退2件") == patterns
    assert PatternSet([]).hits("发货") == []


# --- the cost --------------------------------------------------------------------------------------------------------


def test_no_trainers_pattern_repeats_anything_without_end_but_its_final_particles(trained: list[Pattern]) -> None:
    """What is tried from one place of a text is then bounded by the pattern, and the whole linear in the text."""
    assert [pattern.source for pattern in trained if "{数}" not in pattern.source and _endless(pattern)] == []


@pytest.mark.parametrize("source", ["发", "(发|寄)[了]…没", "发{快递}", "(a+|b*)", "^发…货…没$"])
def test_no_element_of_the_language_repeats_without_end(source: str) -> None:
    assert not _endless(_compiled(source))


def test_a_number_does_not_repeat_without_end_either() -> None:
    """500 digits are a legal message: {数}…{数} tries every pair of places in them to end two numbers."""
    assert not _endless(_compiled("{数}天"))


def test_of_hostile_texts_the_longer_costs_only_in_proportion(trained: list[Pattern]) -> None:
    asked = PatternSet(trained)
    group = next(pattern for pattern in trained if pattern.source.startswith("(什么时候|几号|哪天"))
    words = "".join(WORDS.findall(group.source))
    almost = "什么时候一二三四五六七发几号，发"
    for unit in ("发", "吗", words, almost):
        short, long = (_calls(asked, (unit * 5000)[:length]) for length in (1000, 5000))
        assert long <= 5 * short + len(trained)


def test_of_a_hostile_text_only_the_patterns_it_could_match_are_tried(trained: list[Pattern]) -> None:
    """Each at most once, however often its words come."""
    usual = [pattern for pattern in trained if not pattern.needs]
    assert len(usual) < len(trained) // 100
    for text in ("龘" * 5000, "发" * 5000, "什么时候" * 1250):
        tried = _searches(PatternSet(trained), text)
        assert tried == _searches(PatternSet(trained), text[:100])
        assert tried < len(trained) // 2


def _compiled(source: str) -> Pattern:
    return compile_pattern("x", source, LISTS)


def _if_accepted(source: str) -> Pattern | None:
    try:
        return _compiled(source)
    except PatternError:
        return None


def _endless(pattern: Pattern) -> bool:
    """Whether anything but the class of final particles may repeat without end."""
    expression = pattern.found.pattern
    if pattern.source.endswith("$"):
        assert expression.endswith("]*$")
        expression = expression[: expression.rindex("[")]
    bare = re.sub(r"\[[^\]]*\]", "C", re.sub(r"\\.", "E", expression))  # escapes first: a class holds none that is "]"
    return bool(re.search(r"[*+]|\{\d*,\}", bare))


def _calls(asked: PatternSet, text: str, name: str = "") -> int:
    """How many calls of built-in functions (of this name) it takes to look for patterns in a text: the work that does
    not depend on the machine."""
    made = 0

    def seen(frame: FrameType, event: str, called: object) -> None:
        nonlocal made
        made += event == "c_call" and name in ("", getattr(called, "__name__", ""))

    sys.setprofile(seen)
    try:
        asked.hits(text)
    finally:
        sys.setprofile(None)
    return made


def _searches(asked: PatternSet, text: str) -> int:
    return _calls(asked, text, "search")
