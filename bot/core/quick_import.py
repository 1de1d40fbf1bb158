"""What a sheet of quick phrases would change in a shop: row by row, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from bot.core.quick import NO_GROUP, QuickPhrase, Scope, proven
from bot.core.quick_search import sound
from bot.errors import InvalidField


class Kind(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the sheet as it was written; `code` and `group` may be empty."""

    line: int
    code: str
    text: str
    group: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one row would do: `new` beside the phrase it replaces, or why it cannot stay."""

    kind: Kind
    line: int
    new: QuickPhrase
    old: QuickPhrase | None = None
    fault: str = ""


def compare(rows: Sequence[Row], library: Iterable[QuickPhrase]) -> list[Change]:
    """Each row against the shop's phrases, which it names by code. A row without a code names one of the same text, or
    is given a free code after its group (发货 → fh01). What stands twice is faulty where it stands again. Phrases that
    the sheet does not name stay as they are."""
    by_code = {phrase.code: phrase for phrase in library}
    by_text = {phrase.text: phrase.code for phrase in by_code.values()}
    taken = {*by_code, *(row.code.strip().lower() for row in rows)}
    lines: dict[str, int] = {}
    changes = []
    for row in rows:
        change = _change(row, by_code, by_text, taken)
        code = change.new.code
        taken.add(code)
        if change.kind is not Kind.FAULTY and lines.setdefault(code, row.line) != row.line:
            change = replace(change, kind=Kind.FAULTY, fault=f"与第 {lines[code]} 行重复，请只留一行")
        by_text.setdefault(change.new.text, code)
        changes.append(change)
    return changes


def _change(
    row: Row, by_code: Mapping[str, QuickPhrase], by_text: Mapping[str, str], taken: Collection[str]
) -> Change:
    code = row.code or by_text.get(row.text) or _free_code(row.group or NO_GROUP, taken)
    new = QuickPhrase("", Scope.SHOP, "", row.group, code, row.text)
    try:
        new = proven(new)
    except InvalidField as error:
        return Change(Kind.FAULTY, row.line, new, fault=str(error))
    old = by_code.get(new.code)
    if old is not None:  # the sheet has no columns for the rest
        new = replace(old, group=new.group, text=new.text)
    kind = Kind.ADDED if old is None else Kind.UNCHANGED if new == old else Kind.CHANGED
    return Change(kind, row.line, new, old)


def _free_code(group: str, taken: Collection[str]) -> str:
    initials = "".join(c for c in sound(group.lower()).initials if c.isascii() and c.isalnum())[:8] or "q"
    return next(code for number in count(1) if (code := f"{initials}{number:02d}") not in taken)
