"""The shop asks whether the address is right: a yes counts for what was shown, anything else is a human's (bar 37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.channels.base import Fate, Sent
from bot.core.model import Status
from bot.core.orders import Kind
from bot.core.proactive import address_digest
from bot.core.yes_no import is_yes
from bot.flows import proactive, unsaid
from bot.store import orders
from bot.store import proactive as ledger
from bot.store.tables import conversations
from tests.flows.ordered import FACTS, MINUTE, event, hear
from tests.flows.world import SHOP, World


@pytest.fixture
def asked(calling: World) -> World:
    """A customer who paid and was asked whether the address is right."""
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    assert len(calling.work()) == 1
    calling.now += MINUTE
    return calling


def is_confirmed(world: World) -> bool:
    """Whether the address that the order has now was confirmed."""
    order = world.store.read(lambda tx: orders.get(tx, SHOP, "A1")).result()
    assert order is not None
    digest = address_digest(order)
    return world.store.read(lambda tx: ledger.confirmed(tx, SHOP, "A1", "address_check", digest)).result() is not None


@pytest.mark.parametrize("text", ["对的", "没问题", "是", "嗯嗯 对", "好的", "地址没错", "OK", "对的，没问题。"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert is_yes(text)


@pytest.mark.parametrize(
    "text", ["不对", "对的，电话换了", "的", "地址", "改成上海", "不是", "对了什么时候发货", "是不是今天发"]
)
def test_anything_more_is_none(text: str) -> None:
    assert not is_yes(text)


def test_the_address_is_confirmed(asked: World) -> None:
    receipt = asked.say("c1", "对的")
    assert receipt.status is Status.REPLIED
    assert is_confirmed(asked)
    assert asked.conversation().dialogue.question is None


def test_a_yes_before_the_question_has_left_confirms_nothing(calling: World) -> None:
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    calling.work(Sent(Fate.RETRY, "503", retry_after=45))
    calling.now += timedelta(seconds=20)
    calling.say("c1", "对的")
    assert not is_confirmed(calling)
    for minutes in (1, 11, 1):  # taken back since the talk went on, and put once more
        calling.now += minutes * MINUTE
        calling.work()
    calling.say("c1", "对的")
    assert is_confirmed(calling)


def test_a_yes_to_an_address_that_has_changed_confirms_nothing_and_is_asked_anew(asked: World) -> None:
    moved = replace(FACTS, address="上海市浦东新区世纪大道1号")
    hear(asked, event(asked, Kind.CHANGED, moved))
    asked.say("c1", "对的")
    assert not is_confirmed(asked)
    assert "上海" in asked.said()[-1].text
    asked.work()
    asked.now += MINUTE
    asked.say("c1", "没问题")
    assert is_confirmed(asked)


def test_a_changed_address_voids_the_confirmation_and_is_asked_about_by_itself(asked: World) -> None:
    asked.say("c1", "对的")
    asked.work()
    assert is_confirmed(asked)
    hear(asked, event(asked, Kind.CHANGED, replace(FACTS, address="上海市浦东新区世纪大道1号")))
    assert not is_confirmed(asked)
    asked.now += 20 * MINUTE
    asked.work()
    assert "上海" in asked.said()[-1].text


def test_what_is_not_understood_goes_to_a_human_with_what_was_shown(asked: World) -> None:
    asked.say("c1", "不对")
    asked.now += MINUTE
    receipt = asked.say("c1", "不对")
    assert receipt.status is Status.HANDED_OFF
    ticket = asked.ticket()
    assert ticket is not None
    assert "不对" in ticket.note
    assert "杭州" in ticket.note
    assert "文三路" not in ticket.note
    assert not is_confirmed(asked)


def test_another_question_is_answered_and_ours_stays_open(asked: World) -> None:
    assert asked.say("c1", "什么时候发货").status is Status.REPLIED
    assert asked.conversation().dialogue.question is not None
    asked.now += MINUTE
    asked.say("c1", "对的")
    assert is_confirmed(asked)


def test_after_a_wish_to_change_it_a_yes_confirms_nothing(asked: World) -> None:
    asked.say("c1", "地址写错了，我要改地址")
    asked.now += MINUTE
    asked.say("c1", "对的")
    assert not is_confirmed(asked)


def test_a_question_that_was_taken_back_is_answered_by_no_yes(calling: World) -> None:
    """The customer saw nothing, and says yes to something else."""
    hear(calling, event(calling, Kind.CREATED, FACTS), event(calling, Kind.PAID))
    calling.now += 3 * MINUTE
    calling.store.submit(
        lambda tx: proactive.speak_first(tx, calling.knowledge, SHOP, "address_check", "A1", calling.now)
    ).result()
    [asked] = calling.said()
    calling.store.submit(lambda tx: unsaid.take_back(tx, asked, "not delivered", calling.now)).result()
    calling.say("c1", "好的")
    assert all("right" not in str(one.details.get("phrase")) for one in calling.said())
    assert not is_confirmed(calling)


def test_once_shipped_a_yes_confirms_nothing(asked: World) -> None:
    hear(asked, event(asked, Kind.SHIPPED))
    asked.say("c1", "对的")
    assert not is_confirmed(asked)


_PLACES = ("浙江省杭州市", "上海市浦东新区", "四川省成都市")


def test_whatever_happens_only_the_address_shown_last_is_confirmed(calling: World) -> None:
    """Bar 37: random sequences of changes, answers and timers; a confirmation is of the address that the order has at
    that moment and that the customer saw last."""
    dice, confirmed = Random(37), 0
    for number in range(40):
        order, customer, place = f"R{number}", f"r{number}", dice.choice(_PLACES)
        whose = replace(FACTS, customer=customer, address=f"{place}文三路1号")
        hear(calling, event(calling, Kind.CREATED, whose, order), event(calling, Kind.PAID, whose, order))
        for _ in range(7):
            calling.now += dice.choice((MINUTE, 4 * MINUTE, 11 * MINUTE))
            match dice.randrange(4):
                case 0:
                    place = dice.choice(_PLACES)
                    moved = replace(whose, address=f"{place}世纪大道{dice.randrange(9)}号")
                    hear(calling, event(calling, Kind.CHANGED, moved, order))
                case 1:
                    before, shown = _confirmed(calling, order), _last_shown(calling, customer)
                    receipt = calling.say(customer, dice.choice(("对的", "没问题", "好的")))
                    calling.work()
                    if _confirmed(calling, order) and not before:
                        confirmed += 1
                        assert place in shown
                    assert receipt.status in (Status.REPLIED, Status.HANDED_OFF, Status.IGNORED)
                case _:
                    calling.work()
        calling.serve()
    assert confirmed > 5


def _last_shown(world: World, customer: str) -> str:
    """The last message that named an address to the customer."""
    rows = world.rows(conversations, conversations.c.customer == customer)
    said = [one.text for one in world.said(customer=customer) if one.state == "delivered"] if rows else []
    return next((text for text in reversed(said) if any(place in text for place in _PLACES)), "")


def _confirmed(world: World, order: str) -> bool:
    found = world.store.read(lambda tx: orders.get(tx, SHOP, order)).result()
    assert found is not None
    digest = address_digest(found)
    return world.store.read(lambda tx: ledger.confirmed(tx, SHOP, order, "address_check", digest)).result() is not None
