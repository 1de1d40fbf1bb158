"""One event, one line of ASCII JSON, without a customer's phone, address or words (bars 56, 57)."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from bot.core.mask import mask

_LONGEST = 2000


class JsonLines(logging.Formatter):
    """Formats a record as one masked line; line breaks, control and bidi characters come out escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(_said(record)[: 2 * _LONGEST])[:_LONGEST],  # a cut before masking could halve a phone
        }
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
            event["trace"] = mask(_where(record))
        return json.dumps(event, ensure_ascii=True)


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # logging itself would print the arguments over several lines
        return f"{record.msg} (the arguments do not fit)"


def _where(record: logging.LogRecord) -> str:
    """Files and lines of the traceback, without the values that an exception's text may hold."""
    places = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places))


def configure(level: str) -> None:
    """Send every logger's events to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in ("uvicorn.access", "httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
