"""The comparison can be believed: figures as by hand, the trainers' own sentences, a failing engine is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.content import load, yaml
from bot.content.schema import IntentFile, read_intent
from bot.trainer.evaluate import Labelled
from tests.bench.peers import __main__ as command
from tests.bench.peers import engines, run_engine, scoring
from tests.bench.peers.engines import Engine, PeerError
from tests.bench.peers.scoring import Row, export, measure, score, table

_INSIDE = [
    Labelled("包邮不", ("ship.fee",)), Labelled("几号发", ("ship.when_sent",)),
    Labelled("能开票不", ("invoice.ask", "invoice.kind")), Labelled("想退了", ("after.return",)),
    Labelled("今天好热", ("other",)),
]  # fmt: skip
_OUTSIDE = [Labelled("讲个笑话"), Labelled("放首歌")]
_FAKE = """
import json, pathlib, sys
step, engine, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
if step == "train":
    intents = {one["text"]: one["intent"] for one in json.loads((folder / "train.json").read_text("utf-8"))}
    (folder / "model").write_text(json.dumps(intents), "utf-8")
    (folder / "trained.json").write_text('{"seconds": 2.5}')
elif engine == "broken":
    sys.exit("no such model")
else:
    intents = json.loads((folder / "model").read_text("utf-8"))
    ranked = [[[intents[text], 1.0]] if text in intents else []
              for text in json.loads((folder / "test.json").read_text("utf-8"))]
    ranked = ranked[1:] if engine == "short" else ranked
    (folder / "answers.json").write_text(json.dumps({
        "load_seconds": 0.5, "memory_mb": 12.0, "version": "fake 1",
        "answers": [{"ranked": one, "ms": 3.0} for one in ranked],
    }))
"""


def _fake(tmp_path: Path, key: str = "good") -> Engine:
    program = tmp_path / "fake_engine.py"
    program.write_text(_FAKE, "utf-8")
    return Engine(f"fake {key}", key, program)


def _intent(folder: Path, name: str, data: dict[str, Any]) -> IntentFile:
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    return read_intent(name, path, yaml.read(path), [])


def test_the_figures_of_a_hand_made_answer_file_are_those_computed_by_hand() -> None:
    ranked = [
        [["ship.fee", 0.9]], [["ship.fee", 0.5], ["ship.when_sent", 0.4]], [["invoice.kind", 0.8]],
        [["after.refund", 0.7], ["x", 0.2], ["y", 0.1]], [["ship.fee", 0.6]],
        [["ship.fee", 0.75]], [["other", 0.99]],
    ]  # fmt: skip
    answers = [{"ranked": one, "ms": float(at)} for at, one in enumerate(ranked)]
    made = {"load_seconds": 0.5, "memory_mb": 40.0, "version": "hand 1", "answers": answers}
    row = score("hand", {"seconds": 3.0}, made, _INSIDE, _OUTSIDE)
    assert (row.top1, row.top3) == (0.5, 0.75)  # two and three of the four that the shop can answer
    # the surest are .9 right, .8 right, .7 wrong: two of three when 55 % of four are covered, all right at 50 %
    assert (row.precision, row.coverage) == (0.6667, 0.5)
    assert row.false_accepts == 0.5  # .75 is at least .7; "other" is no answer
    assert (row.p50_ms, row.p99_ms, row.train_seconds, row.memory_mb) == (3.0, 6.0, 3.0, 40.0)


def test_an_engine_that_never_covers_enough_has_no_precision_there() -> None:
    made = {"load_seconds": 0.0, "memory_mb": 1.0, "version": "", "answers": [{"ranked": [], "ms": 1.0}] * 7}
    row = score("mute", {"seconds": 0.0}, made, _INSIDE, _OUTSIDE)
    assert (row.top1, row.precision, row.coverage, row.false_accepts) == (0.0, None, 0.0, None)


def test_an_engine_learns_in_one_process_and_answers_in_another(tmp_path: Path) -> None:
    examples = [{"text": message.text, "intent": message.intents[0]} for message in _INSIDE[:3]]
    row = measure(_fake(tmp_path), examples, _INSIDE, _OUTSIDE)
    assert (row.reason, row.version, row.top1, row.coverage) == ("", "fake 1", 0.75, 0.75)
    assert (row.false_accepts, row.train_seconds, row.load_seconds, row.p99_ms) == (0.0, 2.5, 0.5, 3.0)


def test_what_fails_is_a_row_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert measure(_fake(tmp_path, "broken"), [], _INSIDE, []) == Row("fake broken", "answer: no such model")
    assert "shorter" in measure(_fake(tmp_path, "short"), [], _INSIDE, []).reason
    monkeypatch.setattr(engines, "PEERS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    absent = Engine("absent", "absent", Path("absent.js"), home="node", packages=(("nothing",),))
    assert measure(absent, [], _INSIDE, []).reason.startswith("install: npm cannot be run")
    old = Engine("old", "old", home="old", packages=(("nothing",),), python="2.4")
    assert measure(old, [], _INSIDE, []).reason == "needs Python 2.4, and there is none"
    slow = Engine("slow", "slow", tmp_path / "slow.py")
    slow.program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(engines, "LIMIT", 0.2)
    assert measure(slow, [], _INSIDE, []).reason == "train: not done after 0 s"


def test_packages_are_alternatives_and_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def run(line: list[str], step: str) -> None:
        tried.append(f"{step} {line[-1]}")
        if line[-1] == "first":
            raise PeerError("install: no first")

    monkeypatch.setattr(engines, "PEERS", tmp_path)
    monkeypatch.setattr(engines, "run", run)
    (tmp_path / "home").mkdir()
    engine = Engine("two", "two", home="home", packages=(("first",), ("second",)))
    assert engines.prepare(engine)[0] == str(tmp_path / "home" / "bin" / "python")
    assert engines.prepare(engine)[1:] == ["-I", str(engine.program)]
    assert tried == [f"venv {tmp_path / 'home'}", "install first", "install second"]


def test_peers_get_the_trainers_sentences_as_written_and_rivals_under_their_own_intent(
    tmp_path: Path,
) -> None:
    unlike = {"ship.when_sent": ["几号发呀"], "gone": ["无"]}
    fee = _intent(tmp_path, "ship.fee", {"examples": ["包邮吗？"], "unlike": unlike})
    sent = _intent(tmp_path, "ship.when_sent", {"examples": ["什么时候发", "几号发呀"]})
    assert export([fee, sent]) == [
        {"text": "包邮吗？", "intent": "ship.fee"}, {"text": "什么时候发", "intent": "ship.when_sent"},
        {"text": "几号发呀", "intent": "ship.when_sent"},
    ]  # fmt: skip


def test_rapidfuzz_ranks_each_intent_by_its_nearest_example(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(json.dumps([
        {"text": "包邮吗", "intent": "ship.fee"}, {"text": "包邮", "intent": "ship.fee"},
        {"text": "什么时候发货", "intent": "ship.when_sent"},
    ]), "utf-8")  # fmt: skip
    (tmp_path / "test.json").write_text('["包邮吗"]', "utf-8")
    run_engine.main("train", "rapidfuzz", tmp_path)
    run_engine.main("answer", "rapidfuzz", tmp_path)
    made = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    assert made["answers"][0]["ranked"] == [["ship.fee", 1.0], ["ship.when_sent", 0.0]]
    assert made["version"].startswith("rapidfuzz ")
    assert made["memory_mb"] > 1


def test_the_command_reports_every_engine_and_rasa_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, report = tmp_path / "a.jsonl", tmp_path / "report.json"
    lines = [{"text": "包邮不", "intents": ["ship.fee"]}, {"text": "那呢", "intents": ["x"], "needs_context": True}]
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    content = load.Content(tmp_path, {"ship.fee": _intent(tmp_path, "ship.fee", {"examples": ["包邮不"]})})
    monkeypatch.setattr(load, "read", lambda root: content)
    monkeypatch.setattr(command, "ENGINES", (_fake(tmp_path), _fake(tmp_path, "broken"), engines.RASA))
    done = CliRunner().invoke(command.main, [str(file), "--json", str(report)], catch_exceptions=False)
    made = json.loads(report.read_text("utf-8"))
    assert (done.exit_code, made["messages"], made["examples"]) == (0, 1, 1)
    assert [(row["engine"], row["reason"]) for row in made["rows"]] == [
        ("fake good", ""), ("fake broken", "answer: no such model"), (engines.RASA.name, "not run: it wants --rasa"),
    ]  # fmt: skip
    assert "fake good" in done.output
    assert len(table([Row("one", "why [not]")]).columns) == len(scoring._HEADINGS) - 1
