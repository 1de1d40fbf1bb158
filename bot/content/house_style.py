"""Read the house style (phrases/_style.yaml): the trainers' rules of what a shop must not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.reader import Finding, Reader
from bot.content.yaml import Text
from bot.core.patterns import Pattern
from bot.core.reading import folded
from bot.core.rule import Rule, Severity
from bot.core.style import Gate

PATH = Path("phrases") / "_style.yaml"
_KEYS = (
    "title", "from", "severity", "find", "with", "except", "needs", "after", "most", "instead", "whole", "good", "bad",
)
Lists = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The two examples that a rule is shown with."""

    rule: str
    bad: Text
    good: Text


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """The file as read."""

    gate: Gate
    shown: tuple[Shown, ...] = ()


def read_style(file: Reader) -> HouseStyle:
    """The rules of a file, in its order. Faults become findings; a faulty pattern is left out."""
    file.only(("lists", "rules"))
    lists = {name: tuple(map(folded, words)) for name, words in file.lists("lists").items()}
    rules, shown = [], []
    for rule_id, reader in _entries(file):
        reader.only(_KEYS)
        rules.append(_rule(rule_id, reader, lists))
        shown.append(Shown(rule_id, reader.text("bad"), reader.text("good")))
    return HouseStyle(Gate(rules), tuple(shown))


def broken_examples(style: HouseStyle) -> Iterator[Finding]:
    """Examples that do not show their rule: a bad one it does not catch, a good one that any rule catches."""
    for shown in style.shown:
        if shown.bad and shown.rule not in [found.rule.id for found in style.gate.findings(shown.bad)]:
            message = f"“{shown.bad}”没有被“{shown.rule}”抓到，请改例句或改 find"
            yield Finding(str(PATH), shown.bad.line, "style-bad", message)
        for found in style.gate.findings(shown.good):
            message = f"“{shown.good}”被“{found.rule.id}”抓到了（{found.found}），请改例句或在 except 里写上例外"
            yield Finding(str(PATH), shown.good.line, "style-good", message)


def found_in(gate: Gate, path: Path, line: int, said: str) -> Iterator[Finding]:
    """What the gate finds in a text as it will be said, as findings about the line where it was written."""
    for found in gate.findings(said):
        severity = "warning" if found.rule.severity is Severity.WARNING else "error"
        yield Finding(str(path), line, f"style-{found.rule.id}", str(found), severity)


def _entries(file: Reader) -> Iterator[tuple[Text, Reader]]:
    value = file.data.get(Text("rules", 0), {})
    if not isinstance(value, dict):
        file.report(file.line("rules"), "shape", "“rules”应当是“规则名: 内容”的形式")
        return
    for rule_id, entry in value.items():
        if isinstance(entry, dict):
            yield rule_id, Reader(file.path, entry, file.findings, rule_id.line)
        else:
            file.report(rule_id.line, "shape", f"规则“{rule_id}”应当是“键: 值”的形式")


def _rule(rule_id: Text, reader: Reader, lists: Lists) -> Rule:
    severities = tuple(severity.value for severity in Severity)
    instead, whole = reader.pairs("instead"), reader.pairs("whole")
    find = (*map(_word, sorted(instead, key=len, reverse=True)), *reader.texts("find"))
    if not find and not whole:
        reader.report(rule_id.line, "missing", f"规则“{rule_id}”没有写 find、instead 或 whole，什么也抓不到")
    return Rule(
        id=str(rule_id),
        title=str(reader.text("title")),
        source=str(reader.text("from")),
        severity=reader.choice("severity", Severity, severities, Severity.ERROR),
        find=_patterns(find, reader, lists),
        beside=_patterns(reader.texts("with"), reader, lists),
        excused=_patterns(reader.texts("except"), reader, lists),
        needs=_patterns(reader.texts("needs"), reader, lists),
        after=_patterns(reader.texts("after"), reader, lists),
        most=_most(reader),
        instead=instead,
        whole=whole,
    )


def _word(word: str) -> Text:
    """A key of `instead` as a pattern: it stands for itself, an ellipsis included."""
    return Text(folded(word), getattr(word, "line", 1))


def _most(reader: Reader) -> int:
    value = reader.data.get(Text("most", 0), "0")
    if isinstance(value, str) and value.isdecimal() and len(value) < 3:
        return int(value)
    reader.report(reader.line("most"), "number", "“most”应当是 0 到 99 的整数：允许出现的次数")
    return 0


def _patterns(sources: Iterable[str], reader: Reader, lists: Lists) -> tuple[Pattern, ...]:
    return reader.patterns([Text(folded(one, pattern=True), getattr(one, "line", 1)) for one in sources], "", lists)
