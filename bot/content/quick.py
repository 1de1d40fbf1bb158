"""Read phrases/quick/: the shop's quick phrases as trainers keep them, each fault with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content import yaml
from bot.content.house_style import found_in
from bot.content.reader import Finding, Reader
from bot.core.quick import QuickPhrase, Scope, closed, needs, proven
from bot.core.style import Gate
from bot.core.written import read_day
from bot.errors import ContentError, InvalidField

FOLDER = "quick"
_FIELDS = ("code", "say", "image", "from", "until", "shop")
#: Which key of a file holds what the core calls otherwise.
_KEYS = {"text": "say", "valid_from": "from", "valid_until": "until"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry of a file: the phrase, and the shop it is for ("" = every shop)."""

    phrase: QuickPhrase
    shop: str
    path: Path
    line: int  #: of its text


@dataclass(frozen=True, slots=True)
class QuickFiles:
    """All entries of phrases/quick/ that can be used, in the order of files and lines."""

    entries: tuple[Kept, ...] = ()

    def of(self, shop: str) -> tuple[QuickPhrase, ...]:
        """What a shop's agents may use."""
        return tuple(kept.phrase for kept in self.entries if kept.shop in ("", shop))


def load(root: Path) -> QuickFiles:
    """The quick phrases under a content folder; ContentError lists the faults when there are any."""
    files, findings = read(root)
    if findings:
        raise ContentError("\n".join(map(str, findings[:20])))
    return files


def read(root: Path) -> tuple[QuickFiles, list[Finding]]:
    """The entries that can be used, and what is wrong with the others."""
    findings: list[Finding] = []
    entries = [kept for path in _paths(root) for kept in _file(root, path, findings)]
    findings += _doubled(entries)
    return QuickFiles(tuple(entries)), findings


def check(root: Path, facts: Collection[str], gate: Gate) -> list[Finding]:
    """Everything wrong with the files: form, house style, and shop facts that are not among `facts`, the names of
    those that some shop gives."""
    files, findings = read(root)
    for kept in files.entries:
        findings += _lint(kept, facts, gate)
    return findings


def _lint(kept: Kept, facts: Collection[str], gate: Gate) -> Iterator[Finding]:
    for name in needs(kept.phrase.text):
        owner, _, fact = name.partition(".")
        if owner == "shop" and fact not in facts:
            yield Finding(str(kept.path), kept.line, "unknown-fact", f"_shop.yaml 里没有“{fact}”")
    yield from found_in(gate, kept.path, kept.line, closed(kept.phrase.text))


def _paths(root: Path) -> list[Path]:
    return sorted((root / "phrases" / FOLDER).glob("*.yaml"))


def _file(root: Path, path: Path, findings: list[Finding]) -> list[Kept]:
    shown = path.relative_to(root)
    try:
        data = yaml.read(path)
    except yaml.FileError as error:
        findings.append(Finding(str(shown), error.line, "yaml", error.reason))
        return []
    reader = Reader(shown, data, findings)
    reader.only(("title", "phrases"))
    title, entries = reader.text("title"), list(reader.entries("phrases"))
    if not entries:
        reader.report(reader.line("phrases"), "missing", "没有短语：写成“phrases:”，下面每条以“- code: 编码”开头")
    return [kept for entry in entries if (kept := _entry(entry, title)) is not None]


def _entry(reader: Reader, group: str) -> Kept | None:
    before = len(reader.findings)
    reader.only(_FIELDS)
    say = reader.text("say")
    code, image, shop = reader.text("code"), reader.optional("image"), reader.optional("shop")
    first, last = (reader.value(key, read_day) if reader.has(key) else None for key in ("from", "until"))
    phrase = QuickPhrase("", Scope.SHOP, "", group, code, say, image, first, last, f"{reader.path}:{code.line}")
    if len(reader.findings) > before or not group:
        return None
    try:
        phrase = proven(phrase)
    except InvalidField as error:
        key = _KEYS.get(error.field or "", error.field or "")
        reader.report(say.line if key == "say" else reader.line(key), key, str(error))
        return None
    return Kept(replace(phrase, id=f"file.{phrase.code}"), shop, reader.path, say.line)


def _doubled(entries: Sequence[Kept]) -> Iterator[Finding]:
    """A code twice where one shop would see both."""
    seen: dict[str, list[Kept]] = {}
    for kept in entries:
        for other in seen.setdefault(kept.phrase.code, []):
            if "" in (kept.shop, other.shop) or kept.shop == other.shop:
                message = f"编码“{kept.phrase.code}”与 {other.phrase.source} 重复，请换一个"
                yield Finding(str(kept.path), _line_of(kept), "duplicate", message)
                break
        seen[kept.phrase.code].append(kept)


def _line_of(kept: Kept) -> int:
    return int(kept.phrase.source.rpartition(":")[2])
