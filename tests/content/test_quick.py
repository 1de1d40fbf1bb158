"""phrases/quick/: what is wrong is named with file and line, and the project's own phrases have nothing wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content import quick
from bot.content.load import read, read_gate
from bot.content.shop_check import names_given
from bot.core.quick import Scope
from bot.errors import ContentError
from bot.settings import ROOT
from tests.content.mini import MiniTree

FILE, FACTS = "phrases/quick/ship.yaml", {"cutoff_time", "own"}
GOOD = """\
title: 发货
phrases:
  - code: FH01
    say: 您好，{{ shop.cutoff_time }}前付款的订单当天发出。
  - code: fh02
    say: 您好，订单{{ order_no }}已经发出。
    image: https://shop.example/a.png
    from: 2026-11-01
    until: 2026-11-12
    shop: demo
"""


@pytest.fixture
def files(tmp_path: Path) -> MiniTree:
    """A content tree with two quick phrases."""
    tree = MiniTree(tmp_path / "content")
    tree.write(FILE, GOOD)
    return tree


def found(tree: MiniTree) -> list[tuple[str, int, str]]:
    """Path, line and rule of every finding."""
    return [(finding.path, finding.line, finding.rule) for finding in quick.check(tree.root, FACTS, read_gate(ROOT))]


def test_entries_are_read_with_their_place(files: MiniTree) -> None:
    first, second = quick.load(files.root).of("demo")
    assert (first.id, first.code, first.group, first.scope) == ("file.fh01", "fh01", "发货", Scope.SHOP)
    assert (first.source, second.source) == (f"{FILE}:3", f"{FILE}:5")
    assert (second.image, second.valid_from, second.valid_until) == (
        "https://shop.example/a.png", date(2026, 11, 1), date(2026, 11, 12)
    )


def test_an_entry_for_one_shop_is_that_shops_alone(files: MiniTree) -> None:
    assert [phrase.code for phrase in quick.load(files.root).of("other")] == ["fh01"]


def test_quick_phrases_are_no_replies_to_an_intent(files: MiniTree) -> None:
    content = read(files.root)
    assert content.findings == []
    assert [name for name in content.phrases if "quick" in name] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("title: 发货", "title: ''", 1, "missing"),
        ("title: 发货", "titel: 发货", 1, "unknown-key"),
        ("phrases:", "phrase:", 2, "unknown-key"),
        ("    say: 您好，订单{{ order_no }}已经发出。\n", "", 5, "missing"),
        ("  - code: fh02\n    say", "  - say", 5, "missing"),
        ("code: fh02", "code: 发货", 5, "code"),
        ("code: fh02", "code: fh01", 5, "duplicate"),
        ("    image:", "    picture:", 7, "unknown-key"),
        ("https://shop", "http://shop", 7, "image"),
        ("from: 2026-11-01", "from: 11月1日", 8, "fact"),
        ("until: 2026-11-12", "until: 2026-10-12", 9, "until"),
        ("{{ order_no }}", "{{ nobody }}", 6, "say"),
        ("{{ order_no }}", "{订单号}", 6, "say"),
        ("shop.cutoff_time", "shop.nothing", 4, "unknown-fact"),
        ("当天发出。", "当天发出！", 4, "style-mark"),
        ("您好，订单", "你好，订单", 6, "style-you"),
        ("title: 发货", "title: [", 3, "yaml"),
    ],
)
def test_each_fault_is_found_where_it_stands(files: MiniTree, old: str, new: str, line: int, rule: str) -> None:
    files.change(FILE, old, new)
    assert (FILE, line, rule) in found(files)


def test_one_code_may_serve_two_shops_apart(files: MiniTree) -> None:
    files.change(FILE, "code: fh02", "code: fh03")
    entry = "  - {code: fh03, say: 您好。, shop: other}\n"
    files.write(FILE, files.text(FILE) + entry)
    assert found(files) == []
    files.write(FILE, files.text(FILE) + entry.replace("shop: other", "shop: demo"))
    assert found(files) == [(FILE, 12, "duplicate")]


def test_faulty_files_are_not_taken_into_use(files: MiniTree) -> None:
    files.change(FILE, "code: fh02", "code: 发货")
    with pytest.raises(ContentError, match="编码"):
        quick.load(files.root)


def test_a_tree_without_quick_phrases_is_whole(tmp_path: Path) -> None:
    assert quick.load(tmp_path).of("demo") == ()


def test_the_projects_own_phrases_have_nothing_wrong() -> None:
    content = read(ROOT)
    assert [str(finding) for finding in quick.check(ROOT, names_given(content), content.style.gate)] == []
    kept = quick.load(ROOT).of("demo")
    assert len(kept) >= 60
    assert len({phrase.group for phrase in kept}) >= 10
