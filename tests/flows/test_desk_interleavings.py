"""The agents' desk keeps its promises in every interleaving of customer, bot, two agents and crashes (bars 20 to 25):
2,000 by `make interleavings`, 200 in the ordinary tests. And the model notices the mistakes that it is there for."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.flows.broken_desks import MISTAKES
from tests.flows.broken_stories import Mistake
from tests.flows.desk_machine import DeskMachine
from tests.flows.desk_supervised import SupervisedMachine
from tests.flows.one_conversation import Overheard
from tests.flows.one_desk import OneDesk

THOROUGH = bool(os.environ.get("KEFU_TEST_THOROUGH"))
CALM = settings(
    max_examples=1000 if THOROUGH else 100, stateful_step_count=7, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
)  # fmt: skip
HUNT = settings(CALM, max_examples=1000, phases=(Phase.generate,), report_multiple_bugs=False)


@pytest.mark.parametrize("mode", ["callback", "response"])
def test_the_desk_keeps_its_promises_in_every_order_of_events(disk: sa.Engine, overheard: Overheard, mode: str) -> None:
    """On each kind of channel."""
    _play(disk, overheard, mode, CALM)


def test_a_lead_among_them_breaks_no_promise(disk: sa.Engine, overheard: Overheard) -> None:
    """Who had the customer can send nothing more, and the bot stays silent, whenever the lead takes over."""
    _play(disk, overheard, "callback", CALM, SupervisedMachine)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_model_notices_a_mistake_at_the_desk(
    disk: sa.Engine, overheard: Overheard, monkeypatch: pytest.MonkeyPatch, mistake: Mistake
) -> None:
    """A story that breaks a promise is found, and for that reason."""
    mistake.make(monkeypatch)
    with pytest.raises(AssertionError, match=mistake.shows):
        _play(disk, overheard, mistake.mode, HUNT)


def _play(
    disk: sa.Engine, overheard: Overheard, mode: str, how: settings, played: type[DeskMachine] = DeskMachine
) -> None:
    def fresh() -> RuleBasedStateMachine:
        return played(OneDesk(disk, overheard, mode))

    run_state_machine_as_test(fresh, settings=how)  # type: ignore[arg-type]  # it calls whatever makes one
