"""The stories of the shop speaking first: what happens to an order sets timers, and a timer that runs out asks again
before anything is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import care, readdressing
from bot.core import tickets as queue
from bot.core.case_orders import Occasion
from bot.core.effects import KeepNote, OpenTicket
from bot.core.knowledge import Knowledge
from bot.core.model import Priority, Reason
from bot.core.order_snapshot import Snapshot
from bot.core.orders import Order, OrderEvent
from bot.core.plans import Asks, Plan, Start, Task
from bot.core.proactive import about, cluster, latest, occasion, shown_words, stamp, timers, words
from bot.core.questions import Question
from bot.core.speech import Speech, kept, speak
from bot.core.tact import still_due
from bot.core.turn import Turn
from bot.core.unasked import Case, Drop, HoldOut, Send, Snooze
from bot.flows import apply, case_watch, cases, proactive_case, unconfirmed, unsaid, wishes
from bot.flows import orders as stories
from bot.flows.apply import Writing
from bot.flows.orders import Change, Heard, Read
from bot.store import channels, conversations, jobs, orders, proactive, tickets
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.proactive import Entry

#: Tickets for parcels of one courier to one province within this time, from which they are one matter; our defaults.
_MANY = 10
_ONE_TROUBLE = timedelta(hours=24)


def hear(tx: sa.Connection, knowledge: Knowledge, shop: str, events: Sequence[OrderEvent], now: datetime) -> Heard:
    """Take in events of orders, and set and cancel in the same commit what they call for. NotFound without such a
    shop."""
    heard = stories.take(tx, shop, events, now)
    _set_timers(tx, knowledge, heard.changes, now)
    case_watch.watch(tx, knowledge.case_kinds, heard.changes, now)
    return heard


def read(tx: sa.Connection, knowledge: Knowledge, shop: str, snapshots: Sequence[Snapshot], now: datetime) -> Read:
    """The same for what was read of orders."""
    found = stories.read(tx, shop, snapshots, now)
    _set_timers(tx, knowledge, found.changes, now)
    case_watch.watch(tx, knowledge.case_kinds, found.changes, now)
    return found


def speak_first(
    tx: sa.Connection, knowledge: Knowledge, shop: str, plan_id: str, order_id: str, now: datetime,
    start: Start | None = None,
) -> datetime | None:  # fmt: skip
    """A timer ran out: read everything anew, ask the gate, and say it, or keep the reason why not. Returns when to ask
    again. The order is read and not locked, for a shop's orders have one lock and conversations are locked before it:
    a payment that commits meanwhile is seen by the last look before the message leaves (`unsaid.is_overtaken`)."""
    plan, order = knowledge.plans.get(plan_id), orders.get(tx, shop, order_id)
    channel = channels.find(tx, order.facts.channel, now) if order and order.facts.channel else None
    if plan is None or order is None or channel is None or channel.shop != shop:
        return None
    conversation = conversations.of_customer(tx, shop, channel.id, order.facts.customer or "")
    if conversation is not None:
        conversation = conversations.lock(tx, shop, conversation.id)
    order = orders.get(tx, shop, order_id) or order
    case = proactive_case.gather(tx, knowledge, plan, order, channel, conversation, now, start)
    verdict = still_due(plan, case, now)
    if plan.asks is Asks.ADDRESS and isinstance(verdict, Send) and wishes.takes_effect(tx, order):
        verdict = Drop("the customer named this very address")
    if isinstance(verdict, Send) and conversation is None:  # from here on locked: another worker may have been first
        conversation = _opened(tx, order, channel, now)
        case = proactive_case.gather(tx, knowledge, plan, order, channel, conversation, now, start)
        verdict = still_due(plan, case, now)
    match verdict:
        case Snooze(until, why):
            proactive.put(tx, _entry(plan, case, "snoozed", why, now))
            return until
        case Drop(why, task):
            ticket = _give(tx, case, channel, conversation, task, now) if task else ""
            proactive.put(tx, replace(_entry(plan, case, "dropped", why, now), ticket=ticket))
        case HoldOut():
            proactive.put(tx, _entry(plan, case, "held_out", "", now))
        case _:
            _say(tx, knowledge, plan, case, channel, conversation, now)
    return None


def _set_timers(tx: sa.Connection, knowledge: Knowledge, changes: Sequence[Change], now: datetime) -> None:
    if changes:
        wishes.watch(tx, changes[0].new.shop, ((change.old, change.new) for change in changes), now)
    for change in changes:
        order = change.new
        for timer in timers(change.old, order, knowledge.plans.values(), knowledge.shop(order.shop)):
            end = latest(knowledge.plans[timer.plan], order)
            if timer.run_at is None:
                jobs.cancel(tx, order.shop, unsaid.key(timer.plan, order.id), f"the order is {order.state.value}", now)
            elif end is not None and end >= now:  # what is told of long after it happened calls for nothing
                unsaid.set_timer(tx, order.shop, timer.plan, order.id, timer.run_at, now)


def _say(
    tx: sa.Connection, knowledge: Knowledge, plan: Plan, case: Case, channel: Channel,
    conversation: Conversation | None, now: datetime,
) -> None:
    order, entry = case.order, _entry(plan, case, "sent", "", now)
    speech, question, note = _speech(knowledge, plan, case, conversation, now)
    if speech is None:
        asks = plan.silent and plan.silent.task  # what cannot be asked in writing is asked by telephone
        ticket = _give(tx, case, channel, conversation, asks, now) if asks else ""
        why = "no phrase can be said with what is known"
        proactive.put(tx, replace(entry, outcome="dropped", reason=why, ticket=ticket))
        return
    writing = _writing(tx, case, channel, conversation, now)
    known = {"plan": plan.id, "order": order.id, "about": about(plan), "stamp": stamp(order, about(plan))}
    known |= {"kind": plan.kind.value, **(case.start.plain() if case.start else {})}
    said = apply.say(writing, speech.text, "bot", None, fetched=False, phrase=speech.phrase, about=known)
    _remember(writing, speech, question)
    if note is not None:
        wishes.keep_note(tx, writing.conversation, note, now)
    ticket = _task(writing, plan, case)
    writing.flush()
    if plan.silent is not None:
        unconfirmed.set_timer(tx, plan, order, now)
    if not proactive.put(tx, replace(entry, message=said.id, ticket=ticket)):
        raise RuntimeError(f"{plan.id} was told before of order {order.id}")  # nothing of this story is kept
    if ticket and plan.task and (kind := knowledge.case_kinds.get(plan.task.case)):
        happened = Occasion(kind, f"{plan.id}@{occasion(plan, order)}", now, plan.task.note)
        cases.open_on(tx, happened, order, now)


def _speech(
    knowledge: Knowledge, plan: Plan, case: Case, conversation: Conversation | None, now: datetime
) -> tuple[Speech | None, Question | None, KeepNote | None]:
    """The words, the question that they ask, and what the order maker has to know."""
    order = case.order
    turn = Turn(shop=order.shop, now=now, seed=f"{plan.id}{order.id}", read_address=wishes.read)
    if conversation is not None:
        turn = replace(turn, dialogue=conversation.dialogue)
    if plan.asks is Asks.ADDRESS:
        opening = readdressing.opening(knowledge.shop(order.shop), plan, order, turn)
        return speak(knowledge, turn, (opening.situation,), opening.facts), opening.question, opening.note
    shown = Question(plan.id, order.id, occasion(plan, order), shown_words(order, now), now.timestamp())
    facts = {"order": words(order, now), "care": care.words(order, case.start) if case.start else {}}
    speech = speak(knowledge, turn, (plan.situation,), facts)
    return speech, shown if plan.asks else None, None


def _remember(writing: Writing, speech: Speech, question: Question | None) -> None:
    dialogue = writing.conversation.dialogue
    dialogue = replace(dialogue, said=kept(dialogue.said, speech.phrase))
    writing.changes["dialogue"] = replace(dialogue, question=question) if question else dialogue


def _give(
    tx: sa.Connection, case: Case, channel: Channel, conversation: Conversation | None, task: Task, now: datetime
) -> str:
    """A task for a human without a word to the customer. Returns the ticket's id."""
    writing = _writing(tx, case, channel, conversation, now)
    ticket = _open(writing, case, task)
    writing.flush()
    return ticket


def _task(writing: Writing, plan: Plan, case: Case) -> str:
    """What a human has to do besides. Of many parcels held up together the tenth ticket says so and is the last: one
    call to the courier settles a thousand of them."""
    task, same = plan.task, cluster(plan, case.order)
    if task is None:
        return ""
    if same:
        since = writing.now - _ONE_TROUBLE
        opened = proactive.tickets_of(writing.tx, case.order.shop, plan.id, same, since) + 1
        if opened > _MANY:
            return ""
        if opened == _MANY:
            note = f"{same}：一天内已有 {_MANY} 件同样的情况，请整批联系快递，其余的不再逐件开单。{task.note}"
            task = replace(task, note=note, priority=Priority.URGENT)
    return _open(writing, case, task)


def _open(writing: Writing, case: Case, task: Task) -> str:
    waiting, shop = tickets.waiting(writing.tx, case.order.shop), case.shop
    promise = queue.promise(task.priority, waiting, writing.now, shop.hours, shop.waits)
    note = f"{task.note}（订单 {case.order.id}）"
    return apply.open_ticket(
        writing, OpenTicket(Reason.ORDER_TASK, task.priority, task.group, promise.deadline, note=note)
    )


def _writing(
    tx: sa.Connection, case: Case, channel: Channel, conversation: Conversation | None, now: datetime
) -> Writing:
    """Begin to write to the customer."""
    return apply.begin(tx, channel, conversation or _opened(tx, case.order, channel, now), now)


def _opened(tx: sa.Connection, order: Order, channel: Channel, now: datetime) -> Conversation:
    """The conversation of a customer who never wrote, opened and locked."""
    opened = conversations.enter(tx, order.shop, channel.id, order.facts.customer or "", "", (), now)
    return replace(opened, last_seq=opened.last_seq - 1)  # no message came in that would take a number


def _entry(plan: Plan, case: Case, outcome: str, reason: str, now: datetime) -> Entry:
    order = case.order
    channel, customer = order.facts.channel or "", order.facts.customer or ""
    about_what = case.start.occasion if case.start else occasion(plan, order)
    return Entry(
        order.shop, order.id, plan.id, about_what, plan.kind, channel, customer, outcome, reason, now,
        cluster(plan, order),
    )
