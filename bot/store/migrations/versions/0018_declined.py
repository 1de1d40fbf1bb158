"""When a customer asked not to be written to unasked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.tables

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("conversations", sa.Column("declined_at", bot.store.tables.Moment()))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("conversations", "declined_at")
