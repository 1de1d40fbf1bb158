"""The story of a question of the shop's own that nobody answered: a human asks by telephone, once (SR-133)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.core import tickets as queue
from bot.core.effects import OpenTicket
from bot.core.knowledge import Knowledge
from bot.core.model import Reason
from bot.core.orders import Order
from bot.core.plans import Asks, Plan, Task
from bot.core.proactive import occasion
from bot.flows import apply
from bot.flows.apply import Writing
from bot.store import channels, conversations, jobs, orders, proactive, tickets

#: The kind of the jobs that look whether somebody answered.
KIND = "unconfirmed"


def set_timer(tx: sa.Connection, plan: Plan, order: Order, now: datetime) -> None:
    """Look for an answer when its time is over; one look per plan and order, moved by the next question."""
    if plan.silent is not None:
        payload = {"plan": plan.id, "order": order.id}
        key = f"{KIND}:{plan.id}:{order.id}"
        jobs.add(tx, order.shop, KIND, payload, now + plan.silent.after, now, unique_key=key)


def look(tx: sa.Connection, knowledge: Knowledge, shop: str, plan_id: str, order_id: str, now: datetime) -> None:
    """Open the task where the question still stands: the order is as it was when it was put, and no word came."""
    plan, order = knowledge.plans.get(plan_id), orders.get(tx, shop, order_id)
    channel = channels.find(tx, order.facts.channel, now) if order and order.facts.channel else None
    if plan is None or plan.silent is None or order is None or channel is None:
        return
    found = conversations.of_customer(tx, shop, channel.id, order.facts.customer or "")
    conversation = conversations.lock(tx, shop, found.id) if found else None
    order = orders.get(tx, shop, order_id) or order
    key = (order.id, plan.id, occasion(plan, order))
    if conversation is None or order.state not in plan.states or not proactive.unanswered(tx, shop, key):
        return
    writing = apply.begin(tx, channel, conversation, now)
    proactive.give_ticket(tx, shop, key, _open(writing, knowledge, plan, plan.silent.task, order))
    writing.flush()


def _open(writing: Writing, knowledge: Knowledge, plan: Plan, task: Task, order: Order) -> str:
    shop = knowledge.shop(order.shop)
    waiting = tickets.waiting(writing.tx, order.shop)
    promise = queue.promise(task.priority, waiting, writing.now, shop.hours, shop.waits)
    asks_for_money = plan.asks is Asks.COD and order.facts.amount is not None
    amount = f"，应付{(order.facts.amount or 0) / 100:.2f}元" if asks_for_money else ""
    note = f"{task.note}（订单 {order.id}{amount}）"
    ticket = OpenTicket(Reason.ORDER_TASK, task.priority, task.group, promise.deadline, note=note)
    return apply.open_ticket(writing, ticket)
