"""Read the numerals that customers write: 12.5, 三千五, 一百零八, 1.5万, 半."""

from __future__ import annotations

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_AFTER_DIGITS = {**_UNITS, "w": 10000}  # 1.5万, 2w
#: Pattern of a number. It begins where none is under way: without that a text of digits costs the square of its length.
NUMBER = (
    r"(?:(?<![\d.])\d+(?:\.\d+)?[百千万]?|(?<![\d零〇一二两三四五六七八九十百千万半])[零〇一二两三四五六七八九十百千万半]+)"
)


def number(text: str) -> float | None:
    """Value of a Chinese or Arabic numeral (三千五 → 3500, 12.5 → 12.5, 2万 → 20000, 半 → 0.5); None for others."""
    if _is_arabic(text):
        return float(text)
    if text[-1:] in _AFTER_DIGITS and _is_arabic(text[:-1]):
        return round(float(text[:-1]) * _AFTER_DIGITS[text[-1]], 4)
    return 0.5 if text == "半" else _chinese(text)


def _is_arabic(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _chinese(text: str) -> float | None:
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit, unit = total + (section + digit or 1) * 10000, 0, 0, 10000
        elif character in _UNITS:
            unit = _UNITS[character]
            section, digit = section + (digit or 1) * unit, 0
        else:
            return None
    tail = digit * unit // 10 if digit and unit > 10 and text[-2] in _UNITS else digit  # 三千五 is 3500, 三千零五 3005
    return float(total + section + tail)
