"""`kefu check`: everything wrong with the trainers' files, for a person, a program or a pull request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from bot import settings
from bot.content import check as lint
from bot.content import load
from bot.content.reader import Finding
from bot.content.rules import RULES, explained
from bot.trainer import rivals

_FIELDS = ("path", "line", "rule", "message", "severity")


@click.command(help="检查 intents/、phrases/ 和 tests/cases/，逐条指出文件和行号。")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--deep", is_flag=True, help="另外找出更像别的意图的例句（约半分钟），列出最突出的 20 句。")
@click.option("--rules", is_flag=True, help="只列出全部规则和说明。")
def check(form: str, deep: bool, rules: bool) -> None:
    """Lint the content; exit code 1 when there is an error."""
    if rules:
        _show_rules()
        return
    configured = settings.read()
    content = load.read(configured.content_dir)
    findings, knowledge = lint.prove(content, configured.cache_dir, datetime.now(UTC))
    if deep and knowledge is not None:
        findings = sorted([*findings, *rivals.find(content, knowledge.learned.temperature)])
    _SHOW[form](findings)
    if any(finding.severity == "error" for finding in findings):
        sys.exit(1)


def _show_rules() -> None:
    table = Table("规则", "说明")
    for rule, about in RULES.items():
        table.add_row(rule, about)
    Console().print(table)


def _as_text(findings: Sequence[Finding]) -> None:
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    click.echo(f"{errors} 处错误，{len(findings) - errors} 处提醒" if findings else "没有问题", err=bool(errors))


def _as_json(findings: Sequence[Finding]) -> None:
    found = [{**{field: getattr(one, field) for field in _FIELDS}, "about": explained(one.rule)} for one in findings]
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


def _as_github(findings: Sequence[Finding]) -> None:
    """Annotations of a pull request: docs.github.com, “Workflow commands for GitHub Actions”."""
    for finding in findings:
        where = f"file={_property(finding.path)},line={finding.line},title={_property(finding.rule)}"
        click.echo(f"::{finding.severity} {where}::{_data(finding.message)}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_SHOW: Mapping[str, Callable[[Sequence[Finding]], None]] = {
    "text": _as_text, "json": _as_json, "github": _as_github,
}  # fmt: skip
