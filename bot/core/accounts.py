"""The rules about people who sign in: what roles may do, what a password must be, how guessing is slowed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do in a shop, from the least to the most; each may do what the ones before may."""

    AGENT = "agent"  #: talk to customers
    TRAINER = "trainer"  #: change what the bot says and understands
    LEAD = "lead"  #: run the team
    ADMIN = "admin"  #: manage accounts and channels

    def at_least(self, least: Role) -> bool:
        """Whether this role may do what `least` may."""
        ranks = tuple(Role)
        return ranks.index(self) >= ranks.index(least)


class Group(StrEnum):
    """A skill that a ticket may ask for."""

    PRESALE = "presale"
    SALE = "sale"
    AFTERSALE = "aftersale"
    SENIOR = "senior"


#: Conversations that one agent holds at once; our default.
CAPACITY = 8

#: A session ends after so much time without a request, and in any case at so great an age (reliability bar 52).
IDLE = timedelta(minutes=30)
LIFETIME = timedelta(hours=12)

#: Reliability bar 51: at least 8 characters; more than 64 must be allowed.
PASSWORD_LENGTHS = (8, 128)
#: What is tried first by anybody who guesses, in lower case; kept short, the slowed guessing does the rest.
_COMMON = """
12345678 123456789 1234567890 0123456789 12345678910 87654321 987654321 0987654321 11111111 111111111 00000000
22222222 66666666 88888888 888888888 99999999 12341234 11223344 112233445566 12344321 123123123 123321123 147258369
1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 qwertyui qwertyuiop qwer1234 qwerty123 asdfghjkl zxcvbnm123 asdf1234
abcd1234 abc12345 a1234567 a12345678 a123456789 aa123456 aa12345678 abc123456 woaini1314 woaini520 5201314520
iloveyou password password1 password123 passw0rd p@ssw0rd p@ssword admin123 admin888 admin1234 administrator
taobao123 kefu1234 kefu12345 kefu123456 welcome1 letmein123
"""
_TOO_COMMON = frozenset(_COMMON.split())

#: Wrong passwords in a row that cost nothing (reliability bar 51).
FREE_FAILURES = 5
#: The first wait; it doubles with each further failure up to the longest (our default, never a lasting lock).
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
#: Failures count together until none came for so long; twice the longest wait: who sits one out is no blank sheet.
FAILURES_KEPT = 2 * LONGEST_WAIT

_NAME = re.compile(r"[^\s/:\x00-\x1f\x7f]{1,40}")


def is_name(name: str) -> bool:
    """Whether an account may be called so: 1 to 40 characters, no blanks, and no / or : (they part shop, name and
    password where these are written in one)."""
    return _NAME.fullmatch(name) is not None


def password_fault(password: str, name: str) -> str | None:
    """What to mend in a password that somebody chose for the account `name`, in Chinese; None when it is good."""
    least, most = PASSWORD_LENGTHS
    plain = password.casefold()
    if not least <= len(password) <= most:
        return f"密码需要 {least} 到 {most} 个字符"
    if "\0" in password or not password.strip():
        return "密码不能全是空格，也不能有控制字符"
    if plain in _TOO_COMMON or len(set(plain)) == 1:
        return "这个密码太常见，容易被猜到，请换一个"
    if plain.replace(name.casefold(), "").strip("0123456789") == "":
        return "密码不能只是账号名加数字，请换一个"
    return None


def wait(failures: int, last: datetime | None, now: datetime) -> timedelta:
    """How long the next try must wait after so many wrong passwords in a row, the last at `last`; zero when it may
    come now."""
    over = failures - FREE_FAILURES
    if last is None or over < 0:
        return timedelta(0)
    doubled = FIRST_WAIT * (1 << min(over, 10))  # by then the longest wait is reached many times over
    return max(timedelta(0), last + min(doubled, LONGEST_WAIT) - now)


def session_ended(created: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session is too old, or was quiet for too long."""
    return now - created >= LIFETIME or now - seen >= IDLE
