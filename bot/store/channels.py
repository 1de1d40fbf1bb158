"""Queries about shops, their channels and the channels' secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.prepared import Prepared
from bot.store.tables import channel_secrets, channels, order_apis, shops


@dataclass(frozen=True, slots=True)
class Channel:
    """One connection to a chat platform, as stored, with the secrets that are good now."""

    shop: str
    id: str
    mode: str  #: response | callback
    callback_url: str
    callback_dedup: bool  #: the platform drops a repeated webhook-id, so an unclear send may be repeated
    quiet_seconds: float  #: 0 = every message is answered by itself
    assist: bool  #: the shop confirms every reply
    secrets: tuple[str, ...] = ()  #: newest first
    asks_orders: bool = False  #: the shop's system can be asked how an order stands, and what is told comes from there


_FOUND = [
    *(channels.c[name] for name in ("shop", "id", "mode", "callback_url", "callback_dedup", "quiet_seconds")),
    shops.c.mode.label("shop_mode"), order_apis.c.shop.is_not(None).label("asks_orders"),
]
_FIND = Prepared(
    sa.select(*_FOUND)
    .join(shops, shops.c.id == channels.c.shop)
    .outerjoin(order_apis, order_apis.c.shop == channels.c.shop)
    .where(channels.c.id == sa.bindparam("channel")),
    _FOUND,
)
_SECRETS = Prepared(
    sa.select(channel_secrets.c.secret)
    .where(
        channel_secrets.c.shop == sa.bindparam("shop"),
        channel_secrets.c.channel == sa.bindparam("channel"),
        sa.or_(channel_secrets.c.expires_at.is_(None), channel_secrets.c.expires_at > sa.bindparam("now")),
    )
    .order_by(channel_secrets.c.created_at.desc(), channel_secrets.c.secret),
    [channel_secrets.c.secret],
)


def find(tx: sa.Connection, channel: str, now: datetime) -> Channel | None:
    """The channel of this id; the id alone names it because it stands in the webhook's address."""
    row = _FIND.one(tx, {"channel": channel})
    if row is None:
        return None
    assist, asks = row.pop("shop_mode") == "assist", bool(row.pop("asks_orders"))
    secrets = _SECRETS.all(tx, {"shop": row["shop"], "channel": row["id"], "now": now})
    return Channel(**row, assist=assist, secrets=tuple(one["secret"] for one in secrets), asks_orders=asks)


def that_speak_first(tx: sa.Connection, shop: str) -> frozenset[str]:
    """The shop's channels on which it can speak first: they can be called, and nobody confirms each reply."""
    query = (
        sa.select(channels.c.id)
        .join(shops, shops.c.id == channels.c.shop)
        .where(channels.c.shop == shop, channels.c.callback_url != "", shops.c.mode != "assist")
    )
    return frozenset(tx.execute(query).scalars())


def listed(tx: sa.Connection, now: datetime) -> list[Channel]:
    """Every channel, by shop and name."""
    ids = tx.execute(sa.select(channels.c.id).order_by(channels.c.shop, channels.c.id)).scalars().all()
    return [found for channel in ids if (found := find(tx, channel, now)) is not None]


def add(tx: sa.Connection, channel: Channel, now: datetime) -> None:
    """Store a new channel with its secrets; IntegrityError when its id is taken."""
    tx.execute(
        channels.insert().values(
            shop=channel.shop, id=channel.id, mode=channel.mode, callback_url=channel.callback_url,
            callback_dedup=channel.callback_dedup, quiet_seconds=channel.quiet_seconds, created_at=now,
        )
    )
    for secret in channel.secrets:
        add_secret(tx, channel.shop, channel.id, secret, now)


def add_secret(tx: sa.Connection, shop: str, channel: str, secret: str, now: datetime) -> None:
    """One more secret, good from now on."""
    tx.execute(channel_secrets.insert().values(shop=shop, channel=channel, secret=secret, created_at=now))


def expire_secrets(tx: sa.Connection, shop: str, channel: str, at: datetime) -> None:
    """Let the secrets in force end at a moment (rotation: the old ones stay good for a day)."""
    tx.execute(
        channel_secrets.update()
        .where(
            channel_secrets.c.shop == shop,
            channel_secrets.c.channel == channel,
            sa.or_(channel_secrets.c.expires_at.is_(None), channel_secrets.c.expires_at > at),
        )
        .values(expires_at=at)
    )


def add_shop(tx: sa.Connection, shop: str, name: str, mode: str, now: datetime) -> None:
    """Store a new shop; IntegrityError when the id is taken."""
    tx.execute(shops.insert().values(id=shop, name=name, mode=mode, created_at=now))


def set_shop_mode(tx: sa.Connection, shop: str, mode: str) -> bool:
    """Switch a shop between auto and assist; False when there is no such shop."""
    return tx.execute(shops.update().where(shops.c.id == shop).values(mode=mode)).rowcount == 1


def shop_exists(tx: sa.Connection, shop: str) -> bool:
    """Whether the shop is known."""
    return tx.execute(sa.select(shops.c.id).where(shops.c.id == shop)).scalar() is not None


def any_shop(tx: sa.Connection) -> bool:
    """Whether any shop was set up yet."""
    return tx.execute(sa.select(shops.c.id).limit(1)).scalar() is not None
