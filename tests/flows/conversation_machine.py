"""Everything that may happen to a conversation, in any order: the rules that Hypothesis plays."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.channels.base import Fate
from bot.core.model import MessageType, Status
from bot.flows.turns import Receipt
from tests.flows import conversation_promises as promises
from tests.flows.one_conversation import SILENCE, OneConversation, Snapshot

TEXTS = ("什么时候发货", "转人工", "你好", "怎么还没到啊", "嗯那个", "我要退款", "有货吗")
AGENTS = ("小王", "小李")
STEPS = (1.0, 10.0, 130.0, 1800.0)  # seconds: within a quiet window … an agent's silence
ROUNDS = 60  # of the worker until everything is at rest: each sends one text of the conversation
STALE = timedelta(seconds=120)

some = st.integers(0, 5)
texts = st.sampled_from(TEXTS)
rarely = st.integers(0, 3).map(lambda number: number == 3)
agents = st.sampled_from(AGENTS)


class ConversationMachine(RuleBasedStateMachine):
    """Keeps what a bystander would know of the conversation and compares it with the rows after every step."""

    def __init__(self, scene: OneConversation) -> None:
        super().__init__()
        self.scene = scene
        self.seen: Snapshot = scene.look()
        self.count = 0
        self.owner = ""  #: of the conversation, as far as agents were told
        self.heard_at = scene.now  #: last sign of life of the agent
        self.recalled: set[str] = set()  #: texts withdrawn before anybody had read them
        self.given: dict[str, set[str]] = {}  #: message → the replies that answers to it brought

    # --- the customer

    @rule(texts=st.lists(texts, min_size=1, max_size=2))
    def customer_writes(self, texts: list[str]) -> None:
        """Each text is told from the others by the blanks at its end."""
        for text in texts:
            self.count += 1
            self._incoming(f"m{self.count}", text + " " * self.count)

    @precondition(lambda self: self.scene.sent)
    @rule(which=some)
    def platform_delivers_again(self, which: int) -> None:
        """The same message once more changes nothing."""
        name = list(self.scene.sent)[-1 - which % len(self.scene.sent)]
        before = self.scene.look()
        receipt = self.scene.receive(name, MessageType.TEXT)
        assert receipt.status is Status.DUPLICATE, "taken for a new message"
        after = self.scene.look()
        assert [row.id for row in after.messages] == [row.id for row in before.messages], "written again"
        self._given(name, receipt, fresh=False)

    @precondition(lambda self: self.count > 0)
    @rule(ahead=st.integers(-2, 1))
    def customer_recalls(self, ahead: int) -> None:
        """One of the last messages, or one that has not come yet, is withdrawn."""
        name = f"m{max(1, self.count + ahead)}"
        stored = {row.external_id: row.state for row in self.seen.messages}
        if stored.get(name, "pending") == "pending":
            self.recalled.add(name)
        self.scene.receive(f"r{len(self.scene.sent)}", MessageType.RECALL, recalls=name)

    def _incoming(self, name: str, text: str) -> None:
        held = bool(self.owner)
        receipt = self.scene.receive(name, MessageType.TEXT, text)
        if name in self.recalled:
            assert receipt.status is Status.DUPLICATE, "a message withdrawn before it came was taken in"
        elif held:
            assert receipt.status is Status.HELD_BY_AGENT, "the bot dealt with a message that is an agent's"
            assert receipt.decision is None
        self._given(name, receipt, fresh=True)
        if receipt.due is not None and self.scene.mode == "response":
            self.scene.waiting.append(receipt)

    @precondition(lambda self: self.scene.waiting)
    @rule(which=some)
    def waiting_request_comes_back(self, which: int) -> None:
        """A request that was held open looks for its outcome when its turn is due."""
        request = self.scene.waiting.pop(which % len(self.scene.waiting))
        assert request.due is not None
        self.scene.now = max(self.scene.now, request.due)
        receipt = self.scene.come_back(request)
        if receipt.due is not None:
            self.scene.waiting.append(receipt)
        name = next(row.external_id for row in self.seen.messages if row.id == request.message)
        self._given(name, receipt, fresh=False)

    def _given(self, name: str, receipt: Receipt, *, fresh: bool) -> None:
        """Replies in an answer: a new message brings none that was brought before, nor the bot's while an agent
        speaks; a repeated one brings the same again, and nothing else can be told from its ids."""
        if self.scene.mode == "callback":
            return
        now = {reply.id for reply in receipt.replies}
        if fresh:
            assert not now & set().union(*self.given.values()), "a reply came again with another message"
            spoke = [reply for reply in receipt.replies if reply.author == "bot"]
            assert not (self.owner and spoke), "the bot spoke over an agent"
        earlier = self.given.setdefault(name, set())
        assert earlier <= now, "a repeated message brought less than before"
        earlier |= now

    # --- the agents

    @precondition(lambda self: self.count > 0)
    @rule(agent=agents, really=rarely)
    def agent_writes_on_the_platform(self, agent: str, really: bool) -> None:
        """A human answers in the platform's own client."""
        if not really:
            return  # else agents would hold every conversation and the bot had nothing to do
        self.scene.receive(f"a{len(self.scene.sent)}", MessageType.AGENT_MESSAGE, "您好", agent=agent)
        self._taken_over(agent)

    @precondition(lambda self: self.seen.open_tickets)
    @rule(agent=agents, meanwhile=st.booleans())
    def agent_claims(self, agent: str, meanwhile: bool) -> None:
        """The first wins; the customer may just have written on."""
        if meanwhile:
            self.customer_writes(["你好"])
        ticket = self.seen.open_tickets[0]
        free = ticket.state == "waiting"
        assert self.scene.claim(ticket.id, agent) == (free or ticket.agent == agent), "two agents have one ticket"
        if free:
            self._taken_over(agent)

    @precondition(lambda self: self.seen.open_tickets)
    @rule(agent=agents, texts=st.integers(1, 2))
    def agent_replies(self, agent: str, texts: int) -> None:
        """Only who claimed it may."""
        ticket = self.seen.open_tickets[0]
        claimed_by = ticket.agent if ticket.state == "claimed" else ""
        for _ in range(texts):
            allowed = self.scene.reply(ticket.id, agent, "马上为您处理")
            assert allowed == (claimed_by == agent), "an agent wrote in another's conversation"
            if allowed:
                self.heard_at = self.scene.now

    @precondition(lambda self: self.seen.open_tickets)
    @rule(agent=agents)
    def agent_resolves(self, agent: str) -> None:
        """The bot speaks again."""
        ticket = self.seen.open_tickets[0]
        allowed = self.scene.resolve(ticket.id, agent)
        assert allowed == (ticket.state == "waiting" or ticket.agent == agent), "ended another's ticket"
        if allowed:
            self.owner = ""
            assert self.scene.look().holder == "bot"

    def _taken_over(self, agent: str) -> None:
        self.owner, self.heard_at = agent, self.scene.now
        seen = self.scene.look()
        assert seen.conversation is not None
        assert (seen.holder, seen.conversation.owner) == ("agent", agent), "the takeover is not written down"

    # --- time, the worker, the platform

    @rule(seconds=st.sampled_from(STEPS))
    def time_passes(self, seconds: float) -> None:
        """Nothing happens meanwhile."""
        self.scene.now += timedelta(seconds=seconds)

    @rule(text=texts, course=st.sampled_from(("answered", "sent", "arrived")))
    def usual_course(self, text: str, course: str) -> None:
        """A message's quiet window ends and it is answered; the answer is on its way or has arrived already."""
        self.customer_writes([text])
        self.scene.now += timedelta(seconds=4)
        self.worker_works()
        if course != "answered":
            self.worker_works()
        if course == "arrived":
            self._all_arrive()

    def _all_arrive(self) -> None:
        for flight in self.scene.flights:
            if not flight.arrived:
                self.scene.arrive(flight)

    @rule()
    def worker_works(self) -> None:
        """What is due is done: turns answered, deadlines noted, silent agents relieved, sends begun."""
        before = len(self.scene.flights)
        self.scene.work()
        self._maybe_handed_back()
        texts = {row.id: row for row in self.scene.look().messages}
        for flight in self.scene.flights[before:]:
            text = texts[flight.post.webhook_id]
            age = self.scene.now.timestamp() * 1000 - text.created_at
            assert not (self.owner and text.author == "bot"), "the bot began to speak after the takeover"
            assert text.author != "bot" or age <= STALE.total_seconds() * 1000, "an answer that no longer fits"

    def _maybe_handed_back(self) -> None:
        silent = self.scene.now - self.heard_at
        if self.owner and self.scene.look().holder != "agent":
            assert silent >= SILENCE, "taken from an agent who was there"
            self.owner = ""

    @precondition(lambda self: self.scene.flights)
    @rule(which=some)
    def post_arrives(self, which: int) -> None:
        """The platform has it; the worker does not know yet."""
        flight = self.scene.flights[which % len(self.scene.flights)]
        if not flight.arrived:
            self.scene.arrive(flight)

    @precondition(lambda self: self.scene.flights)
    @rule(which=some, lost=st.booleans())
    def post_is_answered(self, which: int, lost: bool) -> None:
        """The worker learns the truth, or that nobody knows it."""
        flight = self.scene.flights[which % len(self.scene.flights)]
        fate = Fate.UNKNOWN if lost else Fate.DELIVERED if flight.arrived else Fate.RETRY
        self.scene.answered(flight, fate)
        self._unclear_is_shown()

    @precondition(lambda self: self.scene.flights or self.scene.waiting)
    @rule(arrived=st.booleans())
    def process_dies(self, arrived: bool) -> None:
        """kill -9, before or after the platform got what was being sent; then a new process."""
        if arrived:
            self._all_arrive()
        self.scene.crash()
        self._unclear_is_shown()

    def _unclear_is_shown(self) -> None:
        seen = self.scene.look()
        if len(promises.unclear(seen)) > len(promises.unclear(self.seen)):
            assert seen.open_tickets, "nobody is told that a text may not have arrived"

    # --- promises

    @invariant()
    def promises_hold(self) -> None:
        """Between any two steps."""
        seen = self.scene.look()
        for promise in promises.BETWEEN_STEPS:
            promise(self.scene, seen)
        promises.a_change_of_hands_is_numbered(self.seen, seen)
        assert (seen.holder == "agent") == bool(self.owner), "who speaks is not who was told"
        read = {f"m{len(text) - len(text.rstrip(' '))}" for text in self.scene.decided_on}
        assert not read & self.recalled, "a withdrawn message was read"
        self.seen = seen

    def teardown(self) -> None:
        """In the end everything comes to rest by itself."""
        for _ in range(ROUNDS):
            self.scene.now += timedelta(seconds=5)
            self.worker_works()
            self._all_arrive()
            for flight in list(self.scene.flights):
                self.scene.answered(flight, Fate.DELIVERED)
            seen = self.scene.look()
            if not promises.hangs(seen):
                break
        for promise in promises.BETWEEN_STEPS:
            promise(self.scene, seen)
        hanging = promises.hangs(seen)
        assert not hanging, hanging
