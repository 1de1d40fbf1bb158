"""How the customer sounds is told apart from what is wanted, by the trainers' own word lists."""

from __future__ import annotations

import pytest

from bot.core.knowledge import Knowledge
from bot.core.model import Aim, Mood

SOUNDS = [
    ("什么时候发货", Mood.CALM),
    ("你好，有货吗", Mood.CALM),
    ("谢谢您", Mood.CALM),
    ("麻烦快点发货", Mood.URGING),
    ("急用，请尽快", Mood.URGING),
    ("怎么还没发货", Mood.DISPLEASED),
    ("真让人失望", Mood.DISPLEASED),
    ("你们就是骗子", Mood.ANGRY),
    ("太过分了吧", Mood.ANGRY),
    ("我要投诉", Mood.ANGRY),
    ("王八蛋", Mood.ABUSIVE),
    ("你们这些傻逼", Mood.ABUSIVE),
    ("不退我就打12315", Mood.THREATENING),
    ("我要给差评", Mood.THREATENING),
    ("我去法院起诉你们", Mood.THREATENING),
]


@pytest.mark.parametrize(("text", "mood"), SOUNDS, ids=[text for text, _ in SOUNDS])
def test_a_text_sounds_as_it_does(knowledge: Knowledge, text: str, mood: Mood) -> None:
    assert knowledge.understand(text).mood is mood


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("快点退款，不然打12315", Mood.THREATENING),
        ("王八蛋，快点发货", Mood.ABUSIVE),
        ("骗子，太慢了", Mood.ANGRY),
        ("太慢了，快点", Mood.DISPLEASED),
    ],
)
def test_the_strongest_mood_is_heard(knowledge: Knowledge, text: str, mood: Mood) -> None:
    assert knowledge.understand(text).mood is mood


@pytest.mark.parametrize("text", ["騙子", "骗\u200b子", "ＴＭＤ", "tmd", "投　诉", "投\u202e诉", "骗😀子"])
def test_no_spelling_hides_a_mood(knowledge: Knowledge, text: str) -> None:
    assert knowledge.understand(text).mood in (Mood.ANGRY, Mood.ABUSIVE)


@pytest.mark.parametrize(
    "text", [
        "转人工", "人工", "我要人工客服", "轉人工", "转\u200b人工", "有没有真人", "不要机器人", "转人工！！！",
    ],
)
def test_asking_for_a_human_is_heard(knowledge: Knowledge, text: str) -> None:
    assert knowledge.understand(text).wants_human


@pytest.mark.parametrize(
    "text", [
        "人工费多少", "是人工智能吗", "有真人试穿图吗", "这是人工合成的吗", "什么时候发货", "",
    ],
)
def test_human_work_is_no_call_for_a_human(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.understand(text).wants_human


@pytest.mark.parametrize("text", ["转人工", "我要投诉", "我要打12315", "王八蛋"])
def test_a_call_for_help_does_not_wait_for_more_fragments(knowledge: Knowledge, text: str) -> None:
    assert knowledge.cuts_the_wait(text)


@pytest.mark.parametrize("text", ["你好", "我想问一下", "快点", "太慢了", ""])
def test_ordinary_fragments_wait(knowledge: Knowledge, text: str) -> None:
    assert not knowledge.cuts_the_wait(text)


@pytest.mark.parametrize(
    ("text", "aim"),
    [
        ("物流太慢了，等了好久", Aim.LOGISTICS),
        ("什么破质量，用两天就坏了", Aim.GOODS),
        ("你们客服什么态度", Aim.PERSON),
        ("一直敷衍我，太过分了", Aim.SERVICE),
        ("快点吧", Aim.NOTHING),
        ("物流几天到", Aim.NOTHING),
    ],
)
def test_an_upset_text_tells_what_it_is_about_and_a_calm_one_is_about_nothing(
    knowledge: Knowledge, text: str, aim: Aim
) -> None:
    assert knowledge.understand(text).aim is aim


def test_a_phone_number_is_no_threat(knowledge: Knowledge) -> None:
    assert knowledge.understand("我的电话是13812345678").mood is Mood.CALM
    assert knowledge.understand("再不处理我打12315").mood is Mood.THREATENING
