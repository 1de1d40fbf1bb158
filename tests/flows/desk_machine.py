"""Customer, bot and two agents at their desks, in any order: what agents send, and send again, and crashes anywhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.channels.base import Fate
from bot.core.model import MessageType
from bot.flows import desk
from bot.flows.desk_sends import Sending
from bot.flows.desk_shapes import Suggested
from tests.flows import desk_promises as promises
from tests.flows.conversation_machine import agents, some
from tests.flows.desk_holding import HoldingMachine, actors
from tests.flows.one_conversation import Snapshot
from tests.flows.one_desk import REFUSED, STALE, UNLIKE, OldPage, OneDesk

#: What agents look at: what the bot only prepares an answer to, what asks for a human, what the bot answers itself.
CASES = ("这款锅是什么材质的", "这条裤子是纯棉的吗", "转人工", "什么时候发货")
WAYS = ("as shown", "edited", "changed unsaid")
#: Of the database; most stories take fewer than 120, and then die right before their commit.
steps = st.one_of(st.integers(0, 120), st.just(10_000))
STORIES = ("claim", "release", "resolve", "send", "send", "write", "write")
COURSES = ("looked at", "claimed", "answered", "answered twice", "answered late")
ways = st.sampled_from(WAYS)


@dataclass
class Click:
    """A request to send, with the key that it keeps however often it goes out."""

    agent: str
    sending: Sending
    key: str
    draft: Suggested | None = None
    message: str = ""  #: what became of it; "" as long as nothing was sent


class DeskMachine(HoldingMachine):
    """Keeps what each desk shows and what was clicked there, and foresees from the rows what must come of it."""

    def __init__(self, scene: OneDesk) -> None:
        super().__init__(scene)
        self.page = OldPage(scene)
        self.clicks: list[Click] = []

    # --- work comes, and agents look

    @initialize(text=st.sampled_from(CASES), agent=agents, course=st.sampled_from(COURSES))
    def first_case(self, text: str, agent: str, course: str) -> None:
        """Without one there is nothing to do for agents."""
        self.case_for_a_human(text, agent, course)

    @rule(text=st.sampled_from(CASES), agent=agents, course=st.sampled_from(COURSES))
    def case_for_a_human(self, text: str, agent: str, course: str) -> None:
        """A customer asks something; an agent opens it, perhaps takes it and answers."""
        self.customer_writes([text])
        self.scene.now += timedelta(seconds=4)
        self.worker_works()
        self.agent_looks(agent)
        if course != "looked at":
            self.agent_claims(agent, meanwhile=False)
        if course == "answered late":
            self.customer_writes(["你好"])
            self.agent_looks(agent)
        if course.startswith("answered"):
            self._answer_at_once(agent)
        if course == "answered twice":
            self.agent_clicks_again(0, 1)

    def _answer_at_once(self, agent: str) -> None:
        if self.screens[agent].drafts:
            self.agent_takes_a_draft(agent, 0, "as shown", meanwhile=False, looks=False)
        else:
            self.agent_replies(agent, looks=False)

    # --- what agents send

    @precondition(lambda self: self.count > 0)
    @rule(agent=actors, looks=st.booleans())
    def agent_replies(self, agent: str, looks: bool) -> None:
        """A text of their own, after a look or on what was on the screen."""
        agent = self._who(agent)
        if looks:
            self.agent_looks(agent)
        self._click(self._new_click(agent, f"马上为您处理{len(self.clicks)}", None))

    @precondition(lambda self: any(screen.drafts for screen in self.screens.values()))
    @rule(agent=actors, which=some, way=ways, meanwhile=st.booleans(), looks=st.booleans())
    def agent_takes_a_draft(self, agent: str, which: int, way: str, meanwhile: bool, looks: bool) -> None:
        """As it is on the screen, edited, or changed by something on the way; the customer may just have written on."""
        agent = self._who(agent)
        if meanwhile:
            self.customer_writes(["你好"])
        if looks:
            self.agent_looks(agent)
        if drafts := self.screens[agent].drafts:
            draft = drafts[which % len(drafts)]
            text = draft.text if way == "as shown" else f"{draft.text}好的"
            self._click(self._new_click(agent, text, draft, edited=way == "edited"))

    @precondition(lambda self: self.screens["小王"].drafts)
    @rule()
    def agent_turns_a_draft_down(self) -> None:
        """Once; one that was taken cannot be turned down."""
        draft = self.screens["小王"].drafts[0]
        assert self.scene.reject(draft.id, "小王") == (draft.id not in self.settled), "settled twice"
        self.settled.add(draft.id)

    @precondition(lambda self: self.clicks)
    @rule(which=some, times=st.integers(1, 3))
    def agent_clicks_again(self, which: int, times: int) -> None:
        """The very same request once more: a double click, a second tab, a retry after a lost answer."""
        for _ in range(times):
            self._click(self.clicks[-1 - which % len(self.clicks)])

    def _new_click(self, agent: str, text: str, draft: Suggested | None, *, edited: bool = False) -> Click:
        sending = Sending(
            self.scene.conversation(), text, self.screens[agent].seen, draft.id if draft else "", edited
        )
        click = Click(agent, sending, f"click-{len(self.clicks):04}", draft)
        self.clicks.append(click)
        return click

    def _click(self, click: Click) -> None:
        before = self.scene.look()
        foreseen = self._foreseen(click, before)
        told = self.scene.send(click.sending, click.key, click.agent)
        if click.message:
            assert told == click.message, "a repeated request was not answered with its first message"
        elif foreseen:
            assert told == foreseen, f"sent, or refused otherwise, though it is to be {foreseen}"
        else:
            assert told not in (REFUSED, STALE, UNLIKE), "refused without need"
            click.message, self.heard_at = told, self.scene.now
            self.settled |= {click.draft.id} if click.draft else set()

    def _foreseen(self, click: Click, before: Snapshot) -> str:
        """Why a request that was not sent before must be refused; "" when it must not."""
        draft, sending = click.draft, click.sending
        if self.owner != click.agent:
            return REFUSED
        if draft and sending.text != draft.text and not sending.edited:
            return UNLIKE
        seen = min(sending.after_seq, draft.after_seq) if draft else sending.after_seq
        if any(row.seq > seen for row in before.by("customer")):
            return STALE
        return REFUSED if draft and draft.id in self.settled else ""

    @precondition(lambda self: self.scene.flights or self.seen.timers("send"))
    @rule()
    def line_breaks_down(self) -> None:
        """What is on its way now may or may not arrive."""
        self.worker_works()
        for flight in list(self.scene.flights):
            self.scene.answered(flight, Fate.UNKNOWN)
        self._unclear_is_shown()

    # --- the process dies anywhere

    @precondition(lambda self: self.count > 0)
    @rule(agent=actors, steps=steps, what=st.sampled_from(STORIES))
    def process_dies_in_the_middle(self, agent: str, steps: int, what: str) -> None:
        """Nothing is half done, and what was not acknowledged is asked for again."""
        agent = self._who(agent)
        self.agent_looks(agent)
        click, name = self._new_click(agent, "稍等，我看一下", None), f"m{self.count + 1}"
        acts: dict[str, Callable[[], object]] = {
            "claim": lambda: self.scene.act(desk.claim, agent),
            "release": lambda: self.scene.act(desk.release, agent),
            "resolve": lambda: self.scene.act(desk.resolve, agent),
            "send": lambda: self.scene.send(click.sending, click.key, agent),
            "write": lambda: self.scene.receive(name, MessageType.TEXT, "转人工" + " " * (self.count + 1)),
        }
        before = self.scene.look()
        self.scene.die_during(acts[what], steps)
        assert self.scene.look() == before, "half of a story was kept"
        self.scene.crash()
        self._unclear_is_shown()
        if what == "write":
            self.count += 1
            self._incoming(name, self.scene.sent.pop(name).text)
        elif what == "send":
            self._click(click)

    @precondition(lambda self: any(row.state == "waiting" for row in self.seen.jobs))
    @rule(steps=steps)
    def worker_dies_in_the_middle(self, steps: int) -> None:
        """Whatever job it had in hand is done by the next one."""
        self.scene.die_during(self.scene.work, steps, before_commit=False)
        self.scene.crash()
        self._maybe_handed_back()
        self._unclear_is_shown()

    # --- promises

    @invariant()
    def promises_hold(self) -> None:
        """Between any two steps, those of the conversation included."""
        before, last = self.seen, self.scene.numbers[-1][0] if self.scene.numbers else 0
        super().promises_hold()
        promises.one_owner(self.seen)
        promises.no_need_is_lost(before, self.seen, self.may_end)
        promises.what_an_agent_had_stays_an_agents(before, self.seen)
        sent = {click.message: click.sending.text for click in self.clicks if click.message}
        promises.desks_sent_what_was_clicked(self.seen, sent)
        promises.changes_are_told(before, self.seen, *self.scene.new_events(), last)
        self.may_end = False

    def teardown(self) -> None:
        """In the end all is at rest, and the oldest page shows it; nothing to ask of what went wrong before."""
        if sys.exc_info()[0] is None:
            super().teardown()
            self.page.follow()
