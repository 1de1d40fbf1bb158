"""What a lead looks at in a shop's desk: who waits for an answer, and what went wrong that somebody should see to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.core.accounts import Group
from bot.core.desk import Row
from bot.core.model import Holder, Mood, Reason
from bot.core.tickets import CHASES_BEFORE_RAISE


class Act(StrEnum):
    """What a lead does in somebody else's conversation; all of it is kept with who, when and why."""

    TAKE_OVER = "take_over"
    REASSIGN = "reassign"
    WHISPER = "whisper"  #: a note that only colleagues see
    WATCH = "watch"  #: looked on; nobody but leads is told
    SEEN = "seen"  #: what was flagged until then is seen to


class FlagKind(StrEnum):
    """Why a lead should look at a conversation, the most pressing first (SR-042, SR-043, SR-282, SR-323)."""

    RISK = "risk"
    INSULT = "insult"
    SENIOR = "senior"
    OVERDUE = "overdue"
    CHASED = "chased"
    PROMISE = "promise"
    CSAT = "csat"
    MARK = "mark"


#: The flags in the leads' language.
FLAG_TITLES: Mapping[FlagKind, str] = MappingProxyType(
    {
        FlagKind.RISK: "投诉风险",
        FlagKind.INSULT: "言辞激烈",
        FlagKind.SENIOR: "请主管处理",
        FlagKind.OVERDUE: "超时未处理",
        FlagKind.CHASED: "多次催促",
        FlagKind.PROMISE: "承诺没兑现",
        FlagKind.CSAT: "评分低",
        FlagKind.MARK: "顾客标记",
    }
)
_RANKS: Mapping[FlagKind, int] = MappingProxyType({kind: rank for rank, kind in enumerate(FlagKind)})


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look at a conversation. Times are UTC."""

    kind: FlagKind
    title: str
    conversation: str
    at: datetime  #: since when it stands, or when it came up again
    says: str  #: the words that belong to it; "" without
    agent: str  #: whose doing it was or is; "" for the bot's
    seen_by: str = ""  #: the lead who has seen to it since; "" while nobody has


def flag(kind: FlagKind, conversation: str, at: datetime, says: str = "", agent: str = "") -> Flag:
    """A flag with its title."""
    return Flag(kind, FLAG_TITLES[kind], conversation, at, says, agent)


def flags_of(row: Row) -> list[Flag]:
    """What a conversation's row itself tells a lead: risk, insults, a case for a lead, a missed deadline, chases. What
    the customer's words raise is raised anew by each further word."""
    ticket, last = row.ticket, row.last
    said = last.text if last and last.author == "customer" else ""
    spoke = last.at if last and said else row.waiting_since
    found = []
    if spoke and (row.mood is Mood.THREATENING or (ticket and ticket.reason == Reason.RISK)):
        found.append(flag(FlagKind.RISK, row.id, spoke, said, row.owner))
    if spoke and row.mood is Mood.ABUSIVE:
        found.append(flag(FlagKind.INSULT, row.id, spoke, said, row.owner))
    if ticket is None:
        return found
    if ticket.group == Group.SENIOR:
        found.append(flag(FlagKind.SENIOR, row.id, ticket.opened_at, ticket.reason_title, row.owner))
    if ticket.overdue and ticket.due:
        found.append(flag(FlagKind.OVERDUE, row.id, ticket.due.at, ticket.reason_title, row.owner))
    if ticket.chases >= CHASES_BEFORE_RAISE:
        chased = spoke or ticket.opened_at
        found.append(flag(FlagKind.CHASED, row.id, chased, f"催了 {ticket.chases} 次", row.owner))
    return found


def by_urgency(flags: Iterable[Flag]) -> list[Flag]:
    """What nobody has seen to first, then the more pressing kind, then what stands longest."""
    return sorted(flags, key=lambda one: (bool(one.seen_by), _RANKS[one.kind], one.at, one.conversation))


def waits_since(row: Row) -> datetime | None:
    """Since when a customer waits for a human, whoever has them; None when nobody is waited for. What the bot is about
    to answer does not count."""
    if row.holder is Holder.BOT:
        return None
    if row.waiting_since is None and row.holder is Holder.QUEUE and row.ticket:
        return row.ticket.opened_at
    return row.waiting_since


def longest_first(rows: Iterable[Row]) -> list[Row]:
    """The rows of customers who wait for a human, the oldest unanswered first (SR-054)."""
    waiting = [(since, row.id, row) for row in rows if (since := waits_since(row))]
    return [row for _, _, row in sorted(waiting, key=lambda one: one[:2])]
