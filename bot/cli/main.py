"""Put the verbs together and turn kefu's errors into one clear line and exit code 1."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from types import MappingProxyType

import click

from bot.errors import KefuError

#: Verb → module of this folder whose function of the same name it is. A verb's module is imported when the verb is
#: used: all of them together, with the web framework and the database, cost `kefu check` more than its own work.
_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "serve": "serve", "worker": "serve", "migrate": "serve", "backup": "serve",
        "chat": "trainer", "parse": "trainer", "replay": "trainer",
        "check": "check", "talks": "talks", "evaluate": "evaluate", "robustness": "robustness",
        "coverage": "coverage", "render": "render", "schema": "schema",
        "reload": "content", "content": "content",
        "channel": "channels", "shop": "channels",
        "product": "products", "order": "orders", "address": "address",
        "queue": "queue", "quick": "quick", "agent": "agents",
        "promises": "promises", "case": "cases", "csat": "csat", "suggestions": "suggestions", "notes": "notes",
        "proactive": "proactive", "simulate": "simulate",
    }
)  # fmt: skip


class Verbs(click.Group):
    """The commands of the table above, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs."""
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None for a word that is no verb."""
        if cmd_name not in _VERBS:
            return None
        command = getattr(importlib.import_module(f"bot.cli.{_VERBS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kefu-bot", prog_name="kefu")
def kefu() -> None:
    """kefu（客服）：网店在线客服的智能助手。"""


def main() -> None:
    """Run the command line."""
    try:
        kefu()
    except KefuError as error:
        click.echo(f"kefu: {error}", err=True)
        sys.exit(1)
