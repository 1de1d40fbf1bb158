"""A text of one customer's conversation as an agent of another customer may read it: nothing in it tells who it was."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from bot.core.address.people import is_name
from bot.core.mask import mask

#: What stands for hidden words; an agent who reuses the text has to replace it.
HIDDEN = "****"
#: Orders, parcels, accounts, dates of a case: any word of six or more letters, of which one is a digit.
_NUMBER = re.compile(r"(?<![0-9A-Za-z_])(?=[A-Za-z_-]*\d)[0-9A-Za-z_-]{6,}")
_ACCOUNT = re.compile(r"((?:微信|v信|vx|wx|qq|旺旺)号?(?:码|是|为)?[\s:]?)[0-9A-Za-z_-]{5,}", re.IGNORECASE)
_PLACE = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+|[0-9A-Za-z_.+-]+@[0-9A-Za-z.-]+")
_TITLE = re.compile(r"([\u4e00-\u9fff]{1,3})(?=先生|女士|小姐|太太)")
#: What logs show of a phone or a receiver is too much for another customer.
_HALF_HIDDEN = re.compile(r"1\d\d\*{4}\d{4}|(?<![\d*])\*{4}\d{4}(?!\d)|[\u4e00-\u9fff]\*\*(?!\*)")
_SHORTEST_NAME = 2
#: Signs that stand beside Chinese; reading a text for personal data leaves them in their Latin form.
_SIGNS = str.maketrans(",!?:;()", "，！？：；（）")
_BESIDE = re.compile(r"(?<=[\u4e00-\u9fff*])[,!?:;)]|[,!?:;(](?=[\u4e00-\u9fff])")


def anonymous(text: str, names: Collection[str]) -> str:
    """The text without phones, addresses, identity and bank cards, numbers of orders and parcels, accounts, links and
    names. `names`: how the platform calls the customer. Amounts, sizes and the like stay: they are the answer."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            text = re.sub(re.escape(name), HIDDEN, text, flags=re.IGNORECASE)
    plain = mask(text)
    for pattern, put in ((_HALF_HIDDEN, HIDDEN), (_PLACE, HIDDEN), (_ACCOUNT, rf"\1{HIDDEN}"), (_NUMBER, HIDDEN)):
        plain = pattern.sub(put, plain)
    plain = _TITLE.sub(_without_name, plain)
    if plain == unicodedata.normalize("NFKC", text):
        return text
    return _BESIDE.sub(lambda sign: sign[0].translate(_SIGNS), plain)


def _without_name(found: re.Match[str]) -> str:
    """The one to three characters before 先生 without those that are a name: 您好张先生 keeps 您好."""
    before = found[1]
    for begin in range(len(before)):
        if is_name(f"{before[begin:]}先生"[:4], False):
            return before[:begin] + HIDDEN
    return before
