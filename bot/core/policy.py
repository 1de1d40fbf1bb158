"""Decide what becomes of a turn: answer, prepare, ask back, or hand over. Every rule of the bot's restraint is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core import asking, order_facts
from bot.core.goods import Told, told
from bot.core.intents import Intent
from bot.core.knowledge import Knowledge
from bot.core.match import accepted
from bot.core.model import NOT_ANSWERABLE, Dialogue, Holder, Match, Mode, Mood, Priority, Reason, Understanding
from bot.core.situations import BUSY, OF_GOODS, ORDER, REPEATED, UPSET
from bot.core.turn import Turn
from bot.core.verdicts import Draft, HandOff, Say, Silent, Verdict, Wait
from bot.core.wordless import wordless

#: Where an agent reads before the customer does, or takes over anyway, a likely intent is enough: asking back would
#: only cost the customer a turn.
ENOUGH = {Mode.SUGGEST: 0.40, Mode.HANDOFF: 0.30}
#: Below this nothing is offered as a choice: the text is not understood at all.
PLAUSIBLE = 0.15
#: Turns in a row without an answer before a human is asked (one question back, then hands).
FAILURES = 2
#: Times one question is answered by the bot in a conversation; asked again, the answer evidently did not help.
ANSWERS_PER_INTENT = 2

_SMALL_TALK = "chat."
_LIKELY = 5  # intents that a text is taken to mean, before it is read in its context
_UNSURE = "订单 {order} 没有核实到：店铺系统没有及时回答，或者没有这位客户的这笔订单，请先确认再回复"
_PRESSURE = {Mood.THREATENING: Priority.URGENT, Mood.ABUSIVE: Priority.HIGH, Mood.ANGRY: Priority.HIGH}


def judge(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Verdict:
    """The verdict on one turn."""
    if turn.holder is Holder.AGENT:
        return Silent(held=True, reasons=("an agent holds the conversation",))
    verdict = _by_pressure(turn, understood) or asking.going_on(knowledge, turn, understood)
    if verdict is None:
        verdict = wordless(turn, understood) or _by_meaning(knowledge, turn, understood)
        verdict = asking.beside(turn.dialogue.form, verdict)
    verdict = asking.with_note(knowledge, turn.dialogue.form, verdict)
    if turn.holder is Holder.QUEUE:
        return _while_waiting(verdict, understood)
    if turn.assist and isinstance(verdict, Say):
        return _as_draft(knowledge, verdict)
    return verdict


def _by_pressure(turn: Turn, understood: Understanding) -> HandOff | None:
    if understood.wants_human:
        return HandOff(
            Reason.CUSTOMER_ASKED, Priority.HIGH, "presale", ("chat.human/default", "handoff"),
            "chat.human", ("the customer asks for a human",),
        )
    if understood.mood in _PRESSURE:
        reason = Reason.UPSET if understood.mood is Mood.ANGRY else Reason.RISK
        situation = "handoff_upset" if understood.mood is Mood.ANGRY else "handoff_urgent"
        top = understood.matches[0].intent if understood.matches else ""
        own = (f"{top}/default",) if top.startswith("risk.") else ()
        return HandOff(
            reason, _PRESSURE[understood.mood], "senior", (*own, situation, "handoff"),
            top if top not in NOT_ANSWERABLE else "", (f"mood {understood.mood}",),
        )
    return None


def _by_meaning(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Verdict:
    if understood.wishes:
        return _several(knowledge, turn, understood)
    matches = _with_choice(turn, understood)
    top = matches[0] if matches else None
    if top is None or top.score < PLAUSIBLE:
        return _not_understood(turn, matches, ("no intent is plausible",))
    intent = knowledge.intents[top.intent]
    if not _sure(intent, matches, knowledge.accept):
        return _not_understood(turn, matches, (f"score {top.score:.2f} or margin too small",), knowledge)
    return _by_intent(knowledge, turn, understood, intent)


def _several(knowledge: Knowledge, turn: Turn, understood: Understanding) -> Verdict:
    """Every wish of one turn: those that the bot may answer are answered, and a human is asked for the rest."""
    verdicts = [
        _by_intent(knowledge, turn, understood, knowledge.intents[wish.intent], alone=False)
        for wish in understood.wishes
    ]
    answers = [verdict for verdict in verdicts if isinstance(verdict, Say)]
    humans = [verdict for kind in (HandOff, Draft) for verdict in verdicts if isinstance(verdict, kind)]
    main = humans[0] if humans else answers.pop()
    reasons = (*main.reasons, "several wishes: " + ", ".join(wish.intent for wish in understood.wishes))
    return replace(main, also=tuple(answers), reasons=reasons)


def _sure(intent: Intent, matches: tuple[Match, ...], accept: float) -> bool:
    """Whether the best match is good enough for what would follow from it."""
    if intent.mode in ENOUGH and intent.id not in NOT_ANSWERABLE:
        return matches[0].score >= ENOUGH[intent.mode]
    return accepted(matches, accept)


def _with_choice(turn: Turn, understood: Understanding) -> tuple[Match, ...]:
    """An answer to our own question (“第一个”) decides among the intents that were offered."""
    words = {0: ("第一", "前面", "前者", "1"), 1: ("第二", "后面", "后者", "2")}
    for at, intent in enumerate(turn.dialogue.choices):
        if len(understood.text) <= 6 and understood.text.startswith(words.get(at, ("",))):
            return (Match(intent, 1.0, understood.text),)
    return understood.matches


def _not_understood(
    turn: Turn, matches: tuple[Match, ...], reasons: tuple[str, ...], knowledge: Knowledge | None = None
) -> Verdict:
    failures = turn.dialogue.failures + 1
    if failures >= FAILURES:
        situations = ("handoff_failed", "handoff_unclear", "handoff")
        return HandOff(Reason.NOT_UNDERSTOOD, Priority.NORMAL, "presale", situations, "", reasons)
    if knowledge is not None:
        choices = tuple(m.intent for m in matches[:2] if m.intent not in NOT_ANSWERABLE and m.score >= PLAUSIBLE)
        if len(choices) == 2 and not any(choice.startswith(_SMALL_TALK) for choice in choices):
            return Say(("clarify_choice", "clarify"), failed=True, choices=choices, reasons=reasons)
    return Say(("clarify",), failed=True, reasons=reasons)


def _by_intent(
    knowledge: Knowledge, turn: Turn, understood: Understanding, intent: Intent, *, alone: bool = True
) -> Verdict:
    reasons = (f"intent {intent.id}",)
    if intent.id == "unclear":
        return _not_understood(turn, (), ("the text says too little by itself",))
    if turn.unsure_order and knowledge.situations.depends_on(intent.id, ORDER):
        return _unsure(turn, understood, intent, reasons)
    about = _of_product(knowledge, turn, understood, intent.id)
    if alone and not about.decides and (question := asking.starting(knowledge, turn, understood, intent)):
        return question
    asked = turn.dialogue.asked.get(intent.id, 0)
    upset = understood.mood is Mood.DISPLEASED
    if about.gap:
        return HandOff(
            Reason.FACT_MISSING, intent.priority, intent.group, ("handoff",), intent.id, (*reasons, about.gap),
            soothe=upset,
        )
    of_order = _of_order(knowledge, turn, intent.id)
    known = {**about.known, **of_order}
    holds = _circumstances(knowledge, turn, intent.id, upset=upset) | about.holds | of_order.keys()
    situations = knowledge.situations.fitting(intent.id, holds)
    small_talk = intent.id.startswith(_SMALL_TALK) or intent.id in NOT_ANSWERABLE
    if of_order and not asked and accepted(understood.matches, knowledge.accept) and (told := _told(situations)):
        return Say(told, intent.id, reasons=reasons, soothe=upset, known=known)
    if intent.mode is Mode.HANDOFF:
        return HandOff(
            Reason.INTENT_NEEDS_HUMAN, intent.priority, intent.group, (*situations, "handoff"), intent.id, reasons,
            soothe=upset, known=known,
        )
    if asked >= ANSWERS_PER_INTENT and not small_talk:
        again = ("handoff_failed", "handoff")
        return HandOff(Reason.REPEATED_QUESTION, Priority.HIGH, intent.group, again, intent.id, reasons)
    if intent.mode is Mode.SUGGEST and not (about.answers and accepted(understood.matches, knowledge.accept)):
        return Draft(situations, intent.id, intent.priority, intent.group, reasons, known=known)
    return Say(situations, intent.id, reasons=reasons, soothe=upset, known=known)


def _unsure(turn: Turn, understood: Understanding, intent: Intent, reasons: tuple[str, ...]) -> HandOff:
    """What the reply would tell of the order is not known to be true now: it is looked up by a human (bar 38)."""
    order = turn.unsure_order
    return HandOff(
        Reason.ORDER_UNSURE, intent.priority, intent.group, ("handoff_check", "handoff"), intent.id,
        (*reasons, f"how order {order} stands is not known to be true now"), note=_UNSURE.format(order=order),
        soothe=understood.mood is Mood.DISPLEASED,
    )  # fmt: skip


def may_tell_of_order(knowledge: Knowledge, dialogue: Dialogue, understood: Understanding) -> bool:
    """Whether the reply to a turn may depend on the facts of an order; rather yes than no, for what was not asked for
    beforehand is not told."""
    likely = (match.intent for match in understood.matches[:_LIKELY] if match.score >= PLAUSIBLE)
    wishes = (wish.intent for wish in understood.wishes)
    intents = {*likely, *wishes, *dialogue.choices, *dialogue.topic}
    return dialogue.form is not None or any(knowledge.situations.depends_on(intent, ORDER) for intent in intents)


def _of_product(knowledge: Knowledge, turn: Turn, understood: Understanding, intent: str) -> Told:
    """What the product's facts say; looked up only where the reply depends on them."""
    depends = any(knowledge.situations.depends_on(intent, name) for name in OF_GOODS)
    product = turn.product() if turn.product_id and depends else None
    return told(product, intent, understood, turn.now) if product else Told()


def _of_order(knowledge: Knowledge, turn: Turn, intent: str) -> dict[str, object]:
    """What the order's facts say, as {{ order… }}; nothing where the reply does not depend on them."""
    if turn.order is None or not knowledge.situations.depends_on(intent, ORDER):
        return {}
    return {ORDER: order_facts.said(turn.order, turn.now)}


def _told(situations: Sequence[str]) -> tuple[str, ...]:
    """Of an intent that else needs a human: the situations in which the order's facts answer it."""
    return tuple(one for one in situations if order_facts.answers(one))


def _circumstances(knowledge: Knowledge, turn: Turn, intent: str, *, upset: bool) -> frozenset[str]:
    """What holds in this turn of all that a reply's phrases may depend on."""
    busy = knowledge.situations.depends_on(intent, BUSY) and turn.queue_length() >= knowledge.shop(turn.shop).busy_from
    holds = ((UPSET, upset), (REPEATED, turn.dialogue.asked.get(intent, 0) > 0), (BUSY, busy), (turn.stage.value, True))
    return frozenset(name for name, fits in holds if fits and name)


def _while_waiting(verdict: Verdict, understood: Understanding) -> Verdict:
    """Until a human takes the ticket the bot still answers plain questions, and never starts a second hand-off."""
    if isinstance(verdict, Say) and verdict.intent and not verdict.intent.startswith(_SMALL_TALK):
        return verdict
    if isinstance(verdict, HandOff | Draft) and verdict.also:
        *others, last = verdict.also
        return replace(last, also=tuple(others))
    chased = understood.mood is Mood.URGING or (isinstance(verdict, HandOff) and verdict.intent in _CHASES)
    return Wait(chased, (*verdict.reasons, "a human has been asked already"))


_CHASES = frozenset({"chat.urge_reply", "chat.human", "ship.urge_send", "after.case_status"})


def _as_draft(knowledge: Knowledge, verdict: Say) -> Verdict:
    intent = knowledge.intents.get(verdict.intent)
    return Draft(
        verdict.situations, verdict.intent, intent.priority if intent else Priority.NORMAL,
        intent.group if intent else "presale", (*verdict.reasons, "the shop confirms every reply"), verdict.also,
        known=verdict.known,
    )
