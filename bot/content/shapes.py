"""The forms of the trainers' files as JSON Schemas (draft 2020-12), every key with its explanation."""

from __future__ import annotations

from bot.content.check import SHARED
from bot.content.schema import GROUPS, OUTCOMES
from bot.content.shape_parts import TEXT as _TEXT
from bot.content.shape_parts import TEXTS as _TEXTS
from bot.content.shape_parts import VARIANTS as _VARIANTS
from bot.content.shape_parts import Schema
from bot.content.shape_parts import about as _about
from bot.content.shape_parts import by_name as _by_name
from bot.content.shape_parts import choice as _choice
from bot.content.shape_parts import file as _file
from bot.content.shape_parts import listed as _list
from bot.content.shape_parts import mapping as _mapping
from bot.content.shop import AFTER
from bot.core.dialogue import NEEDS
from bot.core.model import Mode, Priority, Stage
from bot.core.mood import SIGNALS
from bot.core.orders import Kind, OrderState
from bot.core.plans import Asks, Given, Need, PlanKind
from bot.core.rule import Severity
from bot.core.shop import TONES, Assigns
from bot.core.situations import CIRCUMSTANCES, DEFAULT

_STAGES = tuple(stage.value for stage in Stage if stage)
_ORDER_STATES = [state for state in OrderState if state is not OrderState.UNKNOWN]
_PRIORITIES = tuple(priority.name.lower() for priority in Priority)
_DATE = _about("日期，如 2026-12-01；要精确到时刻写 2026-12-31 18:00")


def intent() -> Schema:
    """intents/<group>/<name>.yaml"""
    keys = {
        "title": _about("意图的名字，会念给客户选，最多 12 个字", maxLength=12),
        "mode": _choice("机器人最多做到哪一步：auto 直接回答，suggest 备好建议等客服确认，handoff 转人工", *Mode),
        "group": _choice("转人工时交给谁：presale 售前，sale 售中，aftersale 售后，senior 高级客服", *GROUPS),
        "priority": _choice("转人工时排队的优先级", *_PRIORITIES),
        "states": _about("在这些订单进度里，回答必须不同（话术要有专门的一组）", _list({"enum": list(_STAGES)})),
        "unlike": _about("容易混淆的意图：[属于那个意图的句子]", _by_name(_TEXTS)),
        "patterns": _about("句式：(甲|乙) 任选，[丙] 可有可无，… 隔几个字，{数} 数字", _TEXTS),
        "examples": _about("客户会说的话，至少 8 句，一般 50 句以上", _TEXTS, minItems=1),
    }
    required = ("title", "mode", "group", "priority", "examples")
    return _file("意图：客户想做什么", _mapping(keys, *required))


def intents_shared() -> Schema:
    """intents/_shared.yaml"""
    unlikely = _about("订单到了这一步，客户不大会有的意图；“after.*”是整个组", _TEXTS)
    keys = {
        "words": _about("分词词典：要整词看待的词", _TEXTS),
        "openers": _about("客户开头的客套话", _TEXTS),
        "closers": _about("客户结尾的客套话", _TEXTS),
        "carriers": _about("“我想问一下”之类，本身没有意思的话", _TEXTS),
        "lists": _about("句式里用 {名字} 引用的词表", _by_name(_TEXTS)),
        "stages": _about("哪一步不会有哪些意图", _mapping(dict.fromkeys(_STAGES, unlikely))),
        "synonyms": _about("同义词：右边的和左边的算同一个词", _by_name(_TEXTS)),
        "fixes": _about("错别字：错的: 对的", _by_name(_TEXT)),
        "couriers": _about("快递公司：[别的叫法]", _by_name(_TEXTS)),
    }
    return _file("对所有意图有效的词表", _mapping(keys))


def signals() -> Schema:
    """intents/_signals.yaml"""
    keys = {name: _about("出现其中任何一个就算", _TEXTS) for name in SIGNALS}
    return _file("情绪和转人工的信号词", _mapping(keys))


def phrases() -> Schema:
    """phrases/<group>/<name>.yaml"""
    keys = {name: _about(f"“{name}”时说的话，至少 2 条", _VARIANTS) for name in CIRCUMSTANCES}
    one = "|".join(CIRCUMSTANCES)
    usual = _about("平时说的话，至少 3 条", _VARIANTS)
    combined = {f"^({one})(\\+({one}))+$": _about("几个条件同时成立时说的话", _VARIANTS)}
    return _file("话术：怎么回答一个意图", _mapping({DEFAULT: usual, **keys}, DEFAULT, patternProperties=combined))


def phrases_shared() -> Schema:
    """phrases/_shared.yaml"""
    keys = {name: _about("机器人在这种场合说的话", _VARIANTS) for name in SHARED}
    return _file("通用的话术", _mapping(keys, *SHARED, additionalProperties=_VARIANTS))


_MANNER: dict[str, Schema] = {
    "on": _about("打开的主动消息（phrases/proactive/ 里的文件名）", _TEXTS),
    "off": _about("关掉的主动消息", _TEXTS),
    "noon": _about("午休，这段时间不催，如 12:00-14:00"),
    "hush": _about("客户多久没说话才开口，如 5分钟"),
    "quota": _about("客户最后一句话之后，平台最多许发几条；0 是不限"),
    "window": _about("客户最后一句话之后，平台许发多久，如 48小时"),
    "holdout": _about("百分之几的订单不催，用来比较效果，0 到 50"),
    "consent": _about("平台给客户打了这些标签之一，才算同意收关怀；不写就是谁都没有同意", _TEXTS),
    "refusal": _about("平台给客户打了这些标签之一，从此不再发关怀和催促", _TEXTS),
    "care_pause": _about("一个客户多久之内只收一次关怀，不写是 30天"),
}


def shop() -> Schema:
    """phrases/_shop.yaml, phrases/shops/<shop>.yaml"""
    span = {"from": _DATE, "until": _about("到这一天为止（当天也算）")}
    dated = _mapping({"says": _about("念给客户听的话"), **span}, "says")
    campaign = _mapping({"name": _about("活动的名字"), "says": _about("念给客户听的话"), **span}, "name", "says")
    on_duty = _about("放假期间值班的时间，没有人值班就不写")
    holiday = {"says": _about("放假期间念给客户听的话"), **span, "hours": on_duty}
    zone = {
        "regions": _about("省级简称；不写是其余地区", _TEXTS),
        "days": _about("几天到，如 1-2"),
        "name": _about("念给客户的叫法"),
    }
    reach = {
        "only": _about("只送这些地方，如 浙江、四川省成都市", _TEXTS),
        "except": _about("这些地方不送，如 西藏、新疆和田地区", _TEXTS),
    }
    survey = {
        "after": _about("哪些会话之后问", _list({"enum": list(AFTER)})),
        "days": _about("同一位客户多少天内只问一次"),
    }
    week = {"anyOf": [_TEXT, _by_name(_TEXT)]}
    keys = {
        "work_hours": _about("客服上班时间：9:00-22:00，或每行一个“周一至周五: 9:00-22:00”", week),
        "holidays": _about("放假", _list(_mapping(holiday, "says", "from", "until"))),
        "quiet": _about("不主动打扰客户的时段，如 22:00-9:00"),
        "tone": _choice("店铺的语气", *TONES),
        "waits": _about("转人工后答应几分钟内回复", _mapping(dict.fromkeys(_PRIORITIES, _about("分钟")))),
        "busy_from": _about("排队超过几人算忙"),
        "assignment": _choice("排队的客户怎样到客服手里：auto 自动分配，manual 客服自己领取", *Assigns),
        "cutoff_time": _about("当天发货的截止时间，如 16:30"),
        "return_days": _about("签收后几天内可退换，1 到 365"),
        "couriers": _about("合作的快递", _TEXTS),
        "default_courier": _about("默认的一家快递，要在 couriers 里"),
        "courier_areas": _about("不是全国都送的快递：only 只送这些，except 这些不送", _by_name(_mapping(reach))),
        "fallback_courier": _about("合作的快递都送不到时提议哪一家，如 EMS"),
        "delivery": _about("各地区几天到", _list(_mapping(zone, "days"))),
        "campaigns": _about("活动；没有就写 []", _list(campaign)),
        "coupons": _about("优惠券；没有就写 []", _list(campaign)),
        "csat": _about("请客户打分；不问就不写，或者 after: []", _mapping(survey, "after")),
        "without": _about("_shop.yaml 里有、这家店没有的文字", _TEXTS),
        "proactive": _about("主动消息怎么发", _mapping(_MANNER)),
    }
    about = "一段可以直接念给客户听的话；会过期的写 {says: 文字, from: 日期, until: 日期}"
    other = _about(about, {"anyOf": [_TEXT, dated]})
    return _file("店铺事实：话术里的 {{ shop.xxx }}", _mapping(keys, additionalProperties=other))


def dialogue() -> Schema:
    """phrases/dialogues/<name>.yaml"""
    answer = {
        "hears": _about("听到这些词；写法与意图的句式相同", _TEXTS),
        "sends": _choice("客户发来什么", "image", "order_card", "product_card"),
        "anything": _about("yes：说什么都算回答"),
        "is": _about("记成什么；不写就记原话"),
        "go": _about("去哪一步"),
    }
    step = {
        "about": _about("这一步在问什么；转人工时客服看得到"),
        "ask": _about("问，至少 3 条", _VARIANTS),
        "again": _about("没听懂时再问一次，至少 2 条", _VARIANTS),
        "needs": _about("要问到的信息，已经说过的不再问", _list({"enum": list(NEEDS)})),
        "answers": _about("怎么听懂回答，依次试，先对上的算", _list(_mapping(answer, "go"))),
        "go": _about("needs 都问到之后去哪一步"),
        "lost": _about("两次都没听懂去哪一步；不写就转人工"),
        "say": _about("答，对话结束", _VARIANTS),
        "alone": _about("yes：意图不是 auto 时也允许机器人直接答"),
        "human": _about("转人工，对话结束；要写 {{ wait }}", _VARIANTS),
        "group": _choice("转给谁", *GROUPS),
        "priority": _choice("转人工时排队的优先级", *_PRIORITIES),
    }
    keys = {
        "title": _about("客服看到的名称"),
        "intents": _about("由这些意图开始", _TEXTS, minItems=1),
        "stages": _about("只在这些订单进度里开始；不写就是都可以", _list({"enum": list(_STAGES)})),
        "begins": _about("客户的话里有这些才开始；不写就是什么都可以", _TEXTS),
        "steps": _about("从第一步开始；ask、say、human 每步写一个", _by_name(_mapping(step))),
    }
    return _file("对话：先问清楚，再回答或转人工", _mapping(keys, "title", "intents", "steps"))


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


_SEGMENT = _mapping({
    "bought_within": _about("最近多久之内付过款，如 365天"),
    "provinces": _about("只发给收货地在这些省份的；不写是都发", _TEXTS),
    "tags": _about("只发给平台打了这些标签之一的；不写是都发", _TEXTS),
    "given": _about("发起的人必须写明：province 哪个省，word 什么事（台风、元旦）", _list({"enum": list(Given)})),
}, "bought_within")  # fmt: skip
_SET_BY = [{"required": ["on"]}, {"required": ["segment"]}]


def proactive() -> Schema:
    """phrases/proactive/<name>.yaml"""
    task = {
        "note": _about("客服在工单上看到的话"),
        "group": _choice("交给谁", *GROUPS),
        "priority": _choice("排队的优先级", *_PRIORITIES),
        "case": _about("同时为订单开的一类售后案件（phrases/cases/ 里的文件名），时限从此算起"),
    }
    keys = {
        "title": _about("给店主看的名称"),
        "kind": _choice("nudge 催促：受次数和午休限制；notice 通知；care 关怀", *PlanKind),
        "on": _about("订单发生什么之后；写几个时以最晚发生的为准", _list({"enum": list(Kind)}, minItems=1)),
        "segment": _about("不等订单的事，由人发起（kefu proactive care），发给这些客户", _SEGMENT),
        "states": _about("要发的那一刻，订单必须还在这些状态之一", _list({"enum": _ORDER_STATES}, minItems=1)),
        "after": _about("之后多久，如 12分钟、10小时、3天"),
        "at": _about("到了 after 之后的第一个这个时间，如 10:00"),
        "before_cutoff": _about("改为在店铺截单时间（cutoff_time）之前多久，如 45分钟"),
        "by_region": _about("寄往这些省份的，after 另算", _by_name(_TEXT)),
        "within": _about("最迟多久，过了就不发了"),
        "needs": _about(
            "还要：around 客户刚来过，doubled 拍重了，tracked 有单号，addressed 有地址，low_score 中差评，short 缺货",
            _list({"enum": list(Need)}),
        ),
        "scan": _about("最新一条物流里有这些字之一", _TEXTS),
        "not_scan": _about("最新一条物流里没有这些字", _TEXTS),
        "most": _about("一个订单最多几次，不写是 1"),
        "enabled": {"enum": ["yes", "no"], "description": "不写是 yes；某家店要改，写在店铺事实的 proactive 里"},
        "asks": _choice("问的是：address 地址对不对，cod 货到付款，stock 缺货怎么办", *(one for one in Asks if one)),
        "task": _about("同时给客服开一张工单", _mapping(task, "note")),
        "silent": _about(
            "客户一直没回答就给客服开一张工单，如打电话；只用于 asks",
            _mapping({"after": _about("问了多久之后，如 2小时"), **task}, "after", "note"),
        ),
        "say": _about("说的话，至少 3 条", _VARIANTS),
        "right": _about("客户说对，至少 2 条；只用于 asks", _VARIANTS),
        "changed": _about("客户说对，但资料已经变了，至少 2 条；只用于 asks", _VARIANTS),
        **{name: _about(f"{about}，至少 3 条；只用于 asks: stock", _VARIANTS) for name, about in _OF_STOCK.items()},
        "declined": _about("客户说不要，告诉怎么重新拍，要写 {{ wait }}，至少 3 条；只用于 asks: cod", _VARIANTS),
        **{name: _about(f"{about}，至少 3 条；只用于 asks: address", _VARIANTS) for name, about in _OF_TALK.items()},
    }
    shape = _mapping(keys, "title", "kind", "states", "within", "say", oneOf=_SET_BY)
    return _file("主动消息：店铺先开口", shape)


def quick() -> Schema:
    """phrases/quick/<group>.yaml"""
    phrase = {
        "code": _about("编码：字母和数字，全部文件里不能重复"),
        "say": _about("发给客户的话，可以写 {{ shop.xxx }}、{{ agent }}、{{ customer }}、{{ order_no }} 等"),
        "image": _about("一起发的图片，https 地址"),
        "from": _DATE,
        "until": _about("有效期的最后一天"),
        "shop": _about("只给一个店铺用"),
    }
    keys = {"title": _about("分组"), "phrases": _about("每条短语", _list(_mapping(phrase, "code", "say"), minItems=1))}
    return _file("客服的快捷短语", _mapping(keys, "title", "phrases"))


def style() -> Schema:
    """phrases/_style.yaml"""
    rule = {
        "title": _about("提醒写话的人的一句话"),
        "from": _about("出处：客服手册的编号、平台规则或法条"),
        "severity": _choice("block 谁都不能发，error 机器人不说、话术不能写，warning 只提醒", *Severity),
        "find": _about("抓到这些句式就算", _TEXTS),
        "with": _about("还要同时有这些句式之一", _TEXTS),
        "except": _about("落在这些话里不算", _TEXTS),
        "needs": _about("同一条消息里有这些句式之一就不算", _TEXTS),
        "after": _about("前面已经有这些句式之一就不算", _TEXTS),
        "most": _about("一条消息里最多几次"),
        "instead": _about("稳妥的改法：错的 → 对的", _by_name(_TEXT)),
        "whole": _about("整条消息只有这几个字时，换成一整句", _by_name(_TEXT)),
        "good": _about("正面例子：任何规则都抓不到"),
        "bad": _about("反面例子：要被这条规则抓到"),
    }
    rules = _by_name(_mapping(rule, "title", "from", "severity", "good", "bad"))
    keys = {"lists": _about("词表，句式里写 {词表名}", _by_name(_TEXTS)), "rules": _about("规则名: 内容", rules)}
    return _file("说话的规矩", _mapping(keys, "rules"))


def sentences() -> Schema:
    """tests/cases/_style/*.yaml"""
    return _file("说话规矩的例句：规则或题目 → 句子", _by_name(_TEXTS))


def cases() -> Schema:
    """tests/cases/<group>/<name>.yaml"""
    keys = {
        "says": _about("客户说的话，每句单独试", _TEXTS, minItems=1),
        "outcome": _choice("结果应当是：已回复、已备建议、已转人工、无需回复、开始对话", *OUTCOMES),
        "reply": _about("用哪一组话术回答，如 default"),
    }
    return _file("用例：这些话应当得到什么结果", _one_or_many(_mapping(keys, *keys)))


def talks() -> Schema:
    """tests/cases/_dialogues/<name>.yaml"""
    line = {
        "says": _about("客户说什么"),
        "sends": _choice("客户发来什么", "image", "sticker", "order_card", "product_card"),
        "reply": _about("机器人用哪一组话术回答，如 dialogues/quality/what/ask"),
        "outcome": _choice("结果，不写是 replied", *OUTCOMES),
        "note": _about("客服在工单上看到的话"),
    }
    keys = {
        "about": _about("这段会话说的是什么"),
        "stage": _choice("订单进度", *_STAGES),
        "turns": _about("一句一句", _list(_mapping(line, "reply")), minItems=1),
    }
    return _file("整段会话：走到哪一步", _one_or_many(_mapping(keys, "about", "turns")))


def _one_or_many(entry: Schema) -> Schema:
    return {"anyOf": [_list(entry), entry]}
