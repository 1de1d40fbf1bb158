"""The evaluation as one HTML page: plots drawn as SVG, nothing loaded from anywhere."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_PAGES = Environment(
    loader=PackageLoader("bot.trainer", "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
#: The plots' frame in pixels; a share of 0…1 becomes a place in it.
_SIDE, _EDGE = 320, 30


def html(figures: dict[str, Any], content: str) -> str:
    """The page for what `evaluate.figures` returned; `content`: the content's hash."""
    curve = [_place(point["coverage"], point["precision"]) for point in figures["curve"]]
    trusted = [
        (*_place(one["mean_score"], one["right"]), one["messages"]) for one in figures["calibration"] if one["messages"]
    ]
    return _PAGES.get_template("evaluation.html").render(
        figures=figures, content=content, curve=curve, trusted=trusted, side=_SIDE, edge=_EDGE,
        ticks=[(_place(at / 10, at / 10), f"{at / 10:.1f}") for at in range(0, 11, 2)],
    )  # fmt: skip


def _place(x: float, y: float) -> tuple[float, float]:
    room = _SIDE - 2 * _EDGE
    return round(_EDGE + x * room, 1), round(_SIDE - _EDGE - y * room, 1)
