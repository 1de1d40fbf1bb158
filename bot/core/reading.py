"""A shop's sentence as the style gate reads it: one width, one case, citations covered, a line per clause."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: Stands for a character of a citation or a link: it fills its place in the sentence and matches no rule.
COVER = "□"
#: Signs that end a clause, as they stand in a folded text; `^` and `$` of a rule mean these borders.
MARKS = ",。!?;:⋯~"
_WIDE = range(0xFF01, 0xFF5F)
_STYLED = (range(0x2460, 0x2500), range(0x1D400, 0x1D800))  # ⓥ, 𝐯: letters in fancy dress
_FOLD = {
    **{chr(code): chr(code - 0xFEE0).lower() for code in _WIDE},
    **{chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)},
    **{
        chr(code): plain
        for styled in _STYLED
        for code in styled
        if len(plain := unicodedata.normalize("NFKC", chr(code)).lower()) == 1
    },
    "…": "⋯", "～": "~", "〜": "~", "➕": "+", "﹢": "+",
}  # fmt: skip
_FOLDING = str.maketrans(_FOLD)
_PATTERN_FOLDING = str.maketrans({sign: plain for sign, plain in _FOLD.items() if sign != "…"})  # a gap, in a pattern
_LINK = re.compile(r"(?:https?://|www\.)[!-~]{1,300}", re.IGNORECASE)
_NO_BORDER = re.compile(r"[:~](?=\d)|(?<=[0-9a-z])~(?=[a-z])")  # 16:30, 3元~5元, S~XL
_QUOTES = (("“", "”"), ("「", "」"), ("『", "』"), ("《", "》"), ("【", "】"), ('"', '"'))
_CITATION = re.compile("|".join(f"{opens}[^{opens}{closes}]{{1,60}}{closes}" for opens, closes in _QUOTES))


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready for the rules, and where each of its characters stood."""

    text: str
    places: tuple[int, ...]  #: place in the original of each character of `text`

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the reading was made from."""
        return self.places[start], self.places[end - 1] + 1


def folded(text: str, *, pattern: bool = False) -> str:
    """The text in half-width and lower case, of the same length. In a rule's `pattern` the sign `…` keeps its meaning
    (a gap); an ellipsis is written `⋯` there."""
    return text.translate(_PATTERN_FOLDING if pattern else _FOLDING)


def covered(text: str, shortest: int = 1) -> str:
    """The text, of the same length, with its links and its citations of at least so many characters covered."""
    text = _LINK.sub(lambda link: COVER * len(link[0]), text)
    return _CITATION.sub(lambda cited: COVER * len(cited[0]) if len(cited[0]) >= shortest + 2 else cited[0], text)


def read(text: str, spoken_of: Iterable[str] = ()) -> Reading:
    """Read a text. Kept are letters, digits, Chinese, the marks that end clauses and the signs that rules speak of;
    what else stands between two characters (blanks, quotes, dots, emoji) cannot hide a word from a rule."""
    plain = folded(text)
    inside = {at.start() for at in _NO_BORDER.finditer(plain)}
    kept, characters, places = frozenset(spoken_of).union(MARKS, COVER, "\n"), [], []
    for place, character in enumerate(plain):
        if character.isalnum() or character in kept:
            characters.append(character)
            places.append(place)
        if character in MARKS and place not in inside and plain[place + 1 : place + 2] not in MARKS:
            characters.append("\n")
            places.append(place)
    return Reading("".join(characters), tuple(places))
