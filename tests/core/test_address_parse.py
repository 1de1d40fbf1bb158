"""The table of addresses: each is read into the parts that stand beside it, all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.content.divisions import divisions
from bot.content.yaml import read
from bot.core.address.divisions import Division
from bot.core.address.model import PARTS, Address
from bot.core.address.parse import parse
from tests.core.address_table import FOLDER, known_failures, table

MUST = 0.97


def read_as(address: Address) -> dict[str, Any]:
    parts = {part: getattr(address, part) for part in PARTS}
    return parts | {"missing": address.missing, "doubts": tuple(doubt.kind for doubt in address.doubts)}


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


def test_a_text_of_500_characters_costs_what_its_length_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look-ups of names are counted, not milliseconds: twice the text, twice the work."""
    counted = 0
    known = divisions()
    look = known.at

    def counting(text: str, begin: int) -> Iterator[tuple[str, tuple[Division, ...]]]:
        nonlocal counted
        counted += 1
        return look(text, begin)

    monkeypatch.setattr(known, "at", counting)
    for piece in ("北京市", "吉林", "中山 ", "南京路", "收货人", "杭州市海淀区", "朝阳区，", "\n"):
        work = []
        for length in (120, 240, 480):
            counted = 0
            parse((piece * length)[:length], known)
            work.append(counted)
        assert work[2] <= 2.2 * work[1] + 10 <= 5 * work[0] + 40
