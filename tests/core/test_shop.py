"""What a shop has told is said while it holds; what is over, to come or never told is not said at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import Zone
from bot.core.hours import SHOP_ZONE, Holiday, Hours
from bot.core.shop import TONES, Fact, Shop, Span, Tone
from bot.core.written import read_periods

NOON = datetime(2026, 11, 11, 12, tzinfo=SHOP_ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = (Zone(("江苏", "上海"), 1, 2, "江浙沪"), Zone((), 3, 4), Zone(("新疆", "内蒙古"), 5, 7))
SHOP = Shop(
    {"name": Fact("name", "茶铺"), "gift": Fact("gift", "每单送茶包", Span(NOON, NOON + DAY))},
    campaigns=(Fact("满减", "满199减20", Span(None, NOON + DAY)), Fact("双十二", "全场八折", Span(NOON + HOUR))),
    hours=Hours((read_periods("9:00-22:00"),) * 7),
    cutoff_time=time(16, 30),
    return_days=7,
    zones=ZONES,
    couriers=("中通快递", "圆通速递"),
    default_courier="中通快递",
)


def test_the_typed_parts_are_facts_too() -> None:
    said = SHOP.said(NOON)
    assert (said["cutoff_time"], said["return_days"], said["work_hours"]) == ("16:30", "7", "9:00-22:00")
    assert (said["couriers"], said["default_courier"]) == ("中通快递、圆通速递", "中通快递")
    assert (said["near_region"], said["eta_near"]) == ("江浙沪", "1-2天")
    assert (said["far_region"], said["eta_far"], said["eta_normal"]) == ("新疆、内蒙古", "5-7天", "3-4天")


def test_what_was_never_told_is_never_said() -> None:
    assert Shop().said(NOON) == {}


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOON - HOUR, False), (NOON - timedelta(microseconds=1), False), (NOON, True), (NOON + HOUR, True),
        (NOON + DAY - timedelta(microseconds=1), True), (NOON + DAY, False), (NOON + 1000 * DAY, False),
    ],
)
def test_a_dated_fact_is_said_from_its_begin_to_before_its_end(moment: datetime, said: bool) -> None:
    assert ("gift" in SHOP.said(moment)) is said
    assert SHOP.said(moment.astimezone(UTC)) == SHOP.said(moment)


def test_the_campaigns_in_force_are_said_together() -> None:
    assert SHOP.said(NOON)["promotion"] == "满199减20"
    assert SHOP.said(NOON + HOUR)["promotion"] == "满199减20；全场八折"
    assert SHOP.said(NOON + DAY)["promotion"] == "全场八折"
    assert "coupon" not in SHOP.said(NOON)


def test_no_campaign_in_force_leaves_nothing_to_say() -> None:
    over = replace(SHOP, campaigns=SHOP.campaigns[:1])
    assert "promotion" not in over.said(NOON + DAY)


@pytest.mark.parametrize(("periods", "hours"), [("休息", None), ("10:00-16:00", "10:00-16:00")])
def test_in_a_holiday_its_own_hours_are_said_or_none(periods: str, hours: str | None) -> None:
    holiday = Holiday(date(2026, 11, 12), date(2026, 11, 13), "国庆放假", read_periods(periods))
    shop = replace(SHOP, hours=Hours((read_periods("9:00-22:00"),) * 7, (holiday,)))
    assert [shop.said(NOON + days * DAY).get("holiday") for days in range(4)] == [None, "国庆放假", "国庆放假", None]
    assert [shop.said(NOON + days * DAY).get("work_hours") for days in range(4)] == [
        "9:00-22:00", hours, hours, "9:00-22:00"
    ]


_MOMENTS = st.none() | st.integers(-50, 50).map(lambda hours: NOON + hours * HOUR)


@given(st.lists(st.builds(Span, _MOMENTS, _MOMENTS), max_size=6), st.integers(-60, 60))
def test_at_every_moment_exactly_the_facts_in_force_are_said(spans: list[Span], hours: int) -> None:
    facts = {f"f{number}": Fact(f"f{number}", "文字", span) for number, span in enumerate(spans)}
    now = NOON + hours * HOUR
    assert set(Shop(facts).said(now)) == {name for name, fact in facts.items() if fact.span.holds(now)}


def test_the_same_facts_are_not_made_twice() -> None:
    assert SHOP.said(NOON) is SHOP.said(NOON + timedelta(minutes=59))


@pytest.mark.parametrize(
    ("place", "days"),
    [
        ("江苏", "1-2天"), ("江苏省南京市", "1-2天"), ("广东", "3-4天"), ("内蒙古自治区", "5-7天"),
        ("广西壮族自治区", "3-4天"), ("台湾", None), ("香港特别行政区", None), ("东京", None), ("", None),
    ],
)
def test_a_province_is_reached_in_the_days_of_its_zone(place: str, days: str | None) -> None:
    assert SHOP.days_to(place) == days


def test_without_usual_days_only_the_named_provinces_are_known() -> None:
    some = replace(SHOP, zones=(Zone(("江苏",), 1, 1), Zone(("台湾",), 9, 12)))
    assert (some.days_to("江苏"), some.days_to("台湾"), some.days_to("广东")) == ("1天", "9-12天", None)
    assert not {"near_region", "eta_normal", "far_region"} & some.said(NOON).keys()


def test_only_what_differs_from_the_usual_is_near_or_far() -> None:
    far = replace(SHOP, zones=(Zone((), 1, 2), Zone(("西藏",), 6, 9))).said(NOON)
    assert (far["far_region"], far["eta_far"]) == ("西藏", "6-9天")
    assert "near_region" not in far


@pytest.mark.parametrize(("hour", "quiet"), [(8, True), (9, False), (21, False), (22, True), (3, True)])
def test_unless_told_otherwise_nobody_is_written_to_at_night(hour: int, quiet: bool) -> None:
    moment = NOON.replace(hour=hour)
    assert SHOP.is_quiet(moment) is quiet
    assert SHOP.is_quiet(moment.astimezone(UTC)) is quiet


def test_every_tone_has_its_chinese_name() -> None:
    assert set(TONES.values()) == set(Tone)
    assert Shop().tone is TONES["亲切"]
