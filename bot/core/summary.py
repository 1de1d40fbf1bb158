"""A conversation in a few lines for whoever takes it over: what is wanted, promised and tried (SR-160)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

#: How much is told of each part, and of one text; our defaults.
_WISHES, _PROMISES, _TRIED, _LONGEST = 3, 4, 3, 60
_LOST = frozenset({"failed", "unknown", "dropped", "recalled", "ignored"})
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
#: What binds us: a time by which, or something that somebody will do. Read from our own sentences only.
_BINDS = re.compile(
    r"预计|保证|一定会|会在|会尽快|马上为您|今天内|明天|后天|\d+\s*(?:分钟|小时|天|个?工作日)|\d{1,2}[:：点]\d{0,2}\s*前"
    r"|(?:会|将|帮您|为您)(?:联系|补发|补寄|退款|登记|备注|核实|申请|安排|赔付|回复)"
)


class Said(Protocol):
    """A message; oldest first where several are given."""

    @property
    def author(self) -> str:
        """customer, bot or agent."""

    @property
    def text(self) -> str:
        """Its words, if any."""

    @property
    def state(self) -> str:
        """As in the table of messages."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a colleague should know before the first word, in short lines."""

    wants: Sequence[str]  #: why a human was asked, what is known, and the newest words
    promised: Sequence[str]  #: our sentences that bind us, the newest last
    tried: Sequence[str]  #: the newest answers of bot and agents, each once, the newest last


def summarize(history: Sequence[Said], *, reason: str, intent: str, note: str) -> Summary:
    """Sum a conversation up. `reason`, `intent`, `note`: of its open ticket, in the agents' language; "" without."""
    heard = [said for said in history if said.text and said.state not in _LOST]
    ours = [said for said in heard if said.author != "customer"]
    wishes = [_short(said.text) for said in heard if said.author == "customer"]
    sentences = (sentence.strip() for said in ours for sentence in _SENTENCE.findall(said.text))
    bound = [sentence for sentence in sentences if _BINDS.search(sentence)]
    return Summary(
        wants=[*_told({"原因": reason, "问题": intent, "已知": note}), *_newest(wishes, _WISHES)],
        promised=_newest([_short(sentence) for sentence in bound], _PROMISES),
        tried=_newest([f"{_AUTHORS[said.author]}：{_short(said.text)}" for said in ours], _TRIED),
    )


_AUTHORS = {"bot": "机器人", "agent": "客服"}


def _told(facts: dict[str, str]) -> list[str]:
    return [f"{name}：{text}" for name, text in facts.items() if text]


def _newest(lines: Sequence[str], most: int) -> list[str]:
    """The newest lines, each where it was said last."""
    return list(reversed(list(dict.fromkeys(reversed(lines)))[:most]))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
