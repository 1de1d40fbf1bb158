"""The form of the trainers' files of after-sale cases as JSON Schemas, every key with its explanation."""

from __future__ import annotations

from bot.content.case_kinds import SAID
from bot.content.shape_parts import PRIORITIES, TEXTS, VARIANTS, Schema, about, by_name, choice, file, listed, mapping
from bot.core.accounts import Role
from bot.core.case_clocks import STARTS
from bot.core.case_kinds import SETTLE_NEEDS, Gate, Happening, Outcome
from bot.core.case_registers import REGISTERS

_NAME = about("名字：小写英文字母，本文件里不重复；改名会丢掉已勾选的记录")
_FROM = about("出处：客服手册的编号，如 SR-200")
_BEFORE = choice("offer 提方案之前要有，settle 结案之前要有", *(gate.value for gate in Gate if gate))
_YES = {"enum": ["yes"]}
_SAYS = {
    "opened": "登记时告诉客户的话", "progress": "跟进时告诉客户的话", "settled": "处理完告诉客户的话",
    "closed": "关闭时告诉客户的话",
}  # fmt: skip


def shared() -> Schema:
    """phrases/cases/_shared.yaml"""
    return file("案件：告诉客户的话，各类通用", _says(*SAID))


def kind() -> Schema:
    """phrases/cases/<kind>.yaml"""
    keys = {
        "title": about("客服和客户看到的名称"),
        "about": about("一句话说明什么算这一类"),
        "priority": choice("优先级", *PRIORITIES),
        "alert": {**_YES, "description": "yes：一开案就告诉主管"},
        "register": choice("登记到哪一张表", *REGISTERS),
        "settled_by": choice("谁才能结案", *Role),
        "settle_needs": about("结案时还要填的：责任人、改善建议", listed({"enum": list(SETTLE_NEEDS)})),
        "opens": about("什么时候开这一类案件", _opens()),
        "evidence": about("要收集的凭证和事实", listed(_evidence())),
        "steps": about("一步一步怎么做", listed(_step())),
        "deadlines": about("时限：到点提醒、提高优先级并告诉主管", listed(_deadline())),
        "remedies": about("补救办法，最省的在前", listed(_remedy())),
        "reasons": about("结案原因：代码: 名称", by_name({"type": "string"})),
        "says": about("这一类自己的说法；不写就用 _shared.yaml 的", _says()),
    }
    return file("案件类型", mapping(keys, "title", "steps", "remedies", "reasons"))


def _says(*required: str) -> Schema:
    return mapping({name: about(text, VARIANTS) for name, text in _SAYS.items()}, *required)


def _opens() -> Schema:
    order = {
        "on": choice("review 评价，refund_requested 申请退款，silence 物流没有更新", *Happening),
        "score": about("几星及以下的评价，1 到 5"),
        "within": about("多久没有更新，如 7天"),
    }
    return mapping(
        {
            "intents": about("由这些意图提议", TEXTS),
            "dialogues": about("由这些对话提议，问到的内容直接成为凭证", TEXTS),
            "alone": {**_YES, "description": "yes：机器人转人工时直接开案，否则只向客服提议"},
            "orders": about("订单发生这些事时自动开案", listed(mapping(order, "on"))),
        }
    )


def _evidence() -> Schema:
    keys = {
        "name": _NAME, "title": about("要什么"), "photo": {**_YES, "description": "yes：要照片"},
        "slots": about("对话里哪几步的回答就是它", TEXTS), "before": _BEFORE, "from": _FROM,
    }  # fmt: skip
    return mapping(keys, "name", "title")


def _step() -> Schema:
    return mapping({"name": _NAME, "title": about("做什么"), "before": _BEFORE, "from": _FROM}, "name", "title")


def _deadline() -> Schema:
    keys = {
        "name": _NAME, "title": about("什么的时限"), "within": about("多久：3天、24小时、30分钟"),
        "after": about(f"从什么时候算起：{'、'.join(STARTS)}，或一个步骤的名字"),
        "until": about("做完哪一步就停；不写就到结案（或不再等待）为止"),
        "then": about("到点时告诉客服和主管该做什么"), "from": _FROM,
    }  # fmt: skip
    return mapping(keys, "name", "title", "within", "after", "then")


def _remedy() -> Schema:
    limits = mapping({role.value: about(f"{role.value} 的额度：20元、30%（按订单金额）或 不限") for role in Role})
    keys = {
        "name": _NAME, "title": about("办法，会念给客户听"),
        "outcome": choice("结果：none 解释，return 退，exchange 换，money 补偿", *Outcome),
        "limits": about("谁最多能给多少；不写表示不花钱，谁都可以", limits),
        "arrives": about("多久能办好，会念给客户听"), "from": _FROM,
    }  # fmt: skip
    return mapping(keys, "name", "title", "outcome")
