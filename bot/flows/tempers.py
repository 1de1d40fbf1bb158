"""The stories of hot tempers: marks on customers, insults and the lead, and words that must be meant twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.core import desk, tempers
from bot.core.desk import Word
from bot.core.model import Mood
from bot.core.rule import Finding
from bot.core.tempers import ABUSE_WINDOW, MARK_TITLES, Mark
from bot.errors import Forbidden, NotFound, Unconfirmed
from bot.flows.desk import Actor
from bot.store import conversations, marks, messages
from bot.store.desk import word_of
from bot.store.marks import CustomerMark

_HISTORY = 100
_READ_AGAIN = "客户正在气头上，这段话可能火上浇油；请再读一遍，确定要发再确认"

Ears = Callable[[str], Mood]


@dataclass(frozen=True, slots=True)
class Temper:
    """What an agent should know before the next word."""

    mood: Mood  #: how the customer's last words sound
    insults: int  #: heard or marked in the last 24 hours
    offers_lead: bool
    marks: Sequence[MarkView]


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark with its kind in the agents' language."""

    mark: CustomerMark
    title: str


def temper(tx: sa.Connection, shop: str, conversation: str, ears: Ears, actor: Actor) -> Temper:
    """How a conversation stands; NotFound when the shop has none of this id."""
    if conversations.get(tx, shop, conversation) is None:
        raise NotFound("没有这个会话")
    said, kept = _words(tx, shop, conversation), marks.of_conversation(tx, shop, conversation, actor.now)
    lately = actor.now - ABUSE_WINDOW
    heard = tempers.insults((word for word in said if word.created_at > lately), ears)
    marked = sum(one.kind is Mark.ABUSE and one.at > lately for one in kept)
    views = [MarkView(one, MARK_TITLES[one.kind]) for one in kept]
    return Temper(_mood(said, ears), max(heard, marked), tempers.offers_lead(heard, marked), views)


def mark(tx: sa.Connection, conversation: str, actor: Actor, kind: Mark, reason: str, days: int) -> CustomerMark:
    """Leave a mark on the customer of a conversation for so many days."""
    if conversations.lock(tx, actor.shop, conversation) is None:
        raise NotFound("没有这个会话")
    expires_at = actor.now + timedelta(days=days)
    return marks.add(tx, actor.shop, conversation, kind, reason, actor.name, actor.now, expires_at)


def unmark(tx: sa.Connection, conversation: str, actor: Actor, id_: str, *, is_lead: bool) -> None:
    """Take a mark back: one's own, or anybody's for a lead. Forbidden otherwise, NotFound when there is none."""
    found = marks.get(tx, actor.shop, conversation, id_)
    if found is None:
        raise NotFound("没有这个标记")
    if found.agent != actor.name and not is_lead:
        raise Forbidden("别人留的标记，请主管来取消")
    marks.remove(tx, actor.shop, conversation, id_)


def cool(tx: sa.Connection, shop: str, conversation: str, ears: Ears, sharp: Sequence[Finding]) -> None:
    """Unconfirmed when the customer is angry and the house style warns of an agent's words: the agent shall read them
    once more, and not be drawn in (SR-283). Its answer names what was found."""
    if sharp and _mood(_words(tx, shop, conversation), ears) in tempers.HOT:
        found = [{"found": one.found, "advice": one.rule.title} for one in sharp]
        raise Unconfirmed(_READ_AGAIN, more={"owner": "", "sharp": found})


def _mood(said: Sequence[Word], ears: Ears) -> Mood:
    return ears(desk.heard_last(said))


def _words(tx: sa.Connection, shop: str, conversation: str) -> list[Word]:
    history = messages.listed(tx, shop, conversation, last=_HISTORY)
    return [word_of(one) for one in history]
