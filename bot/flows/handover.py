"""The stories of a shift's end: the hand-over sheet of an agent, and all that the agent holds given on at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core.case_kinds import CaseKind
from bot.core.cases import ALIVE
from bot.core.desk import Row
from bot.errors import InvalidField
from bot.flows import case_views, desk, transfers
from bot.flows import desk_views as views
from bot.flows.case_shapes import CaseLine
from bot.flows.desk import Actor
from bot.flows.desk_views import Ears
from bot.store import conversations, notes, promises, sends, supervisions
from bot.store.cases import Wanted
from bot.store.notes import Note
from bot.store.promises import Promise
from bot.store.sends import Send
from bot.store.supervisions import Supervision

#: Newest notes of a conversation and most cases on the sheet; our defaults.
_NOTES, _CASES = 3, 200


@dataclass(frozen=True, slots=True)
class Held:
    """One conversation as whoever goes on with it needs it (SR-162)."""

    row: Row
    promises: Sequence[Promise]  #: that somebody still has to see to, the soonest due first
    notes: Sequence[Note]  #: the newest first
    whispers: Sequence[Supervision] = ()  #: what leads said and ordered there, the oldest first


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an agent leaves behind at the end of a shift (SR-165)."""

    agent: str
    now: datetime
    conversations: Sequence[Held]  #: who waits longest first
    cases: Sequence[CaseLine]  #: the agent's own that go on, the next clock first


@dataclass(frozen=True, slots=True)
class Handing:
    """What is given on, to whom, and why."""

    conversations: tuple[str, ...] | None  #: None: all that the agent holds
    to: str  #: a group; "" leaves each in its own
    reason: str

    @property
    def digest(self) -> str:
        """By which a repeated request is told from another one."""
        return hashlib.sha256(json.dumps(["handover", *astuple(self)]).encode()).hexdigest()


def sheet(
    tx: sa.Connection, shop: str, agent: str, ears: Ears, kinds: Mapping[str, CaseKind], now: datetime
) -> Sheet:
    """Every conversation that the agent holds, with its promises, deadline and notes, and the agent's open cases."""
    ids = conversations.held_by(tx, shop, agent)
    promised: dict[str, list[Promise]] = {id_: [] for id_ in ids}
    for promise in promises.standing_of(tx, shop, ids):
        promised[promise.conversation].append(promise)
    noted = notes.newest_of(tx, shop, ids, _NOTES)
    rows = sorted(views.rows(tx, shop, ids, ears).values(), key=lambda row: (row.waiting_since or now, row.id))
    own, _ = case_views.page(tx, kinds, shop, Wanted(states=ALIVE, owner=agent), now, limit=_CASES)
    told = supervisions.told(tx, shop, ids, _NOTES)
    held = [Held(row, promised[row.id], noted[row.id], told[row.id]) for row in rows]
    return Sheet(agent, now, held, own)


def hand_over(tx: sa.Connection, handing: Handing, key: str, actor: Actor) -> Sequence[str]:
    """Give conversations to the queue with the reason as a note: all of them, or none. Returns their ids; the same
    request again under the same key changes nothing and returns the same. Conflict when the actor does not hold one of
    them any more, NotFound for one that is not there, InvalidField for another request under the key."""
    first = sends.find(tx, actor.shop, actor.name, key)
    if first is not None:
        if first.digest != handing.digest:
            raise _other_request()
        return first.message.split()
    held = conversations.held_by(tx, actor.shop, actor.name)
    wanted = held if handing.conversations is None else list(dict.fromkeys(handing.conversations))
    wanted.sort(key=lambda id_: held.index(id_) if id_ in held else -1)
    for conversation in wanted:
        _give(tx, conversation, handing, actor)
    if not sends.keep(tx, actor.shop, actor.name, key, Send(handing.digest, " ".join(wanted)), actor.now):
        raise _other_request()
    return wanted


def _give(tx: sa.Connection, conversation: str, handing: Handing, actor: Actor) -> None:
    if handing.to:
        transfers.offer(tx, conversation, actor, handing.to, handing.reason)
    else:
        desk.release(tx, conversation, actor)
        notes.add(tx, actor.shop, conversation, actor.name, f"交班：{handing.reason}", "", actor.now)


def _other_request() -> InvalidField:
    return InvalidField("Idempotency-Key: 这个键已用于另一次操作，请换一个新的", field="Idempotency-Key")
