"""What roles may do, what a password must be, and how guessing is slowed without ever locking anybody out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.accounts import IDLE, LIFETIME, LONGEST_WAIT, Role, is_name, password_fault, session_ended, wait

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_each_role_may_do_what_the_lesser_ones_may() -> None:
    order = [Role.AGENT, Role.TRAINER, Role.LEAD, Role.ADMIN]
    for rank, role in enumerate(order):
        assert [role.at_least(other) for other in order] == [n <= rank for n in range(4)]


@pytest.mark.parametrize("password", ["correct horse", "小店的钥匙在花盆下", "x7" * 64, "Kefu-2026-双十一"])
def test_a_good_password_is_taken(password: str) -> None:
    assert password_fault(password, "小美") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short77", "8 到 128"), ("x7" * 64 + "x", "8 到 128"), ("", "8 到 128"), (" " * 10, "空格"),
        ("abcd\0efgh", "控制字符"), ("12345678", "太常见"), ("PassWord", "太常见"), ("woaini1314", "太常见"),
        ("zzzzzzzzzz", "太常见"), ("xiaomei1", "账号名"), ("XiaoMei2026", "账号名"), ("xiaomeixiaomei", "账号名"),
    ],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_with_advice(password: str, why: str) -> None:
    fault = password_fault(password, "xiaomei")
    assert fault is not None
    assert why in fault


def test_a_name_has_no_signs_that_part_it_from_shop_and_password() -> None:
    assert all(map(is_name, ["小美", "admin", "a.b-c_d", "客" * 40]))
    assert not any(map(is_name, ["", "a b", "a/b", "a:b", "a\0b", "a\nb", "　", "客" * 41]))


def test_five_failures_are_free_and_each_further_one_doubles_the_wait() -> None:
    waits = [wait(count, NOW, NOW) for count in range(12)]
    assert waits[:5] == [timedelta(0)] * 5
    assert waits[5:10] == [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert waits[10:] == [LONGEST_WAIT] * 2
    assert wait(100_000, NOW, NOW) == LONGEST_WAIT, "it never locks for good"


def test_a_wait_passes() -> None:
    assert wait(5, NOW, NOW + 20 * SECOND) == 10 * SECOND
    assert wait(5, NOW, NOW + 30 * SECOND) == timedelta(0)
    assert wait(5, NOW, NOW + timedelta(days=1)) == timedelta(0)
    assert wait(0, None, NOW) == timedelta(0)


def test_a_session_ends_when_it_is_quiet_and_when_it_is_old() -> None:
    assert not session_ended(NOW, NOW, NOW + IDLE - SECOND)
    assert session_ended(NOW, NOW, NOW + IDLE)
    busy = NOW + LIFETIME - MINUTE
    assert not session_ended(NOW, busy, NOW + LIFETIME - SECOND)
    assert session_ended(NOW, busy, NOW + LIFETIME)
