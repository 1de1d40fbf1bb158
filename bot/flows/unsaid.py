"""What the shop said first and nobody has heard yet: overtaken by events it is taken back, held up it is asked about
anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.desk import STALE_AFTER
from bot.core.effects import Answered
from bot.core.order_facts import is_fresh
from bot.core.plans import FOLDER, PlanKind, Start
from bot.core.proactive import stamp
from bot.core.questions import Question
from bot.core.shop import Shop
from bot.core.tact import JUST_READ, is_quiet
from bot.store import jobs, messages, orders, proactive
from bot.store.conversations import Conversation
from bot.store.messages import StoredMessage

#: The kind of the timers' jobs.
KIND = "proactive"
#: After this long a message that could not leave is asked about again; our default.
_LOOK_AGAIN = timedelta(minutes=10)
#: Messages among which the last text of a talk is looked for; our default.
_LOOKED_AT = 10
_NOT_SEEN = frozenset({"queued", "failed", "dropped"})  # of a message of ours


def is_first_word(message: StoredMessage) -> bool:
    """Whether nobody asked for the message: it is not worth a ticket when it cannot be delivered."""
    return "plan" in message.details


def is_overtaken(tx: sa.Connection, message: StoredMessage) -> bool:
    """Whether the order has changed, in what the message tells of it, since it was written (bars 33 and 38): asked as
    the last thing before the message leaves."""
    if not is_first_word(message):
        return False
    order = orders.get(tx, message.shop, str(message.details["order"]))
    return order is None or stamp(order, str(message.details.get("about", ""))) != message.details["stamp"]


def is_unsure(tx: sa.Connection, message: StoredMessage, now: datetime) -> bool:
    """Whether the shop's system, which can be asked, did not just say how the order of the message stands (bar 33)."""
    if not is_first_word(message):
        return False
    order = orders.get(tx, message.shop, str(message.details["order"]))
    return order is None or not is_fresh(order, now, JUST_READ)


def is_too_late(message: StoredMessage, facts: Shop, now: datetime) -> bool:
    """Whether quiet hours have begun since the message was written. It waits for the morning then, and is asked about
    again."""
    kind = PlanKind(message.details.get("kind", PlanKind.NOTICE))
    started = Start.of(message.details) is not None
    return is_first_word(message) and is_quiet(kind, facts, now, started=started)


def take_back(tx: sa.Connection, message: StoredMessage, why: str, now: datetime) -> None:
    """Unsay a message that surely did not leave. Unless events have overtaken it, its plan is asked again later."""
    if is_overtaken(tx, message):
        proactive.take_back(tx, message.shop, message.id, "dropped", "overtaken by what happened to the order", now)
        return
    proactive.take_back(tx, message.shop, message.id, "snoozed", why, now)
    plan, order = str(message.details["plan"]), str(message.details["order"])
    set_timer(tx, message.shop, plan, order, now + _LOOK_AGAIN, now, Start.of(message.details))


def stands(tx: sa.Connection, shop: str, question: Question) -> bool:
    """Whether a question was put at all: one that still waits to leave, or was taken back before it left, was seen by
    nobody, and a yes is none to it. What the customer has spoken of already stands in any case."""
    if question.said or question.asked:
        return True
    known = proactive.listed(tx, shop, question.order, question.plan)
    put = next((one for one in known if one["occasion"] == question.occasion), None)
    return put is not None and put["outcome"] == "sent" and put["delivered"] not in _NOT_SEEN


def as_seen(tx: sa.Connection, conversation: Conversation, question: Question) -> Question:
    """The question as the customer can have seen it: where our last text of its talk still waits to leave, what is
    typed by the time at which it would be too old to leave comes before it (bar 37)."""
    said = messages.listed(tx, conversation.shop, conversation.id, last=_LOOKED_AT)
    talk = f"{FOLDER}/{question.plan}/"
    ours = next((one for one in reversed(said) if str(one.details.get("phrase", "")).startswith(talk)), None)
    if ours is None or ours.state != "queued":
        return question
    return replace(question, at=(ours.created_at + STALE_AFTER).timestamp())


def keep_answer(tx: sa.Connection, shop: str, given: Answered, now: datetime) -> None:
    """Write down what a customer answered; what is asked anew in the reply is asked from now on."""
    question = given.question
    proactive.answered(tx, shop, (question.order, question.plan, question.occasion), given.answer, now)
    if given.anew is not None:
        proactive.ask_anew(tx, shop, (question.order, question.plan, question.occasion), given.anew.occasion, now)


def set_timer(
    tx: sa.Connection, shop: str, plan: str, order: str, run_at: datetime, now: datetime, start: Start | None = None
) -> None:
    """Let a plan be asked about an order at a moment; one timer each, moved where it waits already. `start`: of a plan
    that a person started, one timer for each occasion."""
    payload, unique = {"plan": plan, "order": order}, key(plan, order)
    if start is not None:
        payload, unique = payload | start.plain(), f"{unique}:{start.occasion}"
    jobs.add(tx, shop, KIND, payload, max(run_at, now), now, unique_key=unique)


def key(plan: str, order: str) -> str:
    """The unique key of the timer that an order's events set for a plan."""
    return f"{KIND}:{plan}:{order}"
