"""Queries about quick phrases made in the product: the phrases, who uses them how often, and what imports changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core.quick import QuickPhrase, Scope
from bot.store.prepared import Prepared
from bot.store.tables import new_id, quick_imports, quick_phrases, quick_uses, shops


@dataclass(frozen=True, slots=True)
class Replaced:
    """One phrase that an import wrote: as it was before (None for a new one), and as the import left it."""

    before: QuickPhrase | None
    after: QuickPhrase


@dataclass(frozen=True, slots=True)
class Import:
    """One import that can be undone."""

    id: str
    agent: str
    at: datetime
    changes: tuple[Replaced, ...]


_phrases, _uses, _imports = quick_phrases.c, quick_uses.c, quick_imports.c
_FIELDS = tuple(field.name for field in fields(QuickPhrase) if field.name != "source")
_COLUMNS = [_phrases[name] for name in _FIELDS]
_LISTED = Prepared(sa.select(*_COLUMNS).where(_phrases.shop == sa.bindparam("shop")), _COLUMNS)
_ONE = Prepared(
    sa.select(*_COLUMNS).where(_phrases.shop == sa.bindparam("shop"), _phrases.id == sa.bindparam("id")), _COLUMNS
)
_KEYS = (_phrases.shop == sa.bindparam("of_shop"), _phrases.id == sa.bindparam("of_id"))
_GIVEN = ("shop", *_FIELDS, "updated_at")
_ADD = Prepared(quick_phrases.insert().values({name: sa.bindparam(name) for name in _GIVEN}))
_CHANGING = (*(name for name in _FIELDS if name != "id"), "updated_at")
_NEW = {name: sa.bindparam(f"new_{name}", type_=_phrases[name].type) for name in _CHANGING}
_CHANGE = Prepared(quick_phrases.update().where(*_KEYS).values({**_NEW, "revision": _phrases.revision + 1}))
_REMOVE = Prepared(quick_phrases.delete().where(*_KEYS))
_FORGET_USES = Prepared(
    quick_uses.delete().where(_uses.shop == sa.bindparam("of_shop"), _uses.phrase == sa.bindparam("of_id"))
)


def _count_up(dialect: Any) -> Any:
    given = ("shop", "agent", "phrase", "last_used")
    insert = dialect.insert(quick_uses).values({name: sa.bindparam(name) for name in given})
    return insert.on_conflict_do_update(
        index_elements=["shop", "agent", "phrase"],
        set_={"count": _uses.count + 1, "last_used": insert.excluded.last_used},
    )


_COUNT_UP = Prepared({"sqlite": _count_up(sqlite), "postgresql": _count_up(postgresql)})


def lock(tx: sa.Connection, shop: str) -> bool:
    """Let nobody else change the shop's quick phrases until the transaction ends; False when there is no such shop."""
    query = sa.select(shops.c.id).where(shops.c.id == shop).with_for_update(key_share=True)
    return tx.execute(query).scalar() is not None


def version(tx: sa.Connection, shop: str) -> tuple[int, int, str]:
    """A value that changes with every change of the shop's phrases (not with their use)."""
    query = sa.select(sa.func.count(), sa.func.sum(_phrases.revision), sa.func.max(_phrases.id))
    count, revisions, newest = tx.execute(query.where(_phrases.shop == shop)).one()
    return count, revisions or 0, newest or ""


def listed(tx: sa.Connection, shop: str) -> list[QuickPhrase]:
    """All phrases of a shop, those of every agent and team among them."""
    return [_phrase(row) for row in _LISTED.all(tx, {"shop": shop})]


def get(tx: sa.Connection, shop: str, phrase: str) -> QuickPhrase | None:
    """A phrase by id."""
    row = _ONE.one(tx, {"shop": shop, "id": phrase})
    return None if row is None else _phrase(row)


def of_code(tx: sa.Connection, shop: str, scope: Scope, owner: str, code: str) -> QuickPhrase | None:
    """The phrase that an owner has under a code."""
    query = sa.select(*_COLUMNS).where(
        _phrases.shop == shop, _phrases.scope == scope.value, _phrases.owner == owner, _phrases.code == code
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _phrase(row._asdict())


def add(tx: sa.Connection, shop: str, phrase: QuickPhrase, now: datetime) -> QuickPhrase:
    """Store a phrase under a new id; IntegrityError when its owner has the code already."""
    values = {**_values(phrase), "id": new_id("qk")}
    _ADD.do(tx, {**values, "shop": shop, "updated_at": now})
    return _phrase(values)


def change(tx: sa.Connection, shop: str, phrase: QuickPhrase, now: datetime) -> bool:
    """Write a phrase over the one of its id; False when there is none."""
    values = {**_values(phrase), "updated_at": now}
    new = {f"new_{name}": values[name] for name in _CHANGING}
    return _CHANGE.do(tx, {**new, "of_shop": shop, "of_id": phrase.id}) == 1


def remove(tx: sa.Connection, shop: str, phrase: str) -> bool:
    """Delete a phrase and forget its uses; False when there is none."""
    keys = {"of_shop": shop, "of_id": phrase}
    _FORGET_USES.do(tx, keys)
    return _REMOVE.do(tx, keys) == 1


def used(tx: sa.Connection, shop: str, phrase: str, agent: str, now: datetime) -> None:
    """Count one use by an agent; `phrase` may be one of the files'."""
    _COUNT_UP.do(tx, {"shop": shop, "agent": agent, "phrase": phrase, "last_used": now})


def uses(tx: sa.Connection, shop: str, agent: str) -> dict[str, int]:
    """How often an agent used what: phrase id → count."""
    query = sa.select(_uses.phrase, _uses.count).where(_uses.shop == shop, _uses.agent == agent)
    return {row[0]: row[1] for row in tx.execute(query)}


def add_import(tx: sa.Connection, shop: str, agent: str, changes: Sequence[Replaced], now: datetime) -> str:
    """Note what an import changed, so that it can be undone; returns its id."""
    noted = [{"before": _plain(one.before), "after": _plain(one.after)} for one in changes]
    made = new_id("qi")
    tx.execute(quick_imports.insert().values(shop=shop, id=made, agent=agent, at=now, changes=noted))
    return made


def last_import(tx: sa.Connection, shop: str) -> Import | None:
    """The newest import that is not undone."""
    query = (
        sa.select(_imports.id, _imports.agent, _imports.at, _imports.changes)
        .where(_imports.shop == shop, _imports.undone_at.is_(None))
        .order_by(_imports.at.desc(), _imports.id.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    if row is None:
        return None
    changes = tuple(Replaced(one["before"] and _read(one["before"]), _read(one["after"])) for one in row.changes)
    return Import(row.id, row.agent, row.at, changes)


def end_import(tx: sa.Connection, shop: str, import_id: str, now: datetime) -> None:
    """Mark an import as undone."""
    query = quick_imports.update().where(_imports.shop == shop, _imports.id == import_id)
    tx.execute(query.values(undone_at=now))


def _values(phrase: QuickPhrase) -> dict[str, Any]:
    return {**{name: getattr(phrase, name) for name in _FIELDS}, "scope": phrase.scope.value}


def _phrase(row: Mapping[str, Any]) -> QuickPhrase:
    return QuickPhrase(**{**row, "scope": Scope(row["scope"])})


def _plain(phrase: QuickPhrase | None) -> dict[str, Any] | None:
    if phrase is None:
        return None
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in _values(phrase).items()}


def _read(noted: Mapping[str, Any]) -> QuickPhrase:
    days = {name: noted[name] and date.fromisoformat(noted[name]) for name in ("valid_from", "valid_until")}
    return _phrase({**noted, **days})
