"""What a customer answers to a question of the shop's own: a yes counts for what was shown and nothing else (bar 37).

Seam: only a yes is understood here. Whatever else may be an answer goes to a human with a note; a reader of addresses
that understands “改成…” takes its place before `_otherwise`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core import tickets
from bot.core.answer import answer as usual
from bot.core.effects import Answered, Effect, OpenTicket, Outcome, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Holder, Mood, Priority, Question, Reason, Status, Understanding
from bot.core.orders import Order
from bot.core.plans import FOLDER, Plan
from bot.core.proactive import occasion, words
from bot.core.speech import Speech, kept, speak
from bot.core.turn import Turn

_YES = re.compile(
    r"(?:(?:嗯|恩|哦|是|对|好|行|ok|没错|没问题|没有问题|正确|无误|确认|可以|都对|地址|电话|信息|收货|这个|就是|的|了|呢|啊|呀|哈|哒|滴)+"
    r"[,。!~.，、\s]*)+", re.IGNORECASE,
)  # fmt: skip
_SAYS_YES = re.compile(r"对|是|好|行|ok|没错|没问题|没有问题|正确|无误|确认|可以|嗯|恩", re.IGNORECASE)
#: Intents that answer a question about the address, beside those that are no wish at all.
_OF_ADDRESS = frozenset({"order.change_address", "order.check_address"})
_NO = frozenset({"chat.deny", "other", "unclear"})
_NOTE = "核对“{title}”时客户的回复：{text}（给客户看的是：{shown}）"
_LONGEST = 100  # characters of the answer on the ticket


def outcome(knowledge: Knowledge, turn: Turn, understood: Understanding, order: Order | None) -> Outcome:
    """The outcome of a turn while a question of the shop's own is open. `order`: the one asked about, as it is now."""
    answer = answered(knowledge, turn, understood, order)
    if answer is not None or turn.dialogue.question is None or not _speaks_of_address(knowledge, understood):
        return answer or usual(knowledge, turn, understood)
    settled = Answered(turn.dialogue.question, "other")  # a later yes must not confirm what the customer wants changed
    turn = replace(turn, dialogue=replace(turn.dialogue, question=None))
    found = usual(knowledge, turn, understood)
    remembered = () if any(isinstance(one, Remember) for one in found.effects) else (Remember(turn.dialogue),)
    return replace(found, effects=(*found.effects, settled, *remembered))


def answered(knowledge: Knowledge, turn: Turn, understood: Understanding, order: Order | None) -> Outcome | None:
    """The outcome of a turn that answers the shop's open question; None for a turn that is about something else, or
    that the usual way serves better. `order`: as it is now."""
    question = turn.dialogue.question
    plan = knowledge.plans.get(question.plan) if question else None
    if question is None or plan is None or order is None or not _calm(turn, understood):
        return None
    if order.state not in plan.states:
        return None
    if is_yes(understood.text):
        return _yes(knowledge, turn, plan, question, order)
    top = understood.matches[0] if understood.matches else None
    if top is None or top.score < knowledge.accept or top.intent in _NO:
        return _otherwise(knowledge, turn, plan, question, understood.text)
    if top.intent in _OF_ADDRESS and knowledge.script_of(top.intent) is None:
        return _otherwise(knowledge, turn, plan, question, understood.text)
    return None


def _speaks_of_address(knowledge: Knowledge, understood: Understanding) -> bool:
    top = understood.matches[0] if understood.matches else None
    is_wish = top is not None and top.intent in _OF_ADDRESS and top.score >= knowledge.accept
    return is_wish or any(entity.kind == "address" for entity in understood.entities)


def is_yes(text: str) -> bool:
    """Whether a normalised text says yes and not a word more: “对的，电话换了” is no yes."""
    return bool(_YES.fullmatch(text) and _SAYS_YES.search(text)) and "不" not in text


def _calm(turn: Turn, understood: Understanding) -> bool:
    return (
        turn.holder is Holder.BOT and turn.dialogue.form is None and not turn.assist
        and not understood.wants_human and understood.mood in (Mood.CALM, Mood.URGING)
    )  # fmt: skip


def _yes(knowledge: Knowledge, turn: Turn, plan: Plan, question: Question, order: Order) -> Outcome | None:
    now = occasion(plan, order)
    is_same = now == question.occasion
    group = "right" if is_same else "changed"
    shown = words(order, turn.now)
    speech = speak(knowledge, turn, (f"{FOLDER}/{plan.id}/{group}",), {"order": shown})
    if speech is None:
        return None
    seen = " ".join(shown[name] for name in ("receiver", "phone", "address") if name in shown)
    anew = None if is_same else replace(question, occasion=now, shown=seen)
    settled = Answered(question, "right" if is_same else "other", anew)
    why = "what was shown is confirmed" if is_same else "what was shown has changed since: asked anew"
    decision = Decision(Status.REPLIED, "chat.affirm", situation=speech.situation, reasons=(why,))
    return Outcome(decision, (Send(speech.text, speech.phrase), settled, _remember(turn, anew, speech)))


def _otherwise(knowledge: Knowledge, turn: Turn, plan: Plan, question: Question, text: str) -> Outcome:
    """An answer that is no yes: a human reads it beside what was asked, and nothing counts as confirmed."""
    shop = knowledge.shop(turn.shop)
    promise = tickets.promise(Priority.HIGH, turn.queue_length(), turn.now, shop.hours, shop.waits)
    note = _NOTE.format(title=plan.title, text=text[:_LONGEST], shown=question.shown)
    ticket = OpenTicket(Reason.ORDER_TASK, Priority.HIGH, "sale", promise.deadline, "order.check_address", note)
    situations = ("handoff_off_hours", "handoff") if promise.off_hours else ("handoff",)
    speech = speak(knowledge, turn, situations, {"wait": promise.words})
    effects: list[Effect] = [ticket, Answered(question, "other"), _remember(turn, None, speech)]
    if speech is not None:
        effects.insert(0, Send(speech.text, speech.phrase))
    reasons = ("the answer to the shop's own question is no plain yes", Reason.ORDER_TASK.value)
    situation = speech.situation if speech else ""
    decision = Decision(Status.HANDED_OFF, "order.check_address", situation=situation, reasons=reasons)
    return Outcome(decision, tuple(effects))


def _remember(turn: Turn, question: Question | None, speech: Speech | None) -> Remember:
    said = kept(turn.dialogue.said, speech.phrase) if speech else turn.dialogue.said
    return Remember(replace(turn.dialogue, said=said, question=question, failures=0, choices=()))
