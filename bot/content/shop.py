"""Read phrases/_shop.yaml, and phrases/shops/<shop>.yaml on top of it, into what is known of a shop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from bot.content.couriers import check_reach, read_reach
from bot.content.hours import read_hours
from bot.content.plans import read_manner
from bot.content.reader import Reader
from bot.content.yaml import Text
from bot.core.csat import SurveyRules
from bot.core.delivery import Zone, province_of
from bot.core.model import Priority
from bot.core.shop import DERIVED, TONES, Assigns, Fact, Shop, Span, Tone
from bot.core.written import read_begin, read_clock, read_days, read_end, read_number, read_quiet

#: Keys that are read into values; every other key is a fact of its own, a text that can be read out.
TYPED = (
    "campaigns", "coupons", "work_hours", "holidays", "quiet", "tone", "waits", "busy_from", "assignment",
    "cutoff_time", "return_days", "delivery", "couriers", "default_courier", "courier_areas", "fallback_courier",
    "without", "csat", "proactive",
)  # fmt: skip
#: After whose conversations a shop may ask how it was: an agent's, the bot's.
AFTER = ("人工", "机器人")
_PRIORITIES: Mapping[str, Priority] = {priority.name.lower(): priority for priority in Priority}
_LONGEST_WAIT = 24 * 60  # minutes; our default


def read_shop(reader: Reader, base: Shop) -> Shop:
    """One file on top of what is common to all shops: every key that it gives replaces the common one whole. Faults
    become findings of the reader."""
    shop = Shop(
        facts=_facts(reader, base.facts),
        campaigns=_campaigns(reader, "campaigns", base.campaigns),
        coupons=_campaigns(reader, "coupons", base.coupons),
        hours=read_hours(reader, base.hours),
        outreach=reader.value_or("quiet", read_quiet, base.outreach),
        tone=_tone(reader, base.tone),
        waits=_waits(reader, base.waits),
        busy_from=reader.value_or("busy_from", partial(read_number, least=1, most=1000), base.busy_from),
        assignment=_assignment(reader, base.assignment),
        cutoff_time=reader.value_or("cutoff_time", read_clock, base.cutoff_time),
        return_days=reader.value_or("return_days", partial(read_number, least=1, most=365), base.return_days),
        zones=_zones(reader) if reader.has("delivery") else base.zones,
        couriers=reader.texts("couriers") if reader.has("couriers") else base.couriers,
        default_courier=reader.text("default_courier") if reader.has("default_courier") else base.default_courier,
        courier_reach=read_reach(reader, base.courier_reach),
        fallback_courier=reader.text("fallback_courier") if reader.has("fallback_courier") else base.fallback_courier,
        csat=_csat(reader) if reader.has("csat") else base.csat,
        proactive=read_manner(reader, base.proactive),
    )
    if shop.default_courier and shop.default_courier not in shop.couriers:
        where = reader.line("default_courier" if reader.has("default_courier") else "couriers")
        reader.report(where, "fact", f"默认快递“{shop.default_courier}”不在 couriers 里：{'、'.join(shop.couriers)}")
    check_reach(reader, shop)
    return shop


def _facts(reader: Reader, base: Mapping[str, Fact]) -> Mapping[str, Fact]:
    facts = dict(base)
    for name in reader.texts("without"):
        if facts.pop(name, None) is None:
            reader.report(name.line, "fact", f"without 里的“{name}”不是 _shop.yaml 里的一段文字")
    for name, value in reader.data.items():
        if name in DERIVED:
            reader.report(name.line, "derived", f"“{name}”由 {DERIVED[name]} 得出，请写在 {DERIVED[name]} 里")
        elif name not in TYPED:
            facts[name] = _fact(reader, name, value)
    return facts


def _fact(reader: Reader, name: Text, value: Any) -> Fact:
    if isinstance(value, Text):
        return Fact(name, reader.text(name))
    if not isinstance(value, dict):
        shape = f"“{name}”应当是一段文字，会过期的写成 {{says: 文字, from: 日期, until: 日期}}"
        reader.report(name.line, "shape", shape)
        return Fact(name, "")
    dated = Reader(reader.path, value, reader.findings)
    dated.only(("says", "from", "until"))
    return Fact(name, dated.text("says"), _span(dated))


def _campaigns(reader: Reader, key: str, base: tuple[Fact, ...]) -> tuple[Fact, ...]:
    if not reader.has(key):
        return base
    read = []
    for entry in reader.entries(key):
        entry.only(("name", "says", "from", "until"))
        read.append(Fact(entry.text("name"), entry.text("says"), _span(entry)))
    return tuple(read)


def _span(reader: Reader) -> Span:
    begin = reader.value_or("from", read_begin, None)
    end = reader.value_or("until", read_end, None)
    if begin and end and end <= begin:
        reader.report(reader.line("until"), "fact", "until 早于 from，请核对起止日期")
    return Span(begin, end)


def _tone(reader: Reader, base: Tone) -> Tone:
    return reader.choice("tone", TONES.__getitem__, tuple(TONES), base) if reader.has("tone") else base


def _assignment(reader: Reader, base: Assigns) -> Assigns:
    if not reader.has("assignment"):
        return base
    return reader.choice("assignment", Assigns, tuple(Assigns), base)


def _waits(reader: Reader, base: Mapping[Priority, int]) -> Mapping[Priority, int]:
    if not reader.has("waits"):
        return base
    waits = Reader(reader.path, reader.data[Text("waits", 0)], reader.findings)
    waits.only(tuple(_PRIORITIES))
    minutes = partial(read_number, least=1, most=_LONGEST_WAIT)
    return {priority: waits.value_or(name, minutes, base[priority]) for name, priority in _PRIORITIES.items()}


def _csat(reader: Reader) -> SurveyRules | None:
    """When customers are asked how it was; nobody is where `after` names nobody."""
    rules = Reader(reader.path, reader.data[Text("csat", 0)], reader.findings, reader.line("csat"))
    rules.only(("after", "days"))
    after = rules.texts("after") if rules.has("after") else ()
    for name in after:
        if name not in AFTER:
            rules.report(name.line, "fact", f"不认识“{name}”，after 里可以写：{'、'.join(AFTER)}")
    days = rules.value_or("days", partial(read_number, least=1, most=365), SurveyRules(False, False).every.days)
    return SurveyRules(AFTER[0] in after, AFTER[1] in after, timedelta(days=days)) if after else None


def _zones(reader: Reader) -> tuple[Zone, ...]:
    zones: list[Zone] = []
    taken: set[str] = set()
    for entry in reader.entries("delivery"):
        entry.only(("regions", "days", "name"))
        regions = entry.texts("regions")
        days = entry.value("days", read_days)
        for region in regions:
            _check_region(entry, region, taken)
        if not regions and any(not zone.regions for zone in zones):
            entry.report(entry.line("days"), "fact", "不写 regions 的（其余地区）只能有一项")
        if days:
            zones.append(Zone(regions, *days, entry.text("name") if entry.has("name") else ""))
    return tuple(zones)


def _check_region(reader: Reader, region: Text, taken: set[str]) -> None:
    if province_of(region) != region:
        reader.report(region.line, "fact", f"“{region}”不是省级地区，请写简称，例如 浙江、内蒙古、上海")
    elif region in taken:
        reader.report(region.line, "fact", f"“{region}”在 delivery 里写了两次")
    taken.add(region)
