"""From what was understood to what is said: variants, promises, missing facts, faults, and the explanation kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle, islice, pairwise

import pytest

from bot.core.answer import answer, fault
from bot.core.hours import SHOP_ZONE, WHOLE_DAY, Hours
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, MessageType, Mood, Priority, Reason, Status, Understanding
from bot.core.render import guard
from bot.core.shop import Fact, Shop, Span
from bot.core.tokens import Tokenizer
from bot.core.turn import Turn
from tests.core.tiny_shop import FACTS, MIDNIGHT, MORNING, heard, open_shop, remembered, said, talk, ticket, turn

SURE = heard("ship.when_sent", rival="presale.stock", text="什么时候发货")


def test_the_same_turn_gives_the_same_outcome(tiny: Knowledge) -> None:
    assert answer(tiny, turn(), SURE) == answer(tiny, turn(), SURE)


def test_different_conversations_hear_different_variants(tiny: Knowledge) -> None:
    heard_first = {said(answer(tiny, turn(seed=f"c{number}"), SURE))[0] for number in range(40)}
    assert len(heard_first) == 3


def test_the_decision_explains_itself(tiny: Knowledge) -> None:
    decision = answer(tiny, turn(), SURE).decision
    assert (decision.intent, decision.runner_up) == ("ship.when_sent", "presale.stock")
    assert decision.example == "什么时候发货"
    assert decision.score == 0.95
    assert decision.margin == pytest.approx(0.93)
    assert "intent ship.when_sent" in decision.reasons


SCENES = [
    SURE, heard("presale.stock"), heard("chat.thanks"), heard(), heard("after.refund"), heard("unclear"),
    heard("ship.when_sent", mood=Mood.DISPLEASED), heard(wants_human=True), heard("risk.complaint"),
    Understanding("？"),
    heard("ship.when_sent", 0.48, "presale.stock", 0.45), heard(mood=Mood.URGING), heard(mood=Mood.ANGRY),
]


@pytest.mark.parametrize("shift", range(len(SCENES)))
@pytest.mark.parametrize("holder", [Holder.BOT, Holder.QUEUE])
def test_in_thirty_turns_the_bot_does_not_repeat_a_reply(tiny: Knowledge, shift: int, holder: Holder) -> None:
    """Only the words that call a human may come again, once all their variants were said: silence would be worse."""
    turns = list(islice(cycle(SCENES[shift:] + SCENES[:shift]), 30))
    outcomes = talk(tiny, turns, turn(holder=holder, seed=str(shift)))
    replies = [text for outcome in outcomes if outcome.decision.status is Status.REPLIED for text in said(outcome)]
    assert len(replies) == len(set(replies))
    assert replies


def test_no_reply_comes_twice_in_a_row(tiny: Knowledge) -> None:
    """A situation with two variants alternates even when a human is called again and again."""
    outcomes = talk(tiny, [heard(wants_human=True)] * 30, turn())
    replies = [text for outcome in outcomes for text in said(outcome)]
    assert len(replies) == 30
    assert all(one != next_ for one, next_ in pairwise(replies))


def test_thirty_thanks_end_in_silence_and_not_with_a_human(tiny: Knowledge) -> None:
    outcomes = talk(tiny, [heard("chat.thanks")] * 30, turn())
    assert [outcome.decision.status for outcome in outcomes] == [Status.REPLIED] * 3 + [Status.IGNORED] * 27
    assert all(ticket(outcome) is None for outcome in outcomes)


def test_thirty_stickers_end_in_silence(tiny: Knowledge) -> None:
    outcomes = talk(tiny, [Understanding("")] * 30, turn(type=MessageType.STICKER))
    assert sum(len(said(outcome)) for outcome in outcomes) == 2
    assert outcomes[-1].decision.status is Status.IGNORED


def test_waiting_customers_are_acknowledged_once_and_not_after_each_line(tiny: Knowledge) -> None:
    outcomes = talk(tiny, [heard()] * 10, turn(holder=Holder.QUEUE))
    assert [len(said(outcome)) for outcome in outcomes] == [1] + [0] * 9
    assert {outcome.decision.status for outcome in outcomes} == {Status.HANDED_OFF}


def test_a_card_sent_again_and_again_ends_with_a_human(tiny: Knowledge) -> None:
    outcomes = talk(tiny, [Understanding("")] * 2, turn(type=MessageType.ORDER_CARD))
    opened = ticket(outcomes[-1])
    assert opened is not None
    assert opened.reason is Reason.NO_PHRASE


def test_at_night_the_customer_learns_that_it_will_be_morning(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(now=MIDNIGHT), heard("risk.complaint"))
    opened = ticket(outcome)
    assert outcome.decision.situation == "handoff_off_hours"
    assert "明天09:30前" in said(outcome)[0]
    assert opened is not None
    assert opened.deadline == datetime(2026, 11, 12, 9, 30, tzinfo=SHOP_ZONE)


def test_before_dawn_the_promise_says_today(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(now=MIDNIGHT + timedelta(hours=3)), heard(wants_human=True))
    assert "今天09:30前" in said(outcome)[0]


def test_at_night_the_bot_still_answers_what_it_knows(tiny: Knowledge) -> None:
    assert answer(tiny, turn(now=MIDNIGHT), SURE).decision.status is Status.REPLIED


def test_a_chase_at_night_is_told_the_morning_too(tiny: Knowledge) -> None:
    assert "明天09:30前" in said(answer(tiny, turn(now=MIDNIGHT, holder=Holder.QUEUE), heard(wants_human=True)))[0]


def test_the_promise_is_the_deadline_on_the_ticket(tiny: Knowledge) -> None:
    outcome = answer(tiny, turn(queue_length=lambda: 20), heard("risk.complaint"))
    opened = ticket(outcome)
    assert opened is not None
    assert opened.deadline == MORNING + timedelta(minutes=7)
    assert "7分钟内" in said(outcome)[0]


def test_the_queue_is_only_counted_where_a_time_is_promised(tiny: Knowledge) -> None:
    asked: list[int] = []

    def count() -> int:
        asked.append(1)
        return 0

    answer(tiny, turn(queue_length=count), SURE)
    assert asked == []
    answer(tiny, turn(queue_length=count), heard("risk.complaint"))
    assert asked == [1]


def test_a_missing_fact_falls_to_a_variant_without_it(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, {"work_hours": "9:00-22:00"})
    replies = {said(answer(shop, turn(seed=f"c{number}"), SURE))[0] for number in range(40)}
    assert replies == {"按付款顺序发出。", "发出后可以看到单号。"}


def test_a_campaign_is_spoken_of_while_it_lasts_and_then_a_human_answers(tokenizer: Tokenizer) -> None:
    night = MORNING.replace(hour=0) + timedelta(days=1)
    told = Shop(coupons=(Fact("券", "可以领满99减5的券", Span(MORNING, night)),))
    shop = open_shop(tokenizer, told, **{"ship.when_sent/default": ("您好，{{ shop.coupon }}。",)})
    moments = (MORNING - timedelta(seconds=1), MORNING, night - timedelta(seconds=1), night)
    outcomes = [answer(shop, turn(now=moment), SURE) for moment in moments]
    assert [outcome.decision.status for outcome in outcomes] == [
        Status.HANDED_OFF, Status.REPLIED, Status.REPLIED, Status.HANDED_OFF
    ]
    assert said(outcomes[1]) == ["您好，可以领满99减5的券。"]
    assert not any("99" in text for outcome in (outcomes[0], outcomes[3]) for text in said(outcome))


def test_a_shops_own_waits_and_hours_are_promised(tokenizer: Tokenizer) -> None:
    waits = dict.fromkeys(Priority, 45)
    shop = open_shop(tokenizer, Shop(hours=Hours(((),) * 5 + (WHOLE_DAY,) * 2), waits=waits))
    on_saturday = answer(shop, turn(now=MORNING + timedelta(days=3)), heard("risk.complaint"))
    on_wednesday = answer(shop, turn(), heard("risk.complaint"))
    assert "预计45分钟内回复" in said(on_saturday)[0]
    assert "预计11月14日00:45前回复" in said(on_wednesday)[0]


def test_where_every_variant_needs_the_missing_fact_a_human_answers(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, {}, **{"ship.when_sent/default": ("{{ shop.cutoff_time }}前当天发。",)})
    outcome = answer(shop, turn(), SURE)
    opened = ticket(outcome)
    assert outcome.decision.status is Status.HANDED_OFF
    assert opened is not None
    assert (opened.reason, opened.group) == (Reason.NO_PHRASE, "sale")
    assert guard(said(outcome)[0])


def test_a_draft_that_cannot_be_said_becomes_a_ticket_without_one(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, {}, **{"after.refund/default": ("{{ shop.refund_steps }}。",)})
    opened = ticket(answer(shop, turn(), heard("after.refund")))
    assert opened is not None
    assert opened.reason is Reason.NO_PHRASE


def test_a_hand_off_without_words_still_opens_the_ticket(tokenizer: Tokenizer) -> None:
    silent = dict.fromkeys(("handoff", "handoff_off_hours", "risk.complaint/default"), ())
    outcome = answer(open_shop(tokenizer, None, **silent), turn(), heard("risk.complaint"))
    assert said(outcome) == []
    assert ticket(outcome) is not None


def test_a_shops_own_fact_goes_before_the_common_one(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, {**FACTS, "cutoff_time": "18:00"})
    replies = {said(answer(shop, turn(seed=f"c{number}"), SURE))[0] for number in range(40)}
    assert "18:00前付款当天发。" in replies


@pytest.mark.parametrize("holder", list(Holder))
@pytest.mark.parametrize("now", [MORNING, MIDNIGHT])
def test_a_fault_of_the_bot_becomes_a_humans_ticket(tiny: Knowledge, holder: Holder, now: datetime) -> None:
    outcome = fault(tiny, turn(holder=holder, now=now))
    opened = ticket(outcome)
    assert outcome.decision.status is Status.HANDED_OFF
    assert opened is not None
    assert (opened.reason, opened.priority) == (Reason.BOT_FAULT, Priority.HIGH)
    assert "预计" in said(outcome)[0]


def test_a_fault_in_an_assist_shop_says_nothing_to_the_customer(tiny: Knowledge) -> None:
    outcome = fault(tiny, turn(assist=True))
    assert said(outcome) == []
    assert ticket(outcome) is not None


def test_memory_is_bounded_however_long_the_conversation(tiny: Knowledge) -> None:
    dialogue = Dialogue(said=tuple(f"old/{number}" for number in range(500)))
    after = remembered(answer(tiny, turn(dialogue=dialogue), SURE), dialogue)
    assert len(after.said) <= 60
    assert after.said[-1].startswith("ship.when_sent/default")


def test_every_scene_in_every_state_has_an_outcome_that_may_be_said(tiny: Knowledge) -> None:
    turns = [
        Turn("demo", now, type_, holder, assist, Dialogue(failures=failures, asked={"ship.when_sent": asked}), seed="s")
        for now in (MORNING, MIDNIGHT)
        for type_ in MessageType
        for holder in Holder
        for assist in (False, True)
        for failures in (0, 1, 5)
        for asked in (0, 1, 3)
    ]
    for one in turns:
        for understood in SCENES:
            outcome = answer(tiny, one, understood)
            assert outcome.decision.reasons
            assert all(guard(text) for text in said(outcome))
            if outcome.decision.status in (Status.IGNORED, Status.HELD_BY_AGENT):
                assert outcome.effects == ()
            elif one.holder is Holder.BOT:
                assert said(outcome) or ticket(outcome)
