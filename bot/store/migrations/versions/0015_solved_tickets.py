"""An index of solved tickets by what they were about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SOLVED = sa.text("state = 'resolved' AND answered_at IS NOT NULL")


def upgrade() -> None:
    """To this version."""
    op.create_index(
        "ix_tickets_solved", "tickets", ["shop", "intent", "resolved_at"],
        sqlite_where=_SOLVED, postgresql_where=_SOLVED,
    )  # fmt: skip


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_tickets_solved", "tickets")
