"""Where a request comes from: which site's page, over what line, from which address."""

from __future__ import annotations

import ipaddress

from fastapi import Request

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_private(request: Request) -> bool:
    """Whether nobody can listen in: https, or the browser and kefu on one machine. A proxy that KEFU_PROXIES names
    tells the scheme that the browser used."""
    return request.url.scheme == "https" or request.url.hostname in _LOOPBACK


def cookie_name(request: Request) -> str:
    """The session cookie's name. The prefix makes browsers insist on Secure, Path=/ and no domain, so that no
    neighbouring host can set it (RFC 6265bis 4.1.3.2); without TLS Safari would drop such a cookie even on loopback."""
    return "__Host-kefu" if request.url.scheme == "https" else "kefu"


def sent_by_our_page(request: Request) -> bool | None:
    """Whether the browser says that a page of this very origin sent the request; None when it does not say, as tools
    do not. Both headers are out of a script's reach (Fetch, forbidden request headers)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return None
    own = f"{request.url.scheme}://{request.url.netloc}"
    return site in (None, "same-origin") and origin in (None, own)


def address_of(request: Request) -> str:
    """The address that guesses are counted by: of IPv6 the network, since one home has 2^64 of them."""
    if request.client is None:
        return ""
    try:
        address = ipaddress.ip_address(request.client.host)
    except ValueError:
        return request.client.host
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
