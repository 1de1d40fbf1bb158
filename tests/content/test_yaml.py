"""A trainer's file means what it says, and what cannot be meant is refused with its line (bar 43)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.content import yaml
from bot.content.yaml import FileError, Text


def read(folder: Path, content: str | bytes) -> Any:
    path = folder / "t.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return yaml.read(path)


@pytest.mark.parametrize(
    "word",
    [
        "no", "yes", "on", "off", "NO", "true", "~", "null", "12:30", "9:00", "0123", "0x1f", "1e3", "1_000",
        "2026-11-11",
        "3.14", ".inf", "7天", "A&B", "5*3", "hi!", "<<", "=",
    ],
)
def test_every_value_stays_the_string_that_was_written(tmp_path: Path, word: str) -> None:
    assert read(tmp_path, f"a: {word}\nb: [{word}]\n{word}: c\n") == {"a": word, "b": [word], word: "c"}


def test_an_absent_value_is_the_empty_string(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\nb: ''\n") == {"a": "", "b": ""}


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_an_empty_mapping(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == {}


def test_every_string_knows_its_line(tmp_path: Path) -> None:
    data = read(tmp_path, "# a note\ntitle: 发货\nexamples:\n  - 一\n  - 二\nmore: {三: 四}\n")
    assert [key.line for key in data] == [2, 3, 6]
    assert [(text, text.line) for text in data["examples"]] == [("一", 4), ("二", 5)]
    assert data["more"]["三"].line == 6
    assert isinstance(data["title"], Text)


@pytest.mark.parametrize(
    "content", [
        b"\xef\xbb\xbfa: 1\n", b"a: 1\r\n", "a: 1\u0085".encode(), b"%YAML 1.1\n---\na: 1\n",
    ],
)
def test_marks_of_windows_editors_do_no_harm(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == {"a": "1"}


BOMB = "a: &a [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED: list[tuple[str, str | bytes, int, str]] = [
    ("duplicate key", "a: 1\nb: 2\na: 3\n", 3, "重复"),
    ("duplicate key inside", "x:\n  a: 1\n  a: 2\n", 3, "重复"),
    ("duplicate key in another quoting", "a: 1\n'a': 2\n", 2, "重复"),
    ("anchor", "a: 1\nb: &x 1\n", 2, "引用"),
    ("alias", "a: &x 1\nb: *x\n", 1, "引用"),
    ("alias bomb", BOMB, 1, "引用"),
    ("merge of an alias", "a: 1\nb:\n  <<: *x\n", 3, "引用"),
    ("tag of a python object", "a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "标签"),
    ("tag", "- 一\n- !x 三\n", 2, "标签"),
    ("binary tag", "a: !!binary aGk=\n", 1, "标签"),
    ("tab as indent", "a:\n\t- 一\n", 2, "YAML"),
    ("bracket left open", "a: [一, 二\nb: 三\n", 2, "YAML"),
    ("quote left open", "a: '一\n", 2, "YAML"),
    ("colon in a sentence", "a: 一\nb: 您好: 请讲\n", 2, "YAML"),
    ("uneven indent", "a:\n  - 一\n - 二\n", 3, "YAML"),
    ("bare percent", "a: 一\nb: %五\n", 2, "YAML"),
    ("bare at", "a: @五\n", 1, "YAML"),
    ("two documents", "a: 1\n---\nb: 2\n", 2, "---"),
    ("list as key", "? [a]\n: 1\n", 1, "键"),
    ("NUL", "a: 一\nb: 二\x00\n", 2, "YAML"),
    ("bell", "a: \x07\n", 1, "YAML"),
    ("GBK", "a: x\nb: 你好\n".encode("gbk"), 2, "UTF-8"),
    ("UTF-16", "a: 你好\n".encode("utf-16"), 1, "UTF-8"),
    ("too large", b"a: " + b"x" * (2 * 1024 * 1024), 1, "2 MiB"),
    ("brackets all the way down", "[" * 1_000_000 + "]" * 1_000_000, 1, "嵌套"),
    ("braces all the way down", "{a: " * 500_000, 1, "嵌套"),
    ("dashes all the way down", "a: 1\nb:\n  " + "- " * 1_000_000, 3, "嵌套"),
]


@pytest.mark.parametrize(("trap", "content", "line", "says"), REFUSED, ids=[trap for trap, *_ in REFUSED])
def test_a_trap_is_refused_with_file_and_line(
    tmp_path: Path, trap: str, content: str | bytes, line: int, says: str
) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path, content)
    assert caught.value.line == line, trap
    assert str(caught.value).startswith(f"{tmp_path / 't.yaml'}:{line}: ")
    assert says in caught.value.reason
    assert "\n" not in str(caught.value)


def test_a_file_of_exactly_two_mebibytes_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"a: " + b"x" * (2 * 1024 * 1024 - 3))["a"]) == 2 * 1024 * 1024 - 3


def test_five_thousand_phrases_are_read_with_their_lines(tmp_path: Path) -> None:
    phrases = read(tmp_path, "".join(f"- 您好，第{n}条，{{{{ shop.name }}}}为您服务。\n" for n in range(5000)))
    assert [phrase.line for phrase in phrases] == list(range(1, 5001))
