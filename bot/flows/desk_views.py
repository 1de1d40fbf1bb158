"""What an agent's desk is shown: the list with its event number, one conversation in full, and what is new since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import desk, summary
from bot.core import tickets as arithmetic
from bot.core.desk import Offer, Row, TicketLine, Word
from bot.core.facts import facts_of
from bot.core.model import REASON_TITLES, Holder, Mood, Priority, Reason
from bot.core.summary import Summary
from bot.errors import NotFound
from bot.flows import orders, products
from bot.flows.desk_cards import order_card, shown_in
from bot.flows.desk_shapes import (
    Detail,
    Earlier,
    Line,
    News,
    OrderCard,
    ProductCard,
    ShownCard,
    Side,
    Snapshot,
    StockCard,
    Suggested,
    Why,
)
from bot.store import conversations, events, messages, notes, promises, suggestions, supervisions, tickets, transfers
from bot.store import desk as queries
from bot.store.desk import Listed
from bot.store.messages import StoredMessage
from bot.store.promises import Promise
from bot.store.suggestions import Draft

#: Bounds of what is shown at once; our defaults.
_BOTS_SHOWN, _MESSAGES, _DRAFTS, _NOTES, _EARLIER, _ORDERS = 200, 100, 3, 50, 10, 5
#: What the bot holds is shown for this long, and looked for among so many of the newest events.
_EVENTS_AT_ONCE = 500
_BOTS_SHOWN_FOR, _EVENTS_LOOKED_AT = timedelta(hours=12), 2_000

#: How an intent is called in the agents' language, by its id.
Titles = Callable[[str], str]
#: How a text sounds; the content's ears.
Ears = Callable[[str], Mood]


def snapshot(tx: sa.Connection, shop: str, ears: Ears, now: datetime) -> Snapshot:
    """Every conversation that needs a human, and the bot's of the last 12 hours (200 at most), with the number of the
    newest event, all as of one moment."""
    number = events.newest(tx, shop)
    needing = queries.needing_a_human(tx, shop)
    latest = events.latest_conversations(tx, shop, _EVENTS_LOOKED_AT)
    shown = rows(tx, shop, {*needing, *latest}, ears)
    others = [shown[id_] for id_ in latest if id_ in shown and id_ not in set(needing)]
    recent = [row for row in others if row.last and now - row.last.at < _BOTS_SHOWN_FOR]
    return Snapshot(number, now, [*(shown[id_] for id_ in needing), *recent[:_BOTS_SHOWN]])


def news(
    tx: sa.Connection, shop: str, after: int, ears: Ears, now: datetime, until: int | None = None
) -> News:
    """What changed behind the event `after`, up to `until` (the newest unless told otherwise), at most 500 events. The
    rows are read later than the events, so they are never older; they may be newer, and are then told of again."""
    newest = events.newest(tx, shop)
    found = events.between(tx, shop, after, newest if until is None else until, _EVENTS_AT_ONCE)
    if newest < after or (newest > after and (not found or found[0].number != after + 1)):
        return News(after, newest, lost=True)
    changed = messages.some(tx, shop, [event.message for event in found if event.message])
    touched = dict.fromkeys([*(event.conversation for event in found), *(said.conversation for said in changed)])
    told = zip((said.conversation for said in changed), lines(tx, shop, changed, now), strict=True)
    return News(after, found[-1].number if found else after, [*rows(tx, shop, touched, ears).values()], [*told])


def rows(tx: sa.Connection, shop: str, ids: Collection[str], ears: Ears) -> dict[str, Row]:
    """These conversations of the shop as rows, by id."""
    words = queries.words(tx, shop, ids)
    offers = transfers.current(tx, shop, ids)
    return {
        about.id: _row(about, words.get(about.id, ()), offers.get(about.id), ears)
        for about in queries.listed(tx, shop, ids)
    }


def row(tx: sa.Connection, shop: str, conversation: str, ears: Ears) -> Row:
    """One conversation as a row; NotFound when the shop has none of this id."""
    found = rows(tx, shop, [conversation], ears).get(conversation)
    if found is None:
        raise NotFound("没有这个会话")
    return found


def detail(
    tx: sa.Connection, shop: str, conversation: str, ears: Ears, now: datetime, titles: Titles = str
) -> Detail:
    """A conversation with its last 100 messages, the drafts of its newest turn, what stands beside it, and a summary
    for whoever takes over. `titles`: how an intent is called."""
    about = row(tx, shop, conversation, ears)
    history = messages.listed(tx, shop, conversation, last=_MESSAGES)
    drafts = suggestions.newest(tx, shop, conversation, _DRAFTS)
    side = _side(tx, shop, conversation, history, now)
    told = supervisions.told(tx, shop, [conversation], _MESSAGES, history[0].seq - 1 if history else 0)
    return Detail(
        about, lines(tx, shop, history, now), [_suggested(draft, history) for draft in drafts], side,
        _summary(tx, shop, about, history, side.promises, titles), told[conversation],
    )  # fmt: skip


def lines(tx: sa.Connection, shop: str, history: Sequence[StoredMessage], now: datetime) -> list[Line]:
    """Messages as an agent sees them, each of the bot's with its why, each card with what it shows."""
    asked = {said.decision for said in history if said.author == "bot" and said.decision}
    decisions = messages.decisions_of(tx, shop, asked) if asked else {}
    cards = shown_in(tx, shop, history, now)
    return [_line(said, decisions.get(said.decision or ""), cards.get(said.id)) for said in history]


def _row(about: Listed, words: Sequence[Word], offer: Offer | None, ears: Ears) -> Row:
    ticket = _ticket(about)
    waiting = about.pending_since
    if about.holder is not Holder.BOT:
        waiting = desk.waiting_since(words, ticket.opened_at if ticket else None)
    return Row(
        id=about.id, customer=about.customer, customer_name=about.customer_name, tags=about.tags,
        channel=about.channel, holder=about.holder, owner=about.owner, ticket=ticket,
        last=desk.last_word(words, waiting is not None), waiting_since=waiting,
        mood=ears(desk.heard_last(words)), offer=offer, seq=words[-1].seq if words else 0,
        whispered_at=about.whispered_at,
    )  # fmt: skip


def _ticket(about: Listed) -> TicketLine | None:
    if about.ticket is None:
        return None
    told = dict(about.ticket)
    marks = [told.pop(name) for name in ("answered_at", "answer_by", "resolve_by")]
    return TicketLine(
        **{**told, "priority": Priority(told["priority"])}, reason_title=REASON_TITLES[Reason(told["reason"])],
        due=arithmetic.due(told["deadline"], *marks),
        for_lead=arithmetic.for_lead(told["chases"], overdue=told["overdue"]),
    )  # fmt: skip


def _line(said: StoredMessage, decision: sa.RowMapping | None, card: ShownCard | None) -> Line:
    details = said.details
    why = None
    if decision is not None and said.author == "bot":
        why = Why(
            decision["intent"], decision["score"], decision["situation"], decision["reasons"],
            details.get("phrase", ""),
        )  # fmt: skip
    return Line(
        said.seq, said.id, said.author, details.get("agent", "") if said.author == "agent" else "", said.type,
        said.text, said.state, said.sent_at, details.get("url", ""), why, card,
    )  # fmt: skip


def _suggested(draft: Draft, history: Sequence[StoredMessage]) -> Suggested:
    stale = bool(desk.newer(history, draft.after_seq))
    return Suggested(draft.id, draft.text, draft.phrase, draft.score, draft.after_seq, stale)


def _side(
    tx: sa.Connection, shop: str, conversation: str, history: Sequence[StoredMessage], now: datetime
) -> Side:
    closed = tickets.resolved_of(tx, shop, conversation, _EARLIER)
    return Side(
        order_id=_newest_detail(history, "order_id"),
        order_stage=_newest_detail(history, "order_stage"),
        product=_product(tx, shop, conversation, history),
        notes=notes.newest_of(tx, shop, [conversation], _NOTES)[conversation],
        promises=promises.standing_of(tx, shop, [conversation]),
        earlier=[
            Earlier(one["id"], REASON_TITLES[Reason(one["reason"])], one["opened_at"], one["resolved_at"], one["agent"])
            for one in closed
        ],
        orders=_orders(tx, shop, conversation, now),
    )


def _summary(
    tx: sa.Connection, shop: str, about: Row, history: Sequence[StoredMessage], standing: Sequence[Promise],
    titles: Titles,
) -> Summary:
    ticket = tickets.open_of(tx, shop, about.id)
    intent = titles(ticket.intent) if ticket and ticket.intent else ""
    reason, note = (about.ticket.reason_title, about.ticket.note) if about.ticket else ("", "")
    promised = [promise.words for promise in standing]
    return summary.summarize(history, promised, reason=reason, intent=intent, note=note)


def _newest_detail(history: Sequence[StoredMessage], name: str) -> str:
    """What the newest message that says so tells of an order or a product."""
    return next((str(value) for said in reversed(history) if (value := said.details.get(name))), "")


def _orders(tx: sa.Connection, shop: str, conversation: str, now: datetime) -> list[OrderCard]:
    known = conversations.get(tx, shop, conversation)
    return [order_card(order, now) for order in orders.of_conversation(tx, known)[:_ORDERS]] if known else []


def _product(
    tx: sa.Connection, shop: str, conversation: str, history: Sequence[StoredMessage]
) -> ProductCard | None:
    known = conversations.get(tx, shop, conversation)
    shown = _newest_detail(history, "product_id") or (known.dialogue.product if known else "")
    product = products.of_turn(tx, shop, shown)
    if product is None:
        return None
    stock = StockCard(product.stock.read_at, product.stock.levels) if product.stock else None
    chart = facts_of(product).get("size_chart", "")
    return ProductCard(
        product.id, product.title, product.price, product.attributes, chart, stock, product.after_sale
    )
