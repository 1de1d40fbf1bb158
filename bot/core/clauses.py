"""Cut what a customer typed into the things said one after another, and tell which of them only deny something."""

from __future__ import annotations

import re

#: Parts looked at for wishes of their own; what follows is part of a story.
MOST = 4
_SHORTEST = 2  # characters
_BORDER = re.compile(r"[\s，,。.！!？?；;~…、]+|(?<=[吗呢嘛])(?=[^\s吗呢嘛啊呀])")
_NUMBERED = re.compile(r"^\d[.、)）]")
#: “我不是要退货” wants no return. “不是说要送吗” denies nothing: it asks.
_DENIED = re.compile(
    r"^(?:[我俺咱]们?|人家)?(?:并|也|又|真的?)?(?:不是(?:说?要|想|来|问|在问|申请)|没有?(?:说过?|打算|问)(?:我?要)?(?![的题]))"
)
_ASKED = re.compile(r"[吗嘛么?？]$")


def split(raw: str) -> list[str]:
    """The parts of a raw text, at most `MOST`, each of two characters or more: at punctuation and blanks, and after a
    question's particle (能开发票吗什么时候发货)."""
    parts = (_NUMBERED.sub("", part) for part in _BORDER.split(raw.strip()) if part)
    return [part for part in parts if len(part) >= _SHORTEST][:MOST]


def denies(part: str) -> bool:
    """Whether a part says what is NOT wanted."""
    return bool(_DENIED.search(part)) and not _ASKED.search(part)
