"""What counts as a score, when one may ask for it, and what a score brings about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.core import answer, csat
from bot.core.desk import Word
from bot.core.effects import OpenTicket, Outcome, Rate, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, Mood, Reason, Status
from bot.core.normalize import normalize
from bot.core.questions import Survey
from bot.core.tokens import Tokenizer
from bot.core.turn import Turn
from tests.core.tiny_shop import MORNING, heard, open_shop

T = TypeVar("T")
LATER = (MORNING + timedelta(hours=24)).timestamp()
ASKED = Survey("cs_1", "score", LATER)
WHY = Survey("cs_1", "reason", LATER, 1)
SAYS = {
    "csat_thanks": ("谢谢您的评分。", "收到您的评价了。"),
    "csat_why": ("非常抱歉，负责人预计{{ wait }}回复您，是哪里没做好呢？",),
    "csat_noted": ("谢谢您直说，负责人预计{{ wait }}回复您。",),
}


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5), ("５分", 5), ("五星", 5), ("5颗星", 5), ("给5分吧", 5), ("我打4分", 4), ("3", 3), ("两分", 2),
        ("1", 1), ("满意", 4), ("挺满意的", 4), ("非常满意", 5), ("一般", 3), ("一般吧", 3), ("不满意", 2),
        ("非常不满意", 1), ("还行", 3), ("服务很好", 5), ("好评", 5), ("差评", 1), ("嗯，满意", 4), ("5️⃣", 5),
        ("滿意", 4),
    ],
)  # fmt: skip
def test_customers_may_score_in_figures_and_in_words(text: str, score: int) -> None:
    assert csat.read(normalize(text)) == csat.Rating(score, "")


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("2分，等太久了", 2, "等太久了"), ("不满意，客服一直不回", 2, "客服一直不回"), ("1 态度差", 1, "态度差"),
        ("5，谢谢", 5, "谢谢"),
    ],
)  # fmt: skip
def test_what_stands_beside_a_score_is_its_reason(text: str, score: int, reason: str) -> None:
    assert csat.read(normalize(text)) == csat.Rating(score, reason)


@pytest.mark.parametrize(
    "text",
    [
        "", "5件", "2天了还没发货", "一般几天到", "10", "55", "满意度怎么看", "什么时候发货", "不好意思刚看到", "6",
        "第一个", "0", "这个尺码5吗", "一直没人回", "我要退款", "100分",
    ],
)  # fmt: skip
def test_anything_else_is_no_score(text: str) -> None:
    assert csat.read(normalize(text)) is None


def test_a_long_text_is_read_in_no_time() -> None:
    assert csat.read("好" * 500) is None
    assert csat.read("对我给打评选" * 80) is None


def turn_with(survey: Survey | None, holder: Holder = Holder.BOT, **fields: object) -> Turn:
    """A turn while our question stands."""
    return replace(Turn("demo", MORNING, holder=holder, dialogue=Dialogue(survey=survey)), **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shop(tokenizer: Tokenizer) -> Knowledge:
    """A shop that asks how it was."""
    return open_shop(tokenizer, None, **SAYS)


def decide(knowledge: Knowledge, text: str, turn: Turn) -> Outcome:
    """What becomes of a text."""
    return answer.answer(knowledge, turn, knowledge.understand(text))


def of(outcome: Outcome, kind: type[T]) -> list[T]:
    """The effects of one kind."""
    return [effect for effect in outcome.effects if isinstance(effect, kind)]


def test_a_good_score_is_kept_and_thanked_for_once(shop: Knowledge) -> None:
    outcome = decide(shop, "5", turn_with(ASKED))
    assert of(outcome, Rate) == [Rate("cs_1", 5, "")]
    assert (outcome.decision.status, outcome.decision.situation) == (Status.REPLIED, "csat_thanks")
    assert of(outcome, OpenTicket) == []
    [kept] = of(outcome, Remember)
    assert kept.dialogue.survey is None


def test_a_low_score_asks_a_lead_and_once_for_the_reason(shop: Knowledge) -> None:
    outcome = decide(shop, "1分", turn_with(ASKED))
    [ticket] = of(outcome, OpenTicket)
    assert (ticket.reason, ticket.group, ticket.note) == (Reason.LOW_SCORE, "senior", "评分 1 分")
    assert (outcome.decision.status, outcome.decision.situation) == (Status.HANDED_OFF, "csat_why")
    [kept] = of(outcome, Remember)
    assert kept.dialogue.survey == WHY
    then = decide(shop, "发货太慢，问了也不回", turn_with(WHY, Holder.QUEUE))
    assert of(then, Rate) == [Rate("cs_1", None, "发货太慢,问了也不回")]
    assert [one.note for one in of(then, OpenTicket)] == ["评分 1 分：发货太慢,问了也不回"]
    assert then.decision.situation == "csat_noted"
    [kept] = of(then, Remember)
    assert kept.dialogue.survey is None


def test_a_reason_in_the_same_message_is_taken_and_not_asked_for(shop: Knowledge) -> None:
    outcome = decide(shop, "不满意，等太久了", turn_with(ASKED))
    assert of(outcome, Rate) == [Rate("cs_1", 2, "等太久了")]
    assert [one.note for one in of(outcome, OpenTicket)] == ["评分 2 分：等太久了"]
    assert outcome.decision.situation == "csat_noted"


def test_a_satisfied_customers_question_is_answered_and_the_score_kept(shop: Knowledge) -> None:
    understood = heard("ship.when_sent", text="满意,什么时候发货")
    outcome = answer.answer(shop, turn_with(ASKED), understood)
    assert of(outcome, Rate) == [Rate("cs_1", 4, "什么时候发货")]
    assert outcome.decision.situation == "ship.when_sent/default"


@pytest.mark.parametrize("survey", [None, replace(ASKED, until=MORNING.timestamp())])
def test_without_a_standing_question_a_figure_is_no_score(shop: Knowledge, survey: Survey | None) -> None:
    assert of(decide(shop, "5", turn_with(survey)), Rate) == []


def test_a_waiting_customers_figure_is_no_score(shop: Knowledge) -> None:
    assert of(decide(shop, "5", turn_with(ASKED, Holder.QUEUE)), Rate) == []


def test_the_question_ends_with_another_topic_and_survives_thanks(shop: Knowledge) -> None:
    [kept] = of(decide(shop, "什么时候发货", turn_with(ASKED)), Remember)
    assert kept.dialogue.survey is None
    thanked = decide(shop, "谢谢", turn_with(ASKED))
    assert all(one.dialogue.survey == ASKED for one in of(thanked, Remember))


def test_whoever_wants_a_human_beside_a_low_score_gets_one_in_the_usual_way(shop: Knowledge) -> None:
    outcome = decide(shop, "差评，转人工", turn_with(ASKED))
    assert of(outcome, Rate) == [Rate("cs_1", 1, "转人工")]
    assert [one.reason for one in of(outcome, OpenTicket)] == [Reason.CUSTOMER_ASKED]


def test_a_shop_without_the_phrases_keeps_the_score_and_says_nothing(tokenizer: Tokenizer) -> None:
    knowledge = open_shop(tokenizer)
    outcome = answer.answer(knowledge, turn_with(ASKED), knowledge.understand("5"))
    assert of(outcome, Rate)
    assert of(outcome, Send) == []


def words(*said: tuple[str, str]) -> list[Word]:
    """A conversation: who said what, in order."""
    return [Word(seq, author, "text", text, "decided", "", MORNING) for seq, (author, text) in enumerate(said, 1)]


def _mood(text: str) -> Mood:
    return {"傻": Mood.ABUSIVE, "气": Mood.ANGRY}.get(text[:1], Mood.CALM)


def _intent(text: str) -> str:
    return "chat.thanks" if text.startswith("谢") else "ship.when_sent"


@pytest.mark.parametrize(
    ("said", "by_agent", "worth"),
    [
        ([("customer", "问"), ("agent", "答")], True, True),
        ([("customer", "问"), ("agent", "答"), ("customer", "谢谢")], True, True),
        ([("customer", "气死了"), ("agent", "答"), ("customer", "谢谢")], True, True),  # made up again
        ([("customer", "问"), ("agent", "答"), ("customer", "那运费呢")], True, False),  # left with a question
        ([("customer", "问"), ("bot", "答")], True, False),  # no human has said a word
        ([("customer", "傻瓜"), ("agent", "答")], True, False),
        ([("agent", "在吗")], True, False),
        ([("customer", "问"), ("bot", "答")], False, True),
        ([("customer", "气死了"), ("bot", "答")], False, False),
    ],
)
def test_only_who_was_answered_and_left_in_peace_is_asked(
    said: Sequence[tuple[str, str]], by_agent: bool, worth: bool
) -> None:
    assert csat.is_worth_asking(words(*said), _mood, _intent, by_agent=by_agent) is worth
