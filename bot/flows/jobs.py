"""Which story a due job tells: the table of kinds, and what each may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core.attendance import Timing
from bot.core.knowledge import Knowledge
from bot.core.plans import Start
from bot.core.shop import Shop
from bot.flows import (
    assignment,
    attendance,
    case_work,
    cases,
    csat,
    deadlines,
    outbound,
    proactive,
    promises,
    readdress,
    tickets,
    transfers,
    turns,
    unanswered,
    unconfirmed,
    unsaid,
    wishes,
)
from bot.store import channels, events, jobs, marks, messages, sends, sessions
from bot.store.jobs import Job

#: Delivery ids are remembered this long (bar 4: a sender may retry for 75 hours).
IDS_KEPT = timedelta(days=7)
#: A desk that was away for longer loads everything anew; our default.
EVENTS_KEPT = timedelta(hours=24)
#: Jobs that ended are kept this long for looking into.
JOBS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Setting:
    """What timers need beside their job."""

    knowledge: Knowledge
    silence: timedelta
    timing: Timing = field(default_factory=Timing)

    def facts(self, job: Job) -> Shop:
        """What is known of the job's shop."""
        return self.knowledge.shop(job.shop)


Timer = Callable[[sa.Connection, Setting, Job, datetime], datetime | None]


def _turn(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    channel = channels.find(tx, str(job.payload["channel"]), now)
    if channel is None:
        return None
    return turns.take_due_turn(tx, setting.knowledge, channel, str(job.payload["conversation"]), now)


def _handback(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    facts = setting.facts(job)
    return tickets.hand_back(tx, job.shop, str(job.payload["conversation"]), now, setting.silence, facts)


def _deadline(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    return deadlines.look(tx, job.shop, str(job.payload["ticket"]), setting.facts(job), now, setting.timing)


def _assign(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    assignment.give_out(tx, job.shop, setting.facts(job), now, setting.silence, setting.timing)
    return None


def _absent(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    again = bool(job.payload.get("again"))
    agent, facts = str(job.payload["agent"]), setting.facts(job)
    return attendance.look(tx, job.shop, agent, facts, now, setting.timing, again=again)


def _offer(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    transfers.lapse(tx, job.shop, str(job.payload["conversation"]), str(job.payload["transfer"]), now)
    return None


def _unanswered(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    unanswered.ask_a_human(tx, setting.knowledge, job.shop, str(job.payload["conversation"]), now)
    return None


def _promise(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    return promises.look(tx, job.shop, str(job.payload["promise"]), now)


def _csat(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    return csat.ask(tx, setting.knowledge, job.shop, csat.Plan(**job.payload), now)


def _case(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    return case_work.ring(tx, setting.knowledge.case_kinds, job.shop, str(job.payload["case"]), now)


def _order_cases(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    return cases.look_at_order(tx, setting.knowledge.case_kinds, job.shop, str(job.payload["order"]), now)


def _proactive(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    plan, order = str(job.payload["plan"]), str(job.payload["order"])
    return proactive.speak_first(tx, setting.knowledge, job.shop, plan, order, now, Start.of(job.payload))


def _readdress(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    readdress.look(tx, setting.knowledge, job.shop, str(job.payload["order"]), now)
    return None


def _unconfirmed(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> datetime | None:
    plan, order = str(job.payload["plan"]), str(job.payload["order"])
    unconfirmed.look(tx, setting.knowledge, job.shop, plan, order, now)
    return None


#: kind → story; a time returned means "look again then". Sends are not here: they leave the transaction.
TIMERS: Mapping[str, Timer] = {
    "turn": _turn, "handback": _handback, "deadline": _deadline, "unanswered": _unanswered, "assign": _assign,
    "absent": _absent, "offer": _offer, promises.JOB: _promise, "csat": _csat, "case": _case,
    "order_cases": _order_cases, unsaid.KIND: _proactive, wishes.KIND: _readdress, unconfirmed.KIND: _unconfirmed,
}  # fmt: skip


#: The kind of timers whose stories say something of the shop's own accord, and lock one conversation each: they run
#: together, and only while what they say can leave.
SPEAKING = unsaid.KIND


def run_timer(tx: sa.Connection, setting: Setting, job: Job, now: datetime) -> str:
    """Tell a timer's story and end or snooze its job, all in one transaction. Returns the job's new state."""
    if not jobs.holds(tx, job):
        return "lost"
    story = TIMERS.get(job.kind)
    if story is None:
        jobs.finish(tx, job, "failed", now, f"unknown kind {job.kind}")
        return "failed"
    if (until := story(tx, setting, job, now)) is not None:
        jobs.again(tx, job, until, counts=False)
        return "waiting"
    jobs.finish(tx, job, "done", now)
    return "done"


def rescue(tx: sa.Connection, setting: Setting, now: datetime, workers: tuple[str, ...] | None = None) -> int:
    """Take back the jobs of workers that died (see store.jobs.orphans). Returns how many."""
    found = jobs.orphans(tx, now, workers)
    for job in found:
        if job.kind == "send":
            outbound.rescue(tx, job, setting.facts(job), now)
        else:
            jobs.again(tx, job, now, "the worker died")  # counts, so that a worker held up so long cannot finish it
    return len(found)


def clean(tx: sa.Connection, now: datetime) -> None:
    """Forget what need not be kept: old delivery ids, jobs and sessions that ended."""
    messages.forget_older_than(tx, now - IDS_KEPT)
    sends.prune(tx, now - IDS_KEPT)
    events.prune(tx, now - EVENTS_KEPT)
    jobs.prune(tx, now - JOBS_KEPT)
    sessions.prune(tx, now)
    marks.prune(tx, now)
