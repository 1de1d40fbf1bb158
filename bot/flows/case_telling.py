"""The story of telling a customer how a case stands: in the trainers' words or an agent's, past the house style."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from bot.core import render
from bot.core.case_words import said_fen
from bot.core.cases import Case, State
from bot.core.knowledge import Knowledge
from bot.core.model import Holder
from bot.core.render import Phrase
from bot.errors import Conflict, InvalidField, NotFound, RenderError
from bot.flows import apply, case_work, drafts, tickets
from bot.flows.case_work import Hand, kind_of
from bot.store import case_parts, cases
from bot.store.messages import StoredMessage

_SAID_AT_END = {State.SETTLED: "settled", State.CLOSED: "closed"}


def tell(
    tx: sa.Connection, knowledge: Knowledge, id_: str, hand: Hand, silence: timedelta, text: str = ""
) -> StoredMessage:
    """Say a text, or what fits the case's state, to its customer (SR-256, SR-258). NotFound without such a case;
    Conflict where it has no conversation, another agent holds that, or there are no words; InvalidField for what nobody
    may send. The conversation is locked before the case, as everywhere."""
    known = cases.get(tx, hand.shop, id_)
    if known is None:
        raise NotFound("没有这个案件")
    if not known.conversation:
        raise Conflict("这个案件没有会话，请打电话联系客户", more={"owner": ""})
    _, writing = tickets.attended(tx, hand.shop, known.conversation, hand.now)
    held = writing.conversation
    if held.holder is Holder.AGENT and held.owner != hand.name:
        raise tickets.taken_by(held.owner)
    work = case_work.taken(tx, knowledge.case_kinds, id_, hand)
    phrase = words(tx, knowledge, work.case, hand)
    if phrase is not None and text not in ("", phrase[1]):
        phrase = None  # an agent's own words
    if phrase is None:
        _refuse_unsayable(knowledge, text)
    said = phrase[1] if phrase else text
    source = phrase[0] if phrase else ""
    sent = apply.say(writing, said, "agent", None, fetched=False, phrase=source, agent=hand.name)
    if held.holder is Holder.AGENT:
        apply.watch_silence(writing, silence)
    writing.flush()
    if work.case.state in _SAID_AT_END:
        work.change(told_at=hand.now)
    work.note("told", message=sent.id, phrase=source)
    work.flush()
    return sent


def words(tx: sa.Connection, knowledge: Knowledge, case: Case, hand: Hand) -> tuple[str, str] | None:
    """A phrase's id and its text for how the case stands now, another one each time; None when none can be said."""
    told = sum(entry.kind == "told" for entry in case_parts.history(tx, case.shop, case.id))
    said = _SAID_AT_END.get(case.state, "progress" if told else "opened")
    facts = {"shop": knowledge.facts(case.shop, hand.now), "case": _facts(knowledge, case)}
    tone = knowledge.shop(case.shop).tone
    for situation in (f"cases/{case.kind}/{said}", f"cases/{said}"):
        fitting = [one for one in knowledge.phrases.get(situation, ()) if one.tone in (None, tone)]
        turned = [*fitting[told % len(fitting) :], *fitting[: told % len(fitting)]] if fitting else []
        for phrase in turned:
            if (text := _rendered(knowledge, phrase, facts)) is not None:
                return phrase.id, text
    return None


def _facts(knowledge: Knowledge, case: Case) -> dict[str, str]:
    kind = kind_of(knowledge.case_kinds, case.kind)
    remedy = kind.remedy(case.remedy) if case.remedy else None
    told = {
        "title": kind.title, "order": case.order, "remedy": remedy.title if remedy else "",
        "amount": said_fen(case.cost) if case.cost else "", "arrives": remedy.arrives if remedy else "",
    }  # fmt: skip
    return {name: text for name, text in told.items() if text}


def _rendered(knowledge: Knowledge, phrase: Phrase, facts: Mapping[str, object]) -> str | None:
    try:
        return knowledge.style.passed(render.render(phrase, facts))
    except RenderError:
        return None


def _refuse_unsayable(knowledge: Knowledge, text: str) -> None:
    if not text:
        raise Conflict("没有合适的话术，请自己写一句", more={"owner": ""})
    drafts.looked_over(knowledge.style, text)
    try:
        render.guard(text)
    except RenderError as error:
        raise InvalidField(f"text: {error}", field="text") from error
