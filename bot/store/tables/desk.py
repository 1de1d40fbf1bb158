"""The human queue and what agents do there: tickets, drafts, notes."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

#: Word for word the condition of the query in store/similar.py; an EXPLAIN test holds the two together.
SOLVED = "state = 'resolved' AND answered_at IS NOT NULL"

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("state", default="waiting"),
    text("reason"),
    text("intent"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="1"),
    text("group", default="presale"),
    text("note"),
    sa.Column("told", sa.JSON, nullable=False, server_default="{}"),  # in a dialogue: which, and its answers
    text("agent"),
    sa.Column("chases", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deadline", Moment, nullable=False),
    sa.Column("overdue", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("answered_at", Moment),  # first by an agent; what the bot says never counts
    sa.Column("answer_by", Moment),  # the customer wrote again, and is to be answered by then
    sa.Column("resolve_by", Moment),
    sa.Column("passed_by", sa.JSON, nullable=False, server_default="[]"),  # agents who gave it away
    sa.Column("resolved_at", Moment),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_tickets_conversation", "shop", "conversation", "opened_at"),
    sa.Index(
        "uq_tickets_open", "shop", "conversation", unique=True,
        sqlite_where=sa.text("state <> 'resolved'"), postgresql_where=sa.text("state <> 'resolved'"),
    ),
    sa.Index("ix_tickets_state", "shop", "state", "priority"),
    sa.Index("ix_tickets_claimed_at", "shop", "claimed_at"),
    sa.Index(
        "ix_tickets_solved", "shop", "intent", "resolved_at",
        sqlite_where=sa.text(SOLVED), postgresql_where=sa.text(SOLVED),
    ),
    one_of("state", "waiting", "claimed", "resolved"),
    sa.CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved_at"),
    sa.CheckConstraint("state <> 'claimed' OR agent <> ''", name="agent"),
)

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("ticket", sa.Text, nullable=False),
    text("text"),
    text("phrase"),
    sa.Column("after_seq", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_suggestions_conversation", "shop", "conversation", "after_seq"),
    sa.Index("ix_suggestions_ticket", "shop", "ticket"),
    sa.Index("ix_suggestions_created_at", "shop", "created_at"),
)

suggestion_marks = sa.Table(
    "suggestion_marks",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("suggestion", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    text("text"),  # what was sent, of an edited one
    text("reason"),  # of a rejected one
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "suggestion"], ["suggestions.shop", "suggestions.id"]),
    sa.Index(
        "uq_suggestion_marks_outcome", "shop", "suggestion", unique=True,
        sqlite_where=sa.text("kind <> 'shown'"), postgresql_where=sa.text("kind <> 'shown'"),
    ),
    one_of("kind", "shown", "taken", "edited", "rejected"),
)

desk_sends = sa.Table(
    "desk_sends",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    text("digest"),
    text("message"),
    sa.Column("at", Moment, nullable=False),
)

#: Offers of a conversation to a colleague. One counts only while the conversation's epoch is still its own.
transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    text("sender"),
    text("receiver"),
    text("reason"),
    text("state", default="offered"),
    text("answer"),  # why it was declined
    sa.Column("at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_transfers_conversation", "shop", "conversation", "at"),
    one_of("state", "offered", "accepted", "declined", "expired", "withdrawn"),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    text("agent"),
    text("text"),
    text("flag"),
    text("order_id"),
    text("reason"),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "conversation"], ["conversations.shop", "conversations.id"]),
    sa.Index("ix_notes_conversation", "shop", "conversation", "at"),
    sa.Index("ix_notes_at", "shop", "at", "id"),
    one_of("flag", "", "red", "yellow", "green", "blue", "purple"),
)
