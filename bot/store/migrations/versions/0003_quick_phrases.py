"""Quick phrases, how often they are used, and what imports changed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "quick_phrases",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), server_default="shop", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("group", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("image", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("scope IN ('personal', 'team', 'shop')", name=op.f("ck_quick_phrases_scope")),
        sa.CheckConstraint("(scope = 'shop') = (owner = '')", name=op.f("ck_quick_phrases_owner")),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_quick_phrases_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_quick_phrases")),
        sa.UniqueConstraint("shop", "scope", "owner", "code", name=op.f("uq_quick_phrases_shop_scope_owner_code")),
    )
    op.create_table(
        "quick_uses",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("last_used", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_quick_uses_shop")),
        sa.PrimaryKeyConstraint("shop", "agent", "phrase", name=op.f("pk_quick_uses")),
    )
    op.create_table(
        "quick_imports",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.Column("changes", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("undone_at", bot.store.tables.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_quick_imports_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_quick_imports")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("quick_imports")
    op.drop_table("quick_uses")
    op.drop_table("quick_phrases")
