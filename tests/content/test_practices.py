"""The list of practices in phrases/README.md is what content and code carry out, no more and no less."""

from __future__ import annotations

import re

from bot.settings import ROOT
from tests.content import practices


def test_the_list_is_up_to_date() -> None:
    assert practices.README.read_text("utf-8").endswith(practices.section()), "run python -m tests.content.practices"


def test_every_place_exists_and_names_its_practice() -> None:
    rows = re.findall(r"^\| SR-(\d{3}) \| (.+) \|$", practices.section(), re.MULTILINE)
    assert len(rows) == len(practices.places())
    for number, places in rows:
        for name in re.findall(r"`([^`]+)`", places):
            text = (ROOT / name).read_text("utf-8")
            assert int(number) in set(practices._numbers(text)), name


def test_a_range_names_each_of_its_practices() -> None:
    assert list(practices._numbers("SR-251…SR-253, SR-007")) == [251, 252, 253, 7]
