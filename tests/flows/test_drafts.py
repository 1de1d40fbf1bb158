"""An agent's draft is advised on, and refused only for what nobody may send."""

from __future__ import annotations

import pytest

from bot.core.knowledge import Knowledge
from bot.errors import InvalidField
from bot.flows.drafts import looked_over


def test_a_clean_draft_comes_without_advice(knowledge: Knowledge) -> None:
    assert looked_over(knowledge.style, "您好，已经为您登记，今天下午5点前回复您。") == ()


def test_a_slip_is_advised_on_and_may_be_sent(knowledge: Knowledge) -> None:
    advice = looked_over(knowledge.style, "你好！")
    assert {found.rule.id for found in advice} == {"you", "mark"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("你好，加我V信聊", "不引导客户加微信"),
        ("五星好评返您3元红包", "不用返现、红包换好评"),
        ("删了差评给您补20元", "不用补偿、红包换客户删改差评"),
        ("闭嘴吧您", "不骂人"),
        ("线下转账给我就行", "不引导客户私下转账"),
    ],
)
def test_what_nobody_may_send_is_refused_by_its_name(knowledge: Knowledge, text: str, named: str) -> None:
    with pytest.raises(InvalidField, match=named) as refused:
        looked_over(knowledge.style, text)
    assert refused.value.field == "text"


def test_the_same_fault_twice_is_named_once(knowledge: Knowledge) -> None:
    with pytest.raises(InvalidField) as refused:
        looked_over(knowledge.style, "加我微信，加我微信")
    assert str(refused.value).count("不引导客户") == 1
