"""How somebody signs in, stays signed in and leaves; one transaction each, passwords are compared in between."""

from __future__ import annotations

import hashlib
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import accounts
from bot.errors import TooMany, Unauthorized
from bot.store import agents, sessions
from bot.store.agents import Agent
from bot.store.sessions import Attempt, Session

#: How exact `seen_at` is kept: a write for every request would cost more than the request (our default).
_TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session and what its browser is given; the token is stored nowhere."""

    session: Session
    token: str


def claimed(tx: sa.Connection, attempt: Attempt, now: datetime) -> tuple[Agent | None, int]:
    """The account that somebody claims to be, if it may sign in, and how many wrong passwords came before.
    TooMany while the next try must wait, whether there is such an account or not."""
    failures, last = sessions.failures(tx, attempt, now)
    if wait := accounts.wait(failures, last, now):
        seconds = math.ceil(wait.total_seconds())
        raise TooMany(f"密码错误次数过多，请 {seconds} 秒后再试", seconds=seconds)
    found = agents.find(tx, attempt.shop, attempt.agent)
    return (None if found is None or found.disabled_at is not None else found), failures


def open_session(tx: sa.Connection, agent: Agent, attempt: Attempt, now: datetime) -> Opened:
    """Sign in the account whose password was right. Unauthorized when it was changed or closed in the meantime."""
    today = agents.find(tx, agent.shop, agent.name)
    if today is None or today.disabled_at is not None or today.password_hash != agent.password_hash:
        raise Unauthorized
    sessions.forget_failures(tx, attempt)
    token = secrets.token_urlsafe(32)
    opened = Session(agent.shop, digest(token), agent.name, secrets.token_urlsafe(32), attempt.address, now, now)
    sessions.add(tx, opened)
    return Opened(opened, token)


def resume(tx: sa.Connection, token: str, now: datetime) -> tuple[Session, Agent] | None:
    """The session of a browser's token with its account as it is now; None when it has ended."""
    session = sessions.find(tx, digest(token))
    if session is None or accounts.session_ended(session.created_at, session.seen_at, now):
        return None
    agent = agents.find(tx, session.shop, session.agent)
    return None if agent is None or agent.disabled_at is not None else (session, agent)


def needs_touch(session: Session, now: datetime) -> bool:
    """Whether it is time to note that the session is in use."""
    return now - session.seen_at >= _TOUCH_EVERY


def change_password(tx: sa.Connection, agent: Agent, attempt: Attempt, password_hash: str, now: datetime) -> Opened:
    """Give the account whose present password was right a new one; every session ends, a new one begins."""
    agents.set_password(tx, agent.shop, agent.name, password_hash, now)
    sessions.end_all(tx, agent.shop, agent.name)
    changed = agents.find(tx, agent.shop, agent.name)
    if changed is None:
        raise Unauthorized
    return open_session(tx, changed, attempt, now)


def digest(token: str) -> str:
    """How a token is stored: it has 256 random bits, so a plain SHA-256 cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
