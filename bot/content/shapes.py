"""The forms of the trainers' files of intents, phrases and cases as JSON Schemas (draft 2020-12), every key with its
explanation; shops, plans and after-sale cases have modules of their own."""

from __future__ import annotations

from bot.content.phrase_check import SHARED
from bot.content.schema import GROUPS, OUTCOMES
from bot.content.shape_parts import (
    DATE,
    PRIORITIES,
    STAGES,
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
from bot.core.dialogue import NEEDS
from bot.core.model import Mode
from bot.core.mood import SIGNALS
from bot.core.rule import Severity
from bot.core.situations import CIRCUMSTANCES, DEFAULT


def intent() -> Schema:
    """intents/<group>/<name>.yaml"""
    keys = {
        "title": about("意图的名字，会念给客户选，最多 12 个字", maxLength=12),
        "mode": choice("机器人最多做到哪一步：auto 直接回答，suggest 备好建议等客服确认，handoff 转人工", *Mode),
        "group": choice("转人工时交给谁：presale 售前，sale 售中，aftersale 售后，senior 高级客服", *GROUPS),
        "priority": choice("转人工时排队的优先级", *PRIORITIES),
        "states": about("在这些订单进度里，回答必须不同（话术要有专门的一组）", listed({"enum": list(STAGES)})),
        "unlike": about("容易混淆的意图：[属于那个意图的句子]", by_name(TEXTS)),
        "patterns": about("句式：(甲|乙) 任选，[丙] 可有可无，… 隔几个字，{数} 数字", TEXTS),
        "examples": about("客户会说的话，至少 8 句，一般 50 句以上", TEXTS, minItems=1),
    }
    required = ("title", "mode", "group", "priority", "examples")
    return file("意图：客户想做什么", mapping(keys, *required))


def intents_shared() -> Schema:
    """intents/_shared.yaml"""
    unlikely = about("订单到了这一步，客户不大会有的意图；“after.*”是整个组", TEXTS)
    keys = {
        "words": about("分词词典：要整词看待的词", TEXTS),
        "openers": about("客户开头的客套话", TEXTS),
        "closers": about("客户结尾的客套话", TEXTS),
        "carriers": about("“我想问一下”之类，本身没有意思的话", TEXTS),
        "lists": about("句式里用 {名字} 引用的词表", by_name(TEXTS)),
        "stages": about("哪一步不会有哪些意图", mapping(dict.fromkeys(STAGES, unlikely))),
        "synonyms": about("同义词：右边的和左边的算同一个词", by_name(TEXTS)),
        "fixes": about("错别字：错的: 对的", by_name(TEXT)),
        "couriers": about("快递公司：[别的叫法]", by_name(TEXTS)),
    }
    return file("对所有意图有效的词表", mapping(keys))


def signals() -> Schema:
    """intents/_signals.yaml"""
    keys = {name: about("出现其中任何一个就算", TEXTS) for name in SIGNALS}
    return file("情绪和转人工的信号词", mapping(keys))


def phrases() -> Schema:
    """phrases/<group>/<name>.yaml"""
    keys = {name: about(f"“{name}”时说的话，至少 2 条", VARIANTS) for name in CIRCUMSTANCES}
    one = "|".join(CIRCUMSTANCES)
    usual = about("平时说的话，至少 3 条", VARIANTS)
    combined = {f"^({one})(\\+({one}))+$": about("几个条件同时成立时说的话", VARIANTS)}
    return file("话术：怎么回答一个意图", mapping({DEFAULT: usual, **keys}, DEFAULT, patternProperties=combined))


def phrases_shared() -> Schema:
    """phrases/_shared.yaml"""
    keys = {name: about("机器人在这种场合说的话", VARIANTS) for name in SHARED}
    return file("通用的话术", mapping(keys, *SHARED, additionalProperties=VARIANTS))


def dialogue() -> Schema:
    """phrases/dialogues/<name>.yaml"""
    answer = {
        "hears": about("听到这些词；写法与意图的句式相同", TEXTS),
        "sends": choice("客户发来什么", "image", "order_card", "product_card"),
        "anything": about("yes：说什么都算回答"),
        "is": about("记成什么；不写就记原话"),
        "go": about("去哪一步"),
    }
    step = {
        "about": about("这一步在问什么；转人工时客服看得到"),
        "ask": about("问，至少 3 条", VARIANTS),
        "again": about("没听懂时再问一次，至少 2 条", VARIANTS),
        "needs": about("要问到的信息，已经说过的不再问", listed({"enum": list(NEEDS)})),
        "answers": about("怎么听懂回答，依次试，先对上的算", listed(mapping(answer, "go"))),
        "go": about("needs 都问到之后去哪一步"),
        "lost": about("两次都没听懂去哪一步；不写就转人工"),
        "say": about("答，对话结束", VARIANTS),
        "alone": about("yes：意图不是 auto 时也允许机器人直接答"),
        "human": about("转人工，对话结束；要写 {{ wait }}", VARIANTS),
        "group": choice("转给谁", *GROUPS),
        "priority": choice("转人工时排队的优先级", *PRIORITIES),
    }
    keys = {
        "title": about("客服看到的名称"),
        "intents": about("由这些意图开始", TEXTS, minItems=1),
        "stages": about("只在这些订单进度里开始；不写就是都可以", listed({"enum": list(STAGES)})),
        "begins": about("客户的话里有这些才开始；不写就是什么都可以", TEXTS),
        "steps": about("从第一步开始；ask、say、human 每步写一个", by_name(mapping(step))),
    }
    return file("对话：先问清楚，再回答或转人工", mapping(keys, "title", "intents", "steps"))


def quick() -> Schema:
    """phrases/quick/<group>.yaml"""
    phrase = {
        "code": about("编码：字母和数字，全部文件里不能重复"),
        "say": about("发给客户的话，可以写 {{ shop.xxx }}、{{ agent }}、{{ customer }}、{{ order_no }} 等"),
        "image": about("一起发的图片，https 地址"),
        "from": DATE,
        "until": about("有效期的最后一天"),
        "shop": about("只给一个店铺用"),
    }
    keys = {"title": about("分组"), "phrases": about("每条短语", listed(mapping(phrase, "code", "say"), minItems=1))}
    return file("客服的快捷短语", mapping(keys, "title", "phrases"))


def style() -> Schema:
    """phrases/_style.yaml"""
    rule = {
        "title": about("提醒写话的人的一句话"),
        "from": about("出处：客服手册的编号、平台规则或法条"),
        "severity": choice("block 谁都不能发，error 机器人不说、话术不能写，warning 只提醒", *Severity),
        "find": about("抓到这些句式就算", TEXTS),
        "with": about("还要同时有这些句式之一", TEXTS),
        "except": about("落在这些话里不算", TEXTS),
        "needs": about("同一条消息里有这些句式之一就不算", TEXTS),
        "after": about("前面已经有这些句式之一就不算", TEXTS),
        "most": about("一条消息里最多几次"),
        "instead": about("稳妥的改法：错的 → 对的", by_name(TEXT)),
        "whole": about("整条消息只有这几个字时，换成一整句", by_name(TEXT)),
        "good": about("正面例子：任何规则都抓不到"),
        "bad": about("反面例子：要被这条规则抓到"),
    }
    rules = by_name(mapping(rule, "title", "from", "severity", "good", "bad"))
    keys = {"lists": about("词表，句式里写 {词表名}", by_name(TEXTS)), "rules": about("规则名: 内容", rules)}
    return file("说话的规矩", mapping(keys, "rules"))


def sentences() -> Schema:
    """tests/cases/_style/*.yaml"""
    return file("说话规矩的例句：规则或题目 → 句子", by_name(TEXTS))


def cases() -> Schema:
    """tests/cases/<group>/<name>.yaml"""
    keys = {
        "says": about("客户说的话，每句单独试", TEXTS, minItems=1),
        "outcome": choice("结果应当是：已回复、已备建议、已转人工、无需回复、开始对话", *OUTCOMES),
        "reply": about("用哪一组话术回答，如 default"),
    }
    return file("用例：这些话应当得到什么结果", _one_or_many(mapping(keys, *keys)))


def talks() -> Schema:
    """tests/cases/_dialogues/<name>.yaml"""
    line = {
        "says": about("客户说什么"),
        "sends": choice("客户发来什么", "image", "sticker", "order_card", "product_card"),
        "reply": about("机器人用哪一组话术回答，如 dialogues/quality/what/ask"),
        "outcome": choice("结果，不写是 replied", *OUTCOMES),
        "note": about("客服在工单上看到的话"),
    }
    keys = {
        "about": about("这段会话说的是什么"),
        "stage": choice("订单进度", *STAGES),
        "turns": about("一句一句", listed(mapping(line, "reply")), minItems=1),
    }
    return file("整段会话：走到哪一步", _one_or_many(mapping(keys, "about", "turns")))


def _one_or_many(entry: Schema) -> Schema:
    return {"anyOf": [listed(entry), entry]}
