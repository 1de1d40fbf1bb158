"""The table of addresses under tests/cases/_addresses: texts with the parts that they must be read into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.content.yaml import read
from bot.core.address.model import PARTS
from bot.settings import ROOT

FOLDER = ROOT / "tests" / "cases" / "_addresses"
_REGION = ("province", "city", "district", "street")


def table() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text of the table with the parts, `missing` and kinds of `doubts` that are expected of it."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in read(path):
            place = row.pop("place", "- - - -").replace("-", "").split(" ")
            expected: dict[str, Any] = {part: str(row.pop(part, "")) for part in PARTS if part not in _REGION}
            expected |= dict(zip(_REGION, place, strict=True))
            expected |= {key: tuple(row.pop(key, "").split()) for key in ("missing", "doubts")}
            yield str(row.pop("says")), expected
            assert not row, f"{path.name}: {row}"


def known_failures() -> set[str]:
    """The texts that are known to be read wrongly."""
    lines = (FOLDER / "known_failures.txt").read_text("utf-8").splitlines()
    return {line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")}
