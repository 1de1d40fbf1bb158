"""What a conversation's row tells a lead, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.desk import LastWord, Row, TicketLine
from bot.core.model import Holder, Mood, Priority, Reason
from bot.core.supervision import FlagKind, by_urgency, flag, flags_of, longest_first
from bot.core.tickets import Due, DueKind

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
TICKET = TicketLine(
    "tk_1", "claimed", Reason.CUSTOMER_ASKED, "客户要求人工", Priority.HIGH, "presale", "", LATER, False, NOW, 0,
    Due(LATER, DueKind.FIRST), False,
)  # fmt: skip
ROW = Row(
    "cv_1", "c1", "", (), "taobao", Holder.AGENT, "小美", TICKET, LastWord(1, "customer", "在吗", NOW), NOW, Mood.CALM,
    None, 1,
)  # fmt: skip


def kinds(row: Row) -> list[FlagKind]:
    return [one.kind for one in flags_of(row)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (ROW, []),
        (replace(ROW, ticket=None), []),
        (replace(ROW, mood=Mood.ANGRY), []),
        (replace(ROW, mood=Mood.ABUSIVE), [FlagKind.INSULT]),
        (replace(ROW, mood=Mood.THREATENING, ticket=None), [FlagKind.RISK]),
        (replace(ROW, ticket=replace(TICKET, reason=Reason.RISK)), [FlagKind.RISK]),
        (replace(ROW, ticket=replace(TICKET, group="senior")), [FlagKind.SENIOR]),
        (replace(ROW, ticket=replace(TICKET, overdue=True)), [FlagKind.OVERDUE]),
        (replace(ROW, ticket=replace(TICKET, chases=1)), []),
        (replace(ROW, ticket=replace(TICKET, chases=2)), [FlagKind.CHASED]),
    ],
)
def test_a_row_raises_what_it_tells(row: Row, expected: list[FlagKind]) -> None:
    assert kinds(row) == expected


def test_each_further_word_raises_a_chase_anew() -> None:
    chased = replace(ROW, ticket=replace(TICKET, chases=2))
    again = replace(chased, last=LastWord(5, "customer", "人呢", LATER))
    assert [one.at for row in (chased, again) for one in flags_of(row)] == [NOW, LATER]


def test_what_is_seen_to_comes_last_and_risk_first() -> None:
    mark, chased, risk = (flag(kind, "cv", NOW) for kind in (FlagKind.MARK, FlagKind.CHASED, FlagKind.RISK))
    seen = replace(risk, seen_by="张姐")
    older = replace(chased, at=NOW - timedelta(minutes=1))
    assert by_urgency([seen, mark, chased, older, risk]) == [risk, older, chased, mark, seen]


def test_who_waits_longest_comes_first_and_the_bots_customers_not_at_all() -> None:
    queued = replace(ROW, id="cv_2", holder=Holder.QUEUE, waiting_since=None, ticket=replace(TICKET, opened_at=LATER))
    answered = replace(ROW, id="cv_3", waiting_since=None)
    bots = replace(ROW, id="cv_4", holder=Holder.BOT)
    assert longest_first([queued, answered, bots, ROW]) == [ROW, queued]
