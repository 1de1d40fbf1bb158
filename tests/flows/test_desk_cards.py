"""Cards that customers send: an order is told to its own customer's conversation, and many cost no more than one."""

from __future__ import annotations

import pytest

from bot.content.live import LiveContent
from bot.core.model import MessageType
from bot.core.orders import Kind, OrderEvent, OrderFacts
from bot.core.products import Product
from bot.flows import desk_views as views
from bot.flows import orders, products
from bot.flows.desk_shapes import ShownCard
from bot.store.sqlite import SqliteStore
from tests.core.test_orders import ITEM
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents at their desks."""
    return Desks(world)


def buys(world: World, number: str = "A1", customer: str = "c1", channel: str = "") -> None:
    """A customer pays for a scarf."""
    facts = OrderFacts(
        channel=channel or world.channel.id, customer=customer, items=(ITEM,), amount=19900, receiver="林小满",
        phone="13812345678", address="浙江省杭州市文三路1号",
    )  # fmt: skip
    paid = OrderEvent(f"paid-{number}", number, Kind.PAID, world.now, facts)
    world.store.submit(lambda tx: orders.take(tx, SHOP, [paid], world.now)).result()


def sells(world: World, *sold: Product) -> None:
    """The shop tells of its products."""
    world.store.submit(lambda tx: products.feed(tx, SHOP, sold, world.now)).result()


def shows(world: World, number: str, customer: str = "c1") -> None:
    """The customer sends the card of an order."""
    world.say(customer, "", MessageType.ORDER_CARD, order_id=number)


def cards(desks: Desks, customer: str = "c1") -> list[ShownCard]:
    """What the conversation's cards show."""
    return [line.card for line in desks.detail(customer).messages if line.card]


def test_a_customers_own_order_is_shown_with_the_receiver_masked(desks: Desks) -> None:
    buys(desks.world)
    shows(desks.world, "A1")
    [card] = cards(desks)
    assert card.order is not None
    assert (card.id, card.order.state, card.order.items, card.order.amount) == ("A1", "待发货", "羊绒围巾", "199")
    assert card.order.receiver == "林** 138****5678"
    assert desks.detail().side.orders == [card.order]


def test_of_another_customers_order_only_the_number_is_told_like_of_an_unknown_one(desks: Desks) -> None:
    world = desks.world
    buys(world, customer="c2")
    world.add_channel(SHOP, "elsewhere")
    buys(world, "A2")
    world.add_channel(SHOP, "third")
    for number in ("A1", "A2", "A3"):  # c2's; that of who is called c1 elsewhere; nobody's
        shows(world, number)
    assert cards(desks) == [ShownCard("A1"), ShownCard("A2"), ShownCard("A3")]


def test_a_product_is_shown_with_title_and_price_and_an_unknown_one_by_its_number(desks: Desks) -> None:
    sells(desks.world, Product("P1", "羊绒围巾", price="199"))
    for id_ in ("P1", "P404"):
        desks.world.say("c1", "", MessageType.PRODUCT_CARD, product_id=id_)
    assert cards(desks) == [ShownCard("P1", title="羊绒围巾", price="199"), ShownCard("P404")]


def test_a_card_without_a_number_and_words_about_an_order_show_no_card(desks: Desks) -> None:
    buys(desks.world)
    shows(desks.world, "")
    desks.world.say("c1", "到哪了", order_id="A1", product_id="P1")
    assert cards(desks) == []


def test_a_card_comes_live_as_it_is_shown_later(desks: Desks) -> None:
    for customer in ("c1", "c2"):
        buys(desks.world, f"A-{customer}", customer)
    before = desks.snapshot().event
    shows(desks.world, "A-c1", "c1")
    shows(desks.world, "A-c1", "c2")
    told = {desks.row(customer).id: customer for customer in ("c1", "c2")}
    heard = {told[id_]: line.card for id_, line in desks.news(before).messages if line.card}
    assert heard == {"c1": cards(desks)[0], "c2": ShownCard("A-c1")}
    assert heard["c1"].order is not None


def test_many_cards_are_opened_with_as_many_queries_as_one(sqlite_store: SqliteStore, content: LiveContent) -> None:
    desks = Desks(World(sqlite_store, content.knowledge, content=content))

    def queries(count: int) -> int:
        sells(desks.world, *(Product(f"P{number}", "围巾") for number in range(count)))
        for number in range(count):
            buys(desks.world, f"A{number}")
            shows(desks.world, f"A{number}")
            desks.world.say("c1", "", MessageType.PRODUCT_CARD, product_id=f"P{number}")
        conversation, asked = desks.world.conversation().id, list[str]()

        def story(tx: object) -> None:
            tx.connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]
            views.detail(tx, SHOP, conversation, desks.world.knowledge.mood, desks.world.now)  # type: ignore[arg-type]
            tx.connection.driver_connection.set_trace_callback(None)  # type: ignore[attr-defined]

        sqlite_store.read(story).result()
        return len(asked)

    few = queries(1)
    assert len(cards(desks)) == 2
    assert queries(20) == few
    assert len(cards(desks)) == 42
