"""The agents' desk: events, presence, notes, texts sent once, and what became of suggestions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_tickets_conversation", "tickets", ["shop", "conversation", "opened_at"]),
    ("ix_suggestions_conversation", "suggestions", ["shop", "conversation", "after_seq"]),
)
_HELD = sa.text("holder = 'agent'")
_OUTCOME = sa.text("kind <> 'shown'")


def upgrade() -> None:
    """To this version."""
    for name, table, columns in _INDEXES:
        op.create_index(name, table, columns)
    op.create_index(
        "ix_conversations_held", "conversations", ["shop", "owner"], sqlite_where=_HELD, postgresql_where=_HELD
    )
    _events()
    op.create_table(
        "presences",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="offline", nullable=False),
        sa.Column("seen_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('online', 'busy', 'away', 'offline')", name=op.f("ck_presences_state")),
        sa.ForeignKeyConstraint(
            ["shop", "agent"], ["agents.shop", "agents.name"], name=op.f("fk_presences_shop_agent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop", "agent", name=op.f("pk_presences")),
    )
    _notes()
    op.create_table(
        "desk_sends",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "agent", "key", name=op.f("pk_desk_sends")),
    )
    _marks()


def _events() -> None:
    op.create_table(
        "event_counters",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_event_counters_shop")),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_event_counters")),
    )
    op.create_table(
        "events",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "number", name=op.f("pk_events")),
    )
    op.create_index("ix_events_at", "events", ["at"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("flag IN ('', 'red', 'yellow', 'green', 'blue', 'purple')", name=op.f("ck_notes_flag")),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"], ["conversations.shop", "conversations.id"],
            name=op.f("fk_notes_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_notes")),
    )
    op.create_index("ix_notes_conversation", "notes", ["shop", "conversation", "at"])


def _marks() -> None:
    op.create_table(
        "suggestion_marks",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shown', 'taken', 'edited', 'rejected')", name=op.f("ck_suggestion_marks_kind")
        ),
        sa.ForeignKeyConstraint(
            ["shop", "suggestion"], ["suggestions.shop", "suggestions.id"],
            name=op.f("fk_suggestion_marks_shop_suggestion"),
        ),
        sa.PrimaryKeyConstraint("shop", "suggestion", "agent", "kind", name=op.f("pk_suggestion_marks")),
    )
    op.create_index(
        "uq_suggestion_marks_outcome", "suggestion_marks", ["shop", "suggestion"], unique=True, sqlite_where=_OUTCOME,
        postgresql_where=_OUTCOME,
    )


def downgrade() -> None:
    """Back to the version before."""
    for table in ("suggestion_marks", "desk_sends", "notes", "presences", "events", "event_counters"):
        op.drop_table(table)
    op.drop_index("ix_conversations_held", "conversations")
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)
