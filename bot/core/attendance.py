"""The rules of being there: when an agent who is no longer heard of counts as gone, and what that agent loses when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["online", "busy", "away", "offline"]  #: away is 挂起 (SR-048)

#: The states in which an agent is there to be offered a conversation (SR-048, SR-163).
PRESENT: frozenset[State] = frozenset({"online", "busy"})
#: Pulses of a page within the time after which its agent counts as gone: two may be lost.
_PULSES = 3
#: A look at an agent that comes later than this was not made in time: kefu itself was away, and the agent's pulses may
#: have found nobody. Our default; a worker looks twice a second.
_LATE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long is waited for people. Reliability bar 26: what a lost agent holds is free within 60 seconds."""

    gone: timedelta = timedelta(seconds=45)  #: without a pulse: the customers who wait go back to the queue
    left: timedelta = timedelta(minutes=5)  #: without a pulse: the others, too; our default
    offer: timedelta = timedelta(minutes=2)  #: to accept a transfer; our default

    @property
    def pulse(self) -> timedelta:
        """How often a desk's page says that its agent is there."""
        return self.gone / _PULSES


def state_now(state: State, seen_at: datetime, now: datetime, timing: Timing) -> State:
    """The state that an agent is really in: who is not heard of is offline, whatever was said before."""
    return "offline" if now - seen_at >= timing.gone else state


def has_left(seen_at: datetime, acted_at: datetime | None, timing: Timing) -> bool:
    """Whether an offline agent, last heard of at `seen_at`, has left a conversation in which they last did something at
    `acted_at`. Who acted long after the desk fell silent works elsewhere (the platform's own client, a tool), where
    the 30 minutes of bar 21 count instead."""
    return acted_at is None or acted_at < seen_at + timing.gone


def looked_late(seen_at: datetime, now: datetime, timing: Timing) -> bool:
    """Whether the look that finds an agent gone comes so late that it proves nothing."""
    return now - seen_at > timing.gone + _LATE
