"""The house style of what a customer reads: words and marks that never go out, with the practice each comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it finds and what to write instead."""

    id: str
    source: str  #: the practice it implements
    pattern: re.Pattern[str]
    advice: str


def _rule(id_: str, source: str, pattern: str, advice: str) -> Rule:
    return Rule(id_, source, re.compile(pattern), advice)


_CLAUSE = r"(?:^|[，。；：？、\s])"

RULES = (
    _rule("you", "SR-001", r"你", "称呼客户用“您”"),
    _rule("dear", "SR-002", r"亲(?!自|切|属|友|子|身|笔|眼|手|密|肤)", "少用“亲”，直接称“您”"),
    _rule("i-think", "SR-004", r"我觉得|我认为", "改成“建议您”或“请您考虑下”"),
    _rule("refusal", "SR-006", _CLAUSE + r"(?:不能|不行|不可以|没办法|没有办法|不会)", "先致歉，再说原因和选择"),
    _rule("question-back", "SR-013", r"难道|不是可以.{0,8}吗|看不到吗|怎么不.{0,10}呢", "不用反问，直接告诉客户怎么做"),
    _rule("particle", "SR-016", r"[额哦恩嗯晕唉]", "去掉消极或随意的语气词"),
    _rule("mark", "SR-016", r"[!！…～~]", "去掉感叹号、省略号和波浪号"),
    _rule("thanks", "SR-009", r"谢谢(?!您)", "写成“谢谢您”，最好加上感谢的原因"),
    _rule("impatient", "SR-030", r"说过了|刚才不是说", "换一种说法再解释一次"),
    _rule("command", "SR-033", r"必须|请看清楚|规定就是", "把命令改成请求，并说明原因"),
    _rule("superlative", "SR-096", r"最好|最低|最优惠|第一|绝对|百分百|永久|国家级|顶级|独一无二", "去掉绝对化用语"),
)


def violations(text: str) -> list[Rule]:
    """The rules that a text breaks, in the order of the list."""
    return [rule for rule in RULES if rule.pattern.search(text)]
