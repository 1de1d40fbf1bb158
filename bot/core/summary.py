"""A conversation in a few lines for whoever takes it over: what is wanted, promised and tried (SR-160)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

#: How much is told of each part, and of one text; our defaults.
_WISHES, _PROMISES, _TRIED, _LONGEST = 3, 4, 3, 60
_LOST = frozenset({"failed", "unknown", "dropped", "recalled", "ignored"})


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
    promised: Sequence[str]  #: what somebody still has to see to, the soonest due first
    tried: Sequence[str]  #: the newest answers of bot and agents, each once, the newest last


def summarize(
    history: Sequence[Said], promised: Sequence[str], *, reason: str, intent: str, note: str
) -> Summary:
    """Sum a conversation up. `promised`: the words of its standing promises, the soonest due first. `reason`, `intent`,
    `note`: of its open ticket, in the agents' language; "" without."""
    heard = [said for said in history if said.text and said.state not in _LOST]
    ours = [said for said in heard if said.author != "customer"]
    wishes = [short(said.text) for said in heard if said.author == "customer"]
    return Summary(
        wants=[*_told({"原因": reason, "问题": intent, "已知": note}), *_newest(wishes, _WISHES)],
        promised=[short(words) for words in promised[:_PROMISES]],
        tried=_newest([f"{_AUTHORS[said.author]}：{short(said.text)}" for said in ours], _TRIED),
    )


_AUTHORS = {"bot": "机器人", "agent": "客服"}


def _told(facts: dict[str, str]) -> list[str]:
    return [f"{name}：{text}" for name, text in facts.items() if text]


def _newest(lines: Sequence[str], most: int) -> list[str]:
    """The newest lines, each where it was said last."""
    return list(reversed(list(dict.fromkeys(reversed(lines)))[:most]))


def short(text: str, longest: int = _LONGEST) -> str:
    """A text in one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
