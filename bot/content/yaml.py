"""Read a YAML file the way trainers mean it: every value a string, every string with its line, no YAML surprises."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, Self

import yaml

from bot.errors import ContentError

_LARGEST = 2 * 1024 * 1024  # bytes; bar 43
_DEEPEST = 20  # nested lists; libyaml's C code overflows the stack and ends the process from some ten thousand on


class Text(str):
    """A string that knows the line (from 1) it was read from."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int) -> Self:
        self = super().__new__(cls, text)
        self.line = line
        return self

    def __reduce__(self) -> tuple[type[Text], tuple[str, int]]:
        """What a copy is made from."""
        return Text, (str(self), self.line)


class FileError(ContentError):
    """A file cannot be read; says where."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.reason = path, line, message


def read(path: Path) -> Any:
    """The file as dicts, lists and Text. Refused with file and line: aliases, anchors, tags, duplicate keys, tabs,
    deep nesting, files over 2 MiB (`no`, `12:30` and `0123` stay the strings they are)."""
    raw = path.read_bytes()
    if len(raw) > _LARGEST:
        raise FileError(path, 1, "文件超过 2 MiB，请拆成几个文件")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(path, raw[: error.start].count(b"\n") + 1, "文件不是 UTF-8 编码，请另存为 UTF-8") from error
    try:
        return _document(path, yaml.parse(text, Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark or error.context_mark, error.problem or error.context
        raise FileError(path, mark.line + 1 if mark else 1, f"YAML 写法有误：{problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise FileError(path, line, f"YAML 写法有误：{error.reason}（#x{error.character:04x}）") from error


def _document(path: Path, events: Iterator[yaml.Event]) -> Any:
    """Values are made from the stream of events, so that reading ends at the first trick, before it can do harm."""
    next(events)  # the stream's start
    if isinstance(next(events), yaml.StreamEndEvent):
        return {}
    value = _value(path, events, next(events), 0)
    next(events)  # the document's end
    if not isinstance(after := next(events), yaml.StreamEndEvent):
        raise FileError(path, _line(after), "一个文件里只能有一份内容，请去掉“---”")
    return value


def _value(path: Path, events: Iterator[yaml.Event], event: yaml.Event, depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise FileError(path, _line(event), "不支持 & 和 * 引用；文字里要用这些符号请加引号")
    if getattr(event, "tag", None):
        raise FileError(path, _line(event), "不支持 ! 标签；文字以 ! 开头请加引号")
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value, _line(event))
    if depth >= _DEEPEST:
        raise FileError(path, _line(event), f"嵌套超过 {_DEEPEST} 层，请检查缩进和括号")
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(path, events, item, depth + 1) for item in _until(events, yaml.SequenceEndEvent)]
    result: dict[Text, Any] = {}
    for key_event in _until(events, yaml.MappingEndEvent):
        key = _value(path, events, key_event, depth + 1)
        if not isinstance(key, Text):
            raise FileError(path, _line(key_event), "键必须是一个词")
        if key in result:
            raise FileError(path, key.line, f"“{key}”重复了，请合并成一处")
        result[key] = _value(path, events, next(events), depth + 1)
    return result


def _until(events: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    return takewhile(lambda event: not isinstance(event, end), events)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
