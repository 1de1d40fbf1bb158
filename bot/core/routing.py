"""Who gets which waiting customer: pure and deterministic, so that it can be read, tested and explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.accounts import Group, Role
from bot.core.attendance import State
from bot.core.model import Priority

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer in the queue. Times are aware."""

    ticket: str
    conversation: str
    group: str
    priority: Priority
    deadline: datetime  #: when an answer was promised
    opened_at: datetime
    last_agent: str = ""  #: who spoke with the customer last
    passed_by: frozenset[str] = frozenset()  #: agents who gave this very ticket away


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent who may be given customers."""

    name: str
    role: Role
    state: State
    groups: frozenset[str]  #: skills; none means all but senior
    held: int  #: conversations in hand
    capacity: int
    assigned_at: datetime | None = None  #: when kefu last gave them a customer


@dataclass(frozen=True, slots=True)
class Assignment:
    """One customer for one agent."""

    waiting: Waiting
    agent: str


def plan(queue: Iterable[Waiting], agents: Iterable[Candidate], now: datetime) -> list[Assignment]:
    """Who gets whom, the most pressing customer first: higher priority, then the earlier promise, then who came first.
    A customer for whom nobody is free does not hold up those behind."""
    free = {agent.name: agent for agent in agents}
    planned = []
    for waiting in sorted(queue, key=_pressing):
        chosen = choose(waiting, list(free.values()))
        if chosen is not None:
            planned.append(Assignment(waiting, chosen.name))
            free[chosen.name] = replace(chosen, held=chosen.held + 1, assigned_at=now)
    return planned


def choose(waiting: Waiting, agents: Sequence[Candidate]) -> Candidate | None:
    """Who the customer spoke with last, if free (SR-163: customers are not passed around); else the least busy, then
    who got a customer longest ago, then by name."""
    able = [agent for agent in agents if may_get(waiting, agent)]
    known = [agent for agent in able if agent.name == waiting.last_agent]
    return min(known or able, key=_busy, default=None)


def may_get(waiting: Waiting, agent: Candidate) -> bool:
    """Whether an agent can be given a customer: there and not busy (SR-048), with a place free and the skill, and not
    one who gave this customer away before."""
    skilled = is_skilled(waiting.group, agent.groups, agent.role)
    return has_room(agent) and skilled and agent.name not in waiting.passed_by


def has_room(agent: Candidate) -> bool:
    """Whether an agent can be given anybody at all."""
    return agent.state == "online" and agent.held < agent.capacity


def is_skilled(group: str, groups: frozenset[str], role: Role) -> bool:
    """Whether an agent takes tickets of a group. Hard cases (senior) are for those who have it among their groups and
    for leads and above: what a lead may do stands in the role, so there is no group for it."""
    if group == Group.SENIOR:
        return Group.SENIOR in groups or role.at_least(Role.LEAD)
    return not groups or group in groups


def _pressing(waiting: Waiting) -> tuple[int, datetime, datetime, str]:
    return -waiting.priority, waiting.deadline, waiting.opened_at, waiting.ticket


def _busy(agent: Candidate) -> tuple[float, datetime, str]:
    return agent.held / agent.capacity, agent.assigned_at or _NEVER, agent.name
