"""A shopkeeper's file becomes values and facts with dates; a fault names its line and says what to write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.content import load
from bot.content.build import build
from bot.content.check import check
from bot.core.hours import SHOP_ZONE
from bot.core.model import Priority
from bot.core.shop import Assigns, Shop, Tone
from bot.settings import ROOT
from tests.content.mini import MiniTree

NOW = datetime(2026, 11, 22, 10, tzinfo=SHOP_ZONE)  # a Sunday
FILE, TEA = "phrases/_shop.yaml", "phrases/shops/tea.yaml"
SENT = "phrases/ship/when_sent.yaml"
DATED = """\
name: 茶铺
gift:
  says: 每单送茶包
  from: 2026-11-22
  until: 2026-11-30
"""


def shops(mini: MiniTree) -> dict[str, Shop]:
    """What the files say; none of them is faulty."""
    content = load.read(mini.root)
    assert content.findings == []
    return content.shops


def own(mini: MiniTree, text: str) -> Shop:
    """The tea shop, whose own file is this text."""
    mini.write(TEA, text)
    return shops(mini)["tea"]


def test_every_typed_part_becomes_a_value(mini: MiniTree) -> None:
    mini.write(FILE, """\
name: 茶铺
tone: 轻松
work_hours:
  周一至周五: 9:00-12:00, 13:30-22:00
  周末: 10:00-18:00
holidays:
  - {says: 春节放假, from: 2027-02-05, until: 2027-02-08}
quiet: 21:00-10:00
waits: {urgent: 1, normal: 20}
busy_from: 30
assignment: manual
cutoff_time: 16:30
return_days: 15
couriers: [中通快递, 圆通速递]
default_courier: 圆通速递
delivery:
  - {regions: [浙江], days: 1}
  - {days: 3-4}
""")
    shop = shops(mini)[""]
    assert shop.assignment is Assigns.MANUAL
    assert (shop.tone, shop.busy_from, shop.cutoff_time, shop.return_days) == (Tone.LIGHT, 30, time(16, 30), 15)
    assert shop.hours is not None
    assert [shop.hours.is_open(NOW.replace(day=day, hour=20)) for day in (20, 22)] == [True, False]
    assert shop.hours.holidays[0].covers(date(2027, 2, 8))
    assert [shop.is_quiet(NOW.replace(hour=hour)) for hour in (9, 10, 20, 21)] == [True, False, False, True]
    assert (shop.waits[Priority.URGENT], shop.waits[Priority.NORMAL], shop.waits[Priority.HIGH]) == (1, 20, 3)
    assert (shop.couriers, shop.default_courier) == (("中通快递", "圆通速递"), "圆通速递")
    assert (shop.days_to("浙江省"), shop.days_to("广东")) == ("1天", "3-4天")


def test_the_weekdays_are_put_into_words_or_said_as_the_shop_says_them(mini: MiniTree) -> None:
    assert own(mini, "work_hours: {周一至周六: 9:00-18:00}\n").said(NOW)["work_hours"] == "周一至周六9:00-18:00"
    told = "work_hours:\n  每天: 9:00-22:00\n  says: 早九点到晚十点\n"
    assert own(mini, told).said(NOW)["work_hours"] == "早九点到晚十点"


def test_a_dated_fact_is_said_on_its_days_and_no_longer(mini: MiniTree) -> None:
    shop = own(mini, DATED)
    days = (21, 22, 30, 31)
    said = ["gift" in shop.said(NOW.replace(day=1) + timedelta(days=day - 1)) for day in days]
    assert said == [False, True, True, False]


def test_a_shops_own_facts_lie_on_top_of_the_common_ones(mini: MiniTree) -> None:
    tea = own(mini, "name: 茶铺\ncampaigns: []\nholidays: []\nwithout: [gift, gift_box]\n")
    common = shops(mini)[""]
    assert tea.said(NOW)["name"] == "茶铺"
    assert tea.said(NOW)["cutoff_time"] == common.said(NOW)["cutoff_time"]
    assert common.said(NOW).keys() - tea.said(NOW).keys() == {"gift", "gift_box", "promotion"}
    assert tea.hours is not None
    assert common.hours is not None
    assert (tea.hours.week, tea.hours.holidays) == (common.hours.week, ())


def test_another_shop_has_the_common_facts(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(TEA, "name: 茶铺\n")
    knowledge = build(load.read(mini.root), cache_dir)
    assert knowledge.shop("tea").tone is Tone.WARM
    assert knowledge.facts("tea", NOW)["name"] == "茶铺"
    assert knowledge.facts("other", NOW) == knowledge.facts("", NOW)
    assert knowledge.facts("other", NOW)["name"] == "小满生活馆"


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("name: 茶铺\ncutoff_time: 16点半\n", 2, "fact"),
        ("cutoff_time: 24:00\n", 1, "fact"),
        ("return_days: 七天\n", 1, "fact"),
        ("return_days: 366\n", 1, "fact"),
        ("busy_from: 0\n", 1, "fact"), ("assignment: 自动\n", 1, "choice"),
        ("tone: 可爱\n", 1, "choice"),
        ("quiet: 晚上\n", 1, "fact"),
        ("work_hours: 九点到六点\n", 1, "fact"),
        ("work_hours: 休息\n", 1, "fact"),
        ("work_hours: [9:00-22:00]\n", 1, "shape"),
        ("work_hours:\n  周一: 9:00-22:00\n  周八: 9:00-22:00\n", 3, "fact"),
        ("work_hours:\n  工作日: 9:00-22:00\n  周三: 休息\n", 3, "fact"),
        ("work_hours:\n  周一: 9:00-22:00, 21:00-23:00\n", 2, "fact"),
        ("work_hours:\n  周一: 18:00-10:00\n  周二: 9:00-18:00\n", 1, "fact"),
        ("work_hours:\n  周一: [9:00-22:00]\n", 1, "shape"),
        ("holidays:\n  - {says: 放假, from: 2027-02-05, until: 2027-02-04}\n", 2, "fact"),
        ("holidays:\n  - says: 放假\n    from: 2027-02-30\n    until: 2027-03-04\n", 3, "fact"),
        ("holidays:\n  - from: 2027-02-05\n    until: 2027-02-06\n", 2, "missing"),
        ("holidays:\n  - says: 放假\n    from: 2027-02-05\n", 2, "missing"),
        ("holidays: 春节\n", 1, "shape"),
        ("holidays:\n  - {says: 一, from: 2027-02-05, until: 2027-02-08}\n"
         "  - {says: 二, from: 2027-02-08, until: 2027-02-09}\n", 3, "fact"),
        ("campaigns:\n  - name: 满减\n    says: 满99减5\n    from: 2026-12-02\n    until: 2026-12-01\n", 5, "fact"),
        ("campaigns:\n  - name: 满减\n    says: 满99减5\n    until: 下周\n", 4, "fact"),
        ("campaigns:\n  - name: 满减\n    until: 2026-12-01\n", 2, "missing"),
        ("campaigns:\n  - {name: 满减, says: 满99减5, untill: 2026-12-01}\n", 2, "unknown-key"),
        ("coupons: 满99减5\n", 1, "shape"),
        ("promotion: 满99减5\n", 1, "derived"),
        ("eta_near: 1天\n", 1, "derived"),
        ("gift: {says: 茶包, to: 2026-12-01}\n", 1, "unknown-key"),
        ("gift: [茶包]\n", 1, "shape"),
        ("gift: ''\n", 1, "missing"),
        ("waits: {urgent: 0}\n", 1, "fact"),
        ("waits: {asap: 1}\n", 1, "unknown-key"),
        ("waits: 3\n", 1, "shape"),
        ("name: 茶铺\ndefault_courier: 顺丰速运\n", 2, "fact"),
        ("name: 茶铺\ncouriers: [顺丰速运]\n", 2, "fact"),
        ("couriers: 中通快递\n", 1, "shape"),
        ("delivery:\n  - days: 1-2\n    regions: [浙江, 江南]\n", 3, "fact"),
        ("delivery:\n  - {regions: [浙江], days: 1}\n  - {regions: [浙江], days: 2}\n", 3, "fact"),
        ("delivery:\n  - {days: 1}\n  - {days: 2}\n", 3, "fact"),
        ("delivery:\n  - regions: [浙江]\n    days: 2-1\n", 3, "fact"),
        ("delivery:\n  - regions: [浙江]\n", 2, "missing"),
        ("without:\n  - gift\n  - nothing\n", 3, "fact"),
    ],
)
def test_a_fault_is_named_with_its_line(mini: MiniTree, text: str, line: int, rule: str) -> None:
    mini.write(TEA, text)
    found = {(finding.path, finding.line, finding.rule) for finding in load.read(mini.root).findings}
    assert (TEA, line, rule) in found


def test_holidays_need_ordinary_hours(mini: MiniTree) -> None:
    mini.write(FILE, "name: 茶铺\nholidays:\n  - {says: 放假, from: 2027-02-05, until: 2027-02-08}\n")
    assert [(one.line, one.rule) for one in load.read(mini.root).findings] == [(2, "missing")]


# --- what `kefu check` says beside it ---------------------------------------------------------------------------------


def findings(mini: MiniTree, cache_dir: Path, now: datetime | None = NOW) -> list[tuple[str, int, str, str]]:
    """Everything found, as tuples."""
    return [(one.path, one.line, one.rule, one.severity) for one in check(mini.root, cache_dir, now)]


def test_what_is_over_may_be_taken_out(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(TEA, f"{DATED}coupons:\n  - {{name: 券, says: 满99减5, until: 2026-11-21}}\n"
               "holidays:\n  - {says: 国庆放假, from: 2026-10-01, until: 2026-10-07}\n")
    assert findings(mini, cache_dir) == [(TEA, 7, "ended", "warning"), (TEA, 9, "ended", "warning")]
    assert findings(mini, cache_dir, NOW + timedelta(days=9))[0] == (TEA, 3, "ended", "warning")
    assert findings(mini, cache_dir, None) == []


def test_what_an_overlay_takes_over_is_not_blamed_on_it(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(TEA, "name: 茶铺\n")
    later = datetime(2030, 1, 1, tzinfo=SHOP_ZONE)
    assert {path for path, *_ in findings(mini, cache_dir, later)} == {FILE}


def test_a_situation_that_falls_silent_one_day_is_warned_of(mini: MiniTree, cache_dir: Path) -> None:
    coupons = ("现在{{ shop.coupon }}。", "目前{{ shop.promotion }}。", "您好，{{ shop.coupon }}。")
    mini.write(SENT, "".join(("default:\n", *(f"  - {phrase}\n" for phrase in coupons))))
    assert findings(mini, cache_dir) == [(SENT, 2, "may-expire", "warning")]
    mini.change(SENT, "您好，{{ shop.coupon }}", "您好，付款后发出")
    assert findings(mini, cache_dir) == []


def test_a_time_that_is_past_is_not_warned_of(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(SENT, "default:\n  - 您好，{{ shop.gift }}。\n  - 目前{{ shop.gift }}。\n  - 咱们{{ shop.gift }}。\n")
    mini.write(TEA, "gift: {says: 每单送茶包, from: 2026-11-22}\n")
    assert findings(mini, cache_dir) == []
    assert findings(mini, cache_dir, NOW - timedelta(days=1)) == [(SENT, 2, "may-expire", "warning")]


def test_a_fact_that_one_shop_lacks_is_warned_of_too(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(SENT, "default:\n  - 您好，{{ shop.gift }}。\n  - 目前{{ shop.gift }}。\n  - 咱们{{ shop.gift }}。\n")
    assert findings(mini, cache_dir) == []
    mini.write(TEA, "without: [gift]\n")
    assert findings(mini, cache_dir) == [(SENT, 2, "may-expire", "warning")]


def test_campaigns_too_long_to_be_said_together_are_found(mini: MiniTree, cache_dir: Path) -> None:
    coupons = "".join(f"  - {{name: {name}, says: {name * 120}}}\n" for name in "甲乙")
    mini.write(TEA, f"name: 茶铺\ncoupons:\n{coupons}")
    assert findings(mini, cache_dir) == [(TEA, 2, "long", "error")]


def test_the_demo_shop_gives_every_derived_fact() -> None:
    said = load.read(ROOT).shops[""].said(NOW)
    assert {"promotion", "coupon", "work_hours", "eta_near", "eta_normal", "eta_far"} <= said.keys()
    assert (said["couriers"], said["near_region"]) == ("中通快递、圆通速递", "江浙沪")
