"""Bring a customer's text to one form: the same words give the same string, whatever keyboard or trick typed them."""

from __future__ import annotations

import re
import unicodedata

import opencc

#: Characters of a text that take part in understanding; measured after NFKC, which can grow a text 18-fold (bar 60).
MAX_LENGTH = 500
_BEFORE_NFKC = 2000

_SIMPLIFIED = opencc.OpenCC("t2s")

# Zero-width and bidi controls, variation selectors, combining marks, tags, C0/C1 controls (line breaks are kept).
_INVISIBLE = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\ud800-\udfff]+"
)
_EMOJI = re.compile("[\u2190-\u21ff\u231a-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]+")
# Platforms write stickers as text: [微笑] (Taobao, WeChat), /::) (WeChat), #E-s12 (JD).
_STICKER_CODE = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]|/:[:;.,a-z0-9!@*~()<>|-]{1,6}|#e-[a-z]\d{0,3}", re.IGNORECASE)
_REPEATED = re.compile(r"(?!x{3,5}l)(\D)\1{2,}")  # XXXL is a size
_SPACE = re.compile(r"\s+")
# A blank between two words is how a thumb writes a comma; between single characters (退 货) it is a trick or a slip.
_PAUSE = re.compile(r"(?<=[\u4e00-\u9fff]{2}) (?=[\u4e00-\u9fff]{2})")
_CJK_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def normalize(raw: str) -> str:
    """The comparable form of a text: NFKC, simplified, lower case, without invisible characters, emoji and
    sticker codes, runs cut to two, at most MAX_LENGTH characters. Linear in the length of the text."""
    text = _INVISIBLE.sub("", raw)[:_BEFORE_NFKC]
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text)[:_BEFORE_NFKC]
    text = _INVISIBLE.sub("", _SIMPLIFIED.convert(_EMOJI.sub(" ", text)).lower())
    while (settled := _tidied(text)) != text:  # what a step takes out can bring a new run or code together
        text = settled
    return text


def _tidied(text: str) -> str:
    text = _REPEATED.sub(r"\1\1", _STICKER_CODE.sub(" ", text))[:MAX_LENGTH]
    return _CJK_SPACE.sub("", _PAUSE.sub(",", _SPACE.sub(" ", text))).strip()


def simplified(text: str) -> str:
    """The text in simplified characters."""
    simple: str = _SIMPLIFIED.convert(text)
    return simple


def has_words(normal: str) -> bool:
    """Whether anything sayable is left: a letter, a digit or a Chinese character."""
    return any(character.isalnum() for character in normal)
