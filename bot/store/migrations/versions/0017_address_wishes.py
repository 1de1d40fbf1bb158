"""Where customers want their orders to go"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "address_wishes",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("shop", "order")),
        *(
            sa.Column(name, sa.Text(), server_default="", nullable=False)
            for name in ("conversation", "occasion", "bound")
        ),
        sa.Column("address", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("ticket", sa.Text(), server_default="", nullable=False),
        sa.Column("at", bot.store.tables.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'taken', 'intercept')", name=op.f("ck_address_wishes_state")),
        sa.ForeignKeyConstraint(
            ["shop", "order"],
            ["orders.shop", "orders.id"],
            name=op.f("fk_address_wishes_shop_order"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop", "order", name=op.f("pk_address_wishes")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("address_wishes")
