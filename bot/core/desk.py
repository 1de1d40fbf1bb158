"""What an agent's desk shows of a conversation, and the rules of working on it: who may speak, what is out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol, TypeVar

from bot.core.model import Holder, MessageType, Mood, Priority
from bot.core.tickets import Due

#: How a message without words is called in a list, in the agents' language.
_WORDLESS: Mapping[MessageType, str] = MappingProxyType(
    {
        MessageType.IMAGE: "[图片]",
        MessageType.STICKER: "[表情]",
        MessageType.VOICE: "[语音]",
        MessageType.ORDER_CARD: "[订单]",
        MessageType.PRODUCT_CARD: "[商品]",
    }
)
_RECALLED = "（客户撤回了一条消息）"
#: A bot's answer older than this no longer fits the conversation (bar 29).
STALE_AFTER = timedelta(seconds=120)
#: So long after an agent's last act the next one may be on its way; our default.
_TYPES = timedelta(seconds=60)
#: The status of a text that the bot says for an agent who is away; it answers nothing.
STANDS_IN = "stands_in"
_LOST = frozenset({"failed", "unknown", "dropped"})  # of a text of ours: not known to have reached the customer


class Said(Protocol):
    """What the rules need to know of a message; oldest first where several are given."""

    @property
    def seq(self) -> int:
        """Its number in the conversation."""

    @property
    def author(self) -> str:
        """customer, bot or agent."""

    @property
    def state(self) -> str:
        """As in the table of messages."""

    @property
    def status(self) -> str:
        """As in the table of messages."""

    @property
    def created_at(self) -> datetime:
        """When it reached kefu, or was written here."""


class Talk(Protocol):
    """What the rules need to know of a conversation."""

    @property
    def holder(self) -> Holder:
        """Who speaks for the shop."""

    @property
    def agent_at(self) -> datetime | None:
        """When the agent who holds it last did something there."""


AnySaid = TypeVar("AnySaid", bound=Said)


@dataclass(frozen=True, slots=True)
class Word:
    """One message as the list of conversations needs it."""

    seq: int
    author: str
    type: str
    text: str
    state: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TicketLine:
    """The open request for a human. Times are UTC."""

    id: str
    state: str  #: waiting | claimed
    reason: str
    reason_title: str  #: the reason in the agents' language
    priority: Priority
    group: str
    note: str  #: what the customer has told the bot already, in one line
    deadline: datetime  #: when the customer was promised an answer
    overdue: bool
    opened_at: datetime
    chases: int  #: how often the customer asked where the human stays
    due: Due | None  #: the next deadline; None in a case of which nobody said until when it is to end
    for_lead: bool  #: overdue, or chased twice: somebody who leads should look at it (SR-042)


@dataclass(frozen=True, slots=True)
class Offer:
    """A conversation offered to a colleague, who has until then to accept; or what became of it. Times are UTC."""

    sender: str
    receiver: str
    reason: str
    until: datetime
    state: str  #: offered | declined | expired
    answer: str  #: why it was declined


@dataclass(frozen=True, slots=True)
class LastWord:
    """The newest message that can be read."""

    seq: int
    author: str
    text: str  #: a message without words by its kind, such as [图片]
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list of a desk."""

    id: str
    customer: str
    customer_name: str
    tags: Sequence[str]
    channel: str
    holder: Holder
    owner: str  #: the agent who holds it; "" when none does
    ticket: TicketLine | None
    last: LastWord | None
    waiting_since: datetime | None  #: the first word of the customer that nobody has answered
    mood: Mood
    offer: Offer | None  #: made by who holds it now
    seq: int  #: number of the newest message, recalls included
    whispered_at: datetime | None = None  #: when a lead last left a note for who works in it


def waiting_since(history: Sequence[Said], asked_at: datetime | None) -> datetime | None:
    """When the customer began to wait. `asked_at`: since when a human is asked for; from then on only an agent's text
    is an answer, not what the bot says (that a human is coming), nor what never reached the customer. Whoever said
    nothing after the bot's last words waits since a human was asked for."""
    since = None
    for said in reversed(history):
        if said.author == "customer":
            since = said.created_at if said.state in ("pending", "decided") else since
        elif said.state in _LOST or said.status == STANDS_IN:
            continue
        elif asked_at is None or said.created_at < asked_at:
            break
        elif said.author == "agent":
            return since
    return since or asked_at


def obstacle(said: Said, talk: Talk, now: datetime) -> str:
    """Why a text of ours may not go out (any more); "" when it may. An agent's always may. The bot's not once an agent
    holds the conversation (bar 20), and what stands in for an agent who is away not once the agent has spoken."""
    if said.author == "agent":
        return ""
    if talk.holder is Holder.AGENT:
        if said.status != STANDS_IN:
            return "an agent holds the conversation"
        if talk.agent_at is not None and talk.agent_at > said.created_at:
            return "the agent is back"
    return "the answer is too old to fit" if now - said.created_at > STALE_AFTER else ""


def needs_words(history: Sequence[Said], agent_at: datetime | None, now: datetime) -> bool:
    """Whether a customer who wrote to an agent who is away is to be told so (SR-048): once for each absence, and not
    while the agent may still be typing. `history`: oldest first."""
    if agent_at is not None and now - agent_at < _TYPES:
        return False
    for said in reversed(history):
        if said.status == STANDS_IN:
            return False
        if said.author == "agent":
            return True
    return True


def newer(history: Iterable[AnySaid], after_seq: int) -> list[AnySaid]:
    """What the customer wrote or took back behind a message: whoever has not seen it must not answer (bar 23)."""
    return [said for said in history if said.author == "customer" and said.seq > after_seq]


def last_word(history: Sequence[Word], waits: bool) -> LastWord | None:
    """The newest message that can be read, of the customer's while the customer waits: what the bot says meanwhile is
    no news. A recalled one is told of without its words."""
    for word in reversed(history):
        if word.state != "ignored" and (word.author == "customer" or not waits):
            text = _RECALLED if word.state == "recalled" else word.text or _WORDLESS.get(MessageType(word.type), "")
            return LastWord(word.seq, word.author, text, word.created_at)
    return None


def heard_last(history: Sequence[Word]) -> str:
    """What the customer said since anybody answered, or said last: the words whose mood counts now."""
    words: list[str] = []
    for word in reversed(history):
        if word.author == "customer" and word.state in ("pending", "decided"):
            words.append(word.text)
        elif words:
            break
    return "，".join(reversed(words))


def may_speak(holder: Holder, owner: str, agent: str) -> bool:
    """Whether an agent may write to the customer: only who holds the conversation (bar 22)."""
    return holder is Holder.AGENT and owner == agent
