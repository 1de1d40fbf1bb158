"""The order's stage decides between two readings of the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.content.live import LiveContent
from bot.core import answer, stage
from bot.core.model import Match, Stage
from tests.core.tiny_shop import MORNING, turn

READINGS = (Match("ship.urge_send", 0.5, "怎么还不发"), Match("ship.stalled", 0.4, "怎么还没到"))


def test_what_does_not_fit_the_stage_goes_back_and_the_rest_gains() -> None:
    shipped = stage.in_stage(READINGS, ("ship.urge_send",))
    assert [match.intent for match in shipped] == ["ship.stalled", "ship.urge_send"]
    assert sum(match.score for match in shipped) == pytest.approx(0.9)
    assert shipped[0].example == "怎么还没到"


@pytest.mark.parametrize("unlikely", [(), ("after.refund",), ("after.*",)])
def test_where_everything_fits_nothing_changes(unlikely: tuple[str, ...]) -> None:
    assert stage.in_stage(READINGS, unlikely) == READINGS


def test_a_star_stands_for_a_whole_group_and_for_no_more() -> None:
    assert not stage.fits("ship.eta", ("ship.*",))
    assert stage.fits("shipping.eta", ("ship.*",))


def test_one_reading_that_does_not_fit_is_still_the_only_one() -> None:
    assert stage.in_stage(READINGS[:1], ("ship.urge_send",)) == READINGS[:1]


def test_the_same_words_are_answered_by_the_stage_of_the_order(content: LiveContent) -> None:
    knowledge = content.knowledge
    understood = replace(knowledge.understand("还没到"), matches=READINGS)
    paid = answer.answer(knowledge, turn(now=MORNING, stage=Stage.PAID), understood)
    shipped = answer.answer(knowledge, turn(now=MORNING, stage=Stage.SHIPPED), understood)
    assert (paid.decision.intent, shipped.decision.intent) == ("ship.urge_send", "ship.stalled")
    assert shipped.decision.situation.startswith("dialogues/stalled/")
