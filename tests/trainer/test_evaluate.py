"""`evaluate` counts what its figures say they count, names the line it cannot read, and shows a message as it is."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.content import load
from bot.content.build import build
from bot.core.knowledge import Knowledge
from bot.core.model import Match
from bot.errors import InvalidField
from bot.trainer import evaluate, report
from bot.trainer.evaluate import Judged, Labelled
from tests.content.mini import MiniTree

SENT, COMPLAINT, STOCK = "ship.when_sent", "risk.complaint", "presale.stock"
SCRIPT = "<script>alert('发货')</script>"


def _judged(
    text: str, labels: str, ranked: str, scores: tuple[float, ...] = (), accepted: str = "", needs: str = ""
) -> Judged:
    """`labels` and `ranked` are intents parted by blanks; `accepted` and `needs` are "yes" or nothing."""
    matches = tuple(Match(intent, score, "") for intent, score in zip(ranked.split(), scores, strict=True))
    return Judged(Labelled(text, tuple(labels.split()), needs_context=bool(needs)), matches, bool(accepted))


JUDGED = [
    _judged("几号发", SENT, SENT, (0.95,), accepted="yes"),
    _judged("有货今天发吗", f"{SENT} {STOCK}", f"{STOCK} {SENT}", (0.7, 0.2), accepted="yes"),  # right: also a label
    _judged("有货吗", STOCK, f"{SENT} other {STOCK}", (0.5, 0.3, 0.1)),  # among the first three
    _judged("有没有", STOCK, f"{SENT} other {COMPLAINT} {STOCK}", (0.9, 0.05, 0.03, 0.02), accepted="yes"),  # fourth
    _judged("龘", COMPLAINT, ""),  # nothing at all
    _judged("今天天气", "", SENT, (0.8,), accepted="yes"),  # nobody's business
    _judged("刷单加我", "other", "other", (1.0,)),  # rightly refused
    _judged("那个呢", SENT, SENT, (0.3,), needs="yes"),
    _judged("然后呢", SENT, STOCK, (0.2,), accepted="yes", needs="yes"),
]
OUTSIDE = [_judged("写首诗", "", SENT, (0.61237,), accepted="yes"), _judged("讲笑话", "", "other", (0.9,))]


@pytest.fixture
def figures() -> dict[str, Any]:
    """Of the nine messages above and two out of scope."""
    return evaluate.figures(JUDGED, OUTSIDE)


def test_shares_are_counted_over_what_they_are_shares_of(figures: dict[str, Any]) -> None:
    assert figures["messages"] == 9
    assert figures["top1"] == 0.4  # in scope without context: 5, of which 几号发 and 有货今天发吗
    assert figures["top3"] == 0.6  # and 有货吗
    assert figures["coverage"] == 0.6  # 几号发, 有货今天发吗, 有没有
    assert figures["precision"] == 0.5  # of these and 今天天气, the first two
    assert figures["false_accepts"] == 0.5
    assert figures["false_accepted"] == [{"text": "写首诗", "intent": SENT, "score": 0.6124}]


def test_messages_that_need_their_context_are_counted_apart(figures: dict[str, Any]) -> None:
    assert figures["context_top1"] == 0.5
    alone = evaluate.figures([one for one in JUDGED if not one.message.needs_context], OUTSIDE)
    apart = {"messages", "context_top1"}
    assert {k: v for k, v in alone.items() if k not in apart} == {k: v for k, v in figures.items() if k not in apart}
    assert alone["context_top1"] is None


def test_recall_is_by_primary_label_and_precision_by_first_rank(figures: dict[str, Any]) -> None:
    assert figures["per_intent"] == {
        "other": {"messages": 1, "recall": 1.0, "precision": 1.0},
        STOCK: {"messages": 2, "recall": 0.0, "precision": 1.0},  # taken once, where it is the second label
        COMPLAINT: {"messages": 1, "recall": 0.0, "precision": None},  # never taken
        SENT: {"messages": 2, "recall": 1.0, "precision": 0.25},  # taken for 有货吗, 有没有 and 今天天气 too
    }


def test_confusions_are_the_wrong_first_ranks_the_most_frequent_first(figures: dict[str, Any]) -> None:
    assert figures["confusions"] == [
        {"wanted": STOCK, "taken_for": SENT, "count": 2, "examples": ["有货吗", "有没有"]},
        {"wanted": COMPLAINT, "taken_for": "", "count": 1, "examples": ["龘"]},
    ]
    many = evaluate.figures([_judged(str(number), STOCK, SENT, (0.5,)) for number in range(5)])
    assert many["confusions"] == [{"wanted": STOCK, "taken_for": SENT, "count": 5, "examples": ["0", "1", "2"]}]


def test_scores_are_compared_with_how_often_they_are_right(figures: dict[str, Any]) -> None:
    table = {one["from"]: (one["messages"], one["mean_score"], one["right"]) for one in figures["calibration"]}
    assert table == {
        0.0: (1, 0.0, 0.0),  # 龘
        0.1: (0, None, None), 0.2: (0, None, None), 0.3: (0, None, None), 0.4: (0, None, None),
        0.5: (1, 0.5, 0.0),
        0.6: (0, None, None),
        0.7: (1, 0.7, 1.0),
        0.8: (1, 0.8, 0.0),
        0.9: (3, 0.95, 0.6667),  # 几号发 0.95, 有没有 0.9, and 刷单加我 at exactly 1
    }  # fmt: skip
    assert sum(messages for messages, _, _ in table.values()) == 7


def test_the_curve_goes_from_the_surest_answer_down(figures: dict[str, Any]) -> None:
    """The five that name an intent of the shop; five messages are in scope."""
    assert figures["curve"] == [
        {"score": 0.95, "coverage": 0.2, "precision": 1.0},
        {"score": 0.9, "coverage": 0.4, "precision": 0.5},
        {"score": 0.8, "coverage": 0.4, "precision": 0.3333},  # 今天天气 covers nothing that the shop is asked
        {"score": 0.7, "coverage": 0.6, "precision": 0.5},
        {"score": 0.5, "coverage": 0.8, "precision": 0.4},
    ]


def test_a_long_curve_has_about_a_hundred_points_and_ends_with_the_last_answer() -> None:
    curve = evaluate.figures([_judged("几号发", SENT, SENT, (n / 1000,)) for n in range(955)])["curve"]
    assert 100 <= len(curve) <= 110
    assert curve[-1] == {"score": 0.0, "coverage": 1.0, "precision": 1.0}


def test_a_share_of_nothing_is_null() -> None:
    empty = evaluate.figures([])
    names = ("top1", "top3", "precision", "coverage", "false_accepts", "context_top1")
    assert [empty[name] for name in names] == [None] * 6
    assert (empty["messages"], empty["per_intent"], empty["confusions"], empty["curve"]) == (0, {}, [], [])
    assert {one["right"] for one in empty["calibration"]} == {None}


def test_what_changed_lists_the_broken_before_the_fixed_and_nothing_that_stayed() -> None:
    old = [
        _judged("甲", SENT, STOCK, (0.8,)), _judged("乙", "", SENT, (0.8,)), _judged("丙", SENT, SENT, (0.81239,)),
        _judged("丁", SENT, SENT, (0.8,)), _judged("戊", SENT, SENT, (0.9,)), _judged("己", SENT, COMPLAINT, (0.8,)),
    ]
    new = [
        _judged("甲", SENT, SENT, (0.9,)), _judged("乙", "", STOCK, (0.8,)), _judged("丙", SENT, STOCK, (0.7,), "yes"),
        _judged("丁", SENT, SENT, (0.5,)), _judged("戊", SENT, SENT, (0.9,), "yes"), _judged("己", SENT, STOCK, (0.8,)),
    ]
    changed = evaluate.changes(old, new)
    assert [(one["text"], one["verdict"]) for one in changed] == [
        ("丙", "broken"), ("甲", "fixed"), ("乙", "other"), ("戊", "other"), ("己", "other"),
    ]
    assert changed[0] == {
        "text": "丙", "intents": [SENT], "verdict": "broken",
        "old": SENT, "old_score": 0.8124, "old_accepted": False,
        "new": STOCK, "new_score": 0.7, "new_accepted": True,
    }  # fmt: skip


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    file = _written(tmp_path, (
        '{"text": "几号发"}\n\n{"text": "那个呢", "intents": ["a.b", "c"], "prev": ["customer: 在吗", "agent: 在"],'
        ' "needs_context": true, "note": "不管"}\n   \n{"text": "龘", "intents": null, "prev": []}'
    ))
    assert evaluate.read(file) == [
        Labelled("几号发"),
        Labelled("那个呢", ("a.b", "c"), ("customer: 在吗", "agent: 在"), True),
        Labelled("龘"),
    ]


@pytest.mark.parametrize("line", [
    "{", "[]", "{}", "1", "null", '"text"', '{"intents": []}', '{"text": "a", "intents": 1}', '{"text": "", "prev": 1}',
])  # fmt: skip
def test_the_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = _written(tmp_path, f'{{"text": "几号发"}}\n\n{line}\n')
    with pytest.raises(InvalidField, match=r"messages\.jsonl:3: "):
        evaluate.read(file)


@pytest.mark.parametrize("line", [
    '{"text": "几号发", "intents": "ship.when_sent"}', '{"text": "那个呢", "prev": "customer: 在吗"}', '{"text": null}',
])  # fmt: skip
def test_a_text_where_a_list_belongs_is_not_read_as_its_letters(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidField, match=r"messages\.jsonl:1: "):
        evaluate.read(_written(tmp_path, line))


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_bytes('{"text": "几号发"}\n'.encode("gbk"))
    with pytest.raises(InvalidField, match=r"messages\.jsonl"):
        evaluate.read(file)


@pytest.mark.parametrize("inside", ["\u2028", "\u0085", "\u2029"])
def test_a_line_break_of_another_script_within_a_message_does_not_end_the_line(tmp_path: Path, inside: str) -> None:
    """JSON lets them stand unescaped, and phones send them."""
    file = _written(tmp_path, json.dumps({"text": f"几号{inside}发"}, ensure_ascii=False))
    assert evaluate.read(file) == [Labelled(f"几号{inside}发")]


# --- judging ---------------------------------------------------------------------------------------------------------


def test_earlier_turns_of_the_customer_count_where_they_are_needed(small: Knowledge) -> None:
    before = ("customer: 什么时候发货", "agent: 投诉电话多少")
    told: list[None] = []
    needed, spared = evaluate.judge(
        small,
        [Labelled("客服你们", (SENT,), before, needs_context=True), Labelled("客服你们", (SENT,), before)],
        lambda: told.append(None),
    )
    assert needed.ranked == small.understand_after(["什么时候发货"], "客服你们").matches
    assert spared.ranked == small.understand("客服你们").matches
    assert len(told) == 2


def test_an_example_itself_is_accepted_and_a_text_without_words_is_not(small: Knowledge) -> None:
    example, nothing = evaluate.judge(small, [Labelled("几号能寄出来", (SENT,)), Labelled("？？", (SENT,))])
    assert (example.intent, example.score, example.accepted, example.right) == (SENT, 1.0, True, True)
    assert (nothing.intent, nothing.score, nothing.accepted, nothing.right) == ("", 0.0, False, False)


# --- the page --------------------------------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """What a browser would make of a page: the elements, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_a_message_as_text_and_loads_nothing() -> None:
    judged = [*JUDGED, _judged(SCRIPT, STOCK, SENT, (0.4,))]
    page = report.html(evaluate.figures(judged, [_judged(SCRIPT, "", SENT, (0.7,), "yes")]), "abc123")

    shown = _Tags(page)
    assert shown.text.count(SCRIPT) == 2  # a confusion, and a false accept
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & shown.names
    assert not [word for word in ("http://", "https://", "src=", "href=", "@import", "url(") if word in page]
    assert "内容版本 abc123，共 10 条消息" in shown.text
    assert "写首诗" not in shown.text


def test_the_page_draws_every_point_within_its_frame() -> None:
    page = report.html(evaluate.figures(JUDGED, OUTSIDE), "abc123")
    points = page.partition('points="')[2].partition('"')[0].split()
    places = [tuple(map(float, point.split(","))) for point in points]
    assert places[0] == (82.0, 30.0)  # a coverage of 0.2 and a precision of 1 in 260 pixels with an edge of 30
    assert len(places) == 5
    assert all(30 <= at <= 290 for place in places for at in place)
    assert page.count("<circle") == 5  # the ranges of scores that have a message


def test_the_page_of_nothing_is_still_a_page() -> None:
    shown = _Tags(report.html(evaluate.figures([]), "abc123"))
    assert shown.text.count("—") == 6
    assert "业务外却敢答" not in shown.text


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MiniTree:
    """A content of two intents, which every command uses unless told otherwise."""
    tree = MiniTree(tmp_path / "content")
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(tree.root))
    monkeypatch.setenv("COLUMNS", "160")
    return tree


@pytest.fixture
def small(mini: MiniTree) -> Knowledge:
    """That content, compiled."""
    return build(load.read(mini.root))


def test_the_command_prints_the_figures_of_the_content_in_use(mini: MiniTree, tmp_path: Path) -> None:
    file = _messages(tmp_path, ("几号能寄出来", SENT), ("负责人在哪", SENT), ("我要投诉", COMPLAINT))
    figures = json.loads(_evaluate(str(file), "--format", "json").output)
    assert (figures["messages"], figures["top1"], figures["coverage"]) == (3, 0.6667, 1.0)
    assert figures["confusions"] == [
        {"wanted": SENT, "taken_for": COMPLAINT, "count": 1, "examples": ["负责人在哪"]}
    ]
    assert figures["false_accepts"] is None
    assert figures["context_top1"] is None


def test_the_command_reads_several_files_and_what_is_out_of_scope(mini: MiniTree, tmp_path: Path) -> None:
    one, two = _messages(tmp_path, ("几号能寄出来", SENT), name="1"), _messages(tmp_path, ("？？", SENT), name="2")
    outside = _messages(tmp_path, ("我要投诉", ""), ("？？", ""), name="outside")
    figures = json.loads(_evaluate(str(one), str(two), "--out-of-scope", str(outside), "--format", "json").output)
    assert (figures["messages"], figures["top1"], figures["false_accepts"]) == (2, 0.5, 0.5)
    assert [one["text"] for one in figures["false_accepted"]] == ["我要投诉"]


def test_the_command_prints_tables_with_a_dash_for_a_share_of_nothing(mini: MiniTree, tmp_path: Path) -> None:
    printed = _evaluate(str(_messages(tmp_path, ("几号能寄出来", SENT), ("负责人在哪", SENT))))
    assert printed.exit_code == 0
    lines = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in printed.output.splitlines()
             if line.count("│") == 3}
    assert lines["首选正确 top1"] == "50.0%"
    assert lines["需看上文的首选正确 context_top1"] == "—"
    assert lines["消息数 messages"] == "2"
    assert "负责人在哪" in printed.output


@pytest.mark.parametrize("message", ["[/色]几号能寄[b]出来", "[ok]负责人在哪", "[/]"])
def test_the_command_prints_a_message_with_brackets_as_it_is(mini: MiniTree, tmp_path: Path, message: str) -> None:
    """Chat platforms write stickers that way."""
    file = _messages(tmp_path, (message, "presale.none"))
    old, new = _two_contents(tmp_path)
    printed = _evaluate(str(file))
    changed = _messages(tmp_path, ("[/]负责人在哪", SENT), name="changed")
    compared = _evaluate(str(changed), "--compare", str(old.root), str(new.root))
    assert (printed.exit_code, printed.exception) == (0, None)
    assert message in printed.output
    assert "[/]负责人在哪" in compared.output


def test_the_command_names_the_line_it_cannot_read(mini: MiniTree, tmp_path: Path) -> None:
    file = _written(tmp_path, '{"text": "几号发"}\n{"txt": "几号发"}\n')
    refused = _evaluate(str(file))
    assert isinstance(refused.exception, InvalidField)
    assert f"{file}:2: " in str(refused.exception)


def test_the_command_writes_a_page_that_shows_a_message_as_text(mini: MiniTree, tmp_path: Path) -> None:
    message = f"几号能寄出来{SCRIPT}投诉"
    printed = _evaluate(str(_messages(tmp_path, (message, STOCK))), "--format", "html")
    shown = _Tags(printed.output)
    assert printed.exit_code == 0
    assert message in shown.text
    assert "script" not in shown.names
    assert not [word for word in ("http://", "https://", "src=") if word in printed.output]
    assert load.read(mini.root).digest in shown.text


def test_the_command_measures_another_content_when_told(mini: MiniTree, tmp_path: Path) -> None:
    _, new = _two_contents(tmp_path)
    file = _messages(tmp_path, ("负责人在哪", SENT))
    asked = [_evaluate(str(file), "--format", "json", *more) for more in ((), ("--content", str(new.root)))]
    assert [json.loads(one.output)["top1"] for one in asked] == [0.0, 1.0]


def test_the_command_compares_two_contents_message_by_message(mini: MiniTree, tmp_path: Path) -> None:
    old, new = _two_contents(tmp_path)
    file = _messages(tmp_path, ("负责人在哪", SENT), ("什么时候发货", SENT), ("几号能寄出来", SENT))
    outside = _messages(tmp_path, ("几号能寄出来", ""), name="outside")
    compared = ("--compare", str(old.root), str(new.root), "--out-of-scope", str(outside))

    changed = json.loads(_evaluate(str(file), *compared, "--format", "json").output)
    assert [(one["verdict"], one["text"], one["old"], one["new"]) for one in changed] == [
        ("broken", "几号能寄出来", SENT, COMPLAINT),
        ("fixed", "负责人在哪", COMPLAINT, SENT),
        ("other", "几号能寄出来", SENT, COMPLAINT),
    ]

    printed = _evaluate(str(file), *compared).output
    assert printed.index("变错") < printed.index("变对") < printed.index("其他")
    assert "变错 1 句，变对 1 句，其他 1 句" in printed
    assert "什么时候发货" not in printed

    refused = _evaluate(str(file), *compared, "--format", "html")
    assert refused.exit_code == 2
    assert "--format text" in refused.output


def _two_contents(folder: Path) -> tuple[MiniTree, MiniTree]:
    """The same content, and one in which 几号能寄出来 and 负责人在哪 have changed places."""
    old, new = MiniTree(folder / "old"), MiniTree(folder / "new")
    new.change("intents/ship/when_sent.yaml", "几号能寄出来", "负责人在哪")
    new.change("intents/risk/complaint.yaml", "负责人在哪", "几号能寄出来")
    return old, new


def _messages(folder: Path, *labelled: tuple[str, str], name: str = "messages") -> Path:
    lines = [json.dumps({"text": text, "intents": label.split()}, ensure_ascii=False) for text, label in labelled]
    return _written(folder, "\n".join(lines) + "\n", name)


def _written(folder: Path, text: str, name: str = "messages") -> Path:
    file = folder / f"{name}.jsonl"
    file.write_text(text, "utf-8")
    return file


def _evaluate(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, ["evaluate", *arguments])
