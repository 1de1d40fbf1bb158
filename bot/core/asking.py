"""What a dialogue makes of a turn: its first or next question, its answer, or a human who reads what was told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core import dialogue, goods, order_facts, products
from bot.core.dialogue import Heard, Script, Step, StepKind
from bot.core.intents import Intent
from bot.core.knowledge import Knowledge
from bot.core.match import accepted
from bot.core.model import NOT_ANSWERABLE, Holder, Mode, Mood, Reason, Understanding
from bot.core.questions import Form
from bot.core.turn import Turn
from bot.core.verdicts import Draft, HandOff, Say, Verdict

_YES_OR_NO = frozenset({"chat.affirm", "chat.deny"})


@dataclass(frozen=True, slots=True)
class _Talk:
    """One turn of a dialogue: all that a verdict on it depends on."""

    knowledge: Knowledge
    turn: Turn
    understood: Understanding
    script: Script
    intent: Intent

    @property
    def heard(self) -> Heard:
        """What the turn may answer with."""
        types = self.turn.types or frozenset({self.turn.type})
        told = frozenset({"order_no"}) if self.turn.stage else frozenset[str]()  # the platform tells of the order
        return Heard(self.understood.text, self.understood.entities, types, told)

    @property
    def upset(self) -> bool:
        """Whether the customer wants soothing first."""
        return self.understood.mood is Mood.DISPLEASED


def starting(knowledge: Knowledge, turn: Turn, understood: Understanding, intent: Intent) -> Verdict | None:
    """The first question of the dialogue that this intent begins, or where the opening leads at once. Asked again, it
    is only begun where something new was told; nobody is questioned while a human is waited for."""
    script = knowledge.script_of(intent.id)
    if script is None or turn.assist or turn.holder is not Holder.BOT:
        return None
    if not dialogue.suits(script, turn.stage, understood.text):
        return None
    talk = _Talk(knowledge, turn, understood, script, intent)
    form = dialogue.begin(script, talk.heard)
    kind = script.steps[form.step].kind
    if kind is StepKind.ASK and turn.dialogue.asked.get(intent.id):
        return None
    if kind is StepKind.SAY and any(one.startswith(script.situation(form.step, "say")) for one in turn.dialogue.said):
        return None  # said already: the intent has other words for a question that comes again
    return _at(talk, form)


def going_on(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Verdict | None:
    """What follows on an answer to our question; None when the customer speaks of something else, or nothing was
    asked. An answer that is not understood is asked for once more, then no longer."""
    form = turn.dialogue.form
    script = knowledge.scripts.get(form.script) if form else None
    if form is None or script is None or turn.holder is not Holder.BOT:
        return None
    talk = _Talk(knowledge, turn, understood, script, knowledge.intents[script.intents[0]])
    if form.step not in script.steps:
        return None
    aside = _is_aside(talk, script.steps[form.step], asked_again=form.misses > 0)
    ours = aside and knowledge.intents[understood.matches[0].intent].mode is Mode.AUTO
    moved = dialogue.go_on(script, form, replace(talk.heard, aside=ours))
    if moved is not None:
        return _at(talk, moved, again=moved.step == form.step)
    if aside:
        return None
    return _missed(talk, replace(form, misses=form.misses + 1))


def beside(form: Form | None, verdict: Verdict) -> Verdict:
    """A verdict on something else while a question is open: it stays open for a turn or two."""
    if form is None or form.aside + 1 >= dialogue.ASIDES or not isinstance(verdict, Say) or verdict.form:
        return verdict
    return replace(verdict, form=replace(form, aside=form.aside + 1))


def with_note(knowledge: Knowledge, form: Form | None, verdict: Verdict) -> Verdict:
    """A verdict that asks for a human, with what the customer has told in the dialogue so far."""
    script = knowledge.scripts.get(form.script) if form else None
    if form is None or script is None or not isinstance(verdict, HandOff | Draft) or verdict.note:
        return verdict
    return replace(verdict, note=dialogue.note(script, form), told=form)


def _at(talk: _Talk, form: Form, *, again: bool = False) -> Verdict:
    """What is to be said or done at a step."""
    script, step, intent = talk.script, talk.script.steps[form.step], talk.intent
    reasons = (f"intent {intent.id}", f"dialogue {script.id}/{step.id}")
    known, note = _known(talk, form), dialogue.note(script, form)
    if step.kind is StepKind.ASK:
        parts = ("again", "ask") if again else ("ask", "again")
        asked = tuple(script.situation(step.id, part) for part in parts)
        return Say(asked, intent.id, reasons=reasons, soothe=talk.upset, asks=True, form=form, note=note, known=known)
    if step.kind is StepKind.HUMAN:
        words = (script.situation(step.id, "human"), "handoff")
        return HandOff(
            Reason.INTENT_NEEDS_HUMAN, max(step.priority, intent.priority), step.group or intent.group, words,
            intent.id, reasons, note=note, soothe=talk.upset, known=known, told=form,
        )  # fmt: skip
    answers = (script.situation(step.id, "say"), *_otherwise(script, step.lost))
    if intent.mode is not Mode.AUTO and not step.alone:
        return Draft(answers, intent.id, intent.priority, intent.group, reasons, note=note, known=known, told=form)
    return Say(answers, intent.id, reasons=reasons, soothe=talk.upset, note=note, known=known)


def _known(talk: _Talk, form: Form) -> dict[str, object]:
    """What the phrases of a step may use."""
    turn = talk.turn
    known: dict[str, object] = {"slot": form.slots, "missing": dialogue.missing(talk.script, form)}
    if turn.order is not None:
        known["order"] = order_facts.said(turn.order, turn.now)
    product = turn.product() if turn.product_id else None
    if product is None:
        return known
    facts = products.said(product, turn.now)
    return {**known, "product": facts, "advice": goods.advice(product, talk.understood.text, form.slots)}


def _otherwise(script: Script, lost: str) -> tuple[str, ...]:
    """What is said where no phrase of a step can be: facts are missing."""
    return (script.situation(lost, "say"),) if lost and script.steps[lost].kind is StepKind.SAY else ()


def _missed(talk: _Talk, form: Form) -> Verdict:
    script, intent, step = talk.script, talk.intent, talk.script.steps[form.step]
    if form.misses < dialogue.MISSES:
        return _at(talk, form, again=True)
    if step.lost:
        return _at(talk, replace(form, step=step.lost, misses=0))
    reasons = (f"dialogue {script.id}/{step.id}", "the answers were not understood")
    return HandOff(
        Reason.DIALOGUE_STUCK, intent.priority, intent.group, ("handoff_unclear", "handoff"), intent.id, reasons,
        note=dialogue.note(script, form), told=form,
    )  # fmt: skip


def _is_aside(talk: _Talk, step: Step, *, asked_again: bool) -> bool:
    """Whether the customer surely speaks of something else; a yes or no is an answer, if one that leads nowhere. Asked
    for a picture, who says yes at once is about to send it."""
    matches = talk.understood.matches
    if not accepted(matches, talk.knowledge.accept):
        return False
    if not asked_again and matches[0].intent == "chat.affirm" and any(answer.sends for answer in step.answers):
        return True
    return matches[0].intent not in NOT_ANSWERABLE | _YES_OR_NO | {*talk.script.intents}
