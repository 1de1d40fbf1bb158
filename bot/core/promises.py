"""The promise ledger's nouns and arithmetic: what was promised, when to remind of it, how many promises were kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.core.due_words import due
from bot.core.hours import DAY, SHOP_ZONE, Hours
from bot.errors import FactError


class Kind(StrEnum):
    """What a customer was promised."""

    ANSWER = "answer"
    CALLBACK = "callback"
    SHIP = "ship"
    GIFT = "gift"
    REFUND = "refund"
    OTHER = "other"


class State(StrEnum):
    """What became of a promise. A broken one stays broken, also when it is done late."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    VOID = "void"  #: no promise after all


#: The kinds as trainers write and agents read them.
KIND_TITLES: Mapping[Kind, str] = MappingProxyType({
    Kind.ANSWER: "回复", Kind.CALLBACK: "联系", Kind.SHIP: "发货", Kind.GIFT: "赠品", Kind.REFUND: "退款",
    Kind.OTHER: "办理",
})  # fmt: skip
#: The titles the other way round.
PLEDGED: Mapping[str, Kind] = MappingProxyType({title: kind for kind, title in KIND_TITLES.items()})
#: Who sees to a promise whose conversation nobody holds.
GROUPS: Mapping[Kind, str] = MappingProxyType({
    Kind.ANSWER: "presale", Kind.CALLBACK: "aftersale", Kind.SHIP: "sale", Kind.GIFT: "sale",
    Kind.REFUND: "aftersale", Kind.OTHER: "aftersale",
})  # fmt: skip
#: A reminder comes when a quarter of the time is left, but never earlier than this and hardly later; our defaults.
_EARLIEST, _LATEST = timedelta(hours=1), timedelta(minutes=1)
#: Parcels of today are handed over at the cut-off: what is to leave must be in hand this long before; our default.
_BEFORE_CUTOFF = timedelta(minutes=30)
_SOME_NOON = datetime(2026, 1, 1, 12, tzinfo=SHOP_ZONE)  # words that are read at one moment are read at any


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise of a text."""

    kind: Kind
    words: str  #: the words that promise
    due: datetime  #: aware
    is_dated: bool = True  #: the words themselves say by when, and not only 马上


@dataclass(frozen=True, slots=True)
class Pledge:
    """What a trainer declares beside a phrase: its kind, and by when in words that `core.due_words` reads."""

    kind: Kind
    within: str


@dataclass(frozen=True, slots=True)
class Record:
    """How somebody has kept to what was promised."""

    kept: int = 0
    broken: int = 0
    open: int = 0
    void: int = 0

    @property
    def rate(self) -> float | None:
        """Of the promises that came to an end, the part that was kept (SR-043); None before the first."""
        ended = self.kept + self.broken
        return self.kept / ended if ended else None

    def __add__(self, other: Record) -> Record:
        """Of both together."""
        return Record(
            self.kept + other.kept, self.broken + other.broken, self.open + other.open, self.void + other.void
        )


def remind_at(kind: Kind, now: datetime, due: datetime, cutoff: time | None) -> datetime:
    """When whoever has to keep a promise is reminded: with a quarter of the time left, between an hour and a minute
    before it is due; of a parcel, half an hour before that day's cut-off if that is earlier. Never before `now`."""
    left = max(min((due - now) / 4, _EARLIEST), _LATEST)
    at = due - left
    if kind is Kind.SHIP and cutoff is not None:
        last = datetime.combine(due.astimezone(SHOP_ZONE).date(), cutoff, SHOP_ZONE) - _BEFORE_CUTOFF
        at = min(at, last) if last > now else at
    return max(at, now)


def countdown(due: datetime, now: datetime) -> str:
    """How much time is left, for agents: 还有1小时20分, 已超时5分钟."""
    minutes = int(abs(due - now) / timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days}天" if days else "", f"{hours}小时" if hours else ""]
    parts.append("" if days or (hours and not minutes) else f"{minutes}分" if hours else f"{minutes}分钟")
    return f"{'还有' if due > now else '已超时'}{''.join(parts)}"


def read_within(text: str) -> str:
    """By when, as a trainer writes it: 2小时内, 今天, 明天下午5点前; the text itself, or FactError."""
    if due(text, _SOME_NOON, None) is None:
        raise FactError(f"“{text}”看不出时间，请写成 2小时内、今天、明天下午5点前 这样")
    return text


def pledged(declared: Iterable[tuple[str, Pledge]], now: datetime, hours: Hours | None) -> tuple[Promised, ...]:
    """What phrases that were said at `now` promise by their declarations, each with the words it was said in. A time
    that cannot be read any more (the day of 今天 is over) is a day's: a promise must not be lost (SR-041)."""
    found = []
    for words, pledge in declared:
        read = due(pledge.within, now, hours)
        found.append(Promised(pledge.kind, words, read.at if read else now + DAY))
    return tuple(found)
