"""Which JSON Schema each of the trainers' files has, so that an editor completes its keys and marks what is wrong.

The schemas say what a form is; what it must mean in company with the other files, `kefu check` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import case_shapes, plan_shapes, shapes, shop_shapes
from bot.content.shape_parts import Schema

_LINK = "# yaml-language-server: $schema="


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file: the name of its schema, and which files have it."""

    name: str
    schema: Schema
    files: tuple[str, ...]  #: patterns under the content folder


#: The first that fits a file counts.
FORMS = (
    Form("intents-shared", shapes.intents_shared(), ("intents/_shared.yaml",)),
    Form("signals", shapes.signals(), ("intents/_signals.yaml",)),
    Form("intent", shapes.intent(), ("intents/**/[!_]*.yaml",)),
    Form("phrases-shared", shapes.phrases_shared(), ("phrases/_shared.yaml",)),
    Form("style", shapes.style(), ("phrases/_style.yaml",)),
    Form("shop", shop_shapes.shop(), ("phrases/_shop.yaml", "phrases/shops/*.yaml")),
    Form("dialogue", shapes.dialogue(), ("phrases/dialogues/*.yaml",)),
    Form("case-phrases", case_shapes.shared(), ("phrases/cases/_shared.yaml",)),
    Form("case-kind", case_shapes.kind(), ("phrases/cases/[!_]*.yaml",)),
    Form("proactive", plan_shapes.plan(), ("phrases/proactive/*.yaml",)),
    Form("quick", shapes.quick(), ("phrases/quick/*.yaml",)),
    Form("phrases", shapes.phrases(), ("phrases/**/[!_]*.yaml",)),
    Form("talks", shapes.talks(), ("tests/cases/_dialogues/*.yaml",)),
    Form("sentences", shapes.sentences(), ("tests/cases/_style/*.yaml",)),
    Form("cases", shapes.cases(), ("tests/cases/[!_]*.yaml", "tests/cases/[!_]*/[!_]*.yaml")),
)


def forms_of(root: Path) -> Iterator[tuple[Path, Form]]:
    """Every file of the content under a folder that has a schema, with it."""
    seen: set[Path] = set()
    for form in FORMS:
        for path in sorted(path for pattern in form.files for path in root.glob(pattern)):
            if path not in seen:
                seen.add(path)
                yield path, form


def linked(text: str, schema: str) -> str:
    """A file's text with the comment that tells the editor its schema (a path relative to the file) as first line."""
    rest = text.partition("\n")[2] if text.startswith(_LINK) else text
    return f"{_LINK}{schema}\n{rest}"
