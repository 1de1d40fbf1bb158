"""Take a delivery block apart: labels, who receives and which phone; what is left is the place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.address import contact
from bot.core.address.people import SPEECH, WORDS, Span, is_name, without
from bot.core.normalize import MAX_LENGTH, simplified

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_MASKED_BY_X = re.compile(r"(?<=\d)[xX]{3,8}(?=\d)|(?<=[\u4e00-\u9fff])[xX]{1,2}(?=[\s,]|$)")
#: Taobao's stamp of a virtual number behind name and address: 张三[1234].
_STAMP = re.compile(r"\[(\d{4})\]")
_NAMED = re.compile(
    r"(?:收\s{0,6}货\s{0,6}人|收件人|联系人|姓\s{0,6}名|名字|我叫)(?:姓名|名字)?(?!电话|手机|地址|信息|号码)(?:[改换][成为]|是|为|叫|写)?"
    r"\s?(?P<mark>[:\]】]?)[\s:\]】]{0,3}"
    r"(?P<name>[A-Za-z][A-Za-z.]{0,15}(?: [A-Za-z.]{1,15}){0,2}|[\u4e00-\u9fff*·]{1,12}?"
    r"(?=$|[^\u4e00-\u9fff*·]|电话|手机|联系|号码|收[货件]|地址|所在))"
)
#: 收:李四, with nothing but the name behind it.
_TO = re.compile(
    r"(?:^|(?<=[\s,;、|/\0]))[\[【]?收件?\s?[:】\]][\s:]{0,3}(?P<name>[\u4e00-\u9fff*·]{2,4})(?=$|[\s,;、|/\0])"
)
#: The last line of a platform's form.
_DEFAULT = re.compile(r"(?:是否|设为){0,2}默认(?:收货)?地址(?:\s?:\s?[是否])?|\[默认\]|【默认】")
_LABEL = re.compile(
    r"(?:(?:^|(?<=[\s,;、|/\0。]))[\[【]?|[\[【])(?:收货人|收件人)?(?:收货信息|所在地区|省市区|(?:收货|收件|详细|街道|新)?地\s{0,6}址|地区|联系电话"
    r"|手机号码|手机号|手机|电话|联系方式|号码|门牌号?|邮编|备注|(?:买家)?留言|要求)(?:[改换][成为]|是|为)?[\s:\]】]{0,3}"
    r"|(?:^|(?<=[\s,;、|/\0。]))(?:省份?|城?市|区县?|县区?|街道|乡镇|收[件货]?|[寄发送][到往给]?)\s?:\s{0,3}"
    r"|(?:收货|收件|详细|新)?地址(?:[改换][成为]|是|为|:)|(?:联系)?(?:电话|手机号?码?)(?=[\s:,]{0,3}\0)"
)
#: 王芳收, 王芳(收), 王芳 亲启: what stands behind a name on an envelope.
_ADDRESSED = re.compile(
    r"(?:^|[\s,;、|/\0(]|[寄发]给|(?<=[\d室号楼层座幢栋组队]))[\u4e00-\u9fff]{2,4}?"
    r"(?P<to>\s?\(?(?:[亲请]?(?<!代)(?<!签)收|[亲敬]启)\)?)(?=$|[\s,;:、|/\0]|1[3-9]\d{9})"
)
_PIECE = re.compile(r"[^\s,;:、|/\0。!?>]+")
_MARKED = re.compile(
    r"[路街巷道号村镇乡室栋幢楼座层区县市省店园城厦苑院校场站门旁边厅库寓湾组]$|[一二三四五六七八九十]期$|街道|大[厦学]|[中小]学|小区"
)
#: Characters that Mongolian, Tibetan and Uyghur names are written with, which may be longer than four (乌云其其格).
_SOUNDS = (
    "阿艾敖巴白包宝布才查朝措达旦丹道德登顿堆多额尔甫嘎高格古哈海合和呼胡花吉加甲江杰金卡克肯拉兰朗勒力丽林鲁玛买麦曼孟米木娜那尼努其奇"
    "钦琴青曲热仁日茹萨赛桑沙山斯苏孙索塔坦特提图吐托娃旺吾乌西希牙雅亚依伊义音云扎增珍珠卓孜左别汗帕肖库赫迪姆叶森甘柯"
)
_LIKE_A_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,4}|(?=.{2,4}$)[\u4e00-\u9fff*]+|[\u4e00-\u9fff]{1,9}·[\u4e00-\u9fff]{1,9}|[A-Za-z]{2,15}"
    rf"|[{_SOUNDS}]{{5,9}}"
)
#: What no name of three characters with a surname holds; 来, 机, 在 or 地 it may (靳东来, 丘处机).
_TALK = re.compile(
    "[的了吗呢吧啊呀么怎改换写错填没要收号码址什谁我你您是到给寄送递退款拿取]|电话|手机|话机|[快过上下出回起]来|[快早晚]点|在[家吗]|不[是在要会能行到同高好对安错]"
)
_BETWEEN_PHONES = ("或者", "还有", "或是", "备用")
_TITLED = re.compile(r"[\u4e00-\u9fff*]{1,2}(?:先生|女士|小姐|太太|老师|总|生|姐|哥)")
_AT_THE_END = re.compile(r"(?<=[\d室号楼层座幢栋元户组队])\(?(?![室号楼层座幢栋单组队])(?P<name>[\u4e00-\u9fff]{2,3})$")


@dataclass(frozen=True, slots=True)
class Block:
    """A block without its labels, phones and postcode, which are blanked so that places stay the same: `rest` is
    simplified, `typed` is not. `name` is "" unless a label tells it."""

    typed: str
    rest: str
    phones: Sequence[contact.Phone]
    name: str = ""
    extension: str = ""
    postcode: str = ""


def opened(raw: str) -> Block:
    """The block of a text, of which the first MAX_LENGTH characters are read."""
    typed = _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw[:MAX_LENGTH]))[:MAX_LENGTH]
    typed = _MASKED_BY_X.sub(lambda match: "*" * len(match.group()), typed)
    stamp = _STAMP.search(typed)
    typed = _STAMP.sub("", typed)
    simple = simplified(typed)
    if len(simple) != len(typed):
        typed = simple
    phones = contact.phones(simple)
    rest = without(simple, [one.span for one in phones])
    code = contact.postcode(rest)
    rest = without(rest, [code[0]] if code else [])
    rest = without(rest, [match.span("to") for match in _ADDRESSED.finditer(rest)])
    rest = without(rest, [match.span() for match in _DEFAULT.finditer(rest)])
    named = next((match for match in _NAMED.finditer(rest) if _is_told(match)), None) or _TO.search(rest)
    rest = without(rest, [named.span()] if named else [])
    rest = without(rest, [match.span() for match in _LABEL.finditer(rest)])
    name = typed[slice(*named.span("name"))] if named else ""
    return Block(typed, rest, phones, name.strip("·."), stamp[1] if stamp else "", code[1] if code else "")


def pieces(text: str, begin: int = 0, end: int = MAX_LENGTH) -> Iterator[re.Match[str]]:
    """What stands between blanks, punctuation and what was taken out."""
    return _PIECE.finditer(text, begin, end)


def unlabelled_name(block: Block, region: Span) -> Span | None:
    """Where a name stands that no label tells: beside a phone, else alone with a surname, else glued to the region's
    beginning or to the house's end. None where nothing is one."""
    before, after = list(pieces(block.rest, 0, region[0])), list(pieces(block.rest, region[1]))
    for one in block.phones:
        for piece in (*reversed(before), *reversed(after), *after, *before):
            ahead = piece.end() < region[0] < len(block.rest)
            if _touches(block.rest, piece.span(), one.span) and _may_be_one(block.rest[slice(*_bare(piece))], ahead):
                return _bare(piece)
    for piece in (*reversed(after), *before):
        found = _bare(piece)
        if _is_surely(block.rest[slice(*found)]) and found[1] - found[0] == piece.end() - piece.start():
            return found
    return _glued(block, after)


def _glued(block: Block, after: Sequence[re.Match[str]]) -> Span | None:
    last = next((piece for piece in after if _precedes(block, piece.span())), None)
    found = _AT_THE_END.search(last.group()) if last else None
    if last and found and is_name(found["name"], False) and not _MARKED.search(found["name"]):
        return last.start() + found.start("name"), last.end()
    return None


def _precedes(block: Block, piece: Span) -> bool:
    return any(piece[1] <= one.span[0] and _touches(block.rest, piece, one.span) for one in block.phones)


def _bare(piece: re.Match[str]) -> Span:
    """A piece without brackets around it."""
    text = piece.group()
    begin = len(text) - len(text.lstrip("([【)】]"))
    bare = text.rstrip(")]】(")
    if bare.endswith("的") and is_name(bare[begin:-1], False):
        bare = bare[:-1]  # 马小军的 138…
    return piece.start() + begin, piece.start() + max(begin, len(bare))


def _touches(text: str, piece: Span, phone: Span) -> bool:
    between = text[piece[1] : phone[0]] if piece[1] <= phone[0] else text[phone[1] : piece[0]]
    return len(between) <= 12 and not between.strip(" \n\0,;:、/|()")


def _may_be_one(name: str, ahead: bool) -> bool:
    """Whether something beside a phone is a name: a surname is not asked for (阿不都, 卓玛), and three characters
    `ahead` of the region may end like a place (花满楼)."""
    if not _LIKE_A_NAME.fullmatch(name) or not name.strip("*") or name in _BETWEEN_PHONES:
        return False
    if _TITLED.fullmatch(name) or "*" in name:
        return True
    if len(name) == 2 and is_name(name, False) and name[1] not in "路街巷号村镇乡区":
        return True  # 袁园
    told = len(name) == 3 and is_name(f"{name[0]}某", False)
    speaks = _TALK.search(name) if told else SPEECH.search(name.replace("阿不", "阿"))
    placed = _MARKED.search(name) and not (ahead and len(name) == 3 and name[-1] in "楼城园苑路边湾")
    return not (placed or WORDS.match(name) or speaks)


def _is_surely(name: str) -> bool:
    if _MARKED.search(name):
        return False
    masked = "*" in name and 2 <= len(name) <= 4 and name[0] != "*" and is_name(name.replace("*", "某"), False)
    return masked or bool(_TITLED.fullmatch(name) and is_name(name, False)) or is_name(name, False)


def _is_told(match: re.Match[str]) -> bool:
    name = match["name"]
    return bool(name.strip("*")) and (match["mark"] != "" or name.isascii() or not SPEECH.search(name))
