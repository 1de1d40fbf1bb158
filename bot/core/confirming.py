"""What a customer answers to a question of the shop's own: a yes counts for what was shown and nothing else (bar 37).
The talk about an address is `core.readdressing`; of any other question only a yes is understood, the rest is a
human's."""

from __future__ import annotations

from dataclasses import replace

from bot.core import care, choosing, readdressing, tickets
from bot.core.address_talk import CHANGE, CHECK
from bot.core.answer import answer as usual
from bot.core.effects import Answered, Effect, OpenTicket, Outcome, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Holder, Mood, Priority, Reason, Status, Understanding
from bot.core.orders import Order
from bot.core.plans import FOLDER, Asks, Plan
from bot.core.proactive import occasion, shown_words, words
from bot.core.questions import Question
from bot.core.speech import Speech, kept, speak
from bot.core.turn import Turn
from bot.core.yes_no import declines, is_yes

#: Intents that answer a question about the address, beside those that are no wish at all.
_OF_ADDRESS = frozenset({CHANGE, CHECK})
_NO = frozenset({"chat.deny", "other", "unclear"})
_CIVIL = frozenset({Mood.CALM, Mood.URGING, Mood.DISPLEASED})
_NOTE = "核对“{title}”时客户的回复：{text}（给客户看的是：{shown}）"
_CLOSE = "客户不要货到付款，已告诉重新拍、在线付款；请关闭订单 {order}"
_LONGEST = 100  # characters of the answer on the ticket


def outcome(knowledge: Knowledge, turn: Turn, understood: Understanding, order: Order | None) -> Outcome:
    """The outcome of a turn. `order`: the one that a question of the shop's own asked about, as it is now; None
    without such a question."""
    if (silenced := _silenced(knowledge, turn, understood)) is not None:
        return silenced
    if turn.dialogue.question is None:
        return _begun(knowledge, turn, understood) or usual(knowledge, turn, understood)
    answer = answered(knowledge, turn, understood, order)
    if answer is not None or not _speaks_of_address(knowledge, understood):
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
    if plan.asks is Asks.ADDRESS:
        return readdressing.answered(knowledge, turn, understood, plan, question, order)
    if order.state not in plan.states:
        return None
    if plan.asks is Asks.STOCK and (outcome := choosing.answered(knowledge, turn, understood, plan, question, order)):
        return outcome
    if plan.asks is not Asks.STOCK and is_yes(understood.text):  # a yes to three choices chooses none
        return _yes(knowledge, turn, plan, question, order)
    if plan.asks is Asks.COD and declines(understood.text):
        return _declined(knowledge, turn, plan, question, order)
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


def _silenced(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Outcome | None:
    """Who wants nothing unasked hears that it is so from now on (SR-144); a question of the shop's own still stands."""
    free = turn.holder is Holder.BOT and turn.dialogue.form is None and not turn.assist and not understood.wants_human
    if not free or understood.mood not in _CIVIL or not care.only_declines(turn.typed):
        return None
    speech = speak(knowledge, turn, ("silence",), {})
    if speech is None:
        return None
    decision = Decision(Status.REPLIED, "other", situation=speech.situation, reasons=("nothing unasked is wanted",))
    return Outcome(decision, (Send(speech.text, speech.phrase), _remember(turn, turn.dialogue.question, speech)))


def _begun(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Outcome | None:
    """The talk about an address that the customer begins, about the one order that is meant."""
    if turn.order is None or not _calm(turn, understood):
        return None
    return readdressing.begun(knowledge, turn, understood, turn.order)


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
    anew = None if is_same else replace(question, occasion=now, shown=shown_words(order, turn.now))
    settled = Answered(question, "right" if is_same else "other", anew)
    why = "what was shown is confirmed" if is_same else "what was shown has changed since: asked anew"
    decision = Decision(Status.REPLIED, "chat.affirm", situation=speech.situation, reasons=(why,))
    return Outcome(decision, (Send(speech.text, speech.phrase), settled, _remember(turn, anew, speech)))


def _declined(knowledge: Knowledge, turn: Turn, plan: Plan, question: Question, order: Order) -> Outcome:
    """The customer does not want to pay at the door: how to order anew, and a human closes this order (SR-132)."""
    note = _CLOSE.format(order=order.id)
    situations = (f"{FOLDER}/{plan.id}/declined",)
    return _to_human(knowledge, turn, question, note, situations, "payment at the door is declined")


def _otherwise(knowledge: Knowledge, turn: Turn, plan: Plan, question: Question, text: str) -> Outcome:
    """An answer that is no yes: a human reads it beside what was asked, and nothing counts as confirmed."""
    note = _NOTE.format(title=plan.title, text=text[:_LONGEST], shown=question.shown)
    return _to_human(knowledge, turn, question, note, (), "the answer to the shop's own question is no plain yes")


def _to_human(
    knowledge: Knowledge, turn: Turn, question: Question, note: str, situations: tuple[str, ...], why: str
) -> Outcome:
    shop = knowledge.shop(turn.shop)
    promise = tickets.promise(Priority.HIGH, turn.queue_length(), turn.now, shop.hours, shop.waits)
    ticket = OpenTicket(Reason.ORDER_TASK, Priority.HIGH, "sale", promise.deadline, "order.check_address", note)
    usual_words = ("handoff_off_hours", "handoff") if promise.off_hours else ("handoff",)
    speech = speak(knowledge, turn, (*situations, *usual_words), {"wait": promise.words})
    effects: list[Effect] = [ticket, Answered(question, "other"), _remember(turn, None, speech)]
    if speech is not None:
        effects.insert(0, Send(speech.text, speech.phrase))
    reasons = (why, Reason.ORDER_TASK.value)
    situation = speech.situation if speech else ""
    decision = Decision(Status.HANDED_OFF, "order.check_address", situation=situation, reasons=reasons)
    return Outcome(decision, tuple(effects))


def _remember(turn: Turn, question: Question | None, speech: Speech | None) -> Remember:
    said = kept(turn.dialogue.said, speech.phrase) if speech else turn.dialogue.said
    return Remember(replace(turn.dialogue, said=said, question=question, failures=0, choices=()))
