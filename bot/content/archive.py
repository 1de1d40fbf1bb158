"""A version of the content as one piece of bytes: packed to be kept and sent to others, unpacked to be loaded."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.content import load
from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class Version:
    """The trainers' files as they were at one moment."""

    hash: str  #: of what is served (load.digest)
    files: bytes  #: packed


def pack(root: Path) -> Version:
    """The files under a folder as they are now; the same files give the same bytes. ContentError when there are none
    or one cannot be read."""
    load.require(root)
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w") as into:
            for path in sorted(path for folder in load.ALL_FOLDERS for path in (root / folder).rglob("*.yaml")):
                name = path.relative_to(root).as_posix()
                into.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    except OSError as error:  # saved, moved or taken away in this very moment
        raise ContentError(f"{error.filename}：读不出来（{error.strerror}），请稍后再试") from error
    with unpacked(packed.getvalue()) as copy:
        return Version(load.digest(copy), packed.getvalue())


@contextmanager
def unpacked(files: bytes) -> Iterator[Path]:
    """A folder that holds the files for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="kefu-content-") as folder:
        for name in load.FOLDERS:
            (Path(folder) / name).mkdir()
        with zipfile.ZipFile(io.BytesIO(files)) as packed:
            packed.extractall(folder)  # keeps inside the folder whatever the names say
        yield Path(folder)
