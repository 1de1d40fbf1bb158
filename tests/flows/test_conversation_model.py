"""A conversation in every order of events keeps its promises, and the model notices when one is broken."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.flows.broken_stories import MISTAKES, Mistake
from tests.flows.conversation_machine import ConversationMachine
from tests.flows.one_conversation import OneConversation, Overheard

CALM = settings(
    max_examples=80, stateful_step_count=40, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
)
HUNT = settings(CALM, max_examples=300, phases=(Phase.generate,), report_multiple_bugs=False)


@pytest.mark.parametrize("mode", ["callback", "response"])
def test_a_conversation_keeps_its_promises_in_every_order_of_events(
    disk: sa.Engine, overheard: Overheard, mode: str
) -> None:
    """Customers, agents, platform, clock and crashes in any order."""
    _play(disk, overheard, mode, CALM)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_model_notices_a_mistake(
    disk: sa.Engine, overheard: Overheard, monkeypatch: pytest.MonkeyPatch, mistake: Mistake
) -> None:
    """A story that breaks a promise is found, and for that reason."""
    mistake.make(monkeypatch)
    with pytest.raises(AssertionError, match=mistake.shows):
        _play(disk, overheard, mistake.mode, HUNT)


def _play(disk: sa.Engine, overheard: Overheard, mode: str, how: settings) -> None:
    def fresh() -> RuleBasedStateMachine:
        return ConversationMachine(OneConversation(disk, overheard, mode))

    run_state_machine_as_test(fresh, settings=how)  # type: ignore[arg-type]  # it calls whatever makes one
