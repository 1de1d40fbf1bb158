"""Plans of what the shop says unasked: read as written, each fault with its line, switched by a shop's file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content import load
from bot.content.build import build
from bot.content.check import check
from bot.content.reader import Finding
from bot.core.orders import Kind, OrderState
from bot.core.plans import Given, Need, PlanKind, Segment
from bot.settings import ROOT
from tests.content.mini import MiniTree

FILE = "phrases/proactive/nudge.yaml"
PLAN = """\
title: 催付
kind: nudge
on: [created]
states: [unpaid]
after: 12分钟
within: 12小时
say:
  - 您好，{{ order.items }}还在待付款里。
  - 您好，订单还没有付款，有疑问请告诉咱们。
  - 您好，您的订单还差付款这一步。
"""
CARE = """\
title: 问候
kind: care
segment: {bought_within: 365天, provinces: [广东], tags: [老客], given: [word]}
states: [paid]
within: 1天
enabled: no
say:
  - 您好，{{ care.word }}到了，给您问个好。
  - 您好，祝您平安。
  - 您好，祝您和家人顺心如意。
"""


@pytest.fixture
def tree(tmp_path: Path) -> MiniTree:
    """Two intents, a shop and one plan."""
    tree = MiniTree(tmp_path)
    tree.write(FILE, PLAN)
    return tree


def faults(tree: MiniTree) -> list[Finding]:
    """What `kefu check` finds in the plan and the shop's file."""
    return [found for found in check(tree.root) if "proactive" in found.path or "_shop" in found.path]


def test_a_good_plan_is_read_as_written(tree: MiniTree) -> None:
    assert faults(tree) == []
    plan = build(load.read(tree.root)).plans["nudge"]
    assert (plan.kind, plan.on, plan.states) == (PlanKind.NUDGE, (Kind.CREATED,), frozenset({OrderState.UNPAID}))
    assert (plan.after, plan.within) == (timedelta(minutes=12), timedelta(hours=12))
    assert plan.enabled


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("kind: nudge", "kind: spam", 2, "choice"),
        ("on: [created]", "on: [thought_of]", 3, "choice"),
        ("states: [unpaid]", "states: []", 4, "missing"),
        ("after: 12分钟", "after: 一会儿", 5, "fact"),
        ("after: 12分钟", "after: 13小时", 6, "plan"),
        ("within: 12小时", "withn: 12小时", 6, "unknown-key"),
        ("after: 12分钟", "by_region: {火星: 3小时}", 5, "plan"),
        ("after: 12分钟", "needs: [luck]", 5, "choice"),
        ("after: 12分钟", "task: {group: sale}", 5, "missing"),
        ("after: 12分钟", "task: {note: 催件, case: nothing}", 1, "plan"),
        ("order.items", "order.secret", 8, "unknown-slot"),
        ("有疑问请告诉咱们。", "快付款！！", 9, "style-mark"),
        ("  - 您好，您的订单还差付款这一步。\n", "", 8, "few-variants"),
    ],
)
def test_each_fault_is_found_where_it_stands(tree: MiniTree, old: str, new: str, line: int, rule: str) -> None:
    tree.change(FILE, old, new)
    assert (line, rule) in [(one.line, one.rule) for one in faults(tree)]


def test_a_plan_that_a_person_starts_is_read_as_written(tree: MiniTree) -> None:
    tree.write(FILE, CARE)
    assert faults(tree) == []
    plan = build(load.read(tree.root)).plans["nudge"]
    segment = Segment(timedelta(days=365), frozenset({"广东"}), frozenset({"老客"}), frozenset({Given.WORD}))
    assert (plan.on, plan.enabled, plan.segment) == ((), False, segment)


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("kind: care", "kind: nudge", 2, "plan"),
        ("states: [paid]", "states: [paid]\non: [paid]", 5, "plan"),
        ("enabled: no", "enabled: yes", 6, "plan"),
        ("365天", "900天", 3, "fact"),
        ("bought_within: 365天, ", "", 3, "missing"),
        ("[广东]", "[火星]", 3, "plan"),
        ("[word]", "[luck]", 3, "choice"),
        (", given: [word]", "", 8, "plan"),
        ("祝您平安", "点击 https://t.cn/a 看看", 9, "care-ad"),
        ("祝您平安", "好评返现5元", 9, "care-ad"),
        ("祝您平安", "新品有优惠", 9, "care-ad"),
        ("顺心如意", "看{{ care.luck }}", 10, "unknown-slot"),
        ("    \n", "", 1, ""),
    ][:-1],
)
def test_each_fault_of_care_is_found_where_it_stands(
    tree: MiniTree, old: str, new: str, line: int, rule: str
) -> None:
    tree.write(FILE, CARE)
    tree.change(FILE, old, new)
    assert (line, rule) in [(one.line, one.rule) for one in faults(tree)]


def test_the_words_of_care_are_not_there_for_other_plans(tree: MiniTree) -> None:
    tree.change(FILE, "order.items", "care.word")
    assert [(one.line, one.rule) for one in faults(tree)] == [(8, "unknown-slot")]


def test_a_shop_names_the_tags_of_consent(tree: MiniTree) -> None:
    tree.write("phrases/shops/mei.yaml", "proactive: {consent: [会员], refusal: [免打扰], care_pause: 90天}\n")
    knowledge = build(load.read(tree.root))
    common, mei = knowledge.shop("").proactive, knowledge.shop("mei").proactive
    assert (common.consent, common.refusal) == (frozenset({"同意关怀"}), frozenset({"不要打扰"}))
    assert (mei.consent, mei.refusal, mei.care_pause) == (frozenset({"会员"}), frozenset({"免打扰"}), timedelta(90))


def test_a_shops_file_switches_plans_and_sets_the_manner(tree: MiniTree) -> None:
    tree.change("phrases/_shop.yaml", "  consent: ", "  quota: 5\n  holdout: 10\n  consent: ")
    mei_file = "proactive: {off: [nudge], noon: '11:30-13:30', hush: 10分钟, window: 24小时}\n"
    tree.write("phrases/shops/mei.yaml", mei_file)
    assert faults(tree) == []
    knowledge = build(load.read(tree.root))
    common, mei = knowledge.shop("").proactive, knowledge.shop("mei").proactive
    plan = knowledge.plans["nudge"]
    assert (common.runs(plan), mei.runs(plan)) == (True, False)
    assert (mei.quota, mei.holdout, mei.hush, mei.window) == (5, 10, timedelta(minutes=10), timedelta(hours=24))


def test_a_plan_that_nobody_wrote_cannot_be_switched(tree: MiniTree) -> None:
    tree.write("phrases/shops/mei.yaml", "proactive:\n  off: [nugde]\n")
    found = [one for one in check(tree.root) if one.rule == "no-plan"]
    assert [(one.path, one.line) for one in found] == [("phrases/shops/mei.yaml", 2)]


def test_the_projects_plans_are_complete() -> None:
    plans = load.read(ROOT).plans
    assert {"nudge_soon", "nudge_cutoff", "nudge_later", "doubled", "address_check", "shipped"} <= plans.keys()
    for file in plans.values():
        assert file.plan.kind is not PlanKind.NUDGE or file.plan.states == {OrderState.UNPAID}
    assert Need.TRACKED in plans["shipped"].plan.needs
    by_hand = {name for name, file in plans.items() if file.plan.segment}
    assert by_hand == {"care_holiday", "care_weather"}
    assert not any(plans[name].plan.enabled for name in by_hand)
