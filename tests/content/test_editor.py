"""An editor that follows the schemas accepts what kefu accepts, and marks what is wrong in form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from bot.cli.main import kefu
from bot.content import editor, load
from bot.content.editor import FORMS, Form
from bot.settings import ROOT
from tests.content.mini import MiniTree

FILES = [pytest.param(path, form, id=str(path.relative_to(ROOT))) for path, form in editor.forms_of(ROOT)]
SENT, PHRASES, CASES = (f"{folder}/ship/when_sent.yaml" for folder in ("intents", "phrases", "tests/cases"))


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2: `no` and 12:30 are texts, 12345 is a number."""


AsEditorsRead.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.rpartition(":")[2] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(path: Path, form: Form) -> list[str]:
    data: Any = yaml.load(path.read_text("utf-8-sig"), AsEditorsRead)
    return [error.message for error in Draft202012Validator(form.schema).iter_errors(data)]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_schema_is_a_schema(form: Form) -> None:
    Draft202012Validator.check_schema(form.schema)


@pytest.mark.parametrize(("path", "form"), FILES)
def test_the_projects_own_files_fit_their_schemas(path: Path, form: Form) -> None:
    assert faults(path, form) == []


def test_every_file_that_is_loaded_has_a_schema() -> None:
    known = {path for path, _ in editor.forms_of(ROOT)} | {ROOT / "tests/cases/_known_failures.yaml"}
    written = {path for folder in load.ALL_FOLDERS for path in (ROOT / folder).rglob("*.yaml")}
    assert {path for path in written if path.parent.name != "_addresses"} == known  # a table of the developers' own


BROKEN = [
    (SENT, "mode: auto", "mode: loud"), (SENT, "mode: auto\n", ""), (SENT, "priority: normal", "prioritaet: normal"),
    (SENT, "title: 什么时候发货", "title: 什么时候能把我买的东西发货"),
    (SENT, "risk.complaint: [再不发货就投诉]", "- 投诉"),
    (PHRASES, "repeated:", "again:"), (PHRASES, "default:", "upset:"), (PHRASES, "  - 订单按付款", "  - 订单: 按付款"),
    (CASES, "outcome: replied", "outcome: maybe"), (CASES, "  reply: default\n", ""),
    ("phrases/_shop.yaml", "name: 小满生活馆", "name: [小满生活馆]"),
    ("phrases/_shop.yaml", "name: 小满生活馆", "name: 小满生活馆\nwithout: 没有"),
    ("intents/_shared.yaml", "words: [发货, 单号]", "wrods: [发货, 单号]"),
    ("phrases/_style.yaml", "title: 称呼客户用“您”", "titel: 称呼客户用“您”"),
]


@pytest.mark.parametrize(("name", "old", "new"), BROKEN)
def test_what_is_wrong_in_form_is_marked(mini: MiniTree, name: str, old: str, new: str) -> None:
    forms = {path.relative_to(mini.root).as_posix(): form for path, form in editor.forms_of(mini.root)}
    assert faults(mini.root / name, forms[name]) == []
    mini.change(name, old, new)
    assert faults(mini.root / name, forms[name])


def test_every_key_is_explained_in_the_trainers_language() -> None:
    for form in FORMS:
        for key, schema in _keys(form.schema):
            assert any("一" <= letter <= "鿿" for letter in schema["description"]), (form.name, key)


def _keys(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a form that is named, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for one in inner:
        yield from _keys(one)


def test_the_command_links_files_once_and_changes_nothing_about_what_they_mean(
    mini: MiniTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_CONTENT_DIR", str(mini.root))
    before = load.read(mini.root)
    first, again = (CliRunner().invoke(kefu, ["schema", str(mini.root / "schemas"), "--link"]) for _ in range(2))
    assert "11 个文件" in first.output
    assert "0 个文件" in again.output
    link = mini.text(SENT).splitlines()[0]
    assert link == "# yaml-language-server: $schema=../../schemas/intent.schema.json"
    assert (mini.root / "intents/ship" / link.partition("=")[2]).resolve().exists()
    after = load.read(mini.root)
    assert (after.intents.keys(), after.phrases, after.shops) == (before.intents.keys(), before.phrases, before.shops)
    assert not after.findings
