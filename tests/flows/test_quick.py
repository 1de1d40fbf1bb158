"""Agents find, use and keep quick phrases; the shop's are kept by those whose role allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.core.model import MessageType
from bot.core.quick import Filled, QuickPhrase, Scope
from bot.errors import Conflict, Forbidden, InvalidField, NotFound
from bot.flows import quick
from bot.flows.quick import Found, Seeker
from bot.store import agents, channels
from bot.store import quick as rows
from tests.flows.world import World

T = TypeVar("T")

SHOP, MEI, QIANG, LEAD = "demo", "小美", "阿强", "组长"
FACTS = {"cutoff_time": "16:30"}
FILES = (
    QuickPhrase("file.fh01", Scope.SHOP, "", "发货", "fh01", "{{ shop.cutoff_time }}前付款当天发。", source="ship:1"),
    QuickPhrase("file.fh02", Scope.SHOP, "", "发货", "fh02", "{{ customer }}您好，订单{{ order_no }}已发出。"),
)
OWN = QuickPhrase("", Scope.PERSONAL, "", "我的", "w1", "您好，我是{{ agent }}。")


@pytest.fixture
def desk(world: World) -> World:
    """The shop with two agents and a lead, and a second shop."""

    def story(tx: sa.Connection) -> None:
        for name, role in ((MEI, "agent"), (QIANG, "agent"), (LEAD, "lead")):
            agents.add(tx, SHOP, name, role, "hash", world.now)
        channels.add_shop(tx, "other", "", "auto", world.now)
        agents.add(tx, "other", LEAD, "lead", "hash", world.now)

    world.store.submit(story).result()
    return world


def run(desk: World, story: Callable[[sa.Connection], T]) -> T:
    """One story in a transaction."""
    return desk.store.submit(story).result()


def find(desk: World, query: str, agent: str = MEI, conversation: str = "", shop: str = SHOP) -> list[Found]:
    """What an agent finds."""

    def story(tx: sa.Connection) -> list[Found]:
        shelf = quick.shelf(tx, shop, FILES, "hash")
        return quick.search(tx, shelf, Seeker(shop, agent, conversation), query, FACTS, desk.now)

    return desk.store.read(story).result()


def add(desk: World, phrase: QuickPhrase = OWN, agent: str = MEI, shop: str = SHOP) -> QuickPhrase:
    """A phrase kept by an agent."""
    return run(desk, lambda tx: quick.add(tx, shop, agent, phrase, desk.now))


def use(desk: World, phrase: str, agent: str = MEI, conversation: str = "", **values: str) -> str:
    """The text that an agent gets to send."""
    seeker = Seeker(SHOP, agent, conversation)
    return run(desk, lambda tx: quick.use(tx, seeker, phrase, values, FILES, FACTS, desk.now)).text


def test_the_conversation_fills_what_it_tells_and_the_rest_is_asked_for(desk: World) -> None:
    conversation = desk.say("c1", "你好").conversation
    first, second = find(desk, "fh", conversation=conversation)
    assert first.filled == Filled("16:30前付款当天发。")
    assert second.filled == Filled("", ("customer", "order_no"))

    desk.deliver(desk.arrival("c1", "", "m2", type=MessageType.ORDER_CARD, order_id="88001", customer_name="王女士"))
    assert find(desk, "fh02", conversation=conversation)[0].filled == Filled("王女士您好，订单88001已发出。")


def test_an_order_number_in_words_counts_and_one_taken_back_does_not(desk: World) -> None:
    conversation = desk.say("c1", "订单号2026111100001234567", external_id="m1").conversation
    number = find(desk, "fh02", conversation=conversation)[0].filled
    assert number == Filled("", ("customer",))
    desk.recall("m1")
    assert find(desk, "fh02", conversation=conversation)[0].filled == Filled("", ("customer", "order_no"))


def test_using_counts_and_raises(desk: World) -> None:
    values = {"customer": "王女士", "order_no": "88001"}
    assert use(desk, "file.fh02", **values) == "王女士您好，订单88001已发出。"
    assert [(found.phrase.code, found.uses) for found in find(desk, "发货")] == [("fh02", 1), ("fh01", 0)]
    assert [found.uses for found in find(desk, "发货", agent=QIANG)] == [0, 0]


@pytest.mark.parametrize(
    "values", [{}, {"customer": "王女士"}, {"customer": "王女士", "order_no": "{{ x }}"}, {"nobody": "x"}]
)
def test_nothing_goes_out_half_filled_and_nothing_is_counted(desk: World, values: dict[str, str]) -> None:
    with pytest.raises(InvalidField) as refused:
        use(desk, "file.fh02", **values)
    assert (refused.value.field or "").startswith("values")
    assert run(desk, lambda tx: rows.uses(tx, SHOP, MEI)) == {}


def test_an_agent_keeps_changes_and_removes_their_own(desk: World) -> None:
    kept = add(desk)
    assert (kept.scope, kept.owner) == (Scope.PERSONAL, MEI)
    assert use(desk, kept.id) == "您好，我是小美。"
    changed = replace(kept, code="w2", text="您好，请讲。", scope=Scope.SHOP, owner="")
    done = run(desk, lambda tx: quick.change(tx, SHOP, MEI, changed, desk.now))
    assert (done.scope, done.owner, done.code) == (Scope.PERSONAL, MEI, "w2")  # whose it is stays
    assert [found.phrase for found in find(desk, "w2")] == [done]
    run(desk, lambda tx: quick.remove(tx, SHOP, MEI, kept.id))
    assert find(desk, "w2") == []


def test_nobody_else_sees_uses_or_changes_it(desk: World) -> None:
    kept = add(desk)
    for agent in (QIANG, LEAD):
        assert find(desk, "w1", agent=agent) == []
        with pytest.raises(NotFound):
            use(desk, kept.id, agent=agent)
        with pytest.raises(NotFound):
            run(desk, lambda tx, agent=agent: quick.change(tx, SHOP, agent, kept, desk.now))  # type: ignore[misc]
        with pytest.raises(NotFound):
            run(desk, lambda tx, agent=agent: quick.remove(tx, SHOP, agent, kept.id))  # type: ignore[misc]


@pytest.mark.parametrize(("scope", "owner"), [(Scope.SHOP, ""), (Scope.TEAM, "售后组")])
def test_the_shops_and_the_teams_are_kept_by_a_lead(desk: World, scope: Scope, owner: str) -> None:
    phrase = replace(OWN, scope=scope, owner=owner)
    with pytest.raises(Forbidden):
        add(desk, phrase, MEI)
    with pytest.raises(Forbidden):
        add(desk, phrase, "nobody")
    kept = add(desk, phrase, LEAD)
    assert (kept.scope, kept.owner) == (scope, owner)
    assert [found.phrase for found in find(desk, "w1", agent=QIANG)] == [kept]
    with pytest.raises(Forbidden):
        run(desk, lambda tx: quick.remove(tx, SHOP, MEI, kept.id))
    run(desk, lambda tx: quick.remove(tx, SHOP, LEAD, kept.id))


def test_another_shop_sees_and_changes_nothing(desk: World) -> None:
    kept = add(desk, replace(OWN, scope=Scope.SHOP), LEAD)
    conversation = desk.say("c1", "你好").conversation
    assert find(desk, "w1", LEAD, shop="other") == []
    with pytest.raises(NotFound):
        find(desk, "", LEAD, conversation, shop="other")
    with pytest.raises(NotFound):
        run(desk, lambda tx: quick.remove(tx, "other", LEAD, kept.id))
    with pytest.raises(NotFound):
        run(desk, lambda tx: quick.use(tx, Seeker("other", LEAD), kept.id, {}, (), {}, desk.now))


def test_a_team_must_be_named(desk: World) -> None:
    with pytest.raises(InvalidField, match="团队"):
        add(desk, replace(OWN, scope=Scope.TEAM), LEAD)


def test_a_code_is_used_once_by_each_owner(desk: World) -> None:
    first, other = add(desk), add(desk, replace(OWN, code="w2"))
    add(desk, agent=QIANG)
    with pytest.raises(Conflict, match="w1"):
        add(desk, replace(OWN, code="W1"))
    with pytest.raises(Conflict, match="w1"):
        run(desk, lambda tx: quick.change(tx, SHOP, MEI, replace(other, code=first.code), desk.now))


def test_the_shops_own_goes_before_the_trainers_of_the_same_code(desk: World) -> None:
    add(desk, replace(OWN, scope=Scope.SHOP, code="fh01", text="您好，今天都发。"), LEAD)
    assert [found.phrase.text for found in find(desk, "fh01")] == ["您好，今天都发。"]


def test_a_phrase_of_the_files_is_changed_in_the_files(desk: World) -> None:
    with pytest.raises(Conflict, match="phrases/quick/"):
        run(desk, lambda tx: quick.remove(tx, SHOP, LEAD, "file.fh01"))


def test_what_is_over_is_not_used(desk: World) -> None:
    kept = add(desk, replace(OWN, valid_until=date(2026, 11, 10)))
    with pytest.raises(Conflict, match="有效期"):
        use(desk, kept.id)


def test_the_shelf_is_made_anew_only_after_a_change(desk: World) -> None:
    def shelf(content: str, known: quick.Shelf | None) -> quick.Shelf:
        return desk.store.read(lambda tx: quick.shelf(tx, SHOP, FILES, content, known)).result()

    first = shelf("hash", None)
    use(desk, "file.fh01")
    assert shelf("hash", first) is first
    assert shelf("newer", first) is not first
    add(desk)
    assert shelf("hash", first) is not first
