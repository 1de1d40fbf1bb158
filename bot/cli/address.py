"""`kefu address`: show how a pasted or typed delivery address is read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from bot.content.divisions import divisions
from bot.core.address import house
from bot.core.address.change import TITLES, masked
from bot.core.address.model import PARTS, Address
from bot.core.address.parse import parse

_HOUSE = {"road": "路", "number": "门牌", "building": "楼栋", "room": "房间"}


@click.command(help="读出 TEXT 里的收货地址：省市区、街道、门牌、姓名、电话，还缺什么，有什么要问客户。")
@click.argument("text")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="json", show_default=True)
def address(text: str, form: str) -> None:
    """Read one text."""
    read = parse(text, divisions())
    click.echo(_lines(read) if form == "text" else json.dumps(_fields(read), ensure_ascii=False, indent=2))


def _fields(read: Address) -> dict[str, Any]:
    return asdict(read) | {"house": asdict(house.split(read.detail)), "masked": masked(read)}


def _lines(read: Address) -> str:
    parts = [f"{TITLES[part]}：{getattr(read, part)}" for part in PARTS if getattr(read, part)]
    inner = [f"{_HOUSE[name]} {value}" for name, value in asdict(house.split(read.detail)).items() if value]
    parts += [f"（{'，'.join(inner)}）"] if inner else []
    parts += [f"还缺：{'、'.join(read.missing)}"] if read.missing else []
    parts += [f"要问：{doubt.says}" for doubt in read.doubts]
    return "\n".join([*parts, f"给客户看：{masked(read)}"])
