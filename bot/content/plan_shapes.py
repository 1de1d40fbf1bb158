"""The form of the files of what the shop says first as a JSON Schema, every key with its explanation."""

from __future__ import annotations

from bot.content.schema import GROUPS
from bot.content.shape_parts import (
    PRIORITIES,
    TEXT,
    TEXTS,
    VARIANTS,
    Schema,
    about,
    by_name,
    choice,
    file,
    listed,
    mapping,
)
from bot.core.orders import Kind, OrderState
from bot.core.plans import Asks, Given, Need, PlanKind

_ORDER_STATES = [state for state in OrderState if state is not OrderState.UNKNOWN]
#: What is said in answer to an answer, of a question about the address and of one about what ran out.
_OF_TALK = {
    "outside": "合作的快递都送不到，问可不可以发 EMS",
    "ask": "客户说要改，没说改成什么，请客户发来",
    "lack": "还缺 {{ check.missing }}，请客户补上",
    "diff": "把改动 {{ check.change }} 给客户核对",
    "diff_outside": "同上，新地址只有 EMS 能到",
    "again": "客户说改动不对，请客户再发一遍",
    "kept": "客户说不改了",
    "noted": "客户核对过改动，已记下",
    "courier": "客户选了快递 {{ check.courier }}，已记下",
    "couriers": "客户要的快递不在可选的里面",
    "shipped": "客户要改时已经发出，请同事去拦，要写 {{ wait }}",
}
_OF_STOCK = {
    "waits": "客户愿意等补货",
    "swaps": "客户要换款，要写 {{ wait }}",
    "refunds": "客户要退款，要写 {{ wait }}",
}
_SEGMENT = mapping({
    "bought_within": about("最近多久之内付过款，如 365天"),
    "provinces": about("只发给收货地在这些省份的；不写是都发", TEXTS),
    "tags": about("只发给平台打了这些标签之一的；不写是都发", TEXTS),
    "given": about("发起的人必须写明：province 哪个省，word 什么事（台风、元旦）", listed({"enum": list(Given)})),
}, "bought_within")  # fmt: skip
_SET_BY = [{"required": ["on"]}, {"required": ["segment"]}]


def plan() -> Schema:
    """phrases/proactive/<name>.yaml"""
    task = {
        "note": about("客服在工单上看到的话"),
        "group": choice("交给谁", *GROUPS),
        "priority": choice("排队的优先级", *PRIORITIES),
        "case": about("同时为订单开的一类售后案件（phrases/cases/ 里的文件名），时限从此算起"),
    }
    keys = {
        "title": about("给店主看的名称"),
        "kind": choice("nudge 催促：受次数和午休限制；notice 通知；care 关怀", *PlanKind),
        "on": about("订单发生什么之后；写几个时以最晚发生的为准", listed({"enum": list(Kind)}, minItems=1)),
        "segment": about("不等订单的事，由人发起（kefu proactive care），发给这些客户", _SEGMENT),
        "states": about("要发的那一刻，订单必须还在这些状态之一", listed({"enum": _ORDER_STATES}, minItems=1)),
        "after": about("之后多久，如 12分钟、10小时、3天"),
        "at": about("到了 after 之后的第一个这个时间，如 10:00"),
        "before_cutoff": about("改为在店铺截单时间（cutoff_time）之前多久，如 45分钟"),
        "by_region": about("寄往这些省份的，after 另算", by_name(TEXT)),
        "within": about("最迟多久，过了就不发了"),
        "needs": about(
            "还要：around 客户刚来过，doubled 拍重了，tracked 有单号，addressed 有地址，low_score 中差评，short 缺货",
            listed({"enum": list(Need)}),
        ),
        "scan": about("最新一条物流里有这些字之一", TEXTS),
        "not_scan": about("最新一条物流里没有这些字", TEXTS),
        "most": about("一个订单最多几次，不写是 1"),
        "enabled": {"enum": ["yes", "no"], "description": "不写是 yes；某家店要改，写在店铺事实的 proactive 里"},
        "asks": choice("问的是：address 地址对不对，cod 货到付款，stock 缺货怎么办", *(one for one in Asks if one)),
        "task": about("同时给客服开一张工单", mapping(task, "note")),
        "silent": about(
            "客户一直没回答就给客服开一张工单，如打电话；只用于 asks",
            mapping({"after": about("问了多久之后，如 2小时"), **task}, "after", "note"),
        ),
        "say": about("说的话，至少 3 条", VARIANTS),
        "right": about("客户说对，至少 2 条；只用于 asks", VARIANTS),
        "changed": about("客户说对，但资料已经变了，至少 2 条；只用于 asks", VARIANTS),
        **{name: about(f"{use}，至少 3 条；只用于 asks: stock", VARIANTS) for name, use in _OF_STOCK.items()},
        "declined": about("客户说不要，告诉怎么重新拍，要写 {{ wait }}，至少 3 条；只用于 asks: cod", VARIANTS),
        **{name: about(f"{use}，至少 3 条；只用于 asks: address", VARIANTS) for name, use in _OF_TALK.items()},
    }
    shape = mapping(keys, "title", "kind", "states", "within", "say", oneOf=_SET_BY)
    return file("主动消息：店铺先开口", shape)
