"""The whole pipeline of one turn: what was understood in, the decision and its effects out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core import policy, rated, stage, tickets, verdicts
from bot.core import topic as topics
from bot.core.effects import AwaitAnswer, ChaseTicket, Effect, OpenTicket, Outcome, Remember, Send, Suggest
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Dialogue, Mode, Priority, Reason, Status, Understanding
from bot.core.questions import Form
from bot.core.speech import Speech, kept, soothed, speak, without_greeting
from bot.core.turn import Turn

#: How long a question of ours may stand unanswered where a human is needed anyway; our default.
_PATIENCE = timedelta(minutes=10)
#: Who is upset hears empathy first, at night too (SR-059); the time promised stands in those phrases as well.
_EMPATHY_FIRST = (Reason.UPSET, Reason.RISK)


def answer(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Outcome:
    """Decide on a turn. Pure: the same content, turn and text give the same outcome. `turn.queue_length` is asked
    only where a waiting time is promised."""
    rate = rated.heard(turn, understood)
    if rate and (outcome := rated.settled(knowledge, turn, understood, rate)):
        return outcome
    return rated.beside(_answer(knowledge, turn, understood), turn, rate)


def _answer(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Outcome:
    topic = topics.heard(turn.dialogue.topic, understood.matches)
    understood = _in_context(knowledge, turn, understood)
    verdict = policy.judge(knowledge, turn, understood)
    also = () if isinstance(verdict, verdicts.Wait | verdicts.Silent) else verdict.also
    said, turn = _say_first(knowledge, turn, also)
    match verdict:
        case verdicts.Say():
            outcome = _say(knowledge, turn, verdict)
        case verdicts.Draft():
            outcome = _draft(knowledge, turn, verdict)
        case verdicts.HandOff():
            outcome = _hand_off(knowledge, turn, verdict)
        case verdicts.Wait():
            outcome = _wait(knowledge, turn, verdict)
        case verdicts.Silent():
            status = Status.HELD_BY_AGENT if verdict.held else Status.IGNORED
            outcome = Outcome(Decision(status, reasons=verdict.reasons))
    if said:
        outcome = replace(outcome, effects=_with_first(said, turn, outcome.effects))
    form = verdict.form if isinstance(verdict, verdicts.Say) and outcome.decision.status is Status.REPLIED else None
    effects = tuple(_remembering(effect, topic, form, turn) for effect in outcome.effects)
    return Outcome(_explained(outcome.decision, understood), effects)


def _in_context(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Understanding:
    """What a text means here: at this stage of the order, after what the talk was about."""
    unlikely = knowledge.unlikely(turn.stage)
    matches = topics.in_topic(stage.in_stage(understood.matches, unlikely), turn.dialogue.topic)
    wishes = tuple(wish for wish in understood.wishes if stage.fits(wish.intent, unlikely))
    return replace(understood, matches=matches, wishes=wishes if len(wishes) > 1 else ())


def _say_first(knowledge: Knowledge, turn: Turn, also: Sequence[verdicts.Say]) -> tuple[list[Speech], Turn]:
    """What the other wishes of the turn are answered, and the turn with that remembered. A wish whose phrases have all
    been said is left out: its answer stands above in the conversation."""
    said = []
    for say in also:
        speech = speak(knowledge, turn, say.situations, say.known)
        if speech is not None and speech.fresh:
            said.append(speech)
            turn = replace(turn, dialogue=_after(turn.dialogue, speech.phrase, say))
    return said, turn


def _with_first(said: Sequence[Speech], turn: Turn, effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects with these answers in front of what is said, or drafted where the shop confirms every reply; and
    remembered, where the effects remember nothing themselves."""
    text = "\n".join(without_greeting(speech.text) if place else speech.text for place, speech in enumerate(said))
    phrase = " ".join(speech.phrase for speech in said)
    joined: list[Effect] = []
    done = False
    for effect in effects:
        if not done and isinstance(effect, Suggest if turn.assist else Send):
            both = f"{text}\n{without_greeting(effect.text)}"
            effect, done = replace(effect, text=both, phrase=f"{phrase} {effect.phrase}"), True
        joined.append(effect)
    if not any(isinstance(effect, Remember) for effect in effects):
        joined.append(Remember(turn.dialogue))
    return tuple(joined) if done else (Send(text, phrase), *joined)


def _remembering(effect: Effect, topic: Mapping[str, float], form: Form | None, turn: Turn) -> Effect:
    if not isinstance(effect, Remember):
        return effect
    order = turn.order.id if turn.order else effect.dialogue.order
    return Remember(replace(effect.dialogue, topic=topic, form=form, product=turn.product_id, order=order))


def _say(knowledge: Knowledge, turn: Turn, verdict: verdicts.Say) -> Outcome:
    titles = [knowledge.intents[choice].title for choice in verdict.choices]
    facts = {**dict(zip(("first", "second"), titles, strict=False)), **verdict.known}
    speech = speak(knowledge, turn, verdict.situations, facts)
    if speech is None or not speech.fresh:
        return _nothing_new(knowledge, turn, verdict)
    dialogue = _after(turn.dialogue, speech.phrase, verdict)
    decision = Decision(Status.REPLIED, verdict.intent, situation=speech.situation, reasons=verdict.reasons)
    if verdict.soothe:
        speech, dialogue = soothed(knowledge, turn, speech, dialogue)
    effects: tuple[Effect, ...] = (Send(speech.text, speech.phrase), Remember(dialogue))
    if verdict.asks and knowledge.intents[verdict.intent].mode is not Mode.AUTO:
        effects = (*effects, AwaitAnswer(turn.now + _PATIENCE))
    return Outcome(decision, effects)


def _nothing_new(knowledge: Knowledge, turn: Turn, verdict: verdicts.Say) -> Outcome:
    """Every phrase has been said: small talk ends in silence, a question goes to a human."""
    if verdict.intent.startswith("chat.") or verdict.situations == ("sticker",):
        return Outcome(Decision(Status.IGNORED, verdict.intent, reasons=(*verdict.reasons, "all said before")))
    if turn.holder.value == "queue":
        return _wait(knowledge, turn, verdicts.Wait(chased=False, reasons=(*verdict.reasons, "all said before")))
    intent = knowledge.intents.get(verdict.intent)
    group, reasons = (intent.group if intent else "presale"), (*verdict.reasons, "no phrase is left to say")
    return _hand_off(
        knowledge, turn,
        verdicts.HandOff(
            Reason.NO_PHRASE, Priority.NORMAL, group, ("handoff",), verdict.intent, reasons, note=verdict.note
        ),
    )


def _draft(knowledge: Knowledge, turn: Turn, verdict: verdicts.Draft) -> Outcome:
    speech = speak(knowledge, turn, verdict.situations, verdict.known)
    if speech is None:
        reasons = (*verdict.reasons, "no phrase can be rendered")
        handoff = verdicts.HandOff(
            Reason.NO_PHRASE, verdict.priority, verdict.group, ("handoff",), verdict.intent, reasons, note=verdict.note,
            told=verdict.told,
        )
        return _hand_off(knowledge, turn, handoff)
    promise = _promise(knowledge, turn, verdict.priority)
    effects: list[Effect] = [
        Suggest(speech.text, speech.phrase),
        OpenTicket(
            Reason.SUGGESTION_WAITS, verdict.priority, verdict.group, promise.deadline, verdict.intent, verdict.note,
            promise.resolve_by, verdict.told,
        ),
    ]
    dialogue = turn.dialogue
    if not turn.assist and (holding := speak(knowledge, turn, ("holding",), {"wait": promise.words})):
        effects.insert(0, Send(holding.text, holding.phrase))
        dialogue = replace(dialogue, said=kept(dialogue.said, holding.phrase))
    effects.append(Remember(replace(_asked(dialogue, verdict.intent), failures=0, choices=())))
    decision = Decision(Status.SUGGESTED, verdict.intent, situation=speech.situation, reasons=verdict.reasons)
    return Outcome(decision, tuple(effects))


def _hand_off(knowledge: Knowledge, turn: Turn, verdict: verdicts.HandOff) -> Outcome:
    promise = _promise(knowledge, turn, verdict.priority)
    closed = promise.off_hours and verdict.reason not in _EMPATHY_FIRST
    situations = ("handoff_off_hours", *verdict.situations) if closed else verdict.situations
    ticket = OpenTicket(
        verdict.reason, verdict.priority, verdict.group, promise.deadline, verdict.intent, verdict.note,
        promise.resolve_by, verdict.told,
    )
    effects: list[Effect] = [ticket]
    dialogue = replace(turn.dialogue, failures=0, choices=(), last_intent=verdict.intent)
    speech = None if turn.assist else speak(knowledge, turn, situations, {"wait": promise.words, **verdict.known})
    if speech is not None:
        dialogue = replace(dialogue, said=kept(dialogue.said, speech.phrase))
        if verdict.soothe:
            speech, dialogue = soothed(knowledge, turn, speech, dialogue)
        effects.insert(0, Send(speech.text, speech.phrase))
    effects.append(Remember(dialogue))
    situation = speech.situation if speech else ""
    decision = Decision(
        Status.HANDED_OFF, verdict.intent, situation=situation, reasons=(*verdict.reasons, verdict.reason.value)
    )
    return Outcome(decision, tuple(effects))


def _wait(knowledge: Knowledge, turn: Turn, verdict: verdicts.Wait) -> Outcome:
    effects: list[Effect] = [ChaseTicket()] if verdict.chased else []
    situation = "waiting_chase" if verdict.chased else "waiting_ack"
    acknowledged = any(phrase.startswith("waiting_ack/") for phrase in turn.dialogue.said)
    quiet = turn.assist or (acknowledged and not verdict.chased)  # an acknowledgement after each line is a parrot's
    wait = {} if quiet else {"wait": _promise(knowledge, turn, Priority.HIGH).words}
    speech = None if quiet else speak(knowledge, turn, (situation,), wait)
    if speech is not None and speech.fresh:
        effects.append(Send(speech.text, speech.phrase))
        effects.append(Remember(replace(turn.dialogue, said=kept(turn.dialogue.said, speech.phrase))))
    return Outcome(Decision(Status.HANDED_OFF, situation=situation, reasons=verdict.reasons), tuple(effects))


def _promise(knowledge: Knowledge, turn: Turn, priority: Priority) -> tickets.Promise:
    shop = knowledge.shop(turn.shop)
    return tickets.promise(priority, turn.queue_length(), turn.now, shop.hours, shop.waits)


def _after(dialogue: Dialogue, phrase: str, verdict: verdicts.Say) -> Dialogue:
    said = kept(dialogue.said, phrase)
    if verdict.failed:
        return replace(dialogue, said=said, failures=dialogue.failures + 1, choices=verdict.choices)
    known = _asked(dialogue, verdict.intent) if verdict.intent and not verdict.asks else dialogue
    return replace(known, said=said, failures=0, choices=())


def _asked(dialogue: Dialogue, intent: str) -> Dialogue:
    asked = {**dialogue.asked, intent: dialogue.asked.get(intent, 0) + 1}
    return replace(dialogue, asked=asked, last_intent=intent)


def _explained(decision: Decision, understood: Understanding) -> Decision:
    best = understood.matches[0] if understood.matches else None
    second = understood.matches[1] if len(understood.matches) > 1 else None
    about = (f"{understood.mood} about {understood.aim}",) if understood.aim else ()
    return replace(
        decision,
        reasons=(*decision.reasons, *about),
        intent=decision.intent or (best.intent if best else ""),
        score=best.score if best else 0.0,
        margin=understood.margin,
        runner_up=second.intent if second else "",
        example=best.example if best else "",
    )


def fault(knowledge: Knowledge, turn: Turn) -> Outcome:
    """What to do when the bot itself failed: a human, at once, and a word to the customer if any can be said."""
    handoff = verdicts.HandOff(Reason.BOT_FAULT, Priority.HIGH, "presale", ("handoff",))
    return _hand_off(knowledge, turn, handoff)
