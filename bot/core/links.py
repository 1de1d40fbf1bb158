"""Recognise the links to goods that customers paste, and name the platform and the article."""

from __future__ import annotations

import re

#: Pattern of a link with a path, in a normalised (lower-case) text. Every repetition is bounded.
LINK = (
    r"(?<![a-z0-9.-])(?:https?://)?(?P<host>(?:[a-z0-9-]{1,30}\.){1,4}(?:com|cn|hk))/(?P<path>[a-z0-9._~:/?#@!$&*+=%-]{1,450})"
)
_ARTICLES = (
    ("taobao", ("taobao.com",), re.compile(r"[?&]id=(\d{5,20})")),
    ("tmall", ("tmall.com", "tmall.hk"), re.compile(r"[?&]id=(\d{5,20})")),
    ("jd", ("jd.com", "jd.hk"), re.compile(r"(?:^|/)(\d{4,20})\.html|[?&]sku(?:id)?=(\d{4,20})")),
    ("pdd", ("yangkeduo.com", "pinduoduo.com"), re.compile(r"[?&]goods_id=(\d{5,20})")),
    ("douyin", ("jinritemai.com",), re.compile(r"[?&](?:id|product_id)=(\d{5,20})")),
    ("weidian", ("weidian.com",), re.compile(r"[?&]itemid=(\d{5,20})|^i/(\d{5,20})")),
)
_SHORT = {
    "m.tb.cn", "e.tb.cn", "3.cn", "u.jd.com", "v.douyin.com", "haohuo.jinritemai.com", "p.pinduoduo.com",
    "k.youshop10.com",
}


def article(match: re.Match[str]) -> str | None:
    """What a match of LINK leads to: platform and article ("jd:100012"), a short link as it is without https://, or
    None for a link to anything else."""
    host, path = match.group("host", "path")
    for platform, domains, number in _ARTICLES:
        if host.endswith(tuple(f".{domain}" for domain in domains)) or host in domains:
            found = number.search(path)
            if found:
                return f"{platform}:{found.group(1) or found.group(2)}"
    return f"{host}/{path.rstrip('./?!:~')}" if host in _SHORT else None
