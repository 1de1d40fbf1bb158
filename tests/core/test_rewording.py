"""What an agent changed is shown so that a trainer sees it at a glance, and nothing of either text is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rewording import Fate, changes, marked


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("您好，明天发出。", "您好，今天发出。", "您好，[-明-]{+今+}天发出。"),
        ("您好，今天发出。", "您好，今天发出。", "您好，今天发出。"),
        ("今天发出。", "您好，今天发出。", "{+您好，+}今天发出。"),
        ("今天发出，请您放心。", "今天发出。", "今天发出[-，请您放心-]。"),
        ("16:30前付款当天发", "17:00前付款当天发", "[-16:30-]{+17:00+}前付款当天发"),
        ("单号SF123", "单号SF124", "单号[-SF123-]{+SF124+}"),
        ("请您稍等", "好的", "[-请您稍等-]{+好的+}"),
        ("", "好的", "{+好的+}"),
        ("", "", ""),
    ],
)
def test_a_change_reads_in_one_line(old: str, new: str, shown: str) -> None:
    assert marked(changes(old, new)) == shown


def test_a_sign_that_two_texts_share_by_chance_does_not_tear_a_change_apart() -> None:
    assert marked(changes("仓库的订单", "快递的包裹")) == "[-仓库的订单-]{+快递的包裹+}"


@given(st.text("您好今天明发出12.", max_size=40), st.text("您好今天明发出12.", max_size=40))
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    pieces = changes(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.REMOVED) == new
    assert all(one.fate is not two.fate for one, two in pairwise(pieces))
