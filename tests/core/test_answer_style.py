"""The house style stands between a phrase and the customer: mended where safe, else another phrase or a human."""

from __future__ import annotations

import pytest

from bot.core.answer import answer
from bot.core.knowledge import Knowledge
from bot.core.model import Reason, Status
from bot.core.patterns import compile_pattern
from bot.core.rule import Rule
from bot.core.style import Gate
from bot.core.tokens import Tokenizer
from tests.core.tiny_shop import drafted, heard, open_shop, said, ticket, turn

STYLE = Gate([
    Rule("you", "称呼“您”", "SR-001", find=(compile_pattern("", "你", {}),), instead={"你": "您"}),
    Rule("promise", "不打包票", "SR-286", find=(compile_pattern("", "一定", {}),)),
])  # fmt: skip
SURE, REFUND = heard("ship.when_sent", rival="presale.stock"), heard("after.refund")
ASKED, ASKED_FOR_MONEY = "ship.when_sent/default", "after.refund/default"


def strict_shop(
    tokenizer: Tokenizer, *phrases: str, situation: str = ASKED, facts: dict[str, str] | None = None
) -> Knowledge:
    """The tiny shop with a house style and with these phrases for a situation."""
    shop = open_shop(tokenizer, facts, **{situation: phrases})
    shop.style = STYLE
    return shop


def test_a_slip_is_mended_on_its_way_out(tokenizer: Tokenizer) -> None:
    shop = strict_shop(tokenizer, "你的订单当天发出。")
    assert said(answer(shop, turn(), SURE)) == ["您的订单当天发出。"]


@pytest.mark.parametrize("seed", [f"c{number}" for number in range(6)])
def test_a_phrase_that_may_not_be_said_gives_way_to_another(tokenizer: Tokenizer, seed: str) -> None:
    shop = strict_shop(tokenizer, "明天一定发出。", "按付款顺序发出。", "一定尽快。")
    assert said(answer(shop, turn(seed=seed), SURE)) == ["按付款顺序发出。"]


def test_where_no_phrase_may_be_said_a_human_answers(tokenizer: Tokenizer) -> None:
    shop = strict_shop(tokenizer, "明天一定发出。")
    outcome = answer(shop, turn(), SURE)
    opened = ticket(outcome)
    assert opened is not None
    assert (outcome.decision.status, opened.reason) == (Status.HANDED_OFF, Reason.NO_PHRASE)
    assert all("一定" not in text for text in said(outcome))


def test_a_fact_of_the_shop_is_looked_at_in_its_sentence(tokenizer: Tokenizer) -> None:
    facts = {"cutoff_time": "16:30一定", "work_hours": "9:00-22:00"}
    shop = strict_shop(tokenizer, "{{ shop.cutoff_time }}前付款当天发。", "按付款顺序发出。", facts=facts)
    assert said(answer(shop, turn(), SURE)) == ["按付款顺序发出。"]


def test_a_draft_passes_the_same_gate(tokenizer: Tokenizer) -> None:
    shop = strict_shop(tokenizer, "你在订单页申请。", situation=ASKED_FOR_MONEY)
    assert drafted(answer(shop, turn(), REFUND)) == ["您在订单页申请。"]
