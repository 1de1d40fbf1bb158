"""Pages made from templates; every value is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from fastapi.responses import HTMLResponse

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, auto_reload=False,
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


def page(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """templates/{template}.html filled in."""
    return HTMLResponse(_PAGES.get_template(f"{template}.html").render(values), status_code=status)
