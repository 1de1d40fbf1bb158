"""Read phrases/cases/: the kinds of after-sale cases as trainers keep them, each fault with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.content.reader import Finding, Reader, Variant
from bot.content.yaml import Text
from bot.core.accounts import Role
from bot.core.case_clocks import STARTS
from bot.core.case_kinds import (
    SETTLE_NEEDS,
    CaseKind,
    Deadline,
    Gate,
    Happening,
    Item,
    Limit,
    Opens,
    Outcome,
    Remedy,
    Step,
    Trigger,
)  # fmt: skip
from bot.core.case_registers import REGISTERS
from bot.core.case_words import read_limit, read_span
from bot.core.dialogue import NEEDS, Script
from bot.core.model import Priority

FOLDER = "cases"
#: What a customer may be told about a case; each has phrases for all kinds in phrases/cases/_shared.yaml.
SAID = ("opened", "progress", "settled", "closed")
#: What these phrases may name, beside the shop's facts.
NAMES = frozenset({"case.title", "case.order", "case.remedy", "case.amount", "case.arrives"})
_KEYS = (
    "title", "about", "priority", "alert", "register", "settled_by", "settle_needs", "opens", "evidence", "steps",
    "deadlines", "remedies", "reasons", "says",
)  # fmt: skip
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KindFile:
    """One kind as read: itself, its phrases by situation, and the lines of the names in it."""

    path: Path
    kind: CaseKind
    phrases: Mapping[str, tuple[Variant, ...]]
    lines: Mapping[str, int]


def situation(kind: str, said: str) -> str:
    """Where the phrases stand; "" for those of all kinds."""
    return f"{FOLDER}/{kind}/{said}" if kind else f"{FOLDER}/{said}"


def read(name: str, shown: Path, data: Any, findings: list[Finding]) -> KindFile:
    """The kind of this name; what is wrong with it is added to the findings."""
    reader = Reader(shown, data, findings)
    reader.only(_KEYS)
    evidence, steps = _named(reader, "evidence", _item), _named(reader, "steps", _step)
    kind = CaseKind(
        name, str(reader.text("title")), str(reader.optional("about")),
        reader.priority("priority") if reader.has("priority") else Priority.NORMAL,
        alert="alert" in reader.data and reader.choice("alert", str, ("yes",), "") == "yes",
        register=reader.choice("register", str, tuple(REGISTERS), "") if reader.has("register") else "",
        settled_by=_role(reader, "settled_by") if reader.has("settled_by") else Role.AGENT,
        settle_needs=tuple(_chosen(reader, "settle_needs", SETTLE_NEEDS)),
        opens=_opens(_inner(reader, "opens")),
        evidence=evidence, steps=steps,
        deadlines=_named(reader, "deadlines", _deadline),
        remedies=_named(reader, "remedies", _remedy),
        reasons={str(code): title for code, title in reader.pairs("reasons").items()},
    )  # fmt: skip
    for key, there in (("steps", steps), ("remedies", kind.remedies), ("reasons", kind.reasons)):
        if not there:
            reader.report(reader.line(key), "missing", f"缺少“{key}”，至少写一项")
    return KindFile(shown, kind, phrases(_inner(reader, "says"), name), _lines(reader))


def phrases(reader: Reader, kind: str) -> dict[str, tuple[Variant, ...]]:
    """The phrases of a mapping from what is told to the ways to say it."""
    reader.only(SAID)
    return {situation(kind, str(key)): reader.variants(key) for key in reader.data if key in SAID}


def check(
    file: KindFile, intents: Collection[str], scripts: Mapping[str, Script], taken: Mapping[str, str]
) -> Iterator[Finding]:
    """What is wrong with a kind beside intents, dialogues and other kinds. `taken`: dialogue or intent → the kind that
    it opens already."""
    kind = file.kind

    def fault(name: str, message: str) -> Finding:
        return Finding(str(file.path), file.lines.get(name, 1), "case-kind", message)

    for intent in set(kind.opens.intents) - set(intents):
        yield fault(intent, f"opens 里的“{intent}”不是一个意图")
    for script in set(kind.opens.dialogues) - scripts.keys():
        yield fault(script, f"opens 里的“{script}”不是一个对话")
    for name in (*kind.opens.intents, *kind.opens.dialogues):
        if taken.get(name, kind.id) != kind.id:
            yield fault(name, f"“{name}”已经会开“{taken[name]}”这一类案件，只能选一类")
    slots = frozenset(NEEDS).union(*(scripts[name].slots for name in kind.opens.dialogues if name in scripts))
    for item in kind.evidence:
        for slot in set(item.slots) - slots:
            yield fault(item.name, f"“{item.name}”的 slots 里写了“{slot}”，但 opens 的对话里没有这一步")
    for step in kind.steps:
        if step.name in STARTS:
            yield fault(step.name, f"步骤不能叫“{step.name}”：时限里写 after: {step.name} 时分不清是哪一个，请换个名字")
    for deadline in kind.deadlines:
        for name in (deadline.after, deadline.until):
            if name and kind.step(name) is None and (name == deadline.until or name not in STARTS):
                yield fault(deadline.name, f"“{deadline.name}”里的“{name}”不是一个步骤，也不是 {'、'.join(STARTS)}")


def _inner(reader: Reader, key: str) -> Reader:
    return Reader(reader.path, reader.data.get(Text(key, 0), {}), reader.findings, reader.line(key))


def _named(reader: Reader, key: str, make: Callable[[Reader], T]) -> tuple[T, ...]:
    """A list of things with names, each name once."""
    seen: set[str] = set()
    made = []
    for entry in reader.entries(key):
        name = entry.text("name")
        if name in seen:
            entry.report(name.line, "duplicate", f"“{key}”里的名字“{name}”重复了")
        seen.add(name)
        made.append(make(entry))
    return tuple(made)


def _opens(reader: Reader) -> Opens:
    reader.only(("intents", "dialogues", "alone", "orders"))
    return Opens(
        tuple(map(str, reader.texts("intents"))), tuple(map(str, reader.texts("dialogues"))),
        alone=reader.has("alone") and reader.choice("alone", str, ("yes",), "") == "yes",
        orders=tuple(map(_trigger, reader.entries("orders"))),
    )  # fmt: skip


def _trigger(reader: Reader) -> Trigger:
    reader.only(("on", "score", "within"))
    on = reader.choice("on", Happening, tuple(Happening), Happening.REFUND_REQUESTED)
    score = int(reader.choice("score", str, tuple("12345"), "3")) if on is Happening.REVIEW else 0
    span = reader.value("within", read_span) if on is Happening.SILENCE else None
    return Trigger(on, score, span or timedelta())


def _item(reader: Reader) -> Item:
    reader.only(("name", "title", "photo", "slots", "before", "from"))
    photo = reader.has("photo") and reader.choice("photo", str, ("yes",), "") == "yes"
    slots = tuple(map(str, reader.texts("slots")))
    return Item(_name(reader), str(reader.text("title")), photo, slots, _gate(reader), str(reader.optional("from")))


def _step(reader: Reader) -> Step:
    reader.only(("name", "title", "before", "from"))
    return Step(_name(reader), str(reader.text("title")), _gate(reader), str(reader.optional("from")))


def _deadline(reader: Reader) -> Deadline:
    reader.only(("name", "title", "within", "after", "until", "then", "from"))
    span = reader.value("within", read_span) or timedelta(days=1)
    after, until = str(reader.text("after")), str(reader.optional("until"))
    title, then = str(reader.text("title")), str(reader.text("then"))
    return Deadline(_name(reader), title, span, after, until, then, str(reader.optional("from")))


def _remedy(reader: Reader) -> Remedy:
    reader.only(("name", "title", "outcome", "limits", "arrives", "from"))
    outcome = reader.choice("outcome", Outcome, tuple(Outcome), Outcome.NONE)
    limits = _limits(_inner(reader, "limits"))
    arrives, source = str(reader.optional("arrives")), str(reader.optional("from"))
    return Remedy(_name(reader), str(reader.text("title")), outcome, limits, arrives, source)


def _limits(reader: Reader) -> dict[Role, Limit]:
    roles = tuple(role.value for role in Role)
    reader.only(roles)
    found = {Role(key): reader.value(key, read_limit) for key in reader.data if key in roles}
    return {role: limit for role, limit in found.items() if limit is not None}


def _name(reader: Reader) -> str:
    return str(reader.data.get(Text("name", 0), ""))


def _gate(reader: Reader) -> Gate:
    allowed = tuple(gate.value for gate in Gate if gate)
    return reader.choice("before", Gate, allowed, Gate.FREE) if reader.has("before") else Gate.FREE


def _role(reader: Reader, key: str) -> Role:
    return reader.choice(key, Role, tuple(Role), Role.AGENT)


def _chosen(reader: Reader, key: str, allowed: Collection[str]) -> Iterator[str]:
    for text in reader.texts(key):
        if text in allowed:
            yield str(text)
        else:
            reader.report(text.line, "choice", f"{key} 里的“{text}”认不出来，可以写的有：{'、'.join(allowed)}")


def _lines(reader: Reader) -> dict[str, int]:
    """The line of every name in the file, for findings."""
    lines: dict[str, int] = {}

    def walk(value: Any) -> None:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)
        if isinstance(value, Text):
            lines.setdefault(str(value), value.line)

    walk(reader.data)
    return lines
