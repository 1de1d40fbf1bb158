"""Read whom a plan of phrases/proactive/ that a person starts is for, and check that its words are nothing but care."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.content.reader import Reader, Variant
from bot.content.yaml import Text
from bot.core.delivery import province_of
from bot.core.plans import Given, PlanKind, Segment
from bot.core.written import read_duration

_LONGEST = 730  # days since the order; our default
#: Keys that only mean something of a plan which an order's events set.
_OF_EVENTS = ("on", "after", "at", "before_cutoff", "by_region", "needs", "scan", "not_scan", "most", "asks", "task")
#: What makes a greeting an advertisement, or a reward for something: links, prices, offers, calls to buy.
_SELLS = re.compile(
    r"https?:|www\.|链接|点击|优惠|折扣|打折|[0-9一二三四五六七八九]折|满减|红包|返现|返利|抽奖|奖励|赠品|赠送|礼品|福利|积分|免单"
    r"|秒杀|限时|特价|促销|活动|新品|上新|新款|爆款|热卖|下单|抢购|选购|购买|好评|晒单|campaigns|coupons",
    re.IGNORECASE,
)
_USES = re.compile(r"care\.(province|word)\b")


def read_segment(reader: Reader) -> Segment | None:
    """The segment of a plan's file; None of a plan that events set. Faults become findings of the reader."""
    if not reader.has("segment"):
        return None
    for key in _OF_EVENTS:
        if reader.has(key):
            reader.report(reader.line(key), "plan", f"写了 segment，由人来发起，“{key}”不会用到，请删掉")
    if reader.choice("kind", PlanKind, tuple(PlanKind), PlanKind.CARE) is not PlanKind.CARE:
        reader.report(reader.line("kind"), "plan", "写了 segment 的只能是 kind: care")
    if not reader.has("enabled") or reader.text("enabled") != "no":
        reader.report(reader.line("enabled"), "plan", "写了 segment 的请写 enabled: no，由店铺自己打开")
    inner = Reader(reader.path, reader.data[Text("segment", 0)], reader.findings, reader.line("segment"))
    inner.only(("bought_within", "provinces", "tags", "given"))
    return Segment(
        bought_within=inner.value("bought_within", partial(read_duration, most=_LONGEST)) or timedelta(),
        provinces=frozenset(_provinces(inner)),
        tags=frozenset(map(str, inner.texts("tags"))),
        given=frozenset(_given(inner)),
    )


def check_words(reader: Reader, segment: Segment, variants: Sequence[Variant]) -> None:
    """Report words that sell or reward, and names that nobody has to give when the plan is started."""
    for variant in variants:
        if sells := _SELLS.search(variant):
            reader.report(variant.line, "care-ad", f"关怀里不能有广告、链接和好处，请去掉“{sells[0]}”")
        for name in _USES.findall(variant):
            if name == Given.WORD and Given.WORD not in segment.given:
                reader.report(variant.line, "plan", "用到了 {{ care.word }}，请在 segment 里写 given: [word]")


def _provinces(inner: Reader) -> list[str]:
    given = inner.texts("provinces")
    for name in given:
        if province_of(name) != name:
            inner.report(name.line, "plan", f"“{name}”不是省级地区，请写简称，例如 新疆、内蒙古")
    return [str(name) for name in given]


def _given(inner: Reader) -> list[Given]:
    given, known = inner.texts("given"), {one.value: one for one in Given}
    for name in given:
        if name not in known:
            inner.report(name.line, "choice", f"“given”里的“{name}”认不出来，可以写的有：{'、'.join(known)}")
    return [known[name] for name in given if name in known]
