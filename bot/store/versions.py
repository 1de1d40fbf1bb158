"""Queries about versions of the content: their files, what became of each, and which one is to be served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.prepared import Prepared
from bot.store.tables import content_events, content_versions

#: Versions whose files are kept (half a megabyte each, measured); our default.
KEPT = 100
#: What decides which version is served; `serve` only tells that a process does it.
_deciding = content_events.c.action != "serve"
_in_use = (_deciding, content_events.c.accepted)
_hash, _id = content_events.c.hash, content_events.c.id


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the history: who tried what with which version, and what came of it."""

    id: int
    at: datetime
    who: str  #: shop/name, an operating system's user, or host:process
    action: str  #: start | reload | rollback | serve
    hash: str
    accepted: bool
    reason: str = ""

    @property
    def pins(self) -> bool:
        """Whether this version is to be served whatever the content folder holds."""
        return self.action == "rollback"


_EVENT = [content_events.c[name] for name in Event.__dataclass_fields__]
_WANTED = sa.select(*_EVENT).where(*_in_use).order_by(_id.desc()).limit(1)


def _keep(dialect: Any) -> Any:
    names = ("hash", "files", "created_at")
    insert = dialect.insert(content_versions).values({name: sa.bindparam(name) for name in names})
    newer = {"created_at": insert.excluded.created_at}
    return insert.on_conflict_do_update(index_elements=["hash"], set_=newer)


_KEEP = Prepared({"sqlite": _keep(sqlite), "postgresql": _keep(postgresql)})


def keep(tx: sa.Connection, hash_: str, files: bytes, now: datetime) -> None:
    """Keep a version's files, and those of the newest `KEPT` versions beside it."""
    _KEEP.do(tx, {"hash": hash_, "files": files, "created_at": now})
    newest = sa.select(content_versions.c.hash).order_by(content_versions.c.created_at.desc()).limit(KEPT)
    tx.execute(content_versions.delete().where(content_versions.c.hash.not_in(newest.scalar_subquery())))


def files(tx: sa.Connection, hash_: str) -> bytes | None:
    """The files of a version as they were packed; None when they are not kept."""
    return tx.execute(sa.select(content_versions.c.files).where(content_versions.c.hash == hash_)).scalar()


def like(tx: sa.Connection, beginning: str) -> list[str]:
    """The kept versions whose hash begins so, newest first."""
    query = sa.select(content_versions.c.hash).where(content_versions.c.hash.startswith(beginning, autoescape=True))
    return list(tx.execute(query.order_by(content_versions.c.created_at.desc())).scalars())


def note(
    tx: sa.Connection, who: str, action: str, hash_: str, now: datetime, *, accepted: bool, reason: str = ""
) -> int:
    """Add an entry to the history; returns its number."""
    values = {"at": now, "who": who, "action": action, "hash": hash_, "accepted": accepted, "reason": reason}
    return int(tx.execute(content_events.insert().values(values).returning(_id)).scalar_one())


def wanted(tx: sa.Connection) -> Event | None:
    """The entry whose version every process is to serve; None before the first."""
    row = tx.execute(_WANTED).one_or_none()
    return None if row is None else Event(**row._asdict())


def before(tx: sa.Connection, hash_: str) -> str | None:
    """The version that was served before this one was last published, if its files are still kept: rolled back twice,
    the content goes two steps back, not to and fro."""
    published = sa.select(sa.func.max(_id)).where(*_in_use, content_events.c.action != "rollback", _hash == hash_)
    kept = sa.select(content_versions.c.hash)
    query = sa.select(_hash).where(*_in_use, _id < published.scalar_subquery(), _hash != hash_, _hash.in_(kept))
    return tx.execute(query.order_by(_id.desc()).limit(1)).scalar()


def was_published(tx: sa.Connection, hash_: str) -> bool:
    """Whether this version was ever to be served."""
    return tx.execute(sa.select(_id).where(*_in_use, _hash == hash_)).first() is not None


def history(tx: sa.Connection, limit: int) -> list[Event]:
    """The newest entries, newest first."""
    rows = tx.execute(sa.select(*_EVENT).order_by(_id.desc()).limit(limit))
    return [Event(**row._asdict()) for row in rows]


def served(tx: sa.Connection, after: int) -> list[Event]:
    """What processes said about serving since an entry, oldest first."""
    query = sa.select(*_EVENT).where(~_deciding, after < _id).order_by(_id)
    return [Event(**row._asdict()) for row in tx.execute(query)]
