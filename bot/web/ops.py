"""Health, readiness and metrics for whoever runs the process."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.errors import KefuError
from bot.metrics import exposition
from bot.web.routes import Routes
from bot.web.state import state_of

router = Routes(tags=["operations"])


@router.get("/healthz", summary="The process runs")
async def healthz() -> dict[str, str]:
    """Always ok while the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="Messages can be taken in", responses={503: {"description": "Not yet, or not now."}})
async def readyz(request: Request) -> JSONResponse:
    """Ok once the dictionary is loaded and the database answers."""
    state = state_of(request)
    try:
        content = state.ready()
        await state.read(lambda tx: tx.execute(sa.text("SELECT 1")).scalar())
    except KefuError as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, status_code=503)
    return JSONResponse({"status": "ready", "content": content.knowledge.content_hash})


@router.get("/metrics", summary="Prometheus metrics")
async def metrics() -> Response:
    """Counters of this process."""
    return Response(exposition(), media_type="text/plain; version=0.0.4")
