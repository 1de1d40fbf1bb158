"""An order that is meant and not known for sure: what would be told of it is looked up by a human (bar 38)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.answer import answer
from bot.core.effects import Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, Match, Reason, Stage, Status
from bot.core.policy import may_tell_of_order
from bot.core.questions import Form
from bot.core.tokens import Tokenizer
from tests.core.tiny_shop import heard, open_shop, said, ticket, turn

SENT, STOCK = heard("ship.when_sent", text="什么时候发货"), heard("presale.stock", text="有货吗")
UNSURE = turn(unsure_order="A1")


@pytest.fixture(scope="module")
def shop(tokenizer: Tokenizer) -> Knowledge:
    """A shop whose answer to one question tells of the order."""
    told = ("{{ order.paid_at }}付的款，排队发出。", "{{ order.paid_at }}到的账。")
    return open_shop(tokenizer, None, **{"ship.when_sent/paid+order": told})


def is_looked_up(outcome: Outcome) -> bool:
    return (outcome.decision.status, outcome.decision.situation) == (Status.HANDED_OFF, "handoff_check")


def test_a_human_looks_it_up_and_the_ticket_says_why(shop: Knowledge) -> None:
    outcome = answer(shop, UNSURE, SENT)
    assert is_looked_up(outcome)
    opened = ticket(outcome)
    assert opened is not None
    assert (opened.reason, "A1" in opened.note) == (Reason.ORDER_UNSURE, True)
    assert "核实" in said(outcome)[0]


def test_a_stage_that_the_platform_tells_changes_nothing(shop: Knowledge) -> None:
    assert is_looked_up(answer(shop, replace(UNSURE, stage=Stage.PAID), SENT))


def test_what_tells_of_no_order_is_answered(shop: Knowledge) -> None:
    assert answer(shop, UNSURE, STOCK).decision.situation == "presale.stock/default"
    both = replace(SENT, wishes=(STOCK.matches[0], SENT.matches[0]))
    outcome = answer(shop, UNSURE, both)
    assert is_looked_up(outcome)
    assert "拍" in said(outcome)[0] or "有货" in said(outcome)[0]


def test_who_waits_for_a_human_is_told_nothing_of_it_either(shop: Knowledge) -> None:
    outcome = answer(shop, replace(UNSURE, holder=Holder.QUEUE), SENT)
    assert outcome.decision.status is Status.HANDED_OFF
    assert not any("付款" in text for text in said(outcome))


def test_where_every_reply_is_confirmed_the_ticket_comes_without_a_word(shop: Knowledge) -> None:
    outcome = answer(shop, replace(UNSURE, assist=True), SENT)
    assert said(outcome) == []
    opened = ticket(outcome)
    assert opened is not None
    assert opened.reason is Reason.ORDER_UNSURE


def test_it_is_asked_for_where_the_reply_may_tell_of_it(shop: Knowledge) -> None:
    assert may_tell_of_order(shop, Dialogue(), SENT)
    assert not may_tell_of_order(shop, Dialogue(), STOCK)
    assert may_tell_of_order(shop, Dialogue(), heard("presale.stock", rival="ship.when_sent", rival_score=0.2))
    assert not may_tell_of_order(shop, Dialogue(), heard("presale.stock", rival="ship.when_sent", rival_score=0.1))
    assert may_tell_of_order(shop, Dialogue(), replace(STOCK, wishes=(Match("ship.when_sent", 0.9, ""),)))
    assert may_tell_of_order(shop, Dialogue(choices=("ship.when_sent",)), heard())
    assert may_tell_of_order(shop, Dialogue(topic={"ship.when_sent": 0.8}), heard())
    assert may_tell_of_order(shop, Dialogue(form=Form("address", "ask")), heard())
