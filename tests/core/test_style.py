"""The house style finds what must not go out and leaves good sentences alone."""

from __future__ import annotations

import pytest

from bot.core import style

BAD = [
    ("你好，请稍等。", "you"),
    ("亲，现在有货。", "dear"),
    ("我觉得这款适合您。", "i-think"),
    ("您好，不能退货。", "refusal"),
    ("抱歉，没办法加急。", "refusal"),
    ("难道您没有看说明吗？", "question-back"),
    ("页面上看不到吗？", "question-back"),
    ("嗯，可以的。", "particle"),
    ("有货的！", "mark"),
    ("请稍等…", "mark"),
    ("好的～", "mark"),
    ("谢谢，祝您愉快。", "thanks"),
    ("刚才不是说明天发了吗？", "impatient"),
    ("您必须提供照片。", "command"),
    ("这是全网最低价。", "superlative"),
    ("百分百正品。", "superlative"),
]
GOOD = [
    "您好，16:30前付款的订单当天发出，请您放心。",
    "谢谢您的理解，祝您生活愉快。",
    "亲自为您核对过，这款是有货的。",
    "适合亲子出行和亲友聚会。",
    "抱歉给您添麻烦了，目前暂时不支持货到付款，建议您使用在线支付。",
    "请问您想了解商品还是订单呢？",
    "已为您转接人工客服，预计3分钟内回复您。",
]


@pytest.mark.parametrize(("text", "rule"), BAD, ids=[text for text, _ in BAD])
def test_a_bad_sentence_is_found_by_its_rule(text: str, rule: str) -> None:
    assert rule in [found.id for found in style.violations(text)]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_sentence_is_left_alone(text: str) -> None:
    assert style.violations(text) == []


def test_every_rule_is_shown_broken_and_says_what_to_write_instead() -> None:
    assert {rule.id for rule in style.RULES} == {rule for _, rule in BAD}
    assert all(rule.advice and rule.source.startswith("SR-") for rule in style.RULES)
