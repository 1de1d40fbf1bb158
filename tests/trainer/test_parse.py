"""`parse` explains one text completely, as data that a trainer can keep."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.knowledge import Knowledge
from bot.core.model import Status
from bot.trainer.parse import explain

_MORNING = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)


def test_an_explanation_names_everything_a_decision_was_made_from(knowledge: Knowledge) -> None:
    explained = _explain(knowledge, "転人工，订单号 123456789012345678 怎麼還不發貨")
    assert set(explained) == {
        "text", "normalized", "tokens", "entities", "intents", "mood", "aim", "wishes", "wants_human", "decision",
        "reply", "suggestion",
    }
    assert {"kind", "value", "text"} == set(explained["entities"][0])
    assert explained["normalized"].startswith("转人工,订单号 123456789012345678 怎么还")
    assert 0 < len(explained["intents"]) <= 5
    scores = [intent["score"] for intent in explained["intents"]]
    assert scores == sorted(scores, reverse=True)
    assert json.loads(json.dumps(explained)) == explained


def test_asking_for_a_human_is_explained_with_the_phrase_that_would_be_said(knowledge: Knowledge) -> None:
    explained = _explain(knowledge, "转人工")
    assert explained["wants_human"] is True
    assert explained["decision"]["status"] == Status.HANDED_OFF
    assert explained["decision"]["reasons"]
    (reply,) = explained["reply"]
    assert reply["phrase"].startswith(explained["decision"]["situation"])
    assert reply["text"]


@pytest.mark.parametrize(
    "text", ["", "？？？", "😀", "a" * 5000, "转\u200b人\u200b工", "\ufeff", "{{ 7 * 7 }}", "None"]
)
def test_any_text_has_an_explanation_and_a_whole_reply(knowledge: Knowledge, text: str) -> None:
    explained = _explain(knowledge, text)
    assert explained["decision"]["status"] in set(Status)
    assert all("{{" not in reply["text"] and reply["text"].strip() for reply in explained["reply"])


def test_the_same_text_is_always_explained_alike(knowledge: Knowledge) -> None:
    assert _explain(knowledge, "啥时候能发活") == _explain(knowledge, "啥时候能发活")


def _explain(knowledge: Knowledge, text: str) -> dict[str, Any]:
    return explain(knowledge, "demo", text, _MORNING)
