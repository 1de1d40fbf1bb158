"""A question about a known product is answered from the shop's own facts, or by a human; never by a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.answer import answer
from bot.core.effects import Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Reason, Status
from bot.core.products import Product, Stock
from bot.core.sizes import chart_of
from tests.core.tiny_shop import MORNING, drafted, remembered, said, ticket, turn

SWEATER = Product(
    "P1", "羊毛衫", {"材质": "60%棉 40%羊毛"}, chart_of("M:身高155-164 体重90-108斤; L:身高165-172 体重109-126斤"),
    Stock(MORNING - timedelta(minutes=5), {"黑色/M": 3, "黑色/L": 0, "白色/M": 40}),
    after_sale="支持7天无理由退换", price="169",
)  # fmt: skip
SHOES = Product("P2", "帆布鞋", {}, chart_of("38:脚长240mm; 39:脚长245mm"))


def ask(knowledge: Knowledge, text: str, product: Product | None, dialogue: Dialogue | None = None) -> Outcome:
    known = {"product_id": product.id, "product": lambda: product} if product else {}
    return answer(knowledge, turn(dialogue=dialogue or Dialogue(), **known), knowledge.understand(text))


def test_an_attribute_is_told_in_the_shops_words_without_an_agent(knowledge: Knowledge) -> None:
    outcome = ask(knowledge, "这件是什么面料的", SWEATER)
    assert outcome.decision.status is Status.REPLIED
    assert "60%棉 40%羊毛" in said(outcome)[0]


def test_without_a_known_product_an_agent_still_confirms(knowledge: Knowledge) -> None:
    outcome = ask(knowledge, "这件是什么面料的", None)
    assert outcome.decision.status is Status.SUGGESTED
    assert drafted(outcome)


def test_a_fact_that_the_shop_has_not_told_goes_to_a_human_and_on_the_trainers_list(knowledge: Knowledge) -> None:
    outcome = ask(knowledge, "这件是什么面料的", SHOES)
    opened = ticket(outcome)
    assert opened is not None
    assert opened.reason is Reason.FACT_MISSING
    assert "product_fact_missing: P2 材质" in outcome.decision.reasons


def test_the_size_comes_from_the_chart_with_its_reason(knowledge: Knowledge) -> None:
    (text,) = said(ask(knowledge, "168 118斤穿多大码", SWEATER))
    assert "L码" in text
    assert "身高168厘米" in text


def test_shoes_are_asked_for_the_measure_of_their_own_chart(knowledge: Knowledge) -> None:
    outcome = ask(knowledge, "我要穿多大码", SHOES)
    assert "脚长" in said(outcome)[0]
    assert "身高" not in said(outcome)[0]


@pytest.mark.parametrize(
    ("text", "situation"),
    [("黑色M码有货吗", "presale.stock/in_stock"), ("黑色L码还有货吗", "presale.stock/sold_out")],
)
def test_stock_is_told_by_variant(knowledge: Knowledge, text: str, situation: str) -> None:
    assert ask(knowledge, text, SWEATER).decision.situation == situation


def test_a_stock_read_long_ago_promises_nothing(knowledge: Knowledge) -> None:
    stale = replace(SWEATER, stock=Stock(MORNING - timedelta(hours=2), {"黑色/M": 3}))
    assert ask(knowledge, "黑色M码有货吗", stale).decision.situation == "presale.stock/default"


def test_the_product_is_remembered_for_the_next_question(knowledge: Knowledge) -> None:
    outcome = ask(knowledge, "你好", SWEATER)
    assert remembered(outcome, Dialogue()).product == "P1"


def test_products_are_looked_up_only_where_an_answer_depends_on_them(knowledge: Knowledge) -> None:
    def nobody_asks() -> Product:
        raise AssertionError("the product was looked up")

    answer(knowledge, turn(product_id="P1", product=nobody_asks), knowledge.understand("你们发什么快递"))


def test_a_fact_is_told_beside_the_answer_to_another_question(knowledge: Knowledge) -> None:
    (text,) = said(ask(knowledge, "这件是什么面料的，你们发什么快递", SWEATER))
    assert "60%棉 40%羊毛" in text
    assert "快递" in text


def test_where_the_shop_confirms_every_reply_the_draft_holds_the_fact(knowledge: Knowledge) -> None:
    now = turn(assist=True, product_id="P1", product=lambda: SWEATER)
    (draft,) = drafted(answer(knowledge, now, knowledge.understand("这件是什么面料的")))
    assert "60%棉 40%羊毛" in draft
