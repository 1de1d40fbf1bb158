"""What is still to be done, and what the desks must hear of: jobs and events."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

#: Word for word the conditions of the claim in store/jobs.py; an EXPLAIN test holds the two together.
WAITING = "state = 'waiting'"

IN_LANE = "lane IS NOT NULL AND state IN ('waiting', 'running')"

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("shop", sa.Text, nullable=False),
    text("kind"),
    sa.Column("lane", sa.Text),
    sa.Column("unique_key", sa.Text),
    sa.Column("payload", sa.JSON, nullable=False, server_default="{}"),
    text("state", default="waiting"),
    sa.Column("run_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    text("owner"),
    sa.Column("lease_until", Moment),
    text("last_error"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Index("ix_jobs_due", "run_at", "id", sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING)),
    sa.Index("ix_jobs_lane", "lane", "id", sqlite_where=sa.text(IN_LANE), postgresql_where=sa.text(IN_LANE)),
    sa.Index(
        "uq_jobs_unique_key", "shop", "unique_key", unique=True,
        sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING),
    ),
    sa.Index("ix_jobs_lease", "state", "lease_until"),
    one_of("state", "waiting", "running", "done", "dropped", "failed", "unknown"),
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
    text("conversation"),  # "" where the message names it
    text("message"),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_events_at", "at"),
)
