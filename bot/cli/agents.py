"""Accounts of the people who work in a shop, from the terminal: add, list, password, disable, role, skills."""

from __future__ import annotations

from datetime import datetime

import click
from rich.table import Table
from rich.text import Text

from bot import wiring
from bot.cli import screen, session
from bot.core.accounts import CAPACITY, Group, Role, is_name, password_fault
from bot.core.hours import SHOP_ZONE
from bot.errors import InvalidField
from bot.flows import agents as stories
from bot.store import agents
from bot.web.passwords import hash_password, new_password

_ROLES = {Role.AGENT: "客服", Role.TRAINER: "训练师", Role.LEAD: "组长", Role.ADMIN: "管理员"}
_GROUPS = {Group.PRESALE: "售前", Group.SALE: "售中", Group.AFTERSALE: "售后", Group.SENIOR: "资深"}


def _parted(_: click.Context, __: click.Parameter, value: str) -> tuple[str, str]:
    """Shop and name of shop/name, as tools sign in with it."""
    shop, _slash, name = value.partition("/")
    if not is_name(shop) or not is_name(name):
        raise InvalidField(f"“{value}”不是账号：请写成 店铺/名字，如 demo/小美；名字最多 40 个字，不含空格、/ 和 :")
    return shop, name


_account = click.argument("account", callback=_parted)
_ask = click.option("--ask", is_flag=True, help="在提示下输入两次密码；不加则自动生成并显示一次。")
_role_choice = click.Choice([role.value for role in Role])


@click.group(help="管理客服账号（登录工作台和接口用）。")
def agent() -> None:
    """Account verbs."""


@agent.command("add", help="新增账号 ACCOUNT（店铺/名字，如 demo/小美）。")
@_account
@click.option("--role", type=_role_choice, default=Role.AGENT.value, show_default=True, help="权限。")
@click.option("--display", default="", help="显示的姓名，默认同账号名。")
@click.option("--group", "groups", type=click.Choice([group.value for group in Group]), multiple=True, help="技能组。")
@click.option("--capacity", type=click.IntRange(1, 100), default=CAPACITY, show_default=True, help="同时接待几人。")
@_ask
def add(account: tuple[str, str], role: str, display: str, groups: tuple[str, ...], capacity: int, ask: bool) -> None:
    """Add an account."""
    shop, name = account
    password = _password(name, ask)
    hashed = hash_password(password)
    with session.store() as store:
        store.submit(
            lambda tx: stories.add(
                tx, shop, name, Role(role), hashed, wiring.now(),
                display_name=display, groups=[Group(group) for group in groups], capacity=capacity,
            )
        ).result()
    click.echo(f"账号 {shop}/{name}（{_ROLES[Role(role)]}）已新增")
    _tell(password, ask)


@agent.command("list", help="列出店铺的全部账号。")
@click.option("--shop", default="demo", show_default=True, help="店铺。")
def list_(shop: str) -> None:
    """List accounts."""
    with session.store() as store:
        found = store.read(lambda tx: agents.listed(tx, shop)).result()
    table = Table("账号", "姓名", "权限", "技能组", "同时接待", "改密码", "状态")
    for one in found:
        table.add_row(
            Text(f"{one.shop}/{one.name}"), Text(one.display_name or one.name), _ROLES[one.role],
            "、".join(_GROUPS[group] for group in one.groups) or "—", str(one.capacity), _day(one.password_changed_at),
            f"{_day(one.disabled_at)} 停用" if one.disabled_at else "可用",
        )
    screen.console().print(table)


@agent.command("password", help="为账号 ACCOUNT 换密码；该账号的登录全部退出。")
@_account
@_ask
def password(account: tuple[str, str], ask: bool) -> None:
    """Give an account a new password."""
    shop, name = account
    new = _password(name, ask)
    hashed = hash_password(new)
    with session.store() as store:
        store.submit(lambda tx: stories.set_password(tx, shop, name, hashed, wiring.now())).result()
    click.echo(f"账号 {shop}/{name} 的密码已更换")
    _tell(new, ask)


@agent.command("disable", help="停用账号 ACCOUNT；该账号的登录全部退出。")
@_account
def disable(account: tuple[str, str]) -> None:
    """Close an account."""
    shop, name = account
    with session.store() as store:
        store.submit(lambda tx: stories.disable(tx, shop, name, wiring.now())).result()
    click.echo(f"账号 {shop}/{name} 已停用")


@agent.command("enable", help="重新启用账号 ACCOUNT。")
@_account
def enable(account: tuple[str, str]) -> None:
    """Open an account again."""
    shop, name = account
    with session.store() as store:
        store.submit(lambda tx: stories.enable(tx, shop, name)).result()
    click.echo(f"账号 {shop}/{name} 已启用")


@agent.command("role", help="修改账号 ACCOUNT 的权限，下一次操作就生效。")
@_account
@click.argument("role", type=_role_choice)
def role(account: tuple[str, str], role: str) -> None:
    """Let an account do more or less."""
    shop, name = account
    with session.store() as store:
        store.submit(lambda tx: stories.set_role(tx, shop, name, Role(role), wiring.now())).result()
    click.echo(f"账号 {shop}/{name} 现在是{_ROLES[Role(role)]}")


@agent.command("skills", help="修改账号 ACCOUNT 的技能组和同时接待几人；排队的客户马上按新的分配。")
@_account
@click.option("--group", "groups", type=click.Choice([group.value for group in Group]), multiple=True, help="技能组。")
@click.option("--any", "any_group", is_flag=True, help="去掉全部技能组：除资深外都接待。")
@click.option("--capacity", type=click.IntRange(1, 100), default=None, help="同时接待几人。")
def skills(account: tuple[str, str], groups: tuple[str, ...], any_group: bool, capacity: int | None) -> None:
    """Change what an account takes, and how much."""
    shop, name = account
    wanted = [Group(group) for group in groups] if groups or any_group else None
    with session.store() as store:
        changed = store.submit(
            lambda tx: stories.set_skills(tx, shop, name, wanted, capacity, wiring.now())
        ).result()
    named = "、".join(_GROUPS[group] for group in changed.groups) or "不限"
    click.echo(f"账号 {shop}/{name} 接待 {named}，同时 {changed.capacity} 人")


def _password(name: str, ask: bool) -> str:
    """A new password: made up, or asked for twice; never an argument, which every process list would show."""
    if not ask:
        return new_password()
    typed: str = click.prompt("新密码", hide_input=True, confirmation_prompt="再输一次")
    if fault := password_fault(typed, name):
        raise InvalidField(fault)
    return typed


def _tell(password: str, asked: bool) -> None:
    if not asked:
        click.echo(f"密码 {password}   （只显示这一次，请记下）")


def _day(moment: datetime | None) -> str:
    return "—" if moment is None else f"{moment.astimezone(SHOP_ZONE):%Y-%m-%d}"
