"""Readers always see one whole version of the content: the new one, or the old one and why."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest

from bot.content import load
from bot.content.live import LiveContent
from bot.core.hours import SHOP_ZONE
from bot.core.render import render
from bot.errors import ContentError
from tests.content.mini import MiniTree

NOW = datetime(2026, 11, 22, 10, tzinfo=SHOP_ZONE)
PHRASES, SHOP = "phrases/ship/when_sent.yaml", "phrases/_shop.yaml"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> tuple[MiniTree, LiveContent]:
    """The little tree in use, loaded once: a version costs a second."""
    tree = MiniTree(tmp_path_factory.mktemp("live"))
    return tree, LiveContent(tree.root, cache_dir)


@pytest.fixture
def tree(loaded: tuple[MiniTree, LiveContent]) -> Iterator[MiniTree]:
    """The tree in use; put right again after the test."""
    before = {name: loaded[0].text(name) for name in (PHRASES, SHOP, "intents/ship/when_sent.yaml")}
    yield loaded[0]
    for name, text in before.items():
        loaded[0].write(name, text)


@pytest.fixture
def live(loaded: tuple[MiniTree, LiveContent]) -> LiveContent:
    """The content in use."""
    return loaded[1]


def test_a_faulty_tree_is_not_taken_into_use_at_all(mini: MiniTree, cache_dir: Path) -> None:
    mini.write(PHRASES, "default: [")
    with pytest.raises(ContentError, match=PHRASES):
        LiveContent(mini.root, cache_dir)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (PHRASES, "default: ["), (PHRASES, "default:\n  - '{{ 7 * 7 }}'\n"), (PHRASES, "default:\n  - {{ shop.na"),
        ("intents/ship/when_sent.yaml", "title: 发货\nmode: loud\n"), (SHOP, "name: &a b\n"),
        (SHOP, "name: x\nname: y\n"),
    ],
    ids=["half written", "template", "half a template", "choice", "anchor", "duplicate key"],
)
def test_a_faulty_reload_keeps_the_old_version_and_says_why(
    tree: MiniTree, live: LiveContent, name: str, text: str
) -> None:
    before = live.knowledge
    tree.write(name, text)
    with pytest.raises(ContentError, match=name):
        live.reload(tree.root)
    assert live.knowledge is before


def test_a_vanished_tree_keeps_the_old_version(tree: MiniTree, live: LiveContent) -> None:
    before = live.knowledge
    (tree.root / "phrases").rename(tree.root / "elsewhere")
    with pytest.raises(ContentError):
        live.reload(tree.root)
    (tree.root / "elsewhere").rename(tree.root / "phrases")
    assert live.knowledge is before


def test_after_a_fault_is_mended_a_reload_brings_the_new_version(tree: MiniTree, live: LiveContent) -> None:
    before, good = live.knowledge, tree.text(PHRASES)
    tree.write(PHRASES, "default: [")
    with pytest.raises(ContentError):
        live.reload(tree.root)
    tree.write(PHRASES, good.replace("请您放心", "您可以放心"))
    after = live.reload(tree.root)
    assert live.knowledge is after is not before
    assert after.content_hash != before.content_hash
    assert "您可以放心" in after.phrases["ship.when_sent/default"][1].source


def test_only_changed_intents_are_learned_anew(tree: MiniTree, live: LiveContent) -> None:
    before = live.knowledge.learned.weights
    tree.change(PHRASES, "请您放心", "您可以放心")
    assert live.reload(tree.root).learned.weights is before
    tree.change("intents/ship/when_sent.yaml", "周末发不发", "周日发不发")
    assert live.reload(tree.root).learned.weights is not before


def test_quick_phrases_come_and_stay_with_the_rest(tree: MiniTree, live: LiveContent) -> None:
    quick, entry = "phrases/quick/ship.yaml", "title: 发货\nphrases:\n  - {code: fh01, say: 您好，今天发出。}\n"
    tree.write(quick, entry)
    live.reload(tree.root)
    tree.write(quick, entry.replace("fh01", "发货"))
    with pytest.raises(ContentError, match=quick):
        live.reload(tree.root)
    assert [phrase.code for phrase in live.quick.of("demo")] == ["fh01"]
    tree.remove(quick)
    live.reload(tree.root)
    assert live.quick.of("demo") == ()


def test_a_reader_sees_one_version_while_reloads_go_on(tree: MiniTree, live: LiveContent) -> None:
    """The shop's name and the phrase that says it change together; no reader ever meets one without the other."""
    phrases, shop = tree.text(PHRASES), tree.text(SHOP)
    worlds = {}
    for number in (1, 0):
        _dress(tree, phrases, shop, number)
        worlds[load.read(tree.root).digest] = f"第{number}版店{number}"
    live.reload(tree.root)
    done = Event()

    def read() -> list[bool]:
        seen: list[bool] = []
        while not seen or not done.wait(0.002):
            knowledge = live.knowledge
            said = render(knowledge.phrases["ship.when_sent/default"][0], {"shop": knowledge.facts("demo", NOW)})
            seen.append(said == worlds[knowledge.content_hash])
        return seen

    with ThreadPoolExecutor(2) as readers:
        watching = [readers.submit(read) for _ in range(2)]
        try:
            _dress(tree, phrases, shop, 1)
            live.reload(tree.root)
        finally:
            done.set()
    assert all(all(future.result()) for future in watching)


def _dress(tree: MiniTree, phrases: str, shop: str, number: int) -> None:
    said = phrases.replace("您好，{{ shop.cutoff_time }}前付款的订单当天发出。", f"第{number}版{{{{ shop.name }}}}")
    tree.write(PHRASES, said)
    tree.write(SHOP, shop.replace("小满生活馆", f"店{number}"))
