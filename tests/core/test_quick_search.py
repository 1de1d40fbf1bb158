"""An agent finds a phrase by a few letters: code, words or pinyin; nearest and most used first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.quick import QuickPhrase, Scope
from bot.core.quick_search import Index, sound

TODAY = date(2026, 11, 11)


def _phrase(id_: str, group: str, code: str, text: str, scope: Scope = Scope.SHOP, owner: str = "") -> QuickPhrase:
    return QuickPhrase(id_, scope, owner, group, code, text)


SHELF = [
    _phrase("sent", "发货", "a1", "您好，订单今天发出。"),
    _phrase("late", "物流", "b1", "非常抱歉，发货晚了，已为您加急。"),
    _phrase("refund", "售后", "c1", "退款会原路退回，请您留意。"),
    _phrase("fee", "售后", "c2", "退货的运费由本店承担。"),
    _phrase("women", "尺码", "d1", "女装建议您选大一码。"),
    _phrase("code", "欢迎", "fh", "您好，请讲。"),
]


def found(query: str, phrases: list[QuickPhrase] = SHELF, agent: str = "小美", **uses: int) -> list[str]:
    """Ids in the order in which an agent sees them."""
    return [phrase.id for phrase in Index(phrases).search(query, agent, TODAY, uses)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("fh", ["code", "sent", "late"]),  # the code, the group's initials, the text's
        ("发货", ["sent", "late"]),
        ("發貨", ["sent", "late"]),  # traditional characters
        ("fahuo", ["sent", "late"]),
        ("tk", ["refund"]),
        ("tuikuan", ["refund"]),
        ("退 运费", ["fee"]),
        ("sh yf", ["fee"]),
        ("A1", ["sent"]),
        ("nvzhuang", ["women"]),
        ("uo", []),  # no syllable begins there
        ("退款 运费", []),
        ("不存在", []),
    ],
)
def test_a_few_letters_find_it(query: str, ids: list[str]) -> None:
    assert found(query) == ids


def test_an_empty_query_shows_everything_by_group_and_code() -> None:
    assert found(" ") == ["sent", "refund", "fee", "women", "code", "late"]


def test_own_phrases_go_before_the_teams_and_the_shops() -> None:
    text = "您好，今天发货。"
    shelf = [
        _phrase("shop", "发货", "x1", text), _phrase("team", "发货", "x2", text, Scope.TEAM, "售后组"),
        _phrase("own", "发货", "x3", text, Scope.PERSONAL, "小美"),
    ]
    assert found("发货", shelf, shop=9) == ["own", "team", "shop"]


def test_what_is_used_often_goes_before_the_rest() -> None:
    assert found("售后") == ["refund", "fee"]
    assert found("售后", fee=3, refund=1) == ["fee", "refund"]


def test_another_agents_own_phrases_are_never_found() -> None:
    shelf = [_phrase("own", "发货", "x3", "今天发货。", Scope.PERSONAL, "小美")]
    assert found("x3", shelf, agent="阿强") == []
    assert found("", shelf, agent="阿强") == []


def test_what_is_not_valid_today_is_never_found() -> None:
    over = replace(SHELF[0], valid_until=date(2026, 11, 10))
    soon = replace(SHELF[0], id="soon", valid_from=date(2026, 11, 12))
    assert found("a1", [over, soon]) == []


def test_only_so_many_are_shown() -> None:
    assert len(Index(SHELF).search("", "小美", TODAY, {}, limit=2)) == 2


@pytest.mark.parametrize("query", ["\x00", "　", "(", "%_", "{{", "🙂", "a" * 5000, "'; drop table"])
def test_an_odd_query_finds_nothing_or_all_but_never_fails(query: str) -> None:
    assert len(found(query)) in (0, len(SHELF))


def test_a_sound_knows_where_syllables_begin() -> None:
    said = sound("发货a1，好")
    assert (said.letters, said.initials) == ("fahuoa1 hao", "fha1 h")
    assert said.has("huo")
    assert not said.has("ao")
