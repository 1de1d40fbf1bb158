"""What was learned once is kept, and a start that finds it understands exactly what the learning one did."""

from __future__ import annotations

from pathlib import Path

from bot.content import learned, load
from bot.content.build import build
from tests.content.mini import MiniTree
from tests.test_architecture import imports, modules

SAID = ("啥时候能给我发", "什么时侯发货啊", "谢谢", "今天吃什么")


def _kept_file(cache: Path) -> Path:
    (found,) = cache.glob("learned-*.npz")
    return found


def test_a_second_start_understands_the_same_without_learning(mini: MiniTree, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = build(load.read(mini.root), cache)
    written = _kept_file(cache).stat().st_mtime_ns
    second = build(load.read(mini.root), cache)
    assert _kept_file(cache).stat().st_mtime_ns == written
    assert [second.understand(text, explain=True) for text in SAID] == [
        first.understand(text, explain=True) for text in SAID
    ]


def test_a_damaged_file_is_learned_anew(mini: MiniTree, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = build(load.read(mini.root), cache)
    whole = _kept_file(cache).read_bytes()
    _kept_file(cache).write_bytes(whole[: len(whole) // 2])
    second = build(load.read(mini.root), cache)
    assert second.understand(SAID[0]) == first.understand(SAID[0])
    assert learned.kept(cache, load.read(mini.root).intents_digest) is not None


def test_another_version_of_the_intents_learns_for_itself(mini: MiniTree, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = build(load.read(mini.root), cache)
    mini.write("intents/_signals.yaml", mini.text("intents/_signals.yaml") + "\n# 新版本\n")
    after = build(load.read(mini.root), cache)
    assert before.content_hash != after.content_hash
    assert len(list(cache.iterdir())) == 2


def test_another_version_of_the_phrases_has_nothing_to_learn(mini: MiniTree, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = build(load.read(mini.root), cache)
    mini.write("phrases/_shop.yaml", mini.text("phrases/_shop.yaml") + "\n# 新版本\n")
    after = build(load.read(mini.root), cache)
    assert before.content_hash != after.content_hash
    assert len(list(cache.iterdir())) == 1


def test_only_a_few_versions_are_kept(mini: MiniTree, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    signals = mini.text("intents/_signals.yaml")
    for version in range(6):
        mini.write("intents/_signals.yaml", f"{signals}\n# {version}\n")
        content = load.read(mini.root)
        build(content, cache)
    assert len(list(cache.iterdir())) == 4
    assert learned.kept(cache, content.intents_digest) is not None


def test_weights_follow_every_module_that_reads_and_learns() -> None:
    nouns = {"model", "questions"}  # types and titles: they say nothing about what is learned
    core = modules()
    reached, waiting = set(), ["bot.core.train", "bot.core.intents", "bot.core.pinyin"]
    while waiting:
        name = waiting.pop()
        if name.startswith("bot.core.") and name not in reached:
            reached.add(name)
            waiting += [one.target for one in imports(core[name])]
    assert {name.removeprefix("bot.core.") for name in reached} - nouns == set(learned.LEARNING)
