"""Products: what a shop says of them, and their stock with the time it was read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "products",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("stock", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("read_at", bot.store.tables.Moment(), nullable=True),
        sa.Column("updated_at", bot.store.tables.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["shop"], ["shops.id"], name=op.f("fk_products_shop")),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_products")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("products")
