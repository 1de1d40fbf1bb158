"""`kefu agent`: accounts from the terminal, passwords shown once or asked for twice."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import argon2
import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.errors import KefuError


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop in a data folder that every command uses."""
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path))
    assert run("shop", "add", "demo").exit_code == 0
    return tmp_path


def run(*arguments: str, typed: str | None = None) -> Result:
    """One kefu command."""
    return CliRunner().invoke(kefu, arguments, input=typed)


def shown(output: str) -> str:
    """The password that was printed."""
    [password] = re.findall(r"^密码 (\S+) ", output, re.MULTILINE)
    return str(password)


def stored(data: Path, column: str, name: str = "小美") -> str:
    """What the database holds of an account."""
    with closing(sqlite3.connect(data / "kefu.db")) as connection:
        return str(connection.execute(f"SELECT {column} FROM agents WHERE name = ?", (name,)).fetchone()[0])


def fits(data: Path, password: str) -> bool:
    """Whether one can sign in with it."""
    try:
        return argon2.PasswordHasher().verify(stored(data, "password_hash"), password)
    except argon2.exceptions.VerifyMismatchError:
        return False


def test_an_account_is_added_with_a_password_shown_once_and_listed_without(data: Path) -> None:
    options = ("--role", "lead", "--display", "美美", "--group", "presale", "--group", "senior", "--capacity", "5")
    password = shown(run("agent", "add", "demo/小美", *options).output)
    assert len(password) == 20
    assert fits(data, password)
    listed = run("agent", "list").output
    assert all(word in listed for word in ("demo/小美", "美美", "组长", "售前、资深", " 5 ", "可用"))
    assert password not in listed


def test_a_new_password_replaces_the_old_one(data: Path) -> None:
    old = shown(run("agent", "add", "demo/小美").output)
    new = shown(run("agent", "password", "demo/小美").output)
    assert [fits(data, old), fits(data, new)] == [False, True]


def test_a_chosen_password_is_asked_for_twice_and_not_shown(data: Path) -> None:
    output = run("agent", "add", "demo/小美", "--ask", typed="小店的钥匙在花盆下\n小店的钥匙在花盆下\n").output
    assert "花盆" not in output
    assert fits(data, "小店的钥匙在花盆下")


def test_a_password_that_is_guessed_first_is_refused_and_nothing_added(data: Path) -> None:
    refused = run("agent", "add", "demo/小美", "--ask", typed="12345678\n12345678\n").exception
    assert "太常见" in str(refused)
    assert "小美" not in run("agent", "list").output


def test_an_account_is_given_skills_and_room(data: Path) -> None:
    run("agent", "add", "demo/小美")
    given = run("agent", "skills", "demo/小美", "--group", "aftersale", "--group", "sale", "--capacity", "3")
    assert given.output == "账号 demo/小美 接待 售后、售中，同时 3 人\n"
    assert "售后、售中，同时 5 人" in run("agent", "skills", "demo/小美", "--capacity", "5").output
    assert run("agent", "skills", "demo/小美", "--any").output == "账号 demo/小美 接待 不限，同时 5 人\n"
    assert "没有账号" in str(run("agent", "skills", "demo/老王", "--any").exception)


def test_an_account_is_closed_opened_and_promoted(data: Path) -> None:
    run("agent", "add", "demo/小美")
    assert run("agent", "disable", "demo/小美").output == "账号 demo/小美 已停用\n"
    assert "停用" in run("agent", "list").output
    assert run("agent", "enable", "demo/小美").output == "账号 demo/小美 已启用\n"
    assert "停用" not in run("agent", "list").output
    assert run("agent", "role", "demo/小美", "admin").output == "账号 demo/小美 现在是管理员\n"
    assert stored(data, "role") == "admin"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("add", "小美"), "请写成 店铺/名字"),
        (("add", "demo/小 美"), "请写成 店铺/名字"),
        (("add", "none/小美"), "没有店铺 none"),
        (("add", "demo/阿强"), "已有账号"),
        (("password", "demo/小李"), "没有账号 demo/小李"),
        (("disable", "demo/小李"), "没有账号"),
        (("enable", "demo/小李"), "没有账号"),
        (("role", "demo/小李", "lead"), "没有账号"),
    ],
)
def test_a_refusal_says_what_to_do(command: tuple[str, ...], why: str) -> None:
    run("agent", "add", "demo/阿强")
    refused = run("agent", *command).exception
    assert isinstance(refused, KefuError)
    assert why in str(refused)
