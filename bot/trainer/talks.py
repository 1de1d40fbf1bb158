"""Play whole conversations that trainers wrote down, and say at which turn the bot went another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content import yaml
from bot.content.reader import Finding, Reader
from bot.content.yaml import Text
from bot.core import answer
from bot.core.effects import OpenTicket, Outcome, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Holder, MessageType, Stage
from bot.core.turn import Turn

FOLDER = Path("tests") / "cases" / "_dialogues"
_SENDS = ("image", "sticker", "order_card", "product_card")


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: what the customer says or sends, and where the bot should stand afterwards."""

    at: int  #: line in the file
    says: str
    sends: str
    reply: str  #: the situation that is spoken from
    outcome: str  #: as in a case; replied unless told otherwise
    note: str  #: what the agent should read on the ticket; empty: not looked at


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation from its first word."""

    path: Path
    about: str
    stage: Stage
    lines: tuple[Line, ...]


def read(path: Path, findings: list[Finding]) -> list[Talk]:
    """The talks of a file; what is wrong with it is added to the findings."""
    data = yaml.read(path)
    return [_talk(Reader(path, entry, findings)) for entry in (data if isinstance(data, list) else [data])]


def _talk(reader: Reader) -> Talk:
    reader.only(("about", "stage", "turns"))
    stage = reader.choice("stage", Stage, tuple(stage.value for stage in Stage), Stage.UNKNOWN) if (
        "stage" in reader.data
    ) else Stage.UNKNOWN
    entries = reader.data.get(Text("turns", 0), [])
    lines = tuple(_line(Reader(reader.path, entry, reader.findings)) for entry in entries)
    return Talk(reader.path, str(reader.text("about")), stage, lines)


def _line(reader: Reader) -> Line:
    reader.only(("says", "sends", "reply", "outcome", "note"))
    said = {key: str(reader.text(key)) if key in reader.data else "" for key in ("says", "sends", "outcome", "note")}
    if said["sends"] and said["sends"] not in _SENDS:
        reader.report(reader.line("sends"), "choice", f"sends 只能是 {'、'.join(_SENDS)}")
    at = next((key.line for key in reader.data), 1)
    return Line(at, said["says"], said["sends"], str(reader.text("reply")), said["outcome"] or "replied", said["note"])


def play(knowledge: Knowledge, talk: Talk, now: datetime) -> Iterator[str]:
    """What went otherwise than written, turn by turn; nothing when all is well. The talk ends with a hand-off."""
    turn = Turn(shop="", now=now, stage=talk.stage)
    for line in talk.lines:
        type_ = MessageType(line.sends) if line.sends else MessageType.TEXT
        turn = replace(turn, type=type_, types=frozenset({type_}), seed=f"{talk.about}{line.at}")
        outcome = answer.answer(knowledge, turn, knowledge.understand(line.says))
        yield from _differences(talk, line, outcome)
        holder = Holder.QUEUE if any(isinstance(effect, OpenTicket) for effect in outcome.effects) else turn.holder
        turn = replace(turn, dialogue=_remembered(outcome, turn.dialogue), holder=holder)


def _remembered(outcome: Outcome, before: Dialogue) -> Dialogue:
    return next((effect.dialogue for effect in outcome.effects if isinstance(effect, Remember)), before)


def _differences(talk: Talk, line: Line, outcome: Outcome) -> Iterator[str]:
    notes = [effect.note for effect in outcome.effects if isinstance(effect, OpenTicket)]
    became: dict[str, Any] = {"reply": outcome.decision.situation, "outcome": outcome.decision.status.value}
    wanted = {"reply": line.reply, "outcome": line.outcome}
    if line.note:
        became["note"], wanted["note"] = next(iter(notes), ""), line.note
    texts = " / ".join(effect.text for effect in outcome.effects if isinstance(effect, Send))
    for name, value in wanted.items():
        if became[name] != value:
            said = line.says or f"[{line.sends}]"
            yield f"{talk.path.name}:{line.at}: “{said}” {name} 应当是“{value}”，实际是“{became[name]}”（{texts}）"
