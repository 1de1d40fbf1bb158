"""Who answers a turn: the bot, the bot with an agent's consent, a human, or nobody."""

from __future__ import annotations

import pytest

from bot.core.answer import answer
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, MessageType, Mood, Priority, Reason, Status, Understanding
from tests.core.tiny_shop import chased, drafted, heard, remembered, said, ticket, turn

SURE = heard("ship.when_sent")


def test_a_sure_question_is_answered(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), SURE)
    assert outcome.decision.status is Status.REPLIED
    assert outcome.decision.situation == "ship.when_sent/default"
    assert len(said(outcome)) == 1
    assert ticket(outcome) is None


@pytest.mark.parametrize(
    "understood", [
        SURE, heard(wants_human=True), heard(mood=Mood.THREATENING), heard("risk.complaint"),
    ],
)
@pytest.mark.parametrize("type_", [MessageType.TEXT, MessageType.IMAGE, MessageType.STICKER])
@pytest.mark.parametrize("assist", [False, True])
def test_while_an_agent_holds_the_conversation_the_bot_does_nothing(
    tiny: Knowledge, understood: Understanding, type_: MessageType, assist: bool
) -> None:
    outcome = answer(tiny, turn(holder=Holder.AGENT, type=type_, assist=assist), understood)
    assert outcome.decision.status is Status.HELD_BY_AGENT
    assert outcome.effects == ()


def test_a_wish_for_a_human_is_granted_at_once_whatever_else_was_understood(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), heard("ship.when_sent", wants_human=True))
    opened = ticket(outcome)
    assert outcome.decision.status is Status.HANDED_OFF
    assert opened is not None
    assert (opened.reason, opened.priority) == (Reason.CUSTOMER_ASKED, Priority.HIGH)
    assert "转人工" in said(outcome)[0]
    assert "3分钟内" in said(outcome)[0]


@pytest.mark.parametrize(
    ("mood", "reason", "priority", "word"),
    [
        (Mood.THREATENING, Reason.RISK, Priority.URGENT, "负责人"),
        (Mood.ABUSIVE, Reason.RISK, Priority.HIGH, "负责人"),
        (Mood.ANGRY, Reason.UPSET, Priority.HIGH, "理解您的心情"),
    ],
)
def test_pressure_goes_to_a_senior_agent_with_fitting_words(
    tiny: Knowledge, mood: Mood, reason: Reason, priority: Priority, word: str
) -> None:
    outcome = answer(tiny, turn(), heard("ship.when_sent", mood=mood))
    opened = ticket(outcome)
    assert opened is not None
    assert (opened.reason, opened.priority, opened.group) == (reason, priority, "senior")
    assert word in said(outcome)[0]


@pytest.mark.parametrize("mood", [Mood.CALM, Mood.URGING, Mood.DISPLEASED])
def test_impatience_alone_needs_no_human(tiny: Knowledge, mood: Mood) -> None:
    assert answer(tiny, turn(), heard("ship.when_sent", mood=mood)).decision.status is Status.REPLIED


def test_a_displeased_customer_hears_the_sympathetic_version(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), heard("ship.when_sent", mood=Mood.DISPLEASED))
    assert outcome.decision.situation == "ship.when_sent/upset"


@pytest.mark.parametrize("type_", list(MessageType))
def test_words_beside_a_picture_or_card_decide(tiny: Knowledge, type_: MessageType) -> None:
    if type_ in (MessageType.TEXT, MessageType.STICKER, MessageType.IMAGE, MessageType.VOICE, MessageType.ORDER_CARD):
        outcome = answer(tiny, turn(type=type_), heard("ship.when_sent", text="什么时候发货"))
        assert outcome.decision.intent == "ship.when_sent"


def test_a_picture_without_words_needs_human_eyes(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(type=MessageType.IMAGE), Understanding(""))
    opened = ticket(outcome)
    assert opened is not None
    assert opened.reason is Reason.IMAGE
    assert said(outcome) == ["图片收到了，预计5分钟内回复您。"]


@pytest.mark.parametrize(
    ("type_", "reply"),
    [
        (MessageType.STICKER, "表情"), (MessageType.TEXT, "表情"), (MessageType.VOICE, "文字"),
        (MessageType.ORDER_CARD, "订单看到了"), (MessageType.PRODUCT_CARD, "商品看到了"),
    ],
)
def test_what_comes_without_words_gets_a_word_that_fits(tiny: Knowledge, type_: MessageType, reply: str) -> None:
    replies = {said(answer(tiny, turn(type=type_, seed=seed), Understanding("")))[0] for seed in "abcdefgh"}
    assert all(reply in text or "打字" in text for text in replies)


@pytest.mark.parametrize("text", ["", "？？", "。。。"])
def test_a_text_of_marks_only_is_no_question(tiny: Knowledge, text: str) -> None:
    outcome = answer(tiny, turn(), Understanding(text))
    assert outcome.decision.situation == "sticker"
    assert ticket(outcome) is None


def test_nothing_understood_asks_back_once_and_then_brings_a_human(tiny: Knowledge) -> None:
    first = answer(tiny, turn(), heard())
    assert first.decision.status is Status.REPLIED
    assert first.decision.situation == "clarify"
    dialogue = remembered(first, Dialogue())
    assert dialogue.failures == 1
    second = answer(tiny, turn(dialogue=dialogue), heard())
    opened = ticket(second)
    assert opened is not None
    assert opened.reason is Reason.NOT_UNDERSTOOD
    assert remembered(second, dialogue).failures == 0


def test_an_answer_in_between_forgets_the_failure(tiny: Knowledge) -> None:
    dialogue = remembered(answer(tiny, turn(dialogue=Dialogue(failures=1)), SURE), Dialogue())
    assert dialogue.failures == 0
    assert answer(tiny, turn(dialogue=dialogue), heard()).decision.status is Status.REPLIED


def test_two_close_intents_are_offered_by_their_titles(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), heard("ship.when_sent", 0.48, "presale.stock", 0.45))
    assert outcome.decision.situation == "clarify_choice"
    assert "什么时候发货" in said(outcome)[0]
    assert "有没有货" in said(outcome)[0]
    assert remembered(outcome, Dialogue()).choices == ("ship.when_sent", "presale.stock")


@pytest.mark.parametrize(
    ("text", "intent"), [
        ("第一个", "ship.when_sent"), ("1", "ship.when_sent"), ("第二个", "presale.stock"),
        ("后面那个", "presale.stock"),
    ]
)
def test_the_answer_to_our_own_question_decides(tiny: Knowledge, text: str, intent: str) -> None:
    offered = Dialogue(failures=1, choices=("ship.when_sent", "presale.stock"))
    outcome = answer(tiny, turn(dialogue=offered), heard("unclear", 0.9, text=text))
    assert outcome.decision.status is Status.REPLIED
    assert outcome.decision.intent == intent


def test_without_an_offer_such_an_answer_means_nothing(tiny: Knowledge) -> None:
    assert answer(tiny, turn(), heard("unclear", 0.9, text="第一个")).decision.intent not in ("ship.when_sent",)


def test_a_topic_that_needs_a_human_gets_one_with_its_group_and_priority(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), heard("risk.complaint"))
    opened = ticket(outcome)
    assert opened is not None
    assert (opened.reason, opened.priority, opened.group, opened.intent) == (
        Reason.INTENT_NEEDS_HUMAN, Priority.URGENT, "senior", "risk.complaint"
    )


def test_a_topic_to_be_confirmed_is_drafted_and_the_customer_is_asked_to_wait(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(), heard("after.refund"))
    opened = ticket(outcome)
    assert outcome.decision.status is Status.SUGGESTED
    assert "退款" in drafted(outcome)[0]
    assert said(outcome) == ["请您稍等，马上为您查询。"]
    assert opened is not None
    assert opened.reason is Reason.SUGGESTION_WAITS


def test_in_an_assist_shop_every_answer_waits_for_an_agent(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(assist=True), SURE)
    assert outcome.decision.status is Status.SUGGESTED
    assert said(outcome) == []
    assert len(drafted(outcome)) == 1


@pytest.mark.parametrize(
    "understood", [
        SURE, heard("after.refund"), heard("risk.complaint"), heard(wants_human=True), heard(),
        heard(mood=Mood.ANGRY),
    ],
)
def test_in_an_assist_shop_the_bot_never_speaks(tiny: Knowledge, understood: Understanding) -> None:
    outcome = answer(tiny, turn(assist=True), understood)
    assert said(outcome) == []
    assert ticket(outcome) is not None


def test_while_a_human_is_awaited_plain_questions_are_still_answered(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(holder=Holder.QUEUE), SURE)
    assert outcome.decision.status is Status.REPLIED
    assert ticket(outcome) is None


@pytest.mark.parametrize(
    "understood", [
        heard("risk.complaint"), heard("after.refund"), heard(), heard("chat.thanks"), heard(mood=Mood.ANGRY),
    ],
)
def test_while_a_human_is_awaited_no_second_one_is_called(tiny: Knowledge, understood: Understanding) -> None:
    outcome = answer(tiny, turn(holder=Holder.QUEUE), understood)
    assert outcome.decision.status is Status.HANDED_OFF
    assert ticket(outcome) is None
    assert drafted(outcome) == []
    assert not chased(outcome)


@pytest.mark.parametrize("understood", [heard(wants_human=True), heard("chat.human"), heard(mood=Mood.URGING)])
def test_asking_where_the_human_stays_reminds_the_queue(tiny: Knowledge, understood: Understanding) -> None:
    outcome = answer(tiny, turn(holder=Holder.QUEUE), understood)
    assert chased(outcome)
    assert "3分钟内" in said(outcome)[0]


def test_a_question_asked_again_is_answered_in_other_words_and_then_by_a_human(tiny: Knowledge) -> None:
    first = answer(tiny, turn(), SURE)
    after_first = remembered(first, Dialogue())
    second = answer(tiny, turn(dialogue=after_first), SURE)
    after_second = remembered(second, after_first)
    third = answer(tiny, turn(dialogue=after_second), SURE)
    opened = ticket(third)
    assert [outcome.decision.situation for outcome in (first, second)] == [
        "ship.when_sent/default", "ship.when_sent/repeated"
    ]
    assert said(first) != said(second)
    assert opened is not None
    assert (opened.reason, opened.priority) == (Reason.REPEATED_QUESTION, Priority.HIGH)


@pytest.mark.parametrize("score", [0.0, 0.05, 0.1, 0.15])
def test_a_guess_is_never_said(tiny: Knowledge, score: float) -> None:
    assert answer(tiny, turn(), heard("ship.when_sent", score)).decision.situation == "clarify"
