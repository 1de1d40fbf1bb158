"""Whose conversation it is: what agents look at, claim, give away and end, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.core.accounts import Group
from bot.flows import desk, transfers
from bot.flows.desk_shapes import Suggested
from tests.flows.conversation_machine import ConversationMachine, agents
from tests.flows.one_conversation import SILENCE
from tests.flows.one_desk import AGENTS, OneDesk

#: Mostly who has the conversation, for most of what others try is refused.
HOLDER = ""
QUEUE = ""
actors = st.sampled_from((*AGENTS, HOLDER, HOLDER, HOLDER))


@dataclass
class Screen:
    """What an agent has before them since they last looked."""

    seen: int = 0  #: number of the newest message
    drafts: list[Suggested] = field(default_factory=list)


class HoldingMachine(ConversationMachine):
    """Knows what is on each agent's screen and who was told that the conversation is theirs."""

    scene: OneDesk

    def __init__(self, scene: OneDesk) -> None:
        super().__init__(scene)
        self.screens = {name: Screen() for name in AGENTS}
        self.settled: set[str] = set()  #: drafts that were taken or turned down
        self.may_end = False  #: in this step somebody ends a case

    def _who(self, agent: str) -> str:
        return agent or self.owner or AGENTS[0]

    @precondition(lambda self: self.count > 0)
    @rule(agent=agents)
    def agent_looks(self, agent: str) -> None:
        """Open the conversation at the desk."""
        detail = self.scene.open(agent)
        asked = {row.seq for row in self.scene.look().by("customer")}
        for draft in detail.suggestions:
            assert draft.stale == any(seq > draft.after_seq for seq in asked), "a draft is not shown as what it is"
            assert draft.id not in self.settled, "a draft is shown that was taken or turned down"
        self.screens[agent] = Screen(max(line.seq for line in detail.messages), list(detail.suggestions))

    @precondition(lambda self: self.count > 0)
    @rule(agent=agents, meanwhile=st.booleans())
    def agent_claims(self, agent: str, meanwhile: bool) -> None:
        """From the queue or from the bot; the first wins, and the customer may just have written on."""
        if meanwhile:
            self.customer_writes(["你好"])
        mine = self.owner in ("", agent)
        assert self.scene.act(desk.claim, agent) == mine, "two agents have one conversation"
        if mine and not self.owner:
            self._taken_over(agent)

    @precondition(lambda self: self.owner)
    @rule(agent=actors, to=st.sampled_from((QUEUE, QUEUE, *AGENTS, *AGENTS, Group.AFTERSALE)))
    def agent_gives_away(self, agent: str, to: str) -> None:
        """To the queue, a colleague, a group, or (refused) oneself. Afterwards one of the two has it, or the queue."""
        agent = self._who(agent)
        given = (transfers.offer, agent, to, "换人") if to else (desk.release, agent)
        mine = agent == self.owner and to != agent
        assert self.scene.act(*given) == mine, "gave away what is another's"
        if mine and to in AGENTS:
            self._taken_over(self._one_of(agent, to))
        elif mine:
            assert self.scene.look().holder == "queue", "given away, and nobody is asked"
            self.owner = ""

    def _one_of(self, agent: str, colleague: str) -> str:
        """Who has it after a transfer: the colleague, or still the agent until it is accepted."""
        conversation = self.scene.look().conversation
        assert conversation is not None
        assert conversation.owner in (agent, colleague), "nobody was given it"
        return str(conversation.owner)

    @precondition(lambda self: self.count > 0)
    @rule(agent=actors, meanwhile=st.booleans(), blindly=st.booleans())
    def agent_resolves(self, agent: str, meanwhile: bool, blindly: bool) -> None:
        """The bot speaks again; nobody ends what a colleague holds, nor, unless told to do so blindly, words of the
        customer's that are not on the screen."""
        agent = self._who(agent)
        if meanwhile:
            self.customer_writes(["你好"])
        mine = self.owner in ("", agent)
        before, seen = self.scene.look(), self.screens[agent].seen
        unread = before.holder != "bot" and any(row.seq > seen for row in before.by("customer")) and not blindly
        self.may_end = mine and not unread
        ended = self.scene.act(desk.resolve, agent, None if blindly else seen)
        assert mine or not ended, "ended another's conversation"
        assert not (ended and unread), "ended over what its agent has not read"
        assert ended == self.may_end, "refused to end without need"
        if ended:
            self.owner = ""
            assert self.scene.look().holder == "bot"

    @precondition(lambda self: self.owner)
    @rule(asks=st.booleans())
    def agent_falls_silent(self, asks: bool) -> None:
        """For half an hour, with or without a customer who waits."""
        if asks:
            self.customer_writes(["有货吗"])
        self.scene.now = max(self.scene.now, self.heard_at + SILENCE)
        self.worker_works()

    def _maybe_handed_back(self) -> None:
        owner = self.owner
        super()._maybe_handed_back()
        self.may_end |= owner != self.owner  # after the silence, if the customer wants nothing more
