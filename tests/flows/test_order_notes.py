"""Order notes as an ERP fetches them: all of them, once each, in order, and only those that concern an order."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from bot.core.order_notes import COLUMNS, FLAGS, REASONS, NoteReason
from bot.errors import InvalidField, NotFound
from bot.flows import order_notes, order_sheet
from bot.flows.order_notes import Page, Written
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World


@pytest.fixture
def desks(world: World) -> Desks:
    """Agents of a shop with one conversation."""
    world.say("c1", "转人工")
    return Desks(world)


def keep(desks: Desks, *written: Written, seconds: float = 0) -> None:
    """An agent writes notes, one after the other."""
    for one in written:
        desks.act(order_notes.keep_note, "c1", one)
        desks.world.pass_time(seconds)


def page(desks: Desks, after: str = "", most: int = 100, shop: str = SHOP, hours_ago: float = 24) -> Page:
    """What the ERP is answered."""
    now = desks.world.now
    since = now - timedelta(hours=hours_ago)
    return desks.world.store.read(lambda tx: order_notes.page(tx, shop, since, after, most, now)).result()


def test_a_note_names_order_flag_reason_agent_and_time(desks: Desks) -> None:
    at = desks.world.now
    keep(desks, Written("改成上海路1号", "red", "T1", NoteReason.ADDRESS), seconds=10)
    [found] = page(desks).notes
    assert (found.note.order_id, found.note.flag, found.note.reason) == ("T1", "red", NoteReason.ADDRESS)
    assert (found.note.agent, found.note.at, found.customer) == ("小美", at, "c1")


def test_pages_together_hold_every_note_once_even_of_one_moment(desks: Desks) -> None:
    keep(desks, *(Written(str(n), "red", f"T{n}") for n in range(7)))
    desks.world.pass_time(10)
    texts, after = [], ""
    for _ in range(4):
        one = page(desks, after, most=2)
        texts += [found.note.text for found in one.notes]
        after = one.next
    assert (sorted(texts), len(texts), after) == ([str(n) for n in range(7)], 7, "")


def test_what_concerns_no_order_is_not_exported(desks: Desks) -> None:
    keep(desks, Written("客户很客气"), Written("催了", reason=NoteReason.URGE), seconds=10)
    assert [found.note.text for found in page(desks).notes] == ["催了"]


def test_a_note_appears_when_none_before_it_can_still_be_on_its_way(desks: Desks) -> None:
    keep(desks, Written("刚写的", "red"))
    assert page(desks).notes == []
    desks.world.pass_time(order_notes.SETTLED.total_seconds() + 0.001)
    assert [found.note.text for found in page(desks).notes] == ["刚写的"]


def test_older_notes_and_other_shops_stay_out(desks: Desks) -> None:
    keep(desks, Written("旧的", "red"), seconds=7200)
    keep(desks, Written("新的", "red"), seconds=10)
    assert [found.note.text for found in page(desks, hours_ago=1).notes] == ["新的"]
    assert page(desks, shop="elsewhere").notes == []
    with pytest.raises(NotFound):
        desks.act(order_notes.keep_note, "c1", Written("偷写"), shop="elsewhere")


def test_a_page_that_goes_on_from_nowhere_is_refused(desks: Desks) -> None:
    with pytest.raises(InvalidField) as refused:
        page(desks, after="nt_none")
    assert refused.value.field == "after"


def test_a_sheet_defuses_what_would_run_as_a_formula(desks: Desks) -> None:
    keep(desks, Written('=HYPERLINK("http://evil","x")', "red", "-1+1", NoteReason.REMARK), seconds=10)
    data = order_sheet.written(page(desks).notes, "csv")
    header, row = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert tuple(header) == COLUMNS
    cells = dict(zip(header, row, strict=True))
    assert (cells["内容"][:2], cells["订单号"]) == ("'=", "'-1+1")
    assert (cells["旗子"], cells["事由"], cells["客服"]) == ("红旗", "改备注", "小美")
    assert cells["时间"] == "2026-11-11 10:00:00"


def test_every_reason_and_colour_has_a_title() -> None:
    assert set(REASONS) == set(NoteReason)
    assert all(FLAGS[colour] for colour in FLAGS if colour)
