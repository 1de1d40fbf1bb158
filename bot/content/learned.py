"""Keep what was learned from a content version in a file, so that the next start need not learn it again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot import core
from bot.core.learn import Learned, Vocabulary

#: The modules of the core that decide what is learned; a test holds the list against their imports.
LEARNING = (
    "calibrate", "courtesy", "evidence", "intents", "learn", "likeness", "normalize", "pattern_language", "patterns",
    "pinyin", "restraint", "tokens", "train",
)
_KEPT = 4  # files: one for the content in use, the others for versions compared with it
_LINE = "\n"  # no feature holds one: texts are normalised


def kept(folder: Path | None, digest: str) -> Learned | None:
    """What was learned from the content of this digest; None when there is nothing, or nothing that can be read."""
    if folder is None:
        return None
    try:
        with _path(folder, digest).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            features = stored["features"].tobytes().decode().split(_LINE)
            intents = tuple(stored["intents"].tobytes().decode().split(_LINE))
            number = {feature: at for at, feature in enumerate(features)}
            vocabulary = Vocabulary(number, stored["telling"], float(stored["unknown"]))
            texts, terms = (tuple(stored[name].tobytes().decode().split(_LINE)) for name in ("texts", "terms"))
            trust = (float(stored[name]) for name in ("temperature", "accept"))
            return Learned(vocabulary, intents, stored["weights"], texts, terms, *trust)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def is_kept(folder: Path, digest: str) -> bool:
    """Whether there is something for this digest, readable or not."""
    return _path(folder, digest).exists()


def keep(folder: Path | None, digest: str, learned: Learned) -> None:
    """Keep it, and the few newest beside it. Where that cannot be written, the next start learns again."""
    if folder is None:
        return
    path = _path(folder, digest)
    part = path.with_suffix(f".{os.getpid()}.npz")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.glob("learned-*.npz"), key=lambda file: file.stat().st_mtime)[: 1 - _KEPT]:
            old.unlink(missing_ok=True)
        np.savez(
            part,
            features=_bytes(learned.vocabulary.number),
            intents=_bytes(learned.intents),
            telling=learned.vocabulary.telling,
            unknown=np.float64(learned.vocabulary.unknown),
            weights=learned.weights,
            temperature=np.float64(learned.temperature),
            accept=np.float64(learned.accept),
            texts=_bytes(learned.texts),
            terms=_bytes(learned.terms),
        )
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _path(folder: Path, digest: str) -> Path:
    return folder / f"learned-{_code()}-{digest}.npz"


@cache
def _code() -> str:
    """Names the version of the code that reads and learns: weights learned by another one would be misread."""
    hasher = hashlib.sha256()
    for name in LEARNING:
        hasher.update(name.encode() + b"\0" + (Path(core.__path__[0]) / f"{name}.py").read_bytes())
    return hasher.hexdigest()[:8]


def _bytes(names: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(_LINE.join(names).encode(), dtype=np.uint8)
