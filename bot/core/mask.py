"""Hide what identifies a person, the way platforms do: in a text before it reaches a log, and of an order's receiver.

An address that was read part by part has a form of its own (`core.address.change.masked`), which shows the road; what
an agent of another customer may see is hidden further (`core.anonymous`)."""

from __future__ import annotations

import re
import unicodedata

from bot.core import address

_CHINESE_DIGITS = str.maketrans("零〇一二两三四五六七八九幺壹贰叁肆伍陆柒捌玖", "0012234567891123456789")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SEPARATED = r"(?:[\s.·_-]{0,2})"
_GROUPED = r"[\W_]{0,3}"  # between groups of 3-4-4 any mark is a separator; prices are never written in fours
_ID_CARD = re.compile(
    rf"(?<!\d)\d{{6}}{_SEPARATED}(?:19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]){_SEPARATED}\d{{3}}[\dxX](?!\d)"
)
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GROUPED})?"
    rf"(?:1{_SEPARATED}[3-9](?:{_SEPARATED}\d){{9}}|1[3-9]\d{_GROUPED}\d{{4}}{_GROUPED}\d{{4}})(?!\d)(?!\.\d)"
)
_CARD = re.compile(r"(?<!\d)(?:62\d{14,17}|[45]\d{3}(?:[ -]?\d{4}){3})(?!\d)")
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:省|市|区|县|镇|乡|街道|村)[\u4e00-\u9fffA-Za-z0-9-]{0,30}?"
    r"(?:路|街|巷|弄|号|栋|幢|单元|室|小区|大厦|村)[\u4e00-\u9fffA-Za-z0-9-]{0,20}"
)
_HIDDEN_PHONE = re.compile(r"(?:1\d\d)?\*{4}\d{4}")
_HIDDEN_ADDRESS = re.compile(r"地址\*{4}")
_REGION = re.compile(r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|区|县|州|旗)\s*){1,3}")


def mask(text: str) -> str:
    """The text with personal data replaced the way platforms show it (138****5678, 地址****, 张**). Order numbers stay.

    Digits are recognised in every spelling (full-width, Chinese, with dashes or zero-width characters between
    them); where one is found the text comes back in its NFKC form."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    for begin, end in reversed(address.addresses(plain)):  # parts may stand apart: 浙江省 杭州市 西湖区 …
        plain = f"{plain[:begin]}地址****{plain[end:]}"
    plain = _ADDRESS.sub("地址****", plain)
    digits = plain.translate(_CHINESE_DIGITS)  # same length: spans of one are spans of the other
    for pattern in (_ID_CARD, _CARD, _PHONE):
        for match in reversed(list(pattern.finditer(digits))):
            if pattern is _CARD and not _checks_out(match.group(0)):
                continue  # nine in ten order numbers that begin like a bank card are told from one by its check digit
            hidden = _shown(match.group(0))
            plain = plain[: match.start()] + hidden + plain[match.end() :]
            digits = digits[: match.start()] + hidden + digits[match.end() :]
    return _without_names(plain)


def masked_address(address: str) -> str:
    """An address as platforms show it: the region, and nothing that finds a door. One that came masked stays."""
    if not address or "*" in address:
        return address
    region = _REGION.match(address)
    return f"{region.group().strip() if region else '地址'}****"


def masked_name(name: str) -> str:
    """A receiver's name as platforms show it: 林**."""
    return name if not name or "*" in name else f"{name[0]}**"


def masked_phone(phone: str) -> str:
    """A phone as platforms show it: 183****2807; of a virtual number the extension goes, too."""
    number = phone.partition("-")[0]
    return phone if not phone or "*" in phone else f"{number[:3]}****{number[-4:] if len(number) > 7 else ''}"


def _without_names(text: str) -> str:
    """The text without the names that stand in a delivery block; the surname is left, as platforms do."""
    phones = [match.span() for match in _HIDDEN_PHONE.finditer(text)]
    places = [match.span() for match in _HIDDEN_ADDRESS.finditer(text)]
    for begin, end in sorted(set(address.names(text, phones, places)), reverse=True):
        text = f"{text[: begin + 1]}**{text[end:]}"
    return text


def _checks_out(card: str) -> bool:
    """Whether the last digit is the check digit that every bank card carries (Luhn)."""
    digits = [int(d) for d in card if d.isdigit()][::-1]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


def _shown(found: str) -> str:
    digits = re.sub(r"\D", "", found)
    return f"{digits[-11:-8]}****{digits[-4:]}" if len(digits) in (11, 13, 15) else "****"
