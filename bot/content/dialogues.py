"""Read phrases/dialogues/*.yaml: one dialogue each, its steps checked for all that could strand a customer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.reader import Finding, Reader, Variant
from bot.content.schema import GROUPS
from bot.content.yaml import Text
from bot.core.dialogue import NEEDS, Answer, Script, Step, StepKind
from bot.core.model import MessageType, Mode, Priority

FOLDER = "dialogues"
_SENDS = {"image": MessageType.IMAGE, "order_card": MessageType.ORDER_CARD, "product_card": MessageType.PRODUCT_CARD}
_STEP = (
    "about", "ask", "again", "needs", "answers", "go", "lost", "say", "alone", "human", "group", "priority",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DialogueFile:
    """One dialogue as read: the script, and its phrases by situation."""

    path: Path
    script: Script
    phrases: Mapping[str, tuple[Variant, ...]]
    says: Mapping[str, int]  #: steps whose answer an agent has to confirm where the intent asks for it → their line


def read(
    name: str, shown: Path, data: Any, lists: Mapping[str, Iterable[str]], findings: list[Finding]
) -> DialogueFile:
    """The dialogue of this name; what is wrong with it is added to the findings. `lists`: words for its patterns."""
    reader = Reader(shown, data, findings)
    reader.only(("title", "intents", "stages", "begins", "steps"))
    steps = _mapping(reader, "steps")
    texts: dict[str, tuple[Variant, ...]] = {}
    made: dict[str, Step] = {}
    says: dict[str, int] = {}
    intents = tuple(map(str, reader.texts("intents")))
    stages, begins = tuple(map(str, reader.stages("stages"))), reader.patterns(reader.texts("begins"), "", lists)
    script = Script(name, str(reader.text("title")), intents, made, stages, begins)
    for place, body in steps.items():
        step = Reader(shown, body, findings)
        made[str(place)] = _step(step, place, lists)
        for part in ("ask", "again", "say", "human"):
            if part in step.data:
                texts[script.situation(place, part)] = step.variants(part)
        if made[str(place)].kind is StepKind.SAY and not made[str(place)].alone:
            says[str(place)] = place.line
    findings += _astray(shown, script, steps)
    return DialogueFile(shown, script, texts, says)


def check(file: DialogueFile, modes: Mapping[str, Mode], taken: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with a dialogue beside the intents (`modes`: intent → the most the bot may do) and beside other
    dialogues (`taken`: intent → dialogue that it begins already)."""
    path = str(file.path)
    for intent in file.script.intents:
        if intent not in modes:
            yield Finding(path, 1, "no-intent", f"intents 里的“{intent}”不是一个意图")
        elif modes[intent] is Mode.HANDOFF:
            for step, line in file.says.items():
                advice = f"“{intent}”由人工回答（mode: handoff），“{step}”请用 human，或写 alone: yes 允许机器人作答"
                yield Finding(path, line, "dialogue-mode", advice)
        if taken.get(intent, file.script.id) != file.script.id:
            yield Finding(path, 1, "dialogue-twice", f"“{intent}”已经由对话“{taken[intent]}”接待，只能选一个")


def _mapping(reader: Reader, key: str) -> dict[Text, Any]:
    value = reader.data.get(Text(key, 0))
    if isinstance(value, dict) and value:
        return value
    reader.report(reader.line(key), "shape", f"“{key}”应当是“步骤名: 内容”的形式，至少一步")
    return {}


def _step(reader: Reader, name: Text, lists: Mapping[str, Iterable[str]]) -> Step:
    reader.only(_STEP)
    kinds = [kind for kind in StepKind if kind.value in reader.data]
    if len(kinds) != 1:
        reader.report(name.line, "dialogue-step", f"“{name}”要写 ask（问）、say（答）、human（转人工）中的一个")
    kind = kinds[0] if kinds else StepKind.HUMAN
    needs = tuple(str(need) for need in reader.texts("needs"))
    for need in reader.texts("needs"):
        if need not in NEEDS:
            reader.report(need.line, "choice", f"needs 里的“{need}”认不出来，可以写的有：{'、'.join(NEEDS)}")
    answers = tuple(_answers(reader, lists))
    if kind is StepKind.ASK and not answers and not needs:
        reader.report(name.line, "dialogue-step", f"“{name}”问了却没有写怎么听回答（answers 或 needs）")
    return Step(
        str(name), kind, str(reader.optional("about")), needs, answers,
        str(reader.optional("go")), str(reader.optional("lost")),
        reader.choice("group", str, GROUPS, "") if "group" in reader.data else "",
        reader.priority("priority") if "priority" in reader.data else Priority.NORMAL,
        "alone" in reader.data,
    )  # fmt: skip


def _answers(reader: Reader, lists: Mapping[str, Iterable[str]]) -> Iterator[Answer]:
    entries = reader.data.get(Text("answers", 0), [])
    if not isinstance(entries, list):
        reader.report(reader.line("answers"), "shape", "“answers”应当是一列回答，每个以“- ”开头")
        return
    for entry in entries:
        answer = Reader(reader.path, entry, reader.findings)
        answer.only(("hears", "sends", "anything", "is", "go"))
        if not {"hears", "sends", "anything"} & set(answer.data):
            line = next((key.line for key in answer.data), reader.line("answers"))
            answer.report(line, "dialogue-step", "一种回答要写 hears（听到什么）、sends（发来什么）或 anything: yes")
            continue
        sends = answer.choice("sends", _SENDS.__getitem__, tuple(_SENDS), None) if "sends" in answer.data else None
        heard, value = answer.patterns(answer.texts("hears"), "", lists), str(answer.optional("is"))
        anything = answer.choice("anything", str, ("yes", "opening"), "") if "anything" in answer.data else ""
        yield Answer(str(answer.text("go")), heard, sends, value, anything != "", anything == "opening")


def _astray(path: Path, script: Script, lines: Mapping[Text, Any]) -> Iterator[Finding]:
    """Steps that lead nowhere, that nobody reaches, or that could lead a lost customer round in a circle."""
    at = {str(name): name.line for name in lines}
    reached = {next(iter(script.steps), "")}
    for step in script.steps.values():
        ways = [answer.go for answer in step.answers] + [way for way in (step.go, step.lost) if way]
        reached.update(ways)
        faults = [f"“{step.id}”通往“{way}”，但没有这一步" for way in ways if way not in script.steps]
        if step.needs and not step.go:
            faults.append(f"“{step.id}”有 needs，请用 go 写明问到之后去哪一步")
        if step.lost in script.steps and script.steps[step.lost].kind is StepKind.ASK:
            faults.append(f"“{step.id}”的 lost 不能再去提问，请去 say 或 human")
        yield from (Finding(str(path), at[step.id], "dialogue-step", fault) for fault in faults)
    for name in script.steps.keys() - reached:
        yield Finding(str(path), at[name], "dialogue-step", f"没有一步通往“{name}”")
