"""Talks about an address in random order, watched by a referee that knows the shop's events and the texts sent, and
none of the code that decides (bar 37)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from bot.core.model import MessageType
from bot.core.orders import Kind, OrderFacts
from bot.core.proactive import address_digest
from bot.flows.inbound import receive
from bot.store import orders, tickets, wishes
from bot.store import proactive as ledger
from bot.store.messages import StoredMessage
from bot.store.tables import conversations, jobs
from bot.store.wishes import StoredWish
from tests.flows.ordered import FACTS, MINUTE, event, hear
from tests.flows.world import SHOP, World

PLACES = ("浙江省杭州市西湖区文三路1号", "上海市浦东新区碧波路690号", "四川省成都市武侯区一环路24号")
WISHES = (
    "改成江苏省南京市玄武区中山路{}号", "换个电话 1390000{:04}", "收货人改成李四{}", "改成湖北省武汉市洪山区珞喻路{}号",
)  # fmt: skip
NAMES = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
YES = ("对的", "没问题", "好的", "对的，谢谢")
SHOWS_ORDER, SHOWS_WISH = ("say", "changed", "outside"), ("diff", "diff_outside")


@dataclass
class Shown:
    """What the customer saw last that a yes may mean."""

    kind: str = ""  #: order | wish | "": nothing
    text: str = ""
    address: str = ""  #: that the order had then
    seq: int = 0


@dataclass
class AddressTalk:
    """One order of one customer; `play` plays a random sequence and raises AssertionError at a broken promise."""

    world: World
    number: int
    dice: Random
    facts: OrderFacts = field(init=False)
    shipped: bool = False
    shown: Shown = field(default_factory=Shown)
    confirmed: int = 0
    wished: int = 0
    _typed: int = 0

    def __post_init__(self) -> None:
        self.facts = replace(FACTS, customer=self.customer, address=self.dice.choice(PLACES))

    @property
    def customer(self) -> str:
        """Who talks."""
        return f"w{self.number}"

    @property
    def order(self) -> str:
        """What about."""
        return f"W{self.number}"

    def play(self, steps: int) -> None:
        """Pay, be asked, and go on at random."""
        world = self.world
        hear(world, event(world, Kind.CREATED, self.facts, self.order), event(world, Kind.PAID, self.facts, self.order))
        world.now += 3 * MINUTE
        world.work()
        self._look()
        for _ in range(steps):
            world.now += self.dice.choice((MINUTE, 2 * MINUTE, 11 * MINUTE))
            self.dice.choice((self.yes, self.yes, self.yes, self.wish, self.wish, self.no, self.move, self.ship,
                              self.late_yes, world.work))()  # fmt: skip
            self._look()
        world.now += timedelta(minutes=2)
        world.work()
        self._end()

    def yes(self) -> None:
        """The customer agrees."""
        self._judged(self.dice.choice(YES), self.shown)

    def late_yes(self) -> None:
        """The customer agreed before the last message was shown."""
        sent_at = self.world.now - timedelta(hours=5)
        self._judged(self.dice.choice(YES), Shown(), sent_at=sent_at)

    def wish(self) -> None:
        """The customer wants something else."""
        wanted, number = self.dice.choice(WISHES), self.dice.randrange(1, 10)
        word = NAMES[number - 1] if wanted.startswith("收货人") else number
        self._judged(wanted.format(word), Shown())

    def no(self) -> None:
        """The customer disagrees."""
        self._judged("不对", Shown())

    def move(self) -> None:
        """The shop changes the order's address."""
        if not self.shipped:
            self.facts = replace(self.facts, address=self.dice.choice(PLACES))
            hear(self.world, event(self.world, Kind.CHANGED, self.facts, self.order))

    def ship(self) -> None:
        """The parcel leaves; not in every sequence."""
        if self.dice.random() < 0.4:
            self.shipped = True
            hear(self.world, event(self.world, Kind.SHIPPED, self.facts, self.order))

    def _judged(self, text: str, means: Shown, **more: object) -> None:
        """A word of the customer's, and what became of it: `means` is all that it may confirm."""
        was_right, before = self._is_right(), self._wish()
        self._typed += 1
        arrival = self.world.arrival(
            self.customer, text, f"{self.customer}-{self._typed}", type=MessageType.TEXT, **more
        )
        self.world.store.submit(lambda tx: receive(tx, self.world.knowledge, arrival, self.world.now)).result()
        after = self._wish()
        if self._is_right() and not was_right:
            self.confirmed += 1
            assert means.kind == "order", f"the order's address is confirmed, and {means.kind or 'nothing'} was shown"
            assert means.address == self.facts.address, "another address is confirmed than was shown"
            assert not self.shipped, "confirmed after shipping"
        if after is not None and after != before and after.state == "open":
            self.wished += 1
            assert means.kind == "wish", f"a change is confirmed, and {means.kind or 'nothing'} was shown"
            assert means.address == self.facts.address, "the order has changed since the change was shown"
            assert not self.shipped, "confirmed after shipping"
            assert self._says(means.text, after), f"another change is confirmed than was shown: {means.text}"
        self.world.work()
        if self._holder() != "bot":  # agents take it up, so that the bot may speak again
            self.world.serve()
            self.shown = Shown()

    def _says(self, text: str, wish: StoredWish) -> bool:
        """Whether every part that the wish has and the order has not stands in the text."""
        new, old = wish.address, self.facts
        place = f"{new.region}{new.street}{new.detail}"
        return all((
            place == old.address or place in text,
            new.name == old.receiver or new.name in text,
            new.phone == old.phone or new.phone in text,
        ))  # fmt: skip

    def _look(self) -> None:
        """See what was said last about the address."""
        for message in self._said():
            if message.seq <= self.shown.seq or message.state == "dropped":
                continue
            phrase = str(message.details.get("phrase", "")).rpartition("/")[0]
            _, _, group = phrase.partition("proactive/address_check/")
            kind = "order" if group in SHOWS_ORDER else "wish" if group in SHOWS_WISH else ""
            if group:
                self.shown = Shown(kind, message.text, self.facts.address or "", message.seq)

    def _end(self) -> None:
        """Whoever wished and was shipped elsewhere is somebody's task."""
        wish = self._wish()
        if self.shipped and wish is not None and wish.state == "intercept":
            opened = self.world.store.read(lambda tx: tickets.get(tx, wish.ticket)).result()
            assert opened is not None
        if self.shipped and wish is not None:
            assert wish.state != "open", "the parcel left for the old address and nobody was asked"

    def _said(self) -> list[StoredMessage]:
        known = self.world.rows(conversations, conversations.c.customer == self.customer)
        return self.world.said(customer=self.customer) if known else []

    def _holder(self) -> str:
        return str(self.world.conversation(self.customer).holder)

    def _is_right(self) -> bool:
        def story(tx: object) -> bool:
            order = orders.get(tx, SHOP, self.order)  # type: ignore[arg-type]
            assert order is not None
            found = ledger.confirmed(tx, SHOP, self.order, "address_check", address_digest(order))  # type: ignore[arg-type]
            return found is not None

        return self.world.store.read(story).result()

    def _wish(self) -> StoredWish | None:
        return self.world.store.read(lambda tx: wishes.get(tx, SHOP, self.order)).result()


def play(world: World, sequences: int, seed: int, steps: int = 8) -> tuple[int, int]:
    """Play so many sequences; how many addresses and how many changes were confirmed in them."""
    dice, confirmed, wished = Random(seed), 0, 0
    for number in range(sequences):
        if world.now.hour >= 12:  # evening in the shop, where nobody is written to
            world.now = world.now.replace(hour=2) + timedelta(days=1)
        talk = AddressTalk(world, number, dice)
        talk.play(steps)
        world.store.submit(lambda tx: tx.execute(jobs.delete()).rowcount).result()  # what else is due is another story
        confirmed, wished = confirmed + talk.confirmed, wished + talk.wished
    return confirmed, wished
