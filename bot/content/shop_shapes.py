"""The form of the files of shop facts as a JSON Schema, every key with its explanation."""

from __future__ import annotations

from bot.content.shape_parts import (
    DATE,
    PRIORITIES,
    TEXT,
    TEXTS,
    Schema,
    about,
    by_name,
    choice,
    file,
    listed,
    mapping,
)
from bot.content.shop import AFTER
from bot.core.shop import TONES, Assigns

_MANNER: dict[str, Schema] = {
    "on": about("打开的主动消息（phrases/proactive/ 里的文件名）", TEXTS),
    "off": about("关掉的主动消息", TEXTS),
    "noon": about("午休，这段时间不催，如 12:00-14:00"),
    "hush": about("客户多久没说话才开口，如 5分钟"),
    "quota": about("客户最后一句话之后，平台最多许发几条；0 是不限"),
    "window": about("客户最后一句话之后，平台许发多久，如 48小时"),
    "holdout": about("百分之几的订单不催，用来比较效果，0 到 50"),
    "consent": about("平台给客户打了这些标签之一，才算同意收关怀；不写就是谁都没有同意", TEXTS),
    "refusal": about("平台给客户打了这些标签之一，从此不再发关怀和催促", TEXTS),
    "care_pause": about("一个客户多久之内只收一次关怀，不写是 30天"),
}


def shop() -> Schema:
    """phrases/_shop.yaml, phrases/shops/<shop>.yaml"""
    span = {"from": DATE, "until": about("到这一天为止（当天也算）")}
    dated = mapping({"says": about("念给客户听的话"), **span}, "says")
    campaign = mapping({"name": about("活动的名字"), "says": about("念给客户听的话"), **span}, "name", "says")
    on_duty = about("放假期间值班的时间，没有人值班就不写")
    holiday = {"says": about("放假期间念给客户听的话"), **span, "hours": on_duty}
    zone = {
        "regions": about("省级简称；不写是其余地区", TEXTS),
        "days": about("几天到，如 1-2"),
        "name": about("念给客户的叫法"),
    }
    reach = {
        "only": about("只送这些地方，如 浙江、四川省成都市", TEXTS),
        "except": about("这些地方不送，如 西藏、新疆和田地区", TEXTS),
    }
    survey = {
        "after": about("哪些会话之后问", listed({"enum": list(AFTER)})),
        "days": about("同一位客户多少天内只问一次"),
    }
    week = {"anyOf": [TEXT, by_name(TEXT)]}
    keys = {
        "work_hours": about("客服上班时间：9:00-22:00，或每行一个“周一至周五: 9:00-22:00”", week),
        "holidays": about("放假", listed(mapping(holiday, "says", "from", "until"))),
        "quiet": about("不主动打扰客户的时段，如 22:00-9:00"),
        "tone": choice("店铺的语气", *TONES),
        "waits": about("转人工后答应几分钟内回复", mapping(dict.fromkeys(PRIORITIES, about("分钟")))),
        "busy_from": about("排队超过几人算忙"),
        "assignment": choice("排队的客户怎样到客服手里：auto 自动分配，manual 客服自己领取", *Assigns),
        "cutoff_time": about("当天发货的截止时间，如 16:30"),
        "return_days": about("签收后几天内可退换，1 到 365"),
        "couriers": about("合作的快递", TEXTS),
        "default_courier": about("默认的一家快递，要在 couriers 里"),
        "courier_areas": about("不是全国都送的快递：only 只送这些，except 这些不送", by_name(mapping(reach))),
        "fallback_courier": about("合作的快递都送不到时提议哪一家，如 EMS"),
        "delivery": about("各地区几天到", listed(mapping(zone, "days"))),
        "campaigns": about("活动；没有就写 []", listed(campaign)),
        "coupons": about("优惠券；没有就写 []", listed(campaign)),
        "csat": about("请客户打分；不问就不写，或者 after: []", mapping(survey, "after")),
        "without": about("_shop.yaml 里有、这家店没有的文字", TEXTS),
        "proactive": about("主动消息怎么发", mapping(_MANNER)),
    }
    words = "一段可以直接念给客户听的话；会过期的写 {says: 文字, from: 日期, until: 日期}"
    other = about(words, {"anyOf": [TEXT, dated]})
    return file("店铺事实：话术里的 {{ shop.xxx }}", mapping(keys, additionalProperties=other))
