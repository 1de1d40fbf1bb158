"""One conversation with two agents' desks on it: what they see and do, and stories that die in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.core.desk import Row as Listed
from bot.errors import Conflict, InvalidField, Stale
from bot.flows import desk_sends
from bot.flows import desk_views as views
from bot.flows.desk import Actor
from bot.flows.desk_sends import Sending
from bot.flows.desk_shapes import Detail, News
from bot.flows.desk_shapes import Snapshot as DeskList
from bot.store import agents, events, presence, suggestions
from tests.flows.one_conversation import SHOP, SILENCE, TIMING, OneConversation, Row

T = TypeVar("T")
AGENTS = ("小王", "小李")
REFUSED, STALE, UNLIKE = "refused", "stale", "unlike"  #: what a desk may be told instead of a message's id
_FUSED = 10  # instructions of SQLite between two looks at the fuse


class Died(Exception):
    """The process ended here."""


@dataclass
class OneDesk(OneConversation):
    """The stories of the desk on top of those of the conversation; events are written as the stores write them."""

    steps_left: int | None = None  #: tens of instructions of the database, until the process dies
    dies_at_commit: bool = False  #: if it has not died before
    numbers: list[Row] = field(default_factory=list)  #: every event so far
    _conversation: str = ""

    def _set_up(self, tx: sa.Connection) -> None:
        super()._set_up(tx)
        for name in AGENTS:
            agents.add(tx, SHOP, name, "agent", "", self.now)
            presence.put(tx, SHOP, name, "busy", self.now)  # nobody is given customers: all is claimed by hand

    def do(self, story: Callable[[sa.Connection], T]) -> T:
        """Run a story in its transaction; with a fuse burning it may die anywhere in it."""
        with self.disk.begin() as tx, self._fuse(tx):
            events.forget(tx)
            result = story(tx)
            events.write(tx)
        return result

    @contextmanager
    def _fuse(self, tx: sa.Connection) -> Iterator[None]:
        if self.steps_left is None:
            yield
            return
        driver: Any = tx.connection.driver_connection
        driver.set_progress_handler(self._burn, _FUSED)
        try:
            yield
        except sa.exc.OperationalError as error:
            raise Died from error
        finally:
            driver.set_progress_handler(None, 0)
        if self.dies_at_commit:
            raise Died

    def _burn(self) -> bool:
        assert self.steps_left is not None
        self.steps_left -= 1
        return self.steps_left < 0

    def die_during(self, act: Callable[[], object], steps: int, *, before_commit: bool = True) -> None:
        """Begin something that the process does not survive by more than so many steps of the database (ten
        instructions each). `before_commit`: nor by its first commit."""
        self.steps_left, self.dies_at_commit = steps, before_commit
        try:
            act()
        except Died:
            pass
        finally:
            self.steps_left, self.dies_at_commit = None, False

    # --- what an agent does: True, or False where the desk refuses

    def act(self, story: Callable[..., object], agent: str, *arguments: object) -> bool:
        """One of the stories of the desk about the conversation."""
        return self._allowed(lambda tx: story(tx, self.conversation(), self.actor(agent), *arguments))

    def actor(self, agent: str) -> Actor:
        """An agent now."""
        return Actor(SHOP, agent, self.now, SILENCE, timing=TIMING)

    def send(self, sending: Sending, key: str, agent: str) -> str:
        """The id of the message that was sent, now or the first time, or why not."""
        try:
            return self.do(lambda tx: desk_sends.send(tx, sending, key, self.actor(agent), self.knowledge)).id
        except Stale:
            return STALE
        except Conflict:
            return REFUSED
        except InvalidField:
            return UNLIKE

    def reject(self, draft: str, agent: str) -> bool:
        """Turn a draft down."""
        return self._allowed(
            lambda tx: desk_sends.reject(tx, self.conversation(), draft, "不合适", self.actor(agent))
        )

    def _allowed(self, story: Callable[[sa.Connection], object]) -> bool:
        try:
            self.do(story)
        except (Conflict, InvalidField):
            return False
        return True

    # --- what a desk is shown

    def conversation(self) -> str:
        """Its id."""
        if not self._conversation:
            found = self.look().conversation
            assert found is not None
            self._conversation = str(found.id)
        return self._conversation

    def open(self, agent: str) -> Detail:
        """Look at the conversation; its drafts count as shown."""
        id_ = self.conversation()
        detail = self.do(lambda tx: views.detail(tx, SHOP, id_, self.knowledge.mood, self.now))
        self.do(lambda tx: suggestions.show(tx, SHOP, agent, [one.id for one in detail.suggestions], self.now))
        return detail

    def list(self) -> DeskList:
        """The list, loaded anew."""
        return self.do(lambda tx: views.snapshot(tx, SHOP, self.knowledge.mood, self.now))

    def news(self, after: int) -> News:
        """What changed behind an event."""
        return self.do(lambda tx: views.news(tx, SHOP, after, self.knowledge.mood, self.now))

    def new_events(self) -> tuple[Sequence[Row], int]:
        """The events written since this was last asked, and the counter; read without the product's queries."""
        connection = self.disk.raw_connection()
        try:
            driver: Any = connection.driver_connection
            found = driver.execute(
                "SELECT number, conversation, message FROM events WHERE number > ? ORDER BY number",
                (self.numbers[-1][0] if self.numbers else 0,),
            ).fetchall()
            counted = driver.execute("SELECT number FROM event_counters").fetchone()
        finally:
            connection.close()
        self.numbers += found
        return found, counted[0] if counted else 0


@dataclass
class OldPage:
    """A desk's page as the contract has it: a snapshot, and then nothing but events."""

    scene: OneDesk
    event: int = 0
    rows: dict[str, Listed] = field(default_factory=dict)

    def follow(self) -> None:
        """Apply what happened since, and compare with a page that is loaded anew."""
        fresh = self.scene.list()
        while self.event < fresh.event:
            news = self.scene.news(self.event)
            assert not news.lost, "a page is sent back to the start"
            assert news.number > self.event, "a page does not get on"
            self.event = news.number
            self.rows |= {row.id: row for row in news.rows}
        shown = {row.id: row for row in fresh.conversations}
        told = {id_: row for id_, row in self.rows.items() if row.last or row.ticket or row.holder != "bot"}
        assert told == shown, "a page that was told every event shows something else than a fresh one"
