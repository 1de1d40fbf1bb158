"""Whether a text says yes, or no, and not a word more."""

from __future__ import annotations

import re

# One repetition each: a repetition of repetitions costs the square, or worse, of a long text.
_YES = re.compile(
    r"(?:嗯|恩|哦|是|对|好|行|ok|没错|没问题|没有问题|正确|无误|确认|可以|都对|地址|电话|信息|收货|这个|就是|的|了|呢|啊|呀|哈|哒|滴"
    r"|谢谢|多谢|感谢|辛苦|您|你|亲|麻烦(?:你|您)?(?=尽快|快点|早点)|(?:尽快|快点|早点)(?:发货|发出|发|寄)|(?:发货|发)吧"
    r"|[,。!~.，、\s])+", re.IGNORECASE,
)  # fmt: skip
_SAYS_YES = re.compile(r"对|是|好|行|ok|没错|没问题|没有问题|正确|无误|确认|可以|嗯|恩", re.IGNORECASE)
_NO = re.compile(
    r"(?:啊|呃|额|哦|等等|等一下|地址|电话|信息|收货|这个|上面|写|填|有点|有|都|全|不|没|是|对|正确|错|误|行|可以|好|要|用|改|换|一下|下|个"
    r"|的|了|呢|呀|哈|[,。!~.，、\s])+"
)
_SAYS_NO = re.compile(r"不(?:对|是|正确|行|可以|好)|错|误|要?改|换")
_DECLINES = re.compile(
    r"^(?:算了|取消|不同意)|不(?:想)?要|不用(?:了|货到)|不需要|不(?:想)?买|(?:改|换)成?(?:为)?(?:在线|线上|支付宝|微信)"
    r"|在线(?:付|支付)|重新(?:拍|下单)|不(?:想|要)?货到付款"
)
_KEEP = re.compile(
    r"(?:那|就|还是|算了|先|地址|电话|都|按)*(?:不用|不要|不需要|不必|没有?|不)(?:改|换|变)(?:动|化)?"
    r"|(?:就|还是|按|还按|还发)+(?:原来|之前|以前)的?(?:地址|电话)?"
)
_AFTER_KEEP = re.compile(r"(?:的|了|吧|就行|就好|寄|发|谢谢|,|。|\s)*")


def is_yes(text: str) -> bool:
    """Whether a normalised text says yes and not a word more: “对的，电话换了” is no yes."""
    return bool(_YES.fullmatch(text) and _SAYS_YES.search(text)) and "不" not in text


def is_no(text: str) -> bool:
    """Whether a normalised text says no, or that something is to be changed, and not what: “不对”, “写错了要改”."""
    return bool(_NO.fullmatch(text) and _SAYS_NO.search(text)) and not is_yes(text) and not keeps(text)


def keeps(text: str) -> bool:
    """Whether a normalised text says that all stays as it is: “不用改了”, “还是原来的地址”."""
    found = _KEEP.match(text)
    return bool(found and _AFTER_KEEP.fullmatch(text, found.end()))


def declines(text: str) -> bool:
    """Whether a normalised text refuses what was offered: “不要了”, “改成在线支付”."""
    return is_no(text) or (bool(_DECLINES.search(text)) and not text.endswith(("吗", "?", "么")))
