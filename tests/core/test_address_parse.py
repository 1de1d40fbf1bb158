"""The table of addresses: each is read into the parts that stand beside it, all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.content.divisions import divisions
from bot.content.yaml import read
from bot.core.address.model import PARTS, Address
from bot.core.address.parse import parse
from bot.settings import ROOT

FOLDER = ROOT / "tests" / "cases" / "_addresses"
MUST = 0.97
REGION = ("province", "city", "district", "street")


def table() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text of the table with the parts, `missing` and `doubts` that are expected of it."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for row in read(path):
            place = row.pop("place", "- - - -").replace("-", "").split(" ")
            expected: dict[str, Any] = {part: str(row.pop(part, "")) for part in PARTS if part not in REGION}
            expected |= dict(zip(REGION, place, strict=True))
            expected |= {key: tuple(row.pop(key, "").split()) for key in ("missing", "doubts")}
            yield str(row.pop("says")), expected
            assert not row, f"{path.name}: {row}"


def read_as(address: Address) -> dict[str, Any]:
    parts = {part: getattr(address, part) for part in PARTS}
    return parts | {"missing": address.missing, "doubts": tuple(doubt.kind for doubt in address.doubts)}


def known_failures() -> set[str]:
    lines = (FOLDER / "known_failures.txt").read_text("utf-8").splitlines()
    return {line.replace("\\n", "\n") for line in lines if line and not line.startswith("#")}


def wrong() -> dict[str, dict[str, tuple[Any, Any]]]:
    """The texts that are read wrongly: each part as it should be and as it was read."""
    found = {}
    for says, expected in table():
        got = read_as(parse(says, divisions()))
        if got != expected:
            found[says] = {part: (expected[part], got[part]) for part in got if got[part] != expected[part]}
    return found


def test_of_the_table_97_percent_are_read_to_the_last_part_and_the_rest_is_known() -> None:
    failures, texts = wrong(), [says for says, _ in table()]
    assert len(texts) >= 200
    assert len(set(texts)) == len(texts)
    for says, parts in failures.items():
        print(says, *(f"  {part}: {should!r}, read {was!r}" for part, (should, was) in parts.items()), sep="\n")  # noqa: T201
    assert set(failures) == known_failures()
    assert 1 - len(failures) / len(texts) >= MUST


@pytest.mark.parametrize("kind", [path.stem for path in sorted(FOLDER.glob("*.yaml"))])
def test_every_kind_has_ten_addresses(kind: str) -> None:
    assert len(read(FOLDER / f"{kind}.yaml")) >= 10
