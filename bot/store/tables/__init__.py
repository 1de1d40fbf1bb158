"""The tables, the same on SQLite and PostgreSQL. Every key begins with the shop, so no query can cross shops."""

from bot.store.tables.agents import agents, presences, sessions, sign_in_failures
from bot.store.tables.cases import ALIVE, case_events, case_evidence, case_offers, cases
from bot.store.tables.columns import Moment, metadata, new_id
from bot.store.tables.content import content_events, content_versions
from bot.store.tables.desk import desk_sends, notes, suggestion_marks, suggestions, tickets, transfers
from bot.store.tables.ledger import csat, customer_marks
from bot.store.tables.orders import order_apis, order_events, orders
from bot.store.tables.proactive import proactive_messages
from bot.store.tables.promises import promises
from bot.store.tables.quick import quick_imports, quick_phrases, quick_uses
from bot.store.tables.shops import channel_secrets, channels, products, shops
from bot.store.tables.supervision import supervisions
from bot.store.tables.talk import conversations, decisions, messages
from bot.store.tables.wishes import address_wishes
from bot.store.tables.work import IN_LANE, WAITING, event_counters, events, jobs

__all__ = [
    "ALIVE",
    "IN_LANE",
    "WAITING",
    "Moment",
    "address_wishes",
    "agents",
    "case_events",
    "case_evidence",
    "case_offers",
    "cases",
    "channel_secrets",
    "channels",
    "content_events",
    "content_versions",
    "conversations",
    "csat",
    "customer_marks",
    "decisions",
    "desk_sends",
    "event_counters",
    "events",
    "jobs",
    "messages",
    "metadata",
    "new_id",
    "notes",
    "order_apis",
    "order_events",
    "orders",
    "presences",
    "proactive_messages",
    "products",
    "promises",
    "quick_imports",
    "quick_phrases",
    "quick_uses",
    "sessions",
    "shops",
    "sign_in_failures",
    "suggestion_marks",
    "suggestions",
    "supervisions",
    "tickets",
    "transfers",
]
