"""What colleagues answered when other customers asked the same: solved conversations beside an open one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core import similar
from bot.core.anonymous import anonymous
from bot.core.case_kinds import OUTCOME_TITLES, Outcome
from bot.core.knowledge import Knowledge
from bot.core.similar import Asked, Solved
from bot.core.summary import short
from bot.errors import NotFound
from bot.flows.case_work import kind_of
from bot.store import conversations, tickets
from bot.store import similar as queries
from bot.store.similar import Settled, SolvedTicket, Word

#: Shown at once; looked at of each wish; read of the open conversation; and looked into for an answer. Our defaults.
_SHOWN, _LOOKED_AT, _READ, _CANDIDATES = 3, 100, 5, 6
_LONGEST_COMPARED, _LONGEST_QUESTION, _LONGEST_ANSWER = 200, 120, 500
_SHORTEST_ANSWER = 8  # characters; 好的 and 您好，在的 are no answer
#: Wishes of tickets that do not say what they are about: only the customer's words do.
_UNTOLD = ("chat.human", "")
_SURE = 0.4  # score from which a wish is taken for what the customer wants


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved conversation of another customer, with nothing that tells who it was."""

    id: str  #: of its ticket
    about: str  #: the wish in the agents' language; "" where only the words are alike
    asked: str
    answered: str  #: the fullest of the agent's texts, ready for a draft; **** stands for what was the other customer's
    agent: str
    outcome: str  #: of its after-sale cases, such as 运输破损：补偿; "" without
    score: int | None  #: that the customer gave, 3 to 5
    resolved_at: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    """A solved conversation with what its customer asked."""

    ticket: SolvedTicket
    asked: Sequence[Word]

    @property
    def wish(self) -> Asked:
        """What it is compared by."""
        return Asked(_compared(self.asked), self.ticket.intent, self.asked[-1].stage)


def of_conversation(tx: sa.Connection, knowledge: Knowledge, shop: str, conversation: str) -> list[Similar]:
    """Up to three of the shop's, the nearest first; NotFound when the shop has no such conversation."""
    if conversations.get(tx, shop, conversation) is None:
        raise NotFound("没有这个会话")
    open_ = tickets.open_of(tx, shop, conversation)
    said = queries.words_of(tx, shop, conversation, _READ)
    if not said:
        return []
    wanted = _wanted(knowledge, said, open_.intent if open_ else "")
    near = _nearest(tx, knowledge, shop, conversation, wanted)
    answers = _by_ticket(queries.answered(tx, shop, [one.ticket.id for one in near]))
    shown = [(one, answer) for one in near if (answer := _fullest(answers[one.ticket.id]))][:_SHOWN]
    ended = queries.settled(tx, shop, [one.ticket.conversation for one, _ in shown])
    return [_similar(knowledge, one, answer, ended) for one, answer in shown]


def _wanted(knowledge: Knowledge, said: Sequence[Word], intent: str) -> Asked:
    """What the customer wants: as the ticket says, else as the words do."""
    if not similar.is_topic(intent):
        matches = knowledge.understand_turn([word.text for word in said]).matches
        sure = matches and matches[0].score >= _SURE and similar.is_topic(matches[0].intent)
        intent = matches[0].intent if sure else ""
    stage = next((word.stage for word in reversed(said) if word.stage), "")
    return Asked(_compared(said), intent, stage)


def _compared(said: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.text[:_LONGEST_COMPARED] for word in said[:_READ])


def _nearest(
    tx: sa.Connection, knowledge: Knowledge, shop: str, conversation: str, wanted: Asked
) -> list[_Found]:
    intents = (wanted.intent, _UNTOLD[0]) if wanted.intent else _UNTOLD
    solved = queries.solved(tx, shop, intents, conversation, _LOOKED_AT)
    asked = _by_ticket(queries.asked(tx, shop, [ticket.id for ticket in solved]))
    found = {ticket.id: _Found(ticket, asked[ticket.id]) for ticket in solved if asked[ticket.id]}
    known = [Solved(id_, one.wish, one.ticket.score) for id_, one in found.items()]
    nearest = similar.nearest(wanted, known, knowledge.wish, knowledge.learned.vocabulary, _CANDIDATES)
    return list({found[id_].ticket.conversation: found[id_] for id_ in reversed(nearest)}.values())[::-1]


def _by_ticket(words: Sequence[Word]) -> Mapping[str, Sequence[Word]]:
    of: dict[str, list[Word]] = defaultdict(list)
    for word in words:
        of[word.ticket].append(word)
    return of


def _fullest(answers: Sequence[Word]) -> str:
    """The longest of the agent's texts; "" where none says anything."""
    longest = max((word.text for word in answers), key=len, default="")
    return longest if len(longest) >= _SHORTEST_ANSWER else ""


def _similar(knowledge: Knowledge, found: _Found, answer: str, ended: Sequence[Settled]) -> Similar:
    ticket = found.ticket
    names = (ticket.customer, ticket.customer_name)
    known = knowledge.intents.get(ticket.intent) if similar.is_topic(ticket.intent) else None
    question = anonymous("；".join(word.text for word in found.asked[:_READ]), names)
    own = [one for one in ended if one.conversation == ticket.conversation and one.opened_at >= ticket.opened_at]
    return Similar(
        ticket.id, known.title if known else "", short(question, _LONGEST_QUESTION),
        anonymous(answer, names)[:_LONGEST_ANSWER], ticket.agent, "；".join(_end(knowledge, one) for one in own),
        ticket.score, ticket.resolved_at,
    )  # fmt: skip


def _end(knowledge: Knowledge, case: Settled) -> str:
    return f"{kind_of(knowledge.case_kinds, case.kind).title}：{OUTCOME_TITLES[Outcome(case.outcome)]}"
