"""An item ran out after it was paid for: the customer waits, takes another, or has the money back (SR-130)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.core import tickets
from bot.core.effects import Answered, Effect, KeepNote, OpenTicket, Outcome, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Priority, Reason, Status, Understanding
from bot.core.order_notes import NoteReason
from bot.core.orders import Order
from bot.core.plans import FOLDER, Plan
from bot.core.proactive import words
from bot.core.questions import Question
from bot.core.speech import kept, speak
from bot.core.turn import Turn

_LONGEST = 100  # characters of the answer that are written down


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out. `group` is that of its phrases; `task` is what a human does, "" where a note is enough."""

    group: str
    hears: re.Pattern[str]
    note: str
    reason: NoteReason
    task: str = ""


CHOICES = (
    Choice("waits", re.compile(r"(?<![不没])(?<!不[想能愿])(?<!不愿意)等(?!于|级|一?下)|补货.{0,3}发"),
           "客户愿意等补货", NoteReason.REMARK),
    Choice("swaps", re.compile(r"(?<![不别])换|别的(?:颜色|款|码|尺码)|其他(?:颜色|款)|改成"), "客户想换规格或款式",
           NoteReason.ITEM, "请和客户定好换成哪一款，改好订单"),
    Choice("refunds", re.compile(r"(?<![不别])退|不(?:想)?要了|不(?:想)?等|取消|算了"), "客户选择退款",
           NoteReason.REMARK, "请为客户办理退款，关闭订单"),
)  # fmt: skip


def chosen(text: str) -> Choice | None:
    """The one choice that a normalised text makes; None where it makes none or several, or asks."""
    if text.endswith(("吗", "?", "么", "多久", "什么时候")):
        return None
    found = [choice for choice in CHOICES if choice.hears.search(text)]
    return found[0] if len(found) == 1 else None


def answered(
    knowledge: Knowledge, turn: Turn, understood: Understanding, plan: Plan, question: Question, order: Order
) -> Outcome | None:
    """The outcome of a turn that chooses: a note for the order maker, and a human where something has to be done. None
    where nothing was chosen."""
    choice = chosen(understood.text)
    if choice is None:
        return None
    shop = knowledge.shop(turn.shop)
    promise = tickets.promise(Priority.NORMAL, turn.queue_length(), turn.now, shop.hours, shop.waits)
    situations = (f"{FOLDER}/{plan.id}/{choice.group}", "handoff")
    speech = speak(knowledge, turn, situations, {"order": words(order, turn.now), "wait": promise.words})
    text = f"缺货（{order.facts.out_of_stock}）：{choice.note}，原话“{understood.text[:_LONGEST]}”"
    effects: list[Effect] = [KeepNote(order.id, text, choice.reason), Answered(question, "other")]
    if choice.task:
        note = f"{text}。{choice.task}（订单 {order.id}）"
        effects.append(OpenTicket(Reason.ORDER_TASK, Priority.NORMAL, "sale", promise.deadline, note=note))
    if speech is not None:
        effects.insert(0, Send(speech.text, speech.phrase))
    said = kept(turn.dialogue.said, speech.phrase) if speech else turn.dialogue.said
    effects.append(Remember(replace(turn.dialogue, said=said, question=None, failures=0, choices=())))
    status = Status.HANDED_OFF if choice.task else Status.REPLIED
    decision = Decision(status, situation=speech.situation if speech else "", reasons=(f"chosen: {choice.group}",))
    return Outcome(decision, tuple(effects))
