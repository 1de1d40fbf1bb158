"""The bare floor: the product's server settings and store, a route that only proves a signature and writes one row."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from pathlib import Path

import click
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bot.channels import signature
from bot.store import channels, conversations, messages, migrate
from bot.store.base import Store, within
from bot.store.messages import StoredMessage
from bot.store.postgres import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.tables import new_id
from tests.server import SECRET

SHOP, CHANNEL = "demo", "bench"
_PATIENCE = 5.0


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def build(store: Store) -> FastAPI:
    """The application: one conversation, a row per request, no understanding and no decision."""
    app = FastAPI(docs_url=None, redoc_url=None)
    conversation = store.submit(
        lambda tx: conversations.enter(tx, SHOP, CHANNEL, f"floor-{os.getpid()}", "", (), now())
    ).result()
    numbers = itertools.count(conversation.last_seq)

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.post(f"/v1/channels/{CHANNEL}/messages")
    async def receive(request: Request) -> JSONResponse:
        body = await request.body()
        delivery = signature.verify(request.scope["headers"], body, (SECRET,), now())
        message = _row(conversation.id, next(numbers), delivery, body)
        added = await within(store.submit(lambda tx: messages.add(tx, message)), _PATIENCE)
        return JSONResponse({"status": "recorded" if added else "duplicate"})

    return app


def config(app: FastAPI, host: str, port: int, drain: int) -> uvicorn.Config:
    """The settings of `kefu serve`, word for word (tested)."""
    return uvicorn.Config(
        app, host=host, port=port, loop="uvloop", http="httptools", log_config=None, access_log=False,
        proxy_headers=False, forwarded_allow_ips="", server_header=False, date_header=True, lifespan="on",
        timeout_keep_alive=75, timeout_graceful_shutdown=drain,
    )


def _row(conversation: str, seq: int, delivery: str, body: bytes) -> StoredMessage:
    at = now()
    return StoredMessage(
        shop=SHOP, id=new_id("ms"), conversation=conversation, seq=seq, author="customer", type="text",
        text=body.decode(), channel=CHANNEL, state="decided", status="", decision=None, sent_at=at, created_at=at,
        external_id=delivery, webhook_id=delivery,
    )  # fmt: skip


def _open(data_dir: Path, url: str) -> Store:
    store: Store = PostgresStore(url) if url else SqliteStore(f"sqlite:///{data_dir / 'kefu.db'}")
    migrate.migrate(store.engine)
    if not store.read(channels.any_shop).result():
        store.submit(lambda tx: channels.add_shop(tx, SHOP, "floor", "auto", now())).result()
    return store


@click.command()
@click.option("--port", type=int, required=True)
def main(port: int) -> None:
    """Serve until SIGTERM, over the same KEFU_DATA_DIR and KEFU_DATABASE_URL as the product."""
    store = _open(Path(os.environ["KEFU_DATA_DIR"]), os.environ.get("KEFU_DATABASE_URL", ""))
    try:
        uvicorn.Server(config(build(store), "127.0.0.1", port, 4)).run()
    finally:
        store.close()


if __name__ == "__main__":
    main()
