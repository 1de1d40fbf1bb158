"""Find who receives where no label tells: each piece that may be a name is weighed by its looks and by its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.address import glued
from bot.core.address.block import Block, pieces
from bot.core.address.likeness import has_surname, likeness
from bot.core.address.people import Span

#: What weighs less is no name. The weights were chosen by hand so that the table is read (tests/cases/_addresses).
_ENOUGH = 4.5
#: Beside a phone less will do: whoever writes a phone nearly always writes a name.
_LIKELY = 4.0
_BESIDE_PHONE, _BEFORE_TO, _OUTSIDE, _AT_END, _INSIDE, _GLUED = 3.0, 4.0, 2.5, 1.0, -1.5, -1.5
_GAP = re.compile(r"[\s\0,:;、|/()\[\]【】。~-]{0,24}")
#: The house is told: a road or a name for a place is not to be expected behind its number.
_NUMBERED = re.compile(r"[\d一二三四五六七八九十] ?[号栋幢室座楼层弄组队社单房]|\d-\d|[#\d]\d{2}")
#: So is what stands once in a place, unless a smaller place follows it.
_LANDED = re.compile(
    r"(?:[村屯组旁]|对[面过]|旁边|委会|宿舍|医院|学校|大学|驿站|大厦|广场|超市|公司|厂|店|局|院)(?=[\s,;:、|/\0])"
)
_PLACE_NAME = re.compile("[路街巷道村镇乡栋楼城苑园校门边湾组队屯庄里坊寨堡坝塘坪岭坑洼弄铺区河桥口]$")
_LED = re.compile(
    r"^(?:(?:[寄发送转交]|交)(?:给|到)|我?[是叫]|联系|找"
    r"|[我俺](?:妈妈?|爸爸?|老[婆公]|媳妇|对象|[男女]朋友|闺蜜|同[事学]|朋友|家人|[父母]亲|姐姐?|妹妹?|哥哥?|弟弟?|儿子|女儿|[奶爷]+|外[婆公]|[婆公]+))(?:叫|的)?"
    r"(?=.{2,4}$)"
)
_TITLE = re.compile("先生|女士|小姐|太太|老师|师傅|阿姨|大[姐哥]|经理|医生")
_LAST_LETTERS = re.compile(r"(?:^|[ (\u3400-\u9fff])[A-Za-z][A-Za-z.'-]*$")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z.'-]*")


@dataclass(frozen=True, slots=True)
class _Found:
    span: Span
    weight: float
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things stand in a block: the region, the ends of phones' neighbourhoods, the first number of the house."""

    block: Block
    region: Span
    begins: frozenset[int]
    ends: frozenset[int]
    housed: int
    landed: int

    def tells(self, span: Span) -> bool:
        """Whether no place is to be expected any more where this stands."""
        named = _PLACE_NAME.search(self.block.rest, *span)
        return span[0] > self.housed or (span[0] > self.landed and not named)


def find(block: Block, region: Span | None) -> Span | None:
    """Where the name stands in a block that has no label for it, with or without a region; None where nothing looks
    enough like one. Linear in the length of the block."""
    length = len(block.rest)
    place = _place(block, region or (length, length))
    best = max(_candidates(place, region is not None), key=lambda one: (one.weight, -one.span[0]), default=None)
    return best.span if best and best.weight >= (_LIKELY if best.beside else _ENOUGH) else None


def _place(block: Block, region: Span) -> _Place:
    ends, begins = set(), set()
    backwards = block.rest[::-1]
    length = len(backwards)
    for phone in block.phones:
        if behind := _GAP.match(block.rest, phone.span[1]):
            begins.add(behind.end())
        if ahead := _GAP.match(backwards, length - phone.span[0]):
            ends.add(length - ahead.end())
    start = region[1] if region[0] < length else 0
    number, landmark = _NUMBERED.search(block.rest, start), _LANDED.search(block.rest, start)
    return _Place(
        block, region, frozenset(begins), frozenset(ends), number.start() if number else length,
        landmark.start() if landmark else length,
    )  # fmt: skip


def _candidates(place: _Place, has_region: bool) -> Iterator[_Found]:
    text, (begin, end) = place.block.rest, place.region
    for span in _joined(text, list(pieces(text, 0, begin))):
        if found := _whole(place, span, _OUTSIDE if has_region else _AT_END, told=has_region):
            yield found
        elif not has_region and (tail := _tail(place, span, _INSIDE)):
            yield tail
    if not has_region:
        return
    last = True
    for span in reversed(_joined(text, list(pieces(text, end)))):
        told = place.tells(span)
        weight = _INSIDE if not last else _OUTSIDE if told else _AT_END
        found = _whole(place, span, weight, told) or _tail(place, span, weight)
        if found:
            yield found
        last = last and (found is None and not _is_place(text[slice(*span)]))


def _is_place(text: str) -> bool:
    return bool(_NUMBERED.search(text) or re.search("[路街巷村镇乡道区厦园苑城院]", text))


def _joined(text: str, found: list[re.Match[str]]) -> list[Span]:
    """The places of pieces, foreign names (Kevin Wu) and spread ones (王 芳) put together."""
    spans: list[Span] = []
    for piece in found:
        if spans and _belong(text, spans[-1], piece.span()):
            spans[-1] = spans[-1][0], piece.end()
        else:
            spans.append(piece.span())
    return spans


def _belong(text: str, one: Span, other: Span) -> bool:
    close = other[0] - one[1] == 1 and one[1] - one[0] < 4
    if close and _TITLE.fullmatch(text, *other) and has_surname(text[slice(*one)] + "某"):
        return True
    if text[one[1] : other[0]].strip(" ") or other[0] - one[1] > 4 or other[1] - one[0] > 30:
        return False
    first, second = text[slice(*one)], text[slice(*other)].rstrip("()[]【】")
    letters = _LAST_LETTERS.search(first[-20:]) and _LETTERS.fullmatch(second)
    spread = len(first) == len(second) == 1 and "\u3400" <= first <= "\u9fff" and "\u3400" <= second <= "\u9fff"
    return bool(letters) or (spread and has_surname(first + second))


def _whole(place: _Place, span: Span, weight: float, told: bool) -> _Found | None:
    """A piece that is a name as a whole, without brackets and words before it (交给平原)."""
    text = place.block.rest
    bare = _bare(text, span)
    beside = span[0] in place.begins or span[1] in place.ends or bare[0] in place.begins or bare[1] in place.ends
    to = bare[1] in place.block.to
    again = beside and 0 <= text.find(text[slice(*bare)]) < span[0]  # 龙镇农场 龙镇 139…: a place is not told twice
    looks = likeness(text[slice(*bare)], told or to or again, beside)
    if not looks:
        return None
    weight = max(weight, 0) / 5 + _BESIDE_PHONE if beside else weight
    return _Found(bare, looks + weight + _BEFORE_TO * to, beside)


def _bare(text: str, span: Span) -> Span:
    begin, end = span
    while begin < end and text[begin] in "([【)】]<~-.\"'":
        begin += 1
    bracket = next((at for at in range(begin + 1, end) if text[at] in "([【"), end)
    end = bracket if 2 <= bracket - begin <= 15 else end
    while begin < end and text[end - 1] in ")]】([~-.\"'":
        end -= 1
    led = _LED.match(text[begin:end]) if end - begin <= 7 else None
    begin += led.end() if led else 0
    if text[begin:end].endswith("的") and has_surname(text[begin : end - 1]):
        end -= 1  # 马小军的 138…
    return begin, end


def _tail(place: _Place, span: Span, weight: float) -> _Found | None:
    """A name glued to the house before a phone, 收 or the end (…5栋张三138…), or in brackets behind it."""
    begin, end = span
    text = place.block.rest
    while end > begin and text[end - 1] in ")(":
        end -= 1
    beside, to = span[1] in place.ends or end in place.ends, end in place.block.to
    if not (beside or to or weight > 0):
        return None
    base = (_BESIDE_PHONE if beside else weight - 0.5) + _BEFORE_TO * to
    bracketed = glued.bracketed(text, (begin, end)) if beside or to else None
    if bracketed:
        return _Found(bracketed[0], bracketed[1] + base) if bracketed[1] else None
    found = glued.ending(text, (begin, end), to, housed=place.housed < end - 4)
    return _Found(found[0], found[1] + base + _GLUED) if found else None
