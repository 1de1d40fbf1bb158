"""What the customers of a simulated month write, each text with what it means: the referee is to know that without
asking the code that understands texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random


class Means(StrEnum):
    """What a customer means by a text."""

    TALK = "talk"  #: anything that answers no question of the shop's
    YES = "yes"
    NO = "no"  #: to the change that was shown
    TELLS = "tells"  #: an address, a receiver or a phone
    WANTS = "wants"  #: something changed, and does not say what
    REFUSES = "refuses"  #: the order, or payment at the door
    WAITS = "waits"
    SWAPS = "swaps"
    REFUNDS = "refunds"
    OTHER = "other"  #: other words than were asked for
    STOPS = "stops"  #: wants nothing unasked any more


@dataclass(frozen=True, slots=True)
class Saying:
    """A customer writes."""

    at: datetime  #: aware
    customer: str
    text: str
    means: Means = Means.TALK
    about: str = ""  #: the plan that it answers; "" for none
    order: str = ""  #: that the customer has in mind, where it answers the shop
    place: str = ""  #: the address that is told, where a whole one is


#: A yes and not a word more.
YES = frozenset({"对的", "没问题", "好的", "对的，谢谢", "可以", "都对", "是的"})
_WORDS = {
    Means.YES: tuple(sorted(YES)),
    Means.NO: ("不对", "写错了", "不是这个"),
    Means.WANTS: ("地址要改一下", "收货地址写错了"),
    Means.REFUSES: ("不要了", "我不想要了", "取消吧，不要了"),
    Means.WAITS: ("可以等", "没事，我等补货"),
    Means.SWAPS: ("换个黑色的吧", "那换一款"),
    Means.REFUNDS: ("帮我退款吧", "那退了吧", "不等了，退款"),
    Means.OTHER: ("收货时给快递员现金行吗", "能不能便宜点", "家里没人放驿站", "你们看着办"),
    Means.STOPS: ("别再给我发消息了", "以后别发这些消息了", "不要再打扰我"),
    Means.TALK: ("谢谢", "在吗"),
}
#: Where customers move to; the house number makes each wish another.
_PLACES = ("江苏省南京市玄武区中山路{}号", "湖北省武汉市洪山区珞喻路{}号", "四川省成都市武侯区一环路{}号")
_NAMES, _PHONE = ("李四", "王芳", "赵敏"), "1390000{:04}"


def words(dice: Random, means: Means) -> str:
    """A text that means this; none that tells an address."""
    return dice.choice(_WORDS[means])


def told(dice: Random) -> tuple[str, str]:
    """What somebody types who wants the order sent elsewhere, and the address in it; "" where it holds no whole one."""
    number = dice.randrange(1, 10_000)
    place, phone = dice.choice(_PLACES).format(number), _PHONE.format(number)
    kind = dice.random()
    if kind < 0.5:
        return f"改成{place}", place
    if kind < 0.8:
        return f"收货人：{dice.choice(_NAMES)}\n电话：{phone}\n地址：{place}", place
    if kind < 0.9:
        return f"电话换成{phone}", ""
    return f"改成{place[:9]}", ""  # no street and no house: to be asked for


@dataclass(frozen=True, slots=True)
class Seen:
    """A text of the shop's that reached a customer."""

    at: datetime  #: aware
    customer: str
    text: str
    plan: str = ""  #: that its words are of; "" for any other text
    group: str = ""  #: of the plan's phrases
    order: str = ""  #: that it is about, where a plan says it first
