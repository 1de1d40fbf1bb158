"""A lead among the agents at their desks: takes over, gives away and whispers, in any order with all else."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.flows import supervision
from tests.flows.conversation_machine import agents
from tests.flows.desk_machine import DeskMachine

LEAD = "张姐"


class SupervisedMachine(DeskMachine):
    """Knows whom a lead has given the conversation to; the lead is one of the agents, or looks on."""

    @precondition(lambda self: self.count > 0)
    @rule(agent=agents, aware=st.booleans(), meanwhile=st.booleans())
    def lead_takes_over(self, agent: str, aware: bool, meanwhile: bool) -> None:
        """From whoever has it, if the lead knows who that is; the customer may just have written on."""
        if meanwhile:
            self.customer_writes(["你好"])
        seen = self.owner if aware else LEAD
        carried_out = aware and agent != self.owner
        assert self.scene.act(supervision.take_over, agent, seen, "换人") == carried_out, "an order on an old look"
        if carried_out:
            self._taken_over(agent)

    @precondition(lambda self: self.count > 0)
    @rule()
    def lead_whispers(self) -> None:
        """Nothing of it is a message, or on its way to anybody."""
        before = self.scene.look()
        assert self.scene.act(supervision.whisper, LEAD, "先道歉")
        assert self.scene.look() == before, "a whisper changed the conversation"
