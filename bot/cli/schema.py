"""`kefu schema`: what an editor needs to complete and check the trainers' files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from bot.cli import session
from bot.content import editor


@click.command(help="把内容文件的 JSON Schema 写到 DIR，编辑器据此补全和检查（VS Code 请装 YAML 扩展）。")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--link", is_flag=True, help="在每个内容文件的第一行写明用哪个 Schema。")
def schema(folder: Path, link: bool) -> None:
    """Write the schemas, and with `--link` the comment that names them into every content file."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in editor.FORMS:
        text = json.dumps(form.schema, ensure_ascii=False, indent=2) + "\n"
        _place(folder, form.name).write_text(text, "utf-8")
    click.echo(f"{len(editor.FORMS)} 个 Schema 已写到 {folder}")
    if link:
        _link(folder.resolve())


def _link(folder: Path) -> None:
    changed = 0
    for path, form in editor.forms_of(session.configured().content_dir.resolve()):
        before = path.read_text("utf-8-sig")
        after = editor.linked(before, Path(os.path.relpath(_place(folder, form.name), path.parent)).as_posix())
        if after != before:
            path.write_text(after, "utf-8")
            changed += 1
    click.echo(f"{changed} 个文件的第一行已写明 Schema")


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}.schema.json"
