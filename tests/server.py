"""A real kefu process for tests and benchmarks: started as a user would, posted to, killed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signed(secret: str, body: bytes, webhook_id: str | None = None, timestamp: int | None = None) -> dict[str, str]:
    """Headers that prove a body, made without the product's own code."""
    webhook_id = webhook_id or f"msg_{uuid.uuid4().hex}"
    timestamp = timestamp or int(time.time())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def message(text: str, customer: str = "c1", shop: str = "demo", **fields: Any) -> bytes:
    """The JSON body of one text message."""
    body = {
        "shop": shop,
        "customer": {"id": customer},
        "message": {
            "id": uuid.uuid4().hex, "type": "text", "text": text, "sent_at": "2026-11-11T10:00:00+08:00", **fields
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()


@dataclass
class Server:
    """One `kefu serve` process over a data folder; `environment` overrides KEFU_* settings."""

    data_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def kefu(self, *arguments: str) -> str:
        """Run another kefu command on the same data; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments], env=self._environment(), capture_output=True, text=True,
            timeout=60, check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"kefu {' '.join(arguments)} failed: {done.stderr}")
        return done.stdout

    def start(self, seconds: float = 90.0) -> float:
        """Start and wait until ready; returns how long that took, in seconds."""
        began = time.monotonic()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "serve.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", "--port", str(self.port), *self.arguments],
                env=self._environment(), stdout=log, stderr=log, text=True,
            )
        while time.monotonic() - began < seconds:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {(self.data_dir / 'serve.log').read_text()[-2000:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200:
                    return time.monotonic() - began
            except httpx.HTTPError:
                pass
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the server did not become ready within {seconds:g} s")

    def post(self, channel: str, body: bytes, secret: str = SECRET, **options: Any) -> httpx.Response:
        """Post a signed body to a channel."""
        headers = signed(secret, body, options.pop("webhook_id", None))
        return httpx.post(f"{self.url}/v1/channels/{channel}/messages", content=body, headers=headers, timeout=10)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 10.0) -> float:
        """SIGTERM, and wait; returns how long it took."""
        assert self.process is not None
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(seconds)
        return time.monotonic() - began

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "KEFU_DATA_DIR": str(self.data_dir), **self.environment}
