"""The documents tell the truth: every setting, command, status, refusal and metric stands in the README."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot import metrics
from bot.cli.main import kefu
from bot.core.model import MessageType, Status
from bot.errors import RequestError
from bot.settings import ROOT, Settings

README = (ROOT / "README.md").read_text("utf-8")


def _section(title: str) -> str:
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None, f"README.md has no section “{title}”"
    return found.group(1)


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_stands_in_the_table_with_its_default(field: object) -> None:
    name = getattr(field, "name")  # noqa: B009 — dataclasses.Field is generic in its default
    row = next((line for line in _section("Configuration").splitlines() if f"`KEFU_{name.upper()}`" in line), None)
    assert row is not None
    default = getattr(Settings(), name)
    if isinstance(default, bool):
        assert f"`{str(default).lower()}`" in row
    elif isinstance(default, int | float):
        assert f"`{default:g}`" in row
    elif default and not (isinstance(default, Path) and default.is_absolute()):
        assert f"`{default}`" in row


def test_the_table_names_no_setting_that_is_not_read() -> None:
    known = {f"KEFU_{field.name.upper()}" for field in fields(Settings)}
    assert set(re.findall(r"`(KEFU_\w+)`", _section("Configuration"))) - {"KEFU_"} == known


def _verbs() -> dict[str, click.Command]:
    context = click.Context(kefu)
    return {name: command for name in kefu.list_commands(context) if (command := kefu.get_command(context, name))}


@pytest.mark.parametrize("name", _verbs())
def test_every_command_is_explained(name: str) -> None:
    assert f"`kefu {name}" in _section("Commands")


@pytest.mark.parametrize(
    ("name", "group"), [(name, group) for name, group in _verbs().items() if isinstance(group, click.Group)]
)
def test_every_verb_of_a_group_is_named(name: str, group: click.Group) -> None:
    row = next(line for line in _section("Commands").splitlines() if f"`kefu {name} " in line)
    assert set(group.commands) <= set(re.findall(r"[a-z]+", row))


@pytest.mark.parametrize("status", Status)
def test_every_status_is_explained(status: Status) -> None:
    assert f"| `{status.value}` |" in _section("The webhook")


@pytest.mark.parametrize("kind", [kind for kind in MessageType if kind is not MessageType.UNKNOWN])
def test_every_message_type_is_named(kind: MessageType) -> None:
    assert f"`{kind.value}`" in _section("The webhook")


@pytest.mark.parametrize("refusal", RequestError.__subclasses__(), ids=lambda error: error.__name__)
def test_every_refusal_is_listed(refusal: type[RequestError]) -> None:
    assert str(refusal.status) in README


def test_every_metric_is_explained() -> None:
    for metric in metrics.registry.collect():
        assert metric.name in README, f"{metric.name} is not explained in README.md"


def test_every_linked_document_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), f"README.md links to {target}, which is not there"
