"""Where requests of ours may go: a host resolved once and pinned, no way into the private network (bar 55)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import httpx

#: These read as global addresses but lead elsewhere: cloud metadata, relays, tunnels, examples (bar 55, measured).
_NOT_PUBLIC = [
    ipaddress.ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]
#: The only part of IPv6 that holds public hosts; everything that wraps an IPv4 address lies outside or above.
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes."""

    url: httpx.URL  #: with the address in the host's place
    host: str  #: the Host header
    name: str  #: for TLS
    address: Address


def hosts_of(setting: str) -> frozenset[str]:
    """The hosts ("host:port" or "host") that a setting names, comma separated."""
    return frozenset(host.strip().lower() for host in setting.split(",") if host.strip())


def read(url: str) -> tuple[httpx.URL, int]:
    """The URL and its port; ValueError for one that is not http(s)://host/… without a user name."""
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise ValueError("only http(s)://host/… without a user name")
    return parsed, parsed.port or (443 if parsed.scheme == "https" else 80)


def is_named(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether a host is one of those that may be private."""
    return not {host.lower(), f"{host.lower()}:{port}"}.isdisjoint(allowed)


async def pinned(url: str, allowed: Collection[str], setting: str, resolve: Resolve) -> Place:
    """Where a URL leads, its host resolved once. `allowed`: hosts that may be private, as the operator's `setting`
    names them. ValueError for a forbidden place, OSError where the host is not found."""
    parsed, port = read(url)
    address = ipaddress.ip_address(await resolve(parsed.host, port))
    if not is_named(parsed.host, port, allowed) and not is_public(address):
        raise ValueError(f"the host is not public; name it in {setting} if it is meant")
    return Place(parsed.copy_with(host=str(address)), parsed.netloc.decode("ascii"), parsed.host, address)


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet; one that wraps another address is not."""
    if address.version == 6 and address not in _PUBLIC_IPV6:
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _NOT_PUBLIC)


async def resolved(host: str, port: int, pool: Executor | None = None) -> str:
    """The system's first address of a host; OSError where there is none. `pool`: threads to wait in, should a name
    server not answer; the process's own by default."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(pool, ask)
    return str(found[0][4][0])
