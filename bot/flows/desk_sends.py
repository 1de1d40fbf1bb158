"""The stories of an agent's text and of the drafts laid before agents: sent once, as seen, while nothing is newer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple, dataclass

import sqlalchemy as sa

from bot.core.knowledge import Knowledge
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import promises, tickets
from bot.flows.desk import Actor, owned, refuse_unread
from bot.store import messages, sends, suggestions
from bot.store.messages import StoredMessage
from bot.store.sends import Send
from bot.store.suggestions import Draft, Outcome

#: A last look at a text in its transaction; it refuses by raising.
Check = Callable[[sa.Connection], None]


@dataclass(frozen=True, slots=True)
class Sending:
    """An agent's text, and what the agent had seen when it was written."""

    conversation: str
    text: str
    after_seq: int  #: number of the newest message seen
    suggestion: str = ""  #: the draft that was taken
    edited: bool = False  #: the draft was changed before it was taken

    @property
    def digest(self) -> str:
        """By which a repeated request is told from another one."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()


def send(
    tx: sa.Connection, sending: Sending, key: str, actor: Actor, knowledge: Knowledge,
    check: Check = lambda _tx: None,
) -> StoredMessage:  # fmt: skip
    """Send a text to the customer, and write down what it promises. The same request under the same key sends nothing
    again and returns the first message (bar 24); InvalidField for another request under it, for a text that looks
    unfinished, and for a draft's text that is not the draft's. Conflict when somebody else holds the conversation or
    the draft is settled, Stale with what the customer has written since (bar 23). `check` may refuse words of the
    agent's own that have not been sent before."""
    _, writing = tickets.attended(tx, actor.shop, sending.conversation, actor.now)
    if (first := _sent_before(tx, sending, key, actor)) is not None:
        return first
    owned(writing, actor)
    draft = _draft(tx, actor.shop, sending)
    seen = min(sending.after_seq, draft.after_seq) if draft else sending.after_seq
    refuse_unread(writing, seen, "发送")
    if draft is None or sending.text != draft.text:
        check(tx)
    sent = tickets.write(writing, actor.name, sending.text, actor.silence, draft.phrase if draft else "")
    if draft is not None:
        outcome: Outcome = "taken" if sending.text == draft.text else "edited"
        _settle(tx, draft, actor, outcome, text=sending.text if outcome == "edited" else "")
    if not sends.keep(tx, actor.shop, actor.name, key, Send(sending.digest, sent.id), actor.now):
        raise _other_request()
    is_as_written = draft is not None and sending.text == draft.text
    pledges = knowledge.pledges if is_as_written else {}
    promises.said_by_agent(tx, knowledge.shop(actor.shop), sent, pledges)
    writing.flush()
    return sent


def reject(tx: sa.Connection, conversation: str, suggestion: str, reason: str, actor: Actor) -> None:
    """Write down why a draft is of no use; it is not shown again. NotFound when there is none, Conflict when it is
    settled already."""
    _settle(tx, _find(tx, actor.shop, conversation, suggestion), actor, "rejected", reason=reason)


def _sent_before(tx: sa.Connection, sending: Sending, key: str, actor: Actor) -> StoredMessage | None:
    first = sends.find(tx, actor.shop, actor.name, key)
    if first is not None and first.digest != sending.digest:
        raise _other_request()
    return messages.get(tx, actor.shop, first.message) if first else None


def _draft(tx: sa.Connection, shop: str, sending: Sending) -> Draft | None:
    """The draft that is being taken: unless it was edited, what is sent is what was shown (bar 25)."""
    if not sending.suggestion:
        return None
    draft = _find(tx, shop, sending.conversation, sending.suggestion)
    if sending.text != draft.text and not sending.edited:
        raise InvalidField("text: 与建议的内容不一致；改过的请注明 edited", field="text")
    return draft


def _find(tx: sa.Connection, shop: str, conversation: str, suggestion: str) -> Draft:
    draft = suggestions.get(tx, shop, conversation, suggestion)
    if draft is None:
        raise NotFound("没有这条建议")
    return draft


def _settle(
    tx: sa.Connection, draft: Draft, actor: Actor, outcome: Outcome, *, text: str = "", reason: str = ""
) -> None:
    if not suggestions.settle(tx, actor.shop, draft, actor.name, outcome, actor.now, text=text, reason=reason):
        raise Conflict("这条建议已经处理过了", more={"owner": ""})


def _other_request() -> InvalidField:
    return InvalidField("Idempotency-Key: 这个键已用于另一次发送，请换一个新的", field="Idempotency-Key")
