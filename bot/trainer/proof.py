"""Prove a content folder before it is served: check and learn it, hold its cases against the version in use, settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from bot.content import archive, check, load
from bot.content.archive import Version
from bot.content.build import build
from bot.content.reader import Finding
from bot.core.knowledge import Knowledge
from bot.errors import ContentError
from bot.flows import publication
from bot.store import versions
from bot.trainer import cases, talks
from bot.trainer.cases import Answered
from bot.trainer.talks import Talk

_NAMED = 3  # faults that the history names; the command and the API name all


@dataclass(frozen=True, slots=True)
class Proof:
    """A version as it lay in the folder, and everything that speaks against it."""

    version: Version
    errors: tuple[Finding, ...] = ()
    broken: tuple[Finding, ...] = ()  #: cases' sentences that the version in use answers as written, and this one not
    mended: int = 0  #: sentences of cases where it is the other way round

    @property
    def reason(self) -> str:
        """What speaks against it, in a few words for the history; "" when nothing does."""
        if self.errors:
            return f"检查出 {len(self.errors)} 处错误：{_some(self.errors)}"
        return f"{len(self.broken)} 句用例变差：{_some(self.broken)}" if self.broken else ""


class Verdict(StrEnum):
    """What became of a proved version."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def prove(root: Path, cache_dir: Path, in_use: bytes | None) -> Proof:
    """Prove what a folder holds now, against the packed version in use (None: against none). What is proved is a copy:
    a file saved meanwhile cannot slip in unchecked. ContentError when the folder cannot be read."""
    version = archive.pack(root)
    with archive.unpacked(version.files) as copy:
        content = load.read(copy)
        findings, knowledge = check.prove(content, cache_dir)
        written = _talks(copy)
    errors = tuple(finding for finding in findings if finding.severity == "error")
    old = None if in_use is None else _built(in_use, cache_dir)
    if knowledge is None or old is None:
        return Proof(version, errors)
    broken, mended = cases.compared(old, knowledge, content.cases)
    astray = [found for talk in written if (found := _astray(old, knowledge, talk))]
    return Proof(version, errors, (*(_finding(one, knowledge) for one in broken), *astray), len(mended))


def in_use(tx: sa.Connection) -> bytes | None:
    """The files of the version that is served, to prove another against."""
    wanted = versions.wanted(tx)
    return versions.files(tx, wanted.hash) if wanted else None


def settle(tx: sa.Connection, proof: Proof, who: str, now: datetime, *, anyway: bool = False) -> Verdict:
    """Publish a proved version, or write down why not. `anyway`: even where it breaks cases (never with errors)."""
    version, wanted = proof.version, versions.wanted(tx)
    if proof.errors or (proof.broken and not anyway):
        publication.refuse(tx, who, "reload", version.hash, proof.reason, now)
        return Verdict.REFUSED
    if wanted is not None and wanted.hash == version.hash and not wanted.pins:
        return Verdict.UNCHANGED
    publication.publish(tx, who, "reload", version.hash, version.files, now, proof.reason)
    return Verdict.PUBLISHED


def _built(files: bytes, cache_dir: Path) -> Knowledge | None:
    """The version in use; None where it was written for another kefu: then there is nothing to compare with."""
    with archive.unpacked(files) as folder:
        try:
            return build(load.read(folder), cache_dir)
        except ContentError:
            return None


def _talks(root: Path) -> list[Talk]:
    """The whole conversations written down under a folder; what is wrong in their form, `kefu talks` says."""
    return [talk for path in sorted((root / talks.FOLDER).glob("*.yaml")) for talk in talks.read(path, [])]


def _astray(old: Knowledge, new: Knowledge, talk: Talk) -> Finding | None:
    """Where a conversation goes that went as written until now."""
    went = list(talks.play(new, talk, cases.MORNING))
    if not went or any(True for _ in talks.play(old, talk, cases.MORNING)):
        return None
    line = talk.lines[0].at if talk.lines else 1
    return Finding(str(talks.FOLDER / talk.path.name), line, "case", f"“{talk.about}”原来走对，现在：{went[0]}")


def _finding(one: Answered, new: Knowledge) -> Finding:
    understood = new.intents[one.ranked].title if one.ranked in new.intents else "没有听懂"
    status, wanted = one.outcome.decision.status, one.case.outcome
    message = f"“{one.text}”原来答对，现在理解为“{understood}”，结果 {status}（用例要求 {one.case.intent}，{wanted}）"
    return Finding(str(one.case.path), getattr(one.text, "line", 1), "case", message)


def _some(findings: Sequence[Finding]) -> str:
    return "；".join(map(str, findings[:_NAMED])) + ("……" if len(findings) > _NAMED else "")
