"""Take a delivery block apart: labels, who receives and which phone; what is left is the place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.address import contact
from bot.core.address.likeness import likeness
from bot.core.address.people import SPEECH, without
from bot.core.normalize import MAX_LENGTH, simplified

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_EMOJI = re.compile(
    "[_\u2460-\u2473\u2190-\u21ff\u231a-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff]"
)
#: 1.王五 2.138… 3.浙江省…; 文三路12号.王五.138…; 杭州市-西湖区-文三路-王五
_NUMBERS = re.compile(r"(?:^|(?<=[\s,;]))[1-9][.、)](?=\s?(?:[\u3400-\u9fff]|1[3-9]\d{9}))")
_STOPS = re.compile(r"(?<=[\u3400-\u9fff])\.(?=[\u3400-\u9fff]|1[3-9]\d{9})|(?<=\d{11})\.(?=[\u3400-\u9fff])")
_DASHES = re.compile(r"(?<=[\u3400-\u9fff])-{1,2}(?=[\u3400-\u9fff]|1[3-9]\d{9})")
_BLANKS = re.compile("[ \t]{2,}")
_SPACED = re.compile(
    r"(?<=\d) (?=[号室栋幢座弄](?:$|[^人])|单元|楼(?![\u3400-\u9fff]{1,2}(?:$|[\s,\d])))"
)
_SPACED_DASH = re.compile(r"(?<=[\d#]) ?- ?(?=\d{1,4}(?!\d))")
_MASKED_BY_X = re.compile(r"(?<=\d)[xX]{3,8}(?=\d)|(?<=[\u3400-\u9fff])[xX]{1,2}(?=[\s,]|$)")
#: Taobao's stamp of a virtual number behind name and address: 张三[1234].
_STAMP = re.compile(r"\[(\d{4})\]")
#: An extension told apart from its phone.
_APART = re.compile(r"分机号?码?[\s:]{0,2}(\d{2,6})(?!\d)")
_NAMED = re.compile(
    r"(?:收\s{0,6}货\s{0,6}人|收件人|联系人|姓\s{0,6}名|名字|我叫|(?<![A-Za-z])(?i:name)(?=\s?:))(?:姓名|名字)?(?!电话|手机|地址|信息|号码)(?:[改换][成为]|[改换变更]一下|变更为?|是|为|叫|写)?"
    r"\s?(?P<mark>[:\]】]?)[\s:\]】]{0,3}"
    r"(?P<name>[A-Za-z][A-Za-z.'-]{0,15}(?: [A-Za-z.'-]{1,15}){0,2}(?:[\u3400-\u9fff]{1,3}(?=$|[\s,;|/\0]))?"
    r"|[\u3400-\u9fff*·]{1,3}[A-Za-z]{1,12}(?=$|[\s,;|/\0])|[\u3400-\u9fff*·]{1,12}?"
    r"(?=$|[^\u3400-\u9fff*·]|电话|手机|联系|号码|收[货件]|地址|所在|[吧哈啦呀哦喔嘛](?:$|[^\u3400-\u9fff])|就[行好可]|谢谢))"
)
#: 收:李四, with nothing but the name behind it.
_TO = re.compile(
    r"(?:^|(?<=[\s,;、|/\0]))[\[【]?收件?\s?[:】\]][\s:]{0,3}(?P<name>[\u3400-\u9fff*·]{2,4})(?=$|[\s,;、|/\0])"
)
#: The last line of a platform's form.
_DEFAULT = re.compile(r"(?:是否|设为){0,2}默认(?:收货)?地址(?:\s?:\s?[是否])?|\[默认\]|【默认】")
_THING = "姓名|名字|联系人|收[货件]人|(?:联系)?电话|手机号?|(?:收[货件])?地址|联系方式"
_HEADING = re.compile(
    rf"(?:^|(?<=[\s,;、|/\0。]))(?:(?:{_THING})[、/和及与跟同+ ,&]{{1,2}}){{1,2}}(?:{_THING})\s?[:】]?"
)
_LABEL = re.compile(
    r"(?:(?:^|(?<=[\s,;、|/\0。]))[\[【]?|[\[【])(?:收货人|收件人)?(?:收货信息|所在地区|省市区|(?:收货|收件|详细|街道|新)?地\s{0,6}址|地区|联系电话"
    r"|手机号码|手机号|手机|电话|联系方式|号码|门牌号?|邮编|备注|(?:买家)?留言|要求)(?:[改换][成为]|是|为)?[\s:\]】]{0,3}"
    r"|(?:^|(?<=[\s,;、|/\0。]))(?:收[货件]人)?(?:所在)?(?:省份?|城?市|区县?|县区?|街道|乡镇|小区|楼栋|楼层|单元|房[间号]号?|收[件货]?|[寄发送][到往给]?)"
    r"\s?[:】]\s{0,3}"
    r"|(?:收货|收件|详细|新)?地址(?:[改换][成为]|是|为|:)|(?:[我你您他她]的?|家长|本人|收[货件]人?|联系)?(?:电话|手机号?码?)(?:号码)?[是为]?(?=[\s:,]{0,3}\0)"
    r"|(?:^|(?<=[\s,;、|/\0。]))(?:收[货件]人|联系人)(?:信息)?"
    r"|(?:^|(?<=[\s,;、|/\0。]))(?i:name|tel|telephone|phone|mobile|mob|address|addr?|add)\s?[:.]"
)
#: 王芳收, 王芳(收), 王芳 亲启: what stands behind a name on an envelope.
_ADDRESSED = re.compile(
    r"(?<=[\u3400-\u9fffA-Za-z*])(?P<to>\s?\(?(?<![代签查已没未接待丰招验回能可才会再别不])(?:[亲请]?收|[亲敬]启)\)?)(?=$|[\s,;:、|/\0。!)]|1[3-9]\d)"
)
#: 名字错了，应该是李四
_CORRECTED = re.compile(
    r"(?:名字|姓名|收[件货]人)[^\d\n]{0,9}?[,\s]?(?:应该|正确的)?(?:[改换][成为]|[是叫为])\s?(?P<name>[\u3400-\u9fff*·]{2,4})(?P<mark>)(?=$|[\s,;、|/\0。!])"
)
#: 交给李四就行
_HANDED = re.compile(
    r"(?:[转请]?交(?:给|到|与)|(?:^|(?<=[\s,;、|/\0。]))(?:找|联系|我是|[寄发送]给)|(?<=[\d号室楼层座幢栋元户])给)(?P<name>[\u3400-\u9fff]{2,4}?)(?P<mark>)"
    r"(?:就行|就好|就可以|即可|收)?(?=$|[\s,;、|/\0。!])"
)
_PIECE = re.compile(r"[^\s,;:、|/\0。!?>…“”\"]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A block without its labels, phones and postcode, which are blanked so that places stay the same: `rest` is
    simplified, `typed` is not. `name` is "" unless a label tells it; `to` is where a word like 收 stood."""

    typed: str
    rest: str
    phones: Sequence[contact.Phone]
    name: str = ""
    extension: str = ""
    postcode: str = ""
    to: frozenset[int] = frozenset()


def opened(raw: str) -> Block:
    """The block of a text, of which the first MAX_LENGTH characters are read."""
    typed = _separated(raw)
    stamp = _STAMP.search(typed)
    typed = _STAMP.sub("", typed)
    simple = simplified(typed)
    if len(simple) != len(typed):
        typed = simple
    simple = "".join(two if two <= "\uffff" else one for one, two in zip(typed, simple, strict=True))  # 篢, not 𬕂
    phones = contact.phones(simple)
    rest = without(simple, [one.span for one in phones])
    code = contact.postcode(rest)
    rest = without(rest, [code[0]] if code else [])
    apart = _APART.search(rest)
    rest = without(rest, [apart.span()] if apart else [])
    to = [match.span("to") for match in _ADDRESSED.finditer(rest)]
    named, rest = _unlabelled(without(rest, to))
    name = typed[slice(*named.span("name"))] if named else ""
    stops = frozenset(begin for begin, _ in to)
    return Block(typed, rest, phones, name.strip("·."), _extension(stamp, apart), code[1] if code else "", stops)


def _extension(stamp: re.Match[str] | None, apart: re.Match[str] | None) -> str:
    return stamp[1] if stamp else apart[1] if apart else ""


def _separated(raw: str) -> str:
    """A text in one width, its pictures, list numbers and dashes between parts made blanks."""
    typed = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _EMOJI.sub(" ", raw[:MAX_LENGTH])))[:MAX_LENGTH]
    typed = _MASKED_BY_X.sub(lambda match: "*" * len(match.group()), typed)
    typed = _SPACED_DASH.sub("-", _SPACED.sub("", _BLANKS.sub(" ", typed)))
    dashes = [_DASHES] if len(_DASHES.findall(typed)) > 2 else []
    for separators in (_NUMBERS, _STOPS, *dashes):
        typed = separators.sub(lambda match: " " * len(match.group()), typed)
    return typed


def _unlabelled(rest: str) -> tuple[re.Match[str] | None, str]:
    """The name that a label tells, and the text without that and all labels."""
    for pattern in (_DEFAULT, _HEADING):
        rest = without(rest, [match.span() for match in pattern.finditer(rest)])
    named = _named(rest)
    rest = without(rest, [named.span()] if named else [])
    return named, without(rest, [match.span() for match in _LABEL.finditer(rest)])


def _named(rest: str) -> re.Match[str] | None:
    """The name that a label or a word like 交给 tells."""
    for pattern in (_NAMED, _CORRECTED):
        if told := next((match for match in pattern.finditer(rest) if _is_told(match)), None):
            return told
    handed = (match for match in _HANDED.finditer(rest) if likeness(match["name"], told=True, beside=True) >= 2)
    return _TO.search(rest) or next(handed, None)


def pieces(text: str, begin: int = 0, end: int = MAX_LENGTH) -> Iterator[re.Match[str]]:
    """What stands between blanks, punctuation and what was taken out."""
    return _PIECE.finditer(text, begin, end)


def _is_told(match: re.Match[str]) -> bool:
    name = match["name"]
    if len(name) == 1 and not match["mark"]:
        return False
    if match["mark"] or name.isascii() or not SPEECH.search(name):
        return bool(name.strip("*"))
    return len(name) == 3 and likeness(name, told=True, beside=True) >= 2.5  # 马到成
