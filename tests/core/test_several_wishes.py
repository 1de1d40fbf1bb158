"""One message, two wishes: both are answered in one reply, and a human is asked for what the bot may not do."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import pytest

from bot.content.live import LiveContent
from bot.core import answer
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, Match, Mood, Reason, Stage, Status, Understanding
from tests.core.tiny_shop import drafted, heard, remembered, said, talk, ticket, turn

ANSWERS = {
    "ship.when_sent": ("16:30前付款当天发", "按付款顺序发出", "发出后可以看到单号"),
    "presale.stock": ("可以拍下", "放心拍"),
}


def wishing(*intents: str, mood: Mood = Mood.CALM) -> Understanding:
    """A turn in which these things are surely wanted, the first one ranked best."""
    return replace(heard(intents[0], 0.6, mood=mood), wishes=tuple(Match(intent, 0.95, "") for intent in intents))


def _answers(text: str, intent: str) -> bool:
    return any(words in text for words in ANSWERS[intent])


def test_two_questions_get_two_answers_in_one_reply(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(), wishing("ship.when_sent", "presale.stock"))
    assert outcome.decision.status is Status.REPLIED
    [text] = said(outcome)
    first, second = text.split("\n")
    assert _answers(first, "ship.when_sent")
    assert _answers(second, "presale.stock")


def test_both_answers_count_as_given(tiny: Knowledge) -> None:
    before = turn().dialogue
    after = remembered(answer.answer(tiny, turn(), wishing("ship.when_sent", "presale.stock")), before)
    assert dict(after.asked) == {"ship.when_sent": 1, "presale.stock": 1}
    assert len(after.said) == 2


def test_what_needs_a_human_goes_to_one_and_the_rest_is_answered(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(), wishing("risk.complaint", "ship.when_sent"))
    assert outcome.decision.status is Status.HANDED_OFF
    [text] = said(outcome)
    assert _answers(text.split("\n")[0], "ship.when_sent")
    assert "预计" in text.split("\n")[1]
    opened = ticket(outcome)
    assert opened is not None
    assert (opened.reason, opened.intent) == (Reason.INTENT_NEEDS_HUMAN, "risk.complaint")


def test_a_draft_waits_for_the_agent_while_the_question_beside_it_is_answered(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(), wishing("ship.when_sent", "after.refund"))
    assert outcome.decision.status is Status.SUGGESTED
    assert _answers(said(outcome)[0], "ship.when_sent")
    [draft] = drafted(outcome)
    assert "退款" in draft
    assert not _answers(draft, "ship.when_sent")


def test_where_the_shop_confirms_every_reply_both_answers_are_one_draft(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(assist=True), wishing("ship.when_sent", "presale.stock"))
    assert said(outcome) == []
    [draft] = drafted(outcome)
    assert _answers(draft, "ship.when_sent")
    assert _answers(draft, "presale.stock")


def test_while_a_human_is_awaited_only_the_plain_question_is_answered(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(holder=Holder.QUEUE), wishing("risk.complaint", "ship.when_sent"))
    assert [_answers(text, "ship.when_sent") for text in said(outcome)] == [True]
    assert ticket(outcome) is None


def test_who_holds_the_conversation_is_never_talked_over(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(holder=Holder.AGENT), wishing("ship.when_sent", "presale.stock"))
    assert outcome.decision.status is Status.HELD_BY_AGENT
    assert outcome.effects == ()


def test_a_threat_goes_before_all_wishes(tiny: Knowledge) -> None:
    outcome = answer.answer(tiny, turn(), wishing("ship.when_sent", "presale.stock", mood=Mood.THREATENING))
    assert outcome.decision.status is Status.HANDED_OFF
    opened = ticket(outcome)
    assert opened is not None
    assert opened.reason is Reason.RISK


def test_asked_again_and_again_both_wishes_end_with_a_human(tiny: Knowledge) -> None:
    outcomes = talk(tiny, [wishing("ship.when_sent", "presale.stock")] * 4, turn())
    assert outcomes[0].decision.status is Status.REPLIED
    assert outcomes[-1].decision.status is Status.HANDED_OFF


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("什么时候能发货，另外可以改一下地址吗", {"ship.when_sent", "order.change_address"}),
        ("这个包邮吗 可以开发票吗", {"ship.fee", "order.invoice"}),
        ("能开发票吗什么时候发货呀", {"order.invoice", "ship.when_sent"}),
    ],
)
def test_the_content_in_use_hears_both(content: LiveContent, text: str, intents: set[str]) -> None:
    assert {wish.intent for wish in content.knowledge.understand(text).wishes} == intents


@pytest.mark.parametrize("text", ["你好，在吗", "什么时候发货，谢谢", "东西收到了，帮我开发票", "几号发货？几号发？"])
def test_courtesy_news_and_repetition_are_no_second_wish(content: LiveContent, text: str) -> None:
    assert content.knowledge.understand(text).wishes == ()


def test_wishes_at_the_end_of_a_long_story_are_not_looked_for(content: LiveContent) -> None:
    story = "我妈妈从老家过来看我们，" * 4
    assert content.knowledge.understand(f"{story}这个包邮吗，可以开发票吗").wishes == ()
    assert len(content.knowledge.understand("这个包邮吗，可以开发票吗").wishes) == 2


def test_a_wish_after_many_clauses_and_a_denial_is_not_lost(content: LiveContent) -> None:
    text = "我不是要退货，刚才说过了，你看一下，我再说一遍，听好了，我问的是什么时候发货"
    assert content.knowledge.understand(text).matches[0].intent == "ship.when_sent"


def test_what_does_not_fit_the_orders_stage_is_no_second_wish(tiny: Knowledge) -> None:
    tiny_with_stages = copy(tiny)
    tiny_with_stages._stages = {"shipped": ("ship.when_sent",)}
    asked = wishing("presale.stock", "ship.when_sent")
    [text] = said(answer.answer(tiny_with_stages, turn(stage=Stage.SHIPPED), replace(asked, matches=asked.wishes[:1])))
    assert _answers(text, "presale.stock")
    assert not _answers(text, "ship.when_sent")


def test_two_wishes_are_both_heard_while_a_choice_is_open(tiny: Knowledge) -> None:
    asked = turn(dialogue=Dialogue(choices=("presale.stock", "after.refund")))
    [text] = said(answer.answer(tiny, asked, wishing("ship.when_sent", "presale.stock")))
    assert _answers(text, "ship.when_sent")
    assert _answers(text, "presale.stock")


def test_an_answer_given_while_waiting_is_remembered_also_where_the_rest_has_all_been_said(tiny: Knowledge) -> None:
    stock = tuple(f"presale.stock/{name}/{n}" for name in ("default", "repeated") for n in range(1, 9))
    before = Dialogue(said=(*stock, "waiting_ack/1"))
    waiting = turn(holder=Holder.QUEUE, dialogue=before)
    outcome = answer.answer(tiny, waiting, wishing("ship.when_sent", "presale.stock"))
    assert _answers(said(outcome)[0], "ship.when_sent")
    assert any(phrase.startswith("ship.when_sent/") for phrase in remembered(outcome, before).said)


def test_what_is_denied_is_not_what_is_wanted(content: LiveContent) -> None:
    understand = content.knowledge.understand
    assert understand("我不是要退货，我是想问什么时候发货").matches[0].intent == "ship.when_sent"
    assert understand("我不是要退货").matches[0].score < content.knowledge.accept
