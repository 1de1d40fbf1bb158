"""After-sale cases: each with its history, evidence and offers."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables.columns import Moment, metadata, one_of, text

#: Of a case that goes on; what "one open case per order and kind" rests on.
ALIVE = "state NOT IN ('settled', 'closed')"
_OF_ORDER = sa.text(f"{ALIVE} AND \"order\" <> ''")
_OF_TALK = sa.text(f"{ALIVE} AND \"order\" = '' AND conversation <> ''")

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("shop", sa.Text, sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    text("state", default="open"),
    text("waits_for"),
    sa.Column("priority", sa.Integer, nullable=False, server_default="1"),
    text("opened_by"),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("since", Moment, nullable=False),  # opened, or opened again
    sa.Column("state_at", Moment, nullable=False),
    text("order"),
    text("conversation"),
    text("owner"),
    sa.Column("amount", sa.BigInteger),  # fen, of the order
    sa.Column("steps", sa.JSON, nullable=False, server_default="{}"),
    text("occasion"),
    sa.Column("due", Moment),  # of the first clock that runs
    sa.Column("rung_at", Moment),
    sa.Column("escalated_at", Moment),
    text("escalated_why"),
    text("reason"),
    text("outcome", default="none"),
    text("remedy"),
    sa.Column("cost", sa.BigInteger, nullable=False, server_default="0"),  # fen
    text("responsible"),
    text("lesson"),
    sa.Column("ended_at", Moment),
    sa.Column("told_at", Moment),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index(
        "uq_cases_order", "shop", "order", "kind", unique=True, sqlite_where=_OF_ORDER, postgresql_where=_OF_ORDER
    ),
    sa.Index(
        "uq_cases_conversation", "shop", "conversation", "kind", unique=True,
        sqlite_where=_OF_TALK, postgresql_where=_OF_TALK,
    ),
    sa.Index("ix_cases_state", "shop", "state", "due"),
    sa.Index("ix_cases_conversation", "shop", "conversation"),
    sa.Index("ix_cases_order", "shop", "order"),
    sa.Index("ix_cases_opened_at", "shop", "opened_at"),
    one_of("state", "open", "waiting", "offered", "settled", "closed"),
    one_of("waits_for", "", "customer", "courier", "warehouse"),
    one_of("outcome", "none", "return", "exchange", "money"),
    sa.CheckConstraint("(state = 'waiting') = (waits_for <> '')", name="waiting"),
    sa.CheckConstraint("(state IN ('settled', 'closed')) = (ended_at IS NOT NULL)", name="ended_at"),
    sa.CheckConstraint("state <> 'settled' OR reason <> ''", name="reason"),
)

# Only ever added to: who did what, when. `data` holds names and numbers of the case, not its texts a second time.
case_events = sa.Table(
    "case_events",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    text("who"),
    sa.Column("data", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"]),
)

case_evidence = sa.Table(
    "case_evidence",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    text("item"),  # of the kind's list; "" for what it does not ask for
    text("text"),
    text("url"),
    text("message"),  # of the conversation, where it was taken from one
    text("who"),
    sa.Column("at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"]),
    sa.Index("ix_case_evidence_case", "shop", "case", "at"),
    sa.Index(
        "uq_case_evidence_message", "shop", "case", "message", unique=True,
        sqlite_where=sa.text("message <> ''"), postgresql_where=sa.text("message <> ''"),
    ),
)

case_offers = sa.Table(
    "case_offers",
    metadata,
    sa.Column("shop", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("remedy", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False, server_default="0"),  # fen
    text("state", default="open"),
    text("agent"),
    sa.Column("at", Moment, nullable=False),
    text("note"),
    sa.Column("answered_at", Moment),
    sa.ForeignKeyConstraint(["shop", "case"], ["cases.shop", "cases.id"]),
    sa.Index("ix_case_offers_case", "shop", "case", "at"),
    one_of("state", "open", "accepted", "declined", "withdrawn"),
)
