"""What agents make of the bot's drafts: how many of each phrase they use, and what they write instead."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.core.hours import SHOP_ZONE
from bot.core.mask import mask
from bot.core.rewording import Piece, changes
from bot.store import adoption
from bot.store.adoption import By, Count, Edit

#: So many ways in which one phrase was rewritten are told of; our default.
_REWORDINGS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of the drafts of one phrase, intent, agent or hour."""

    key: str  #: of an hour: 0 to 23 in the shop's time
    offered: int
    taken: int
    edited: int
    rejected: int
    ignored: int  #: an agent wrote something else, the customer went on, or the case ended
    unseen: int  #: of the ignored: no agent ever had it before the eyes
    open: int

    @property
    def judged(self) -> int:
        """Those that an agent saw and that can no longer be taken."""
        return self.taken + self.edited + self.rejected + self.ignored - self.unseen

    @property
    def adoption(self) -> float | None:
        """The share of the judged ones that were sent, as they were or edited; None when there are none."""
        return (self.taken + self.edited) / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Rewording:
    """One way in which a phrase was rewritten; personal data is masked in all of it."""

    offered: str
    sent: str
    changes: Sequence[Piece]
    times: int


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A phrase that agents rewrite."""

    phrase: str
    offered: int  #: drafts of it, whatever became of them
    edited: int
    rewordings: Sequence[Rewording]  #: the most frequent first


def report(tx: sa.Connection, shop: str, since: datetime, by: By) -> list[Line]:
    """The shop's drafts written since an aware moment: hours in their order, all else most offered first."""
    found: dict[str, list[Count]] = defaultdict(list)
    for count in adoption.counts(tx, shop, since, by):
        found[_hour(count.key) if by == "hour" else count.key].append(count)
    lines = [_line(key, counts) for key, counts in found.items()]
    return sorted(lines, key=lambda line: (int(line.key),) if by == "hour" else (-line.offered, line.key))


def edits(tx: sa.Connection, shop: str, since: datetime) -> list[Rewritten]:
    """The phrases that were rewritten since an aware moment, the most often rewritten first."""
    offered: Counter[str] = Counter()
    for count in adoption.counts(tx, shop, since, "phrase"):
        offered[count.key] += count.drafts
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in adoption.edits(tx, shop, since):
        found[edit.phrase].append(edit)
    told = [Rewritten(phrase, offered[phrase], len(made), _rewordings(made)) for phrase, made in found.items()]
    return sorted(told, key=lambda one: (-one.edited, one.phrase))


def _line(key: str, counts: Iterable[Count]) -> Line:
    fates: Counter[str] = Counter()
    for count in counts:
        fates[count.fate] += count.drafts
        fates["unseen"] += count.drafts if count.fate == "ignored" and not count.seen else 0
    offered = sum(fates.values()) - fates["unseen"]
    known = ("taken", "edited", "rejected", "ignored", "unseen", "open")
    return Line(key, offered, **{fate: fates[fate] for fate in known})


def _rewordings(made: Iterable[Edit]) -> list[Rewording]:
    pairs = Counter(_masked(edit) for edit in made)
    return [
        Rewording(offered, sent, changes(offered, sent), times)
        for (offered, sent), times in pairs.most_common(_REWORDINGS)
    ]


def _masked(edit: Edit) -> tuple[str, str]:
    """Both texts without personal data; to the letter where there is none (masking folds full-width signs)."""
    texts = edit.offered, edit.sent
    hidden = tuple(map(mask, texts))
    clean = all(unicodedata.normalize("NFKC", text) == shown for text, shown in zip(texts, hidden, strict=True))
    return texts if clean else (hidden[0], hidden[1])


def _hour(since_1970: str) -> str:
    moment = _EPOCH + timedelta(hours=int(since_1970))
    return str(moment.astimezone(SHOP_ZONE).hour)
