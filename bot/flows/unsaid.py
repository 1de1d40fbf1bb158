"""What the shop said first and nobody has heard yet: overtaken by events it is taken back, held up it is asked about
anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.effects import Answered
from bot.core.proactive import stamp
from bot.store import jobs, orders, proactive
from bot.store.messages import StoredMessage

#: The kind of the timers' jobs.
KIND = "proactive"
#: After this long a message that could not leave is asked about again; our default.
_LOOK_AGAIN = timedelta(minutes=10)


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


def take_back(tx: sa.Connection, message: StoredMessage, why: str, now: datetime) -> None:
    """Unsay a message that surely did not leave. Unless events have overtaken it, its plan is asked again later."""
    if is_overtaken(tx, message):
        proactive.take_back(tx, message.shop, message.id, "dropped", "overtaken by what happened to the order", now)
        return
    proactive.take_back(tx, message.shop, message.id, "snoozed", why, now)
    plan, order = str(message.details["plan"]), str(message.details["order"])
    set_timer(tx, message.shop, plan, order, now + _LOOK_AGAIN, now)


def keep_answer(tx: sa.Connection, shop: str, given: Answered, now: datetime) -> None:
    """Write down what a customer answered; what is asked anew in the reply is asked from now on."""
    question = given.question
    proactive.answered(tx, shop, (question.order, question.plan, question.occasion), given.answer, now)
    if given.anew is not None:
        proactive.ask_anew(tx, shop, (question.order, question.plan, question.occasion), given.anew.occasion, now)


def set_timer(tx: sa.Connection, shop: str, plan: str, order: str, run_at: datetime, now: datetime) -> None:
    """Let a plan be asked about an order at a moment; one timer each, moved where it waits already."""
    payload = {"plan": plan, "order": order}
    jobs.add(tx, shop, KIND, payload, max(run_at, now), now, unique_key=key(plan, order))


def key(plan: str, order: str) -> str:
    """The unique key of a plan's timer for an order."""
    return f"{KIND}:{plan}:{order}"
