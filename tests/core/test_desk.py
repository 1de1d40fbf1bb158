"""The rules of an agent's desk: who waits since when, what is out of date, what is read last, who may speak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core import desk
from bot.core.desk import Word
from bot.core.model import Holder

TEN = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return TEN + timedelta(minutes=minute)


def word(minute: int, author: str, state: str = "", text: str = "话", type_: str = "text", status: str = "") -> Word:
    """A message of that minute, numbered by it."""
    state = state or ("decided" if author == "customer" else "delivered")
    return Word(minute, author, type_, text, state, status, at(minute))


ASKED, ANSWERED, WAITS = word(1, "customer"), word(2, "agent"), word(3, "customer")


@pytest.mark.parametrize(
    ("history", "asked_at", "since"),
    [
        ([], None, None),
        ([ASKED], None, at(1)),
        ([ASKED, ANSWERED], None, None),
        ([ASKED, ANSWERED, WAITS, word(4, "customer")], None, at(3)),
        ([ASKED, word(2, "bot")], None, None),  # nobody asked for a human: the bot's answer is one
        ([ASKED, word(2, "bot"), WAITS, word(3, "bot")], at(3), at(3)),  # the promise that a human comes is none
        ([ASKED, word(1, "bot"), WAITS, word(3, "bot")], at(1), at(1)),
        ([ASKED, word(2, "agent", "failed")], None, at(1)),
        ([ASKED, word(2, "agent", "queued")], None, None),
        ([ASKED, word(2, "bot")], at(3), at(3)),  # our question stood unanswered until a human was asked
        ([ASKED, word(2, "bot"), word(4, "agent")], at(3), None),
        ([ASKED, ANSWERED], at(3), at(3)),  # that was an earlier case
        ([ASKED, word(4, "agent"), word(5, "customer")], at(1), at(5)),
        ([word(1, "customer", "recalled"), WAITS], None, at(3)),
        ([word(1, "customer", "ignored")], None, None),
        ([ASKED, ANSWERED, WAITS, word(4, "bot", status=desk.STANDS_IN)], None, at(3)),  # said for an agent who is away
        ([word(1, "customer", "pending")], None, at(1)),
    ],
)  # fmt: skip
def test_a_customer_waits_since_the_first_word_that_nobody_answered(
    history: list[Word], asked_at: datetime | None, since: datetime | None
) -> None:
    assert desk.waiting_since(history, asked_at) == since


def test_what_the_customer_wrote_or_took_back_since_makes_an_answer_out_of_date() -> None:
    recall = word(5, "customer", "ignored", type_="recall")
    history = [ASKED, ANSWERED, WAITS, word(4, "bot"), recall]
    assert desk.newer(history, 1) == [WAITS, recall]
    assert desk.newer(history, 3) == [recall]
    assert desk.newer(history, 5) == []


@pytest.mark.parametrize(
    ("newest", "text"),
    [
        (word(4, "customer", text="在吗"), "在吗"),
        (word(4, "customer", text="", type_="image"), "[图片]"),
        (word(4, "customer", "recalled", text="私密"), "（客户撤回了一条消息）"),
        (word(4, "customer", "ignored", text=""), "话"),
    ],
)
def test_the_last_word_is_the_newest_that_can_be_read(newest: Word, text: str) -> None:
    last = desk.last_word([ASKED, ANSWERED, newest], waits=False)
    assert last is not None
    assert last.text == text


def test_while_the_customer_waits_the_bot_has_no_last_word() -> None:
    last = desk.last_word([ASKED, ANSWERED], waits=True)
    assert last is not None
    assert (last.seq, last.author) == (ASKED.seq, "customer")


def test_before_anybody_spoke_there_is_no_last_word() -> None:
    assert desk.last_word([], waits=False) is None


def test_the_mood_is_heard_in_what_was_said_since_the_last_answer() -> None:
    one, two = word(3, "customer", text="怎么回事"), word(4, "customer", text="骗子")
    assert desk.heard_last([ASKED, ANSWERED, one, two, word(5, "bot")]) == "怎么回事，骗子"
    assert desk.heard_last([ANSWERED]) == ""


@pytest.mark.parametrize(
    ("holder", "owner", "may"),
    [
        (Holder.AGENT, "小美", True),
        (Holder.AGENT, "阿强", False),
        (Holder.QUEUE, "小美", False),
        (Holder.BOT, "", False),
    ],
)
def test_only_who_holds_a_conversation_may_speak(holder: Holder, owner: str, *, may: bool) -> None:
    assert desk.may_speak(holder, owner, "小美") is may
