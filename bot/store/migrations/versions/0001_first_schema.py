"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("payload", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("run_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", bot.store.tables.Moment(), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("finished_at", bot.store.tables.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'dropped', 'failed', 'unknown')", name=op.f("ck_jobs_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jobs_due",
            ["run_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_jobs_lane",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("lane IS NOT NULL AND state IN ('waiting', 'running')"),
            postgresql_where=sa.text("lane IS NOT NULL AND state IN ('waiting', 'running')"),
        )
        batch_op.create_index("ix_jobs_lease", ["state", "lease_until"], unique=False)
        batch_op.create_index(
            "uq_jobs_unique_key",
            ["shop", "unique_key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "shops",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("mode", sa.Text(), server_default="auto", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("mode IN ('auto', 'assist')", name=op.f("ck_shops_mode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
    )
    op.create_table(
        "agents",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="agent", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("role IN ('agent', 'lead', 'trainer', 'admin')", name=op.f("ck_agents_role")),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_agents_shop")),
        sa.PrimaryKeyConstraint("shop", "name", name=op.f("pk_agents")),
    )
    op.create_table(
        "channels",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), server_default="response", nullable=False),
        sa.Column("callback_url", sa.Text(), server_default="", nullable=False),
        sa.Column("callback_dedup", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quiet_seconds", sa.Float(), server_default="3", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("mode IN ('response', 'callback')", name=op.f("ck_channels_mode")),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_channels_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_channels")),
        sa.UniqueConstraint("id", name=op.f("uq_channels_id")),
    )
    op.create_table(
        "conversations",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("customer", sa.Text(), server_default="", nullable=False),
        sa.Column("customer_name", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("holder", sa.Text(), server_default="bot", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unfetched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dialogue", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("pending_since", bot.store.tables.Moment(), nullable=True),
        sa.Column("pending_due", bot.store.tables.Moment(), nullable=True),
        sa.Column("agent_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("holder IN ('bot', 'queue', 'agent')", name=op.f("ck_conversations_holder")),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_conversations_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("shop", "channel", "customer", name=op.f("uq_conversations_shop_channel_customer")),
    )
    op.create_table(
        "channel_secrets",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("expires_at", bot.store.tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop", "channel"],
            ["channels.shop", "channels.id"],
            name=op.f("fk_channel_secrets_shop_channel"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop", "channel", "secret", name=op.f("pk_channel_secrets")),
    )
    op.create_table(
        "decisions",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("intent", sa.Text(), server_default="", nullable=False),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("margin", sa.Float(), server_default="0", nullable=False),
        sa.Column("runner_up", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Text(), server_default="", nullable=False),
        sa.Column("situation", sa.Text(), server_default="", nullable=False),
        sa.Column("reasons", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"],
            ["conversations.shop", "conversations.id"],
            name=op.f("fk_decisions_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_conversation", ["shop", "conversation", "created_at"], unique=False)

    op.create_table(
        "messages",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), server_default="customer", nullable=False),
        sa.Column("type", sa.Text(), server_default="text", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("webhook_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("sent_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("author IN ('customer', 'bot', 'agent')", name=op.f("ck_messages_author")),
        sa.CheckConstraint(
            "state IN ('pending', 'decided', 'recalled', 'ignored', "
            "'queued', 'sending', 'delivered', 'unknown', 'failed', 'dropped')",
            name=op.f("ck_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"],
            ["conversations.shop", "conversations.id"],
            name=op.f("fk_messages_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("shop", "channel", "external_id", name=op.f("uq_messages_shop_channel_external_id")),
        sa.UniqueConstraint("shop", "channel", "webhook_id", name=op.f("uq_messages_shop_channel_webhook_id")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("ix_messages_conversation", ["shop", "conversation", "seq"], unique=False)
        batch_op.create_index("ix_messages_decision", ["shop", "decision"], unique=False)

    op.create_table(
        "suggestions",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("phrase", sa.Text(), server_default="", nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"],
            ["conversations.shop", "conversations.id"],
            name=op.f("fk_suggestions_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_suggestions")),
    )
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_suggestions_ticket", ["shop", "ticket"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("intent", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="1", nullable=False),
        sa.Column("group", sa.Text(), server_default="presale", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("chases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deadline", bot.store.tables.Moment(), nullable=False),
        sa.Column("overdue", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opened_at", bot.store.tables.Moment(), nullable=False),
        sa.Column("claimed_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("resolved_at", bot.store.tables.Moment(), nullable=True),
        sa.CheckConstraint("(state = 'resolved') = (resolved_at IS NOT NULL)", name=op.f("ck_tickets_resolved_at")),
        sa.CheckConstraint("state <> 'claimed' OR agent <> ''", name=op.f("ck_tickets_agent")),
        sa.CheckConstraint("state IN ('waiting', 'claimed', 'resolved')", name=op.f("ck_tickets_state")),
        sa.ForeignKeyConstraint(
            ["shop", "conversation"],
            ["conversations.shop", "conversations.id"],
            name=op.f("fk_tickets_shop_conversation"),
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_state", ["shop", "state", "priority"], unique=False)
        batch_op.create_index(
            "uq_tickets_open",
            ["shop", "conversation"],
            unique=True,
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tickets_open",
            sqlite_where=sa.text("state <> 'resolved'"),
            postgresql_where=sa.text("state <> 'resolved'"),
        )
        batch_op.drop_index("ix_tickets_state")

    op.drop_table("tickets")
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestions_ticket")

    op.drop_table("suggestions")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_decision")
        batch_op.drop_index("ix_messages_conversation")

    op.drop_table("messages")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_conversation")

    op.drop_table("decisions")
    op.drop_table("channel_secrets")
    op.drop_table("conversations")
    op.drop_table("channels")
    op.drop_table("agents")
    op.drop_table("shops")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_jobs_unique_key",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_jobs_lease")
        batch_op.drop_index(
            "ix_jobs_lane",
            sqlite_where=sa.text("lane IS NOT NULL AND state IN ('waiting', 'running')"),
            postgresql_where=sa.text("lane IS NOT NULL AND state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(
            "ix_jobs_due", sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")
        )

    op.drop_table("jobs")
