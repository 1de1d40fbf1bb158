"""Reads the fields of the trainers' files: each fault becomes a finding with its line and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.content.yaml import Text
from bot.core.model import Priority, Stage
from bot.core.patterns import Pattern, compile_pattern
from bot.core.promises import PLEDGED, Pledge, read_within
from bot.core.shop import TONES, Tone
from bot.errors import FactError, PatternError

T = TypeVar("T")

_STAGES = tuple(stage.value for stage in Stage if stage)
_PRIORITIES = {priority.name.lower(): priority for priority in Priority}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend: where, which rule, and what to do."""

    path: str
    line: int
    rule: str
    message: str
    severity: str = "error"  #: error | warning

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


class Variant(Text):
    """One way to say something, and for whom it is meant."""

    tone: Tone | None = None
    audience: frozenset[str] = frozenset()
    promise: Pledge | None = None


class Reader:
    """Reads the fields of one file's mapping (or of one inside it, which begins at `first_line`) and collects a finding
    for each that is wrong."""

    def __init__(self, path: Path, data: Any, findings: list[Finding], first_line: int = 0) -> None:
        self.path, self.findings, self._first_line = path, findings, first_line
        self.data: dict[Text, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.report(first_line or 1, "shape", "文件内容应当是“键: 值”的形式")

    def report(self, line: int, rule: str, message: str) -> None:
        """Add a finding about this file."""
        self.findings.append(Finding(str(self.path), line, rule, message))

    @contextmanager
    def reporting(self, line: int) -> Iterator[None]:
        """A FactError inside becomes a finding at this line."""
        try:
            yield
        except FactError as error:
            self.report(line, "fact", str(error))

    def line(self, key: str) -> int:
        """Line of a key; where it is absent, the mapping's first."""
        first = self._first_line or next((k.line for k in self.data), 1)
        return next((k.line for k in self.data if k == key), first)

    def has(self, key: str) -> bool:
        """Whether the key is there, whatever it holds."""
        return Text(key, 0) in self.data

    def only(self, allowed: tuple[str, ...]) -> None:
        """Report keys that nobody will read."""
        for key in self.data:
            if key not in allowed:
                self.report(key.line, "unknown-key", f"不认识“{key}”，可以写的有：{'、'.join(allowed)}")

    def text(self, key: str) -> Text:
        """A required non-empty text."""
        value = self.data.get(Text(key, 0))
        if isinstance(value, Text) and value.strip():
            return value
        self.report(self.line(key), "missing", f"缺少“{key}”")
        return Text("", self.line(key))

    def value(self, key: str, read: Callable[[str], T]) -> T | None:
        """A required text made into a value by one of bot.core.written's readers; None where it is absent or faulty."""
        text = self.text(key)
        if text:
            with self.reporting(text.line):
                return read(text)
        return None

    def value_or(self, key: str, read: Callable[[str], T], default: T) -> T:
        """The same where the key may be absent; the default then, and for a faulty one."""
        value = self.value(key, read) if self.has(key) else None
        return default if value is None else value

    def entries(self, key: str) -> Iterator[Reader]:
        """A reader for each mapping of a list; absent gives none."""
        value = self.data.get(Text(key, 0), [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.report(self.line(key), "shape", f"“{key}”应当是一列，每一项以“- ”开头，写成“键: 值”")
            return
        for entry in value:
            yield Reader(self.path, entry, self.findings)

    def optional(self, key: str) -> Text:
        """A text that may be absent, then ""."""
        return self.text(key) if self.has(key) else Text("", self.line(key))

    def choice(self, key: str, make: Callable[[str], T], allowed: tuple[str, ...], default: T) -> T:
        """A required text out of a list."""
        value = self.text(key)
        if value in allowed:
            return make(value)
        if value:
            self.report(value.line, "choice", f"“{key}”只能是 {'、'.join(allowed)}，这里写的是“{value}”")
        return default

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of non-empty texts; absent gives ()."""
        return self.listed(self.data.get(Text(key, 0), []), key)

    def listed(self, value: Any, key: str) -> tuple[Text, ...]:
        """Any value as a list of texts."""
        if not isinstance(value, list) or not all(isinstance(item, Text) for item in value):
            self.report(self.line(key), "shape", f"“{key}”应当是一列文字，每行以“- ”开头")
            return ()
        for item in value:
            if not item.strip():
                self.report(item.line, "empty", f"“{key}”里有一行是空的")
        return tuple(item for item in value if item.strip())

    def variants(self, key: str) -> tuple[Variant, ...]:
        """A list of ways to say something: texts, or mappings that say for whom."""
        value = self.data.get(Text(key, 0), [])
        if not isinstance(value, list):
            self.report(self.line(key), "shape", f"“{key}”应当是一列话术，每行以“- ”开头")
            return ()
        found = [Variant(item, item.line) if isinstance(item, Text) else self._variant(item, key) for item in value]
        for variant in found:
            if not variant.strip():
                self.report(variant.line, "empty", f"“{key}”里有一行是空的")
        return tuple(variant for variant in found if variant.strip())

    def _variant(self, data: Any, key: str) -> Variant:
        if not isinstance(data, dict):
            self.report(self.line(key), "shape", f"“{key}”里每一条是一句话，或写成 say、tone、for、promise 几项")
            return Variant("-", self.line(key))
        inner = Reader(self.path, data, self.findings)
        inner.only(("say", "tone", "for", "promise"))
        text = inner.text("say")
        variant = Variant(text or "-", text.line)
        if "tone" in inner.data:
            variant.tone = inner.choice("tone", TONES.get, tuple(TONES), None)
        variant.audience = frozenset(map(str, inner.texts("for")))
        variant.promise = inner.promise() if inner.has("promise") else None
        return variant

    def promise(self) -> Pledge | None:
        """What saying a phrase promises, and by when; None with a finding where that cannot be read."""
        inner = Reader(self.path, self.data[Text("promise", 0)], self.findings, self.line("promise"))
        inner.only(("kind", "within"))
        kind = inner.choice("kind", PLEDGED.get, tuple(PLEDGED), None)
        within = inner.value("within", read_within)
        return Pledge(kind, within) if kind and within else None

    def lists(self, key: str) -> dict[str, tuple[Text, ...]]:
        """A mapping of texts to lists of texts; absent gives {}."""
        value = self.data.get(Text(key, 0), {})
        if not isinstance(value, dict):
            self.report(self.line(key), "shape", f"“{key}”应当是“词: [词, 词]”的形式")
            return {}
        return {k: self.listed(v, key) for k, v in value.items()}

    def pairs(self, key: str) -> dict[str, str]:
        """A mapping of texts to texts; absent gives {}."""
        value = self.data.get(Text(key, 0), {})
        if not isinstance(value, dict) or not all(isinstance(v, Text) for v in value.values()):
            self.report(self.line(key), "shape", f"“{key}”应当是“词: 词”的形式")
            return {}
        return dict(value)

    def stages(self, key: str) -> tuple[Text, ...]:
        """A list of the order's stages; absent gives ()."""
        stages = self.texts(key)
        for name in stages:
            if name not in _STAGES:
                self.report(name.line, "stage", f"不认识订单进度“{name}”，可以写的有：{'、'.join(_STAGES)}")
        return tuple(name for name in stages if name in _STAGES)

    def priority(self, key: str) -> Priority:
        """A required priority."""
        return self.choice(key, _PRIORITIES.__getitem__, tuple(_PRIORITIES), Priority.NORMAL)

    def patterns(self, sources: Iterable[str], owner: str, lists: Mapping[str, Iterable[str]]) -> tuple[Pattern, ...]:
        """These sources compiled, without the faulty ones. `owner`: what they are evidence of; `lists`: their words."""
        good = []
        for source in sources:
            try:
                good.append(compile_pattern(owner, source, lists))
            except PatternError as error:
                self.report(getattr(source, "line", 1), "pattern", str(error))
        return tuple(good)
