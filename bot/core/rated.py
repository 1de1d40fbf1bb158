"""A turn that answers our question how it was: thanks, or for a low score the reason and a lead."""

from __future__ import annotations

from dataclasses import replace

from bot.core import csat, tickets
from bot.core.effects import Effect, OpenTicket, Outcome, Rate, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import NOT_ANSWERABLE, Decision, Holder, Mood, Priority, Reason, Status, Understanding
from bot.core.questions import Survey
from bot.core.speech import kept, speak
from bot.core.turn import Turn

_GROUP = "senior"  # the leads'
_CALM_ENOUGH = frozenset({Mood.CALM, Mood.URGING, Mood.DISPLEASED})


def heard(turn: Turn, understood: Understanding) -> Rate | None:
    """The answer to our question in a turn; None where none stands, or the turn is about something else."""
    survey = turn.dialogue.survey
    if survey is None or not csat.stands(survey, turn.now) or turn.assist or turn.holder is Holder.AGENT:
        return None
    if survey.wants == "reason":
        return Rate(survey.id, None, understood.text) if understood.text else None
    rating = csat.read(understood.text) if turn.holder is Holder.BOT else None
    return Rate(survey.id, rating.score, rating.reason) if rating else None


def settled(knowledge: Knowledge, turn: Turn, understood: Understanding, rate: Rate) -> Outcome | None:
    """What becomes of a turn that does nothing but answer; None where it wants more than that, or a human at once."""
    if understood.wants_human or understood.mood not in _CALM_ENOUGH:
        return None
    if rate.score is not None and rate.score > csat.LOW:
        return None if _wants_more(knowledge, understood, rate) else _thanked(knowledge, turn, rate)
    return _followed_up(knowledge, turn, rate)


def beside(outcome: Outcome, turn: Turn, rate: Rate | None) -> Outcome:
    """An ordinary outcome with the answer kept, if the turn held one; our question ends with any turn that goes on to
    something else than small talk."""
    if turn.dialogue.survey is None or (rate is None and _is_small_talk(outcome)):
        return outcome
    effects: list[Effect] = [
        Remember(replace(effect.dialogue, survey=None)) if isinstance(effect, Remember) else effect
        for effect in outcome.effects
    ]
    if not any(isinstance(effect, Remember) for effect in effects):
        effects.append(Remember(replace(turn.dialogue, survey=None)))
    return replace(outcome, effects=(*((rate,) if rate else ()), *effects))


def _is_small_talk(outcome: Outcome) -> bool:
    silent_or_said = outcome.decision.status in (Status.REPLIED, Status.IGNORED)
    return silent_or_said and outcome.decision.intent.startswith("chat.")


def _wants_more(knowledge: Knowledge, understood: Understanding, rate: Rate) -> bool:
    """Whether a satisfied customer goes on to a question of their own."""
    best = understood.matches[0] if understood.matches and rate.reason else None
    if best is None or best.intent in NOT_ANSWERABLE or best.intent.startswith("chat."):
        return False
    return best.score >= knowledge.accept


def _thanked(knowledge: Knowledge, turn: Turn, rate: Rate) -> Outcome:
    return _said(knowledge, turn, rate, "csat_thanks", Status.REPLIED, {}, ())


def _followed_up(knowledge: Knowledge, turn: Turn, rate: Rate) -> Outcome:
    """A lead is asked at once; the customer is asked why, unless that was said already."""
    shop = knowledge.shop(turn.shop)
    promise = tickets.promise(Priority.HIGH, turn.queue_length(), turn.now, shop.hours, shop.waits)
    score = rate.score or (turn.dialogue.survey.score if turn.dialogue.survey else 0)
    note = f"评分 {score} 分" + (f"：{rate.reason}" if rate.reason else "")
    ticket = OpenTicket(Reason.LOW_SCORE, Priority.HIGH, _GROUP, promise.deadline, note=note)
    why = rate.score is not None and not rate.reason
    survey = Survey(rate.survey, "reason", (turn.now + csat.WINDOW).timestamp(), score) if why else None
    situation = "csat_why" if why else "csat_noted"
    return _said(
        knowledge, turn, rate, situation, Status.HANDED_OFF, {"wait": promise.words}, (ticket,), survey
    )


def _said(
    knowledge: Knowledge, turn: Turn, rate: Rate, situation: str, status: Status, facts: dict[str, object],
    more: tuple[Effect, ...], survey: Survey | None = None,
) -> Outcome:  # fmt: skip
    speech = speak(knowledge, turn, (situation,), facts)
    said = kept(turn.dialogue.said, speech.phrase) if speech else turn.dialogue.said
    send = (Send(speech.text, speech.phrase),) if speech else ()
    remember = Remember(replace(turn.dialogue, said=said, survey=survey))
    reason = "the reason of a low score" if rate.score is None else f"rated {rate.score}"
    return Outcome(Decision(status, situation=situation, reasons=(reason,)), (rate, *send, *more, remember))

