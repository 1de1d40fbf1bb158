"""The story of asking how it was: promised with the end of a case, asked later if that still makes sense."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.core import csat
from bot.core.effects import Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import NOT_ANSWERABLE, Holder, Status
from bot.core.questions import Survey
from bot.core.speech import kept, speak
from bot.core.tempers import Mark
from bot.core.turn import Turn
from bot.flows import apply
from bot.flows.apply import Writing
from bot.store import channels, conversations, jobs, marks, messages, tickets
from bot.store import csat as stored
from bot.store.channels import Channel
from bot.store.conversations import Conversation
from bot.store.desk import word_of
from bot.store.messages import StoredMessage
from bot.store.tickets import Ticket

#: A case that has ended is left alone for so long; a customer of the bot's, who may only be thinking, for longer; and
#: after a day nobody is asked any more. Our defaults.
_AFTER_CASE, _AFTER_ANSWER, _TOO_LATE = timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=24)
_HISTORY = 100
_QUESTION = "csat_ask"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the job that will ask was promised with."""

    conversation: str
    seq: int  #: number of the newest message; one more, and the conversation has gone on
    ended: float  #: Unix seconds
    ticket: str = ""
    agent: str = ""  #: "" for the bot
    intent: str = ""


def after_case(writing: Writing, ticket: Ticket | None, agent: str) -> None:
    """Promise, in the commit that ends a human's case, to ask how it was. Whether the shop asks at all is looked up
    when the time has come."""
    who = agent or (ticket.agent if ticket else "") or writing.conversation.owner
    if who:
        about = (ticket.id, who, ticket.intent) if ticket else ("", who, "")
        _promise(writing, _AFTER_CASE, *about)


def after_answer(writing: Writing, knowledge: Knowledge, outcome: Outcome) -> None:
    """Promise to ask how the bot did once its customer has fallen silent, where the shop wants that; each further
    answer moves the time."""
    rules = knowledge.shop(writing.conversation.shop).csat
    intent = outcome.decision.intent
    if rules is None or not rules.after_bot or not writing.channel.callback_url:
        return
    if outcome.decision.status is Status.REPLIED and not intent.startswith("chat.") and intent not in NOT_ANSWERABLE:
        _promise(writing, _AFTER_ANSWER, "", "", intent)


def ask(tx: sa.Connection, knowledge: Knowledge, shop: str, plan: Plan, now: datetime) -> datetime | None:
    """Ask, if the conversation has not gone on and ended well, the customer was not asked lately, and the shop's rules
    allow it. Returns when to try again in quiet hours."""
    rules, hours = knowledge.shop(shop).csat, knowledge.shop(shop).outreach
    conversation = conversations.lock(tx, shop, plan.conversation)
    channel = channels.find(tx, conversation.channel, now) if conversation else None
    wanted = rules is not None and (rules.after_agent if plan.agent else rules.after_bot)
    if rules is None or not wanted or conversation is None or channel is None:
        return None
    if now.timestamp() - plan.ended > _TOO_LATE.total_seconds() or not _is_over(tx, plan, conversation, channel):
        return None
    asked_at = stored.last_asked(tx, shop, conversation.id)
    if (asked_at and now - asked_at < rules.every) or not _ended_well(tx, knowledge, shop, plan, now):
        return None
    if not hours.is_open(now):
        return hours.next_opening(now)
    _ask(apply.begin(tx, channel, conversation, now), knowledge, plan)
    return None


def is_question(message: StoredMessage) -> bool:
    """Whether a message of ours only asks how it was: nobody has to be called when it does not arrive."""
    return str(message.details.get("phrase", "")).startswith(_QUESTION)


def _promise(writing: Writing, wait: timedelta, ticket: str, agent: str, intent: str) -> None:
    conversation, now = writing.conversation, writing.now
    plan = Plan(conversation.id, writing.seq, now.timestamp(), ticket, agent, intent)
    key = f"csat:{conversation.id}"
    jobs.add(writing.tx, conversation.shop, "csat", asdict(plan), now + wait, now, unique_key=key)


def _is_over(tx: sa.Connection, plan: Plan, conversation: Conversation, channel: Channel) -> bool:
    """Whether nothing has happened since, and the customer can be written to. Where every reply is confirmed nothing
    is said unseen, and a platform that cannot be called would show the question only in the next conversation."""
    if channel.assist or not channel.callback_url:
        return False
    if conversation.holder is not Holder.BOT or conversation.last_seq != plan.seq or conversation.dialogue.form:
        return False
    return tickets.open_of(tx, conversation.shop, conversation.id) is None


def _ended_well(tx: sa.Connection, knowledge: Knowledge, shop: str, plan: Plan, now: datetime) -> bool:
    ticket = tickets.get(tx, plan.ticket, shop) if plan.ticket else None
    since = ticket.opened_at if ticket else datetime.fromtimestamp(plan.ended, tz=UTC) - _TOO_LATE
    noted = marks.of_conversation(tx, shop, plan.conversation, now)
    if any(one.kind is Mark.ABUSE and one.at >= since for one in noted):
        return False
    history = messages.listed(tx, shop, plan.conversation, last=_HISTORY)
    said = [
        word_of(one)
        for one in history
        if one.created_at >= since
    ]

    def wanted(text: str) -> str:
        matches = knowledge.understand(text).matches
        return matches[0].intent if matches else ""

    return csat.is_worth_asking(said, knowledge.mood, wanted, by_agent=bool(plan.agent))


def _ask(writing: Writing, knowledge: Knowledge, plan: Plan) -> None:
    conversation, now = writing.conversation, writing.now
    turn = Turn(conversation.shop, now, dialogue=conversation.dialogue, seed=f"{conversation.id}{plan.seq}")
    speech = speak(knowledge, turn, (_QUESTION,), {})
    if speech is None:
        return
    id_ = stored.asked(
        writing.tx, conversation.shop, conversation.id, now, ticket=plan.ticket, agent=plan.agent, intent=plan.intent
    )
    apply.say(writing, speech.text, "bot", None, fetched=False, phrase=speech.phrase)
    said = kept(conversation.dialogue.said, speech.phrase)
    survey = Survey(id_, "score", (now + csat.WINDOW).timestamp())
    writing.changes["dialogue"] = replace(conversation.dialogue, said=said, survey=survey)
    writing.flush()
