"""The tables, the same on SQLite and PostgreSQL. Every key begins with the shop, so no query can cross shops."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime kept as milliseconds since 1970 UTC: exact, comparable and alike on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Refuses naive datetimes (they would silently mean the machine's zone)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Back to UTC."""
        return None if value is None else _EPOCH + value * _MILLISECOND


def new_id(prefix: str) -> str:
    """A fresh id such as "ms_019aa2…": sorts by time, cannot be guessed."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, *values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(v) for v in values)})", name=column)


def _text(name: str, *, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


shops = sa.Table(
    "shops",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _text("name"),
    _text("mode", default="auto"),
    sa.Column("created_at", Moment, nullable=False),
    _one_of("mode", "auto", "assist"),
)

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    _text("mode", default="response"),
    _text("callback_url"),
    sa.Column("callback_dedup", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("quiet_seconds", sa.Float, nullable=False, server_default="3"),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("id"),  # the webhook's address names the channel alone
    _one_of("mode", "response", "callback"),
)

channel_secrets = sa.Table(
    "channel_secrets",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.ForeignKeyConstraint(["shop", "channel"], ["channels.shop", "channels.id"], ondelete="CASCADE"),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    _text("role", default="agent"),
    _text("password_hash"),
    _text("display_name"),
    sa.Column("groups", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("capacity", sa.Integer, nullable=False, server_default="8"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("password_changed_at", Moment),
    sa.Column("disabled_at", Moment),
    _one_of("role", "agent", "lead", "trainer", "admin"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("token", sa.Text, primary_key=True),  # SHA-256 of what the browser holds
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    _text("address"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.UniqueConstraint("token"),  # the browser's cookie names the session alone
    sa.ForeignKeyConstraint(["shop", "agent"], ["agents.shop", "agents.name"], ondelete="CASCADE"),
    sa.Index("ix_sessions_agent", "shop", "agent"),
)

#: Wrong passwords in a row. Shop and agent are what was typed: there may be no such account.
sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
)

quick_phrases = sa.Table(
    "quick_phrases",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    _text("scope", default="shop"),
    _text("owner"),
    _text("group"),
    _text("code"),
    _text("text"),
    _text("image"),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_until", sa.Date),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "scope", "owner", "code"),
    _one_of("scope", "personal", "team", "shop"),
    sa.CheckConstraint("(scope = 'shop') = (owner = '')", name="owner"),
)

quick_uses = sa.Table(
    "quick_uses",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("phrase", sa.Text, primary_key=True),  # of the table above, or of a file
    sa.Column("count", sa.Integer, nullable=False, server_default="1"),
    sa.Column("last_used", Moment, nullable=False),
)

quick_imports = sa.Table(
    "quick_imports",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    _text("agent"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False, server_default="[]"),  # before and after of each phrase
    sa.Column("undone_at", Moment),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    _text("channel"),
    _text("customer"),
    _text("customer_name"),
    sa.Column("tags", sa.JSON, nullable=False, server_default="[]"),
    _text("holder", default="bot"),
    _text("owner"),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unfetched", sa.Integer, nullable=False, server_default="0"),
    sa.Column("dialogue", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("pending_since", Moment),
    sa.Column("pending_due", Moment),
    sa.Column("agent_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "channel", "customer"),
    sa.Index(
        "ix_conversations_held", "shop", "owner",
        sqlite_where=sa.text("holder = 'agent'"), postgresql_where=sa.text("holder = 'agent'"),
    ),
    _one_of("holder", "bot", "queue", "agent"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    _text("author", default="customer"),
    _text("type", default="text"),
    _text("text"),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text),
    sa.Column("webhook_id", sa.Text),
    _text("state", default="pending"),
    _text("status"),
    sa.Column("decision", sa.Text),
    sa.Column("details", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "channel", "external_id"),
    sa.UniqueConstraint("shop", "channel", "webhook_id"),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_messages_conversation", "shop", "conversation", "seq"),
    sa.Index("ix_messages_decision", "shop", "decision"),
    _one_of("author", "customer", "bot", "agent"),
    _one_of(
        "state",
        "pending", "decided", "recalled", "ignored",  # a customer's: waiting for its turn, or through
        "queued", "sending", "delivered", "unknown", "failed", "dropped",  # ours: on the way out, or through
    ),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    _text("status"),
    _text("intent"),
    sa.Column("score", sa.Float, nullable=False, server_default="0"),
    sa.Column("margin", sa.Float, nullable=False, server_default="0"),
    _text("runner_up"),
    _text("example"),
    _text("situation"),
    sa.Column("reasons", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("ticket", sa.Text),
    _text("content_hash"),
    sa.Column("created_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_decisions_conversation", "shop", "conversation", "created_at"),
)

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("ticket", sa.Text, nullable=False),
    _text("text"),
    _text("phrase"),
    sa.Column("after_seq", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_suggestions_conversation", "shop", "conversation", "after_seq"),
    sa.Index("ix_suggestions_ticket", "shop", "ticket"),
)

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    _text("state", default="waiting"),
    _text("reason"),
    _text("intent"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="1"),
    _text("group", default="presale"),
    _text("note"),
    _text("agent"),
    sa.Column("chases", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deadline", Moment, nullable=False),
    sa.Column("overdue", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("resolved_at", Moment),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_tickets_conversation", "shop", "conversation", "opened_at"),
    sa.Index(
        "uq_tickets_open", "shop", "conversation", unique=True,
        sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"),
    ),
    sa.Index("ix_tickets_state", "shop", "state", "priority"),
    _one_of("state", "waiting", "claimed", "resolved"),
    sa.CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved_at"),
    sa.CheckConstraint("state <> 'claimed' OR agent <> ''", name="agent"),
)

#: Word for word the conditions of the claim in store/jobs.py; an EXPLAIN test holds the two together.
WAITING = "state = 'waiting'"
IN_LANE = "lane IS NOT NULL AND state IN ('waiting', 'running')"

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("shop", sa.Text, nullable=False),
    _text("kind"),
    sa.Column("lane", sa.Text),
    sa.Column("unique_key", sa.Text),
    sa.Column("payload", sa.JSON, nullable=False, server_default="{}"),
    _text("state", default="waiting"),
    sa.Column("run_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    _text("owner"),
    sa.Column("lease_until", Moment),
    _text("last_error"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Index("ix_jobs_due", "run_at", "id", sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING)),
    sa.Index("ix_jobs_lane", "lane", "id", sqlite_where=sa.text(IN_LANE), postgresql_where=sa.text(IN_LANE)),
    sa.Index(
        "uq_jobs_unique_key", "shop", "unique_key", unique=True,
        sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING),
    ),
    sa.Index("ix_jobs_lease", "state", "lease_until"),
    _one_of("state", "waiting", "running", "done", "dropped", "failed", "unknown"),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    _text("title"),
    sa.Column("facts", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("stock", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("read_at", Moment),  # of the stock; null where nobody told it
    sa.Column("updated_at", Moment, nullable=False),
)

event_counters = sa.Table(
    "event_counters",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),  # of the shop's newest event
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("conversation"),  # "" where the message names it
    _text("message"),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_events_at", "at"),
)

presences = sa.Table(
    "presences",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    _text("state", default="offline"),
    sa.Column("seen_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "agent"], ["agents.shop", "agents.name"], ondelete="CASCADE"),
    _one_of("state", "online", "busy", "away", "offline"),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    _text("agent"),
    _text("text"),
    _text("flag"),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_notes_conversation", "shop", "conversation", "at"),
    _one_of("flag", "", "red", "yellow", "green", "blue", "purple"),
)

desk_sends = sa.Table(
    "desk_sends",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    _text("digest"),
    _text("message"),
    sa.Column("at", Moment, nullable=False),
)

suggestion_marks = sa.Table(
    "suggestion_marks",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("suggestion", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    _text("text"),  # what was sent, of an edited one
    _text("reason"),  # of a rejected one
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "suggestion"], ["suggestions.shop", "suggestions.id"]),
    sa.Index(
        "uq_suggestion_marks_outcome", "shop", "suggestion", unique=True,
        sqlite_where=sa.text("kind <> 'shown'"), postgresql_where=sa.text("kind <> 'shown'"),
    ),
    _one_of("kind", "shown", "taken", "edited", "rejected"),
)

#: What the shops' servers speak from. The content folder is the installation's, not one shop's: no shop in these keys.
content_versions = sa.Table(
    "content_versions",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("files", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

content_events = sa.Table(
    "content_events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False),
    _text("who"),
    _text("action", default=None),
    _text("hash"),
    sa.Column("accepted", sa.Boolean, nullable=False),
    _text("reason"),
    _one_of("action", "start", "reload", "rollback", "serve"),
)
