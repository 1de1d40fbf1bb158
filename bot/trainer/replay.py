"""Send recorded conversations through the real stories on a scratch database and count what becomes of each turn."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.model import Status
from bot.core.render import guard
from bot.errors import RenderError
from bot.flows.turns import Receipt
from bot.trainer import jsonl
from bot.trainer.scratch import ScratchShop

#: Seconds between two messages of one customer without an answer in between, and of a human's answer. The records
#: carry no times; these make consecutive lines fragments of one turn, as they were for the human who answered.
_TYPING, _ANSWERING = 1.0, 20.0


@dataclass(slots=True)
class Report:
    """Counts over a whole file."""

    conversations: int = 0
    turns: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    exceptions: int = 0
    placeholders: int = 0
    seconds: float = 0.0
    transcripts: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures by name; every customer's turn is in exactly one outcome."""
        return {
            "conversations": self.conversations,
            "turns": self.turns,
            **{status.value: self.outcomes[status.value] for status in Status},
            "exceptions": self.exceptions,
            "placeholders": self.placeholders,
            "ms_per_message": round(self.seconds * 1000 / max(self.turns, 1), 3),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded conversation: (role, text) in order."""

    id: str
    turns: tuple[tuple[str, str], ...]


def read(path: Path) -> list[Record]:
    """Conversations of a JSON-lines file: {"dialog": id, "turns": [{"role": "customer"|"agent", "text": …}]} each.
    InvalidField names the line that is not of this form."""
    return jsonl.read(path, _record, "一行一个 {dialog, turns: [{role, text}]} 的 JSON")


def _record(number: int, data: dict[str, Any]) -> Record:
    turns = tuple((str(turn["role"]), str(turn["text"])) for turn in data["turns"])
    return Record(str(data.get("dialog", f"line-{number}")), turns)


def replay(shop: ScratchShop, records: Sequence[Record], progress: Callable[[], None] = lambda: None) -> Report:
    """Replay each conversation as a customer of its own. The human's turns only let time pass."""
    report = Report()
    for record in records:
        report.conversations += 1
        transcript: list[dict[str, Any]] = []
        for burst in _bursts(record):
            if isinstance(burst, str):
                transcript.append({"role": "agent", "text": burst})
                shop.pass_time(_ANSWERING)
            else:
                _play(shop, record.id, burst, report, transcript)
        report.transcripts.append({"dialog": record.id, "turns": transcript})
        shop.serve()
        progress()
    return report


def _bursts(record: Record) -> Iterator[str | list[str]]:
    """A human's turn as a string, a customer's consecutive turns as a list."""
    burst: list[str] = []
    for role, text in record.turns:
        if role == "customer":
            burst.append(text)
            continue
        if burst:
            yield burst
            burst = []
        yield text
    if burst:
        yield burst


def _play(
    shop: ScratchShop, customer: str, texts: Sequence[str], report: Report, transcript: list[dict[str, Any]]
) -> None:
    waiting: list[tuple[str, Receipt]] = []
    for text in texts:
        started = time.perf_counter()
        report.turns += 1
        due = waiting[-1][1].due if waiting else None
        if due is not None and due <= shop.now:
            _settle(shop, waiting, report, transcript)
        try:
            waiting.append((text, shop.say(customer, text)))
        except Exception as error:
            report.exceptions += 1
            transcript.append({"role": "customer", "text": text, "error": type(error).__name__})
        report.seconds += time.perf_counter() - started
        shop.pass_time(_TYPING)
    started = time.perf_counter()
    _settle(shop, waiting, report, transcript)
    report.seconds += time.perf_counter() - started


def _settle(
    shop: ScratchShop, waiting: list[tuple[str, Receipt]], report: Report, transcript: list[dict[str, Any]]
) -> None:
    """Let the waiting fragments' turn come, newest first: it answers, the earlier ones learn that they were merged."""
    for text, receipt in reversed(waiting):
        final = shop.come_back(receipt) if receipt.due is not None else receipt
        report.outcomes[final.status.value] += 1
        replies = [reply.text for reply in final.replies]
        report.placeholders += sum(map(_looks_broken, replies))
        transcript.append({"role": "customer", "text": text, "status": final.status.value, "replies": replies})
    transcript[-len(waiting) :] = reversed(transcript[-len(waiting) :]) if waiting else []
    waiting.clear()


def _looks_broken(text: str) -> bool:
    try:
        guard(text)
    except RenderError:
        return True
    return False
