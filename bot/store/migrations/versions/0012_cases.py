"""After-sale cases with history, evidence and offers; what a ticket was told in a dialogue"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


_ALIVE = "state NOT IN ('settled', 'closed')"
_OF_ORDER = sa.text(f"{_ALIVE} AND \"order\" <> ''")
_OF_TALK = sa.text(f"{_ALIVE} AND \"order\" = '' AND conversation <> ''")


def upgrade() -> None:
    """To this version."""
    op.add_column("tickets", sa.Column("told", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "cases",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("waits_for", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="1", nullable=False),
        sa.Column("opened_by", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("since", bot.store.tables.Moment(), nullable=False),
        sa.Column("state_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("order", sa.Text(), server_default="", nullable=False),
        sa.Column("conversation", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("steps", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("occasion", sa.Text(), server_default="", nullable=False),
        sa.Column("due", bot.store.tables.Moment(), nullable=True),
        sa.Column("rung_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("escalated_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("escalated_why", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="none", nullable=False),
        sa.Column("remedy", sa.Text(), server_default="", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("responsible", sa.Text(), server_default="", nullable=False),
        sa.Column("lesson", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("told_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'waiting', 'offered', 'settled', 'closed')", name=op.f("ck_cases_state")),
        sa.CheckConstraint("outcome IN ('none', 'return', 'exchange', 'money')", name=op.f("ck_cases_outcome")),
        sa.CheckConstraint("(state = 'waiting') = (waits_for <> '')", name=op.f("ck_cases_waiting")),
        sa.CheckConstraint("(state IN ('settled', 'closed')) = (ended_at IS NOT NULL)", name=op.f("ck_cases_ended_at")),
        sa.CheckConstraint("state <> 'settled' OR reason <> ''", name=op.f("ck_cases_reason")),
        sa.CheckConstraint("waits_for IN ('', 'customer', 'courier', 'warehouse')", name=op.f("ck_cases_waits_for")),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_cases_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_conversation", "cases", ["shop", "conversation"])
    op.create_index("ix_cases_opened_at", "cases", ["shop", "opened_at"])
    op.create_index("ix_cases_order", "cases", ["shop", "order"])
    op.create_index("ix_cases_state", "cases", ["shop", "state", "due"])
    op.create_index(
        "uq_cases_conversation", "cases", ["shop", "conversation", "kind"], unique=True,
        sqlite_where=_OF_TALK, postgresql_where=_OF_TALK,
    )
    op.create_index(
        "uq_cases_order", "cases", ["shop", "order", "kind"], unique=True,
        sqlite_where=_OF_ORDER, postgresql_where=_OF_ORDER,
    )
    op.create_table(
        "case_events",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"], name=op.f("fk_case_events_shop_case")),
        sa.PrimaryKeyConstraint("shop", "case", "number", name=op.f("pk_case_events")),
    )
    op.create_table(
        "case_evidence",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"], name=op.f("fk_case_evidence_shop_case")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_case_evidence")),
    )
    op.create_index("ix_case_evidence_case", "case_evidence", ["shop", "case", "at"])
    op.create_index(
        "uq_case_evidence_message", "case_evidence", ["shop", "case", "message"], unique=True,
        sqlite_where=sa.text("message <> ''"), postgresql_where=sa.text("message <> ''"),
    )
    op.create_table(
        "case_offers",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", bot.store.tables.Moment(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_case_offers_state")),
        sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"], name=op.f("fk_case_offers_shop_case")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_case_offers")),
    )
    op.create_index("ix_case_offers_case", "case_offers", ["shop", "case", "at"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("case_offers")
    op.drop_table("case_evidence")
    op.drop_table("case_events")
    op.drop_table("cases")
    op.drop_column("tickets", "told")
