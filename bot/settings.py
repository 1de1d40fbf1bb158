"""The only reader of the environment: every KEFU_* variable, its default and its check."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent  # holds intents/ and phrases/ in a checkout and in the image


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process runs. Each field is set by KEFU_<NAME>; README.md holds the same table (tested)."""

    #: Where the SQLite file lives.
    data_dir: Path = Path("data")
    #: Where what was learned from the content is kept; may be lost at any time.
    cache_dir: Path = ROOT / "build" / "learned"
    #: SQLAlchemy URL; empty means SQLite in data_dir.
    database_url: str = ""
    #: Folder that holds intents/ and phrases/.
    content_dir: Path = ROOT
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "info"
    #: Run one worker inside `kefu serve`.
    worker: bool = True
    #: PostgreSQL connections per process, each with its own thread.
    pool_size: int = 8
    #: Seconds to finish running requests after Ctrl-C or SIGTERM.
    drain_seconds: float = 4.0
    #: Seconds of an agent's silence after which the bot may speak again (reliability bar 21).
    agent_silence_seconds: float = 1800.0
    #: Seconds without a pulse of an agent's desk after which the agent's waiting customers go to others (bar 26).
    agent_gone_seconds: float = 45.0
    #: Seconds a colleague has to accept a conversation that is offered.
    offer_seconds: float = 120.0
    #: Seconds one outgoing callback may take in all (reliability bar 31).
    callback_seconds: float = 3.0
    #: Hosts that callbacks may reach beside public ones, comma separated, e.g. 127.0.0.1:9000 (reliability bar 55).
    callback_hosts: str = ""
    #: Hosts that shops' order APIs may have beside public ones, comma separated; http only on loopback (bar 55).
    order_api_hosts: str = ""
    #: Hosts whose https pictures the agents' desk loads, comma separated, e.g. img.example.com, *.example.com.
    image_hosts: str = ""
    #: Show the try-it page at /try; switch off on a public server.
    try_page: bool = True
    #: Reload the content whenever a file of the content folder changes (development).
    watch: bool = False
    #: Addresses or networks of TLS proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, comma separated.
    proxies: str = ""

    def sqlalchemy_url(self) -> str:
        """Database URL with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kefu.db'}"


_RANGES = {
    "port": (1, 65535),
    "pool_size": (1, 200),
    "drain_seconds": (0, 600),
    "agent_silence_seconds": (1, 7 * 86400),
    "agent_gone_seconds": (1, 3600),
    "offer_seconds": (1, 3600),
    "callback_seconds": (0.1, 60),
}
#: A host as a content security policy takes it; it stands in a header, so nothing else may pass.
_IMAGE_HOST = re.compile(r"(?:\*\.[a-z0-9-]+\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?", re.IGNORECASE | re.ASCII)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from KEFU_* variables; an unknown or malformed one raises SettingsError naming it."""
    given = {k: v for k, v in (os.environ if environment is None else environment).items() if k.startswith("KEFU_")}
    known = {f"KEFU_{f.name.upper()}": f.name for f in fields(Settings)}
    unknown = sorted(set(given) - set(known) - {"KEFU_TEST_POSTGRES_URL", "KEFU_TEST_REQUIRED"})
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}; known are {', '.join(sorted(known))}")
    default = Settings()
    values = {known[k]: _convert(k, v, getattr(default, known[k])) for k, v in given.items() if k in known}
    for name, (least, most) in _RANGES.items():
        if name in values and not least <= values[name] <= most:  # false for nan, too
            raise SettingsError(f"KEFU_{name.upper()}={values[name]} must lie between {least:g} and {most:g}")
    _check_proxies(values.get("proxies", ""))
    _check_image_hosts(values.get("image_hosts", ""))
    return replace(default, **values)


def _check_proxies(proxies: str) -> None:
    for proxy in filter(None, map(str.strip, proxies.split(","))):
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise SettingsError(f"KEFU_PROXIES: {proxy!r} is no address or network such as 10.0.0.0/8") from error


def _check_image_hosts(hosts: str) -> None:
    for host in filter(None, map(str.strip, hosts.split(","))):
        if not _IMAGE_HOST.fullmatch(host):
            raise SettingsError(f"KEFU_IMAGE_HOSTS: {host!r} is no host such as img.example.com or *.example.com")


def _convert(name: str, text: str, default: object) -> Any:
    as_type: Callable[[str], object] = _boolean if isinstance(default, bool) else type(default)
    if isinstance(default, Path):
        as_type = Path
    try:
        return as_type(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r} cannot be read as {type(default).__name__}") from error


def _boolean(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]
