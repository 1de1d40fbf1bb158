"""What a colleague reads before taking over: what is wanted, what was promised, what was tried."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.desk import Word
from bot.core.summary import summarize

TEN = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def said(author: str, text: str, state: str = "delivered") -> Word:
    return Word(1, author, "text", text, state, "", TEN)


TALK = [
    said("customer", "杯子碎了"),
    said("bot", "麻烦您拍张照片。已请人工客服来看，预计3分钟内回复您。"),
    said("customer", "照片发了"),
    said("agent", "看到了，我今天内为您补发一个新的。您放心。"),
    said("customer", "几号能到"),
]


def test_a_colleague_reads_what_is_wanted_promised_and_tried() -> None:
    promised = ["今天内为您补发一个新的", "好" * 100]
    summary = summarize(TALK, promised, reason="客户要求人工", intent="质量问题", note="哪里有问题=外观破损")
    assert summary.wants == [
        "原因：客户要求人工", "问题：质量问题", "已知：哪里有问题=外观破损", "杯子碎了", "照片发了", "几号能到"
    ]  # fmt: skip
    assert summary.promised == ["今天内为您补发一个新的", "好" * 59 + "…"]
    assert summary.tried == [
        "机器人：麻烦您拍张照片。已请人工客服来看，预计3分钟内回复您。",
        "客服：看到了，我今天内为您补发一个新的。您放心。",
    ]


def test_what_never_arrived_was_not_tried() -> None:
    history = [said("customer", "几号发货"), said("agent", "明天给您补寄", "failed"), said("bot", "您好")]
    assert summarize(history, [], reason="", intent="", note="").tried == ["机器人：您好"]


def test_a_long_talk_is_told_by_its_end_and_nothing_twice() -> None:
    history = [said("customer" if n % 2 else "bot", f"第{n}句" if n < 90 else "在吗") for n in range(100)]
    summary = summarize([*history, said("customer", "好" * 500)], [], reason="", intent="", note="")
    assert summary.wants[:2] == ["第89句", "在吗"]
    assert len(summary.wants[2]) == 60
    assert len(summary.tried) == 3
    assert summary.tried[-1] == "机器人：在吗"


def test_nothing_said_is_nothing_told() -> None:
    summary = summarize([], [], reason="", intent="", note="")
    assert (summary.wants, summary.promised, summary.tried) == ([], [], [])
