"""The stories of a content version: published, refused, rolled back, and which one a starting process serves."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.errors import Conflict, NotFound
from bot.store import versions
from bot.store.versions import Event


def publish(
    tx: sa.Connection, who: str, action: str, hash_: str, files: bytes, now: datetime, reason: str = ""
) -> int:
    """From now on every process is to serve this version. `action`: start | reload. Returns the entry's number."""
    versions.keep(tx, hash_, files, now)
    return versions.note(tx, who, action, hash_, now, accepted=True, reason=reason)


def start(tx: sa.Connection, who: str, hash_: str, files: bytes, now: datetime) -> None:
    """A process began with what its folder holds: published, unless it is what every process serves anyway."""
    wanted = versions.wanted(tx)
    if wanted is None or wanted.hash != hash_:
        publish(tx, who, "start", hash_, files, now)


def refuse(tx: sa.Connection, who: str, action: str, hash_: str, reason: str, now: datetime) -> None:
    """Write down that a version was not taken, and why."""
    versions.note(tx, who, action, hash_, now, accepted=False, reason=reason)


def to_roll_back_to(tx: sa.Connection, beginning: str) -> str:
    """The kept version whose hash begins so, or with "" the one before the present one. NotFound when there is none,
    Conflict when several begin so."""
    wanted = versions.wanted(tx)
    if not beginning:
        earlier = versions.before(tx, wanted.hash) if wanted else None
        if earlier is None:
            raise NotFound("没有更早的版本可以退回；kefu content history 列出保存过的版本")
        return earlier
    found = versions.like(tx, beginning)
    if not found:
        raise NotFound(f"没有保存过版本 {beginning}；kefu content history 列出保存过的版本")
    if len(found) > 1:
        raise Conflict(f"有 {len(found)} 个版本以 {beginning} 开头，请把编号写长一些")
    return found[0]


def roll_back(tx: sa.Connection, who: str, hash_: str, now: datetime) -> int:
    """Pin a kept version: it is served, after restarts too, until the next reload. Returns the entry's number."""
    return versions.note(tx, who, "rollback", hash_, now, accepted=True)


def folder_counts(tx: sa.Connection, wanted: Event | None, hash_: str, *, alone: bool) -> bool:
    """Whether a starting process serves what its folder holds (`hash_`) rather than the version wanted so far.

    A pinned version always counts. Where several processes share the database (`alone` False), so does the newest
    version before a folder that was published earlier: that machine was merely left behind."""
    if wanted is None or wanted.hash == hash_:
        return True
    return not wanted.pins and (alone or not versions.was_published(tx, hash_))
