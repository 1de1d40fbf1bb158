"""The import rules and house rules that keep the tree readable: imports point down, the core stays pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from bot.settings import ROOT

#: From the ground up; what stands in one line are neighbours and do not know each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("settings",),
    ("core",),
    ("channels", "store", "content", "metrics", "logs"),
    ("flows",),
    ("trainer",),  # beside the flows, and allowed to use them
    ("inquiring",),
    ("web", "worker", "following", "watching"),
    ("wiring",),
    ("cli",),
    ("__main__",),
)
CORE_MAY_IMPORT = {
    "__future__", "collections", "dataclasses", "datetime", "difflib", "enum", "functools", "hashlib", "heapq",
    "itertools", "logging", "math", "operator", "re", "string", "types", "typing", "unicodedata", "zoneinfo",
    "jieba", "rapidfuzz", "jinja2", "numpy", "opencc", "pypinyin", "bot",
}
#: What single modules of the core need beyond the list: jieba's own dictionary as text, and one default (see below).
CORE_EXTRAS = {"bot.core.tokens": {"io"}, "bot.core.pinyin": {"os"}}
#: Alembic takes half a second to import and is needed once in a database's life.
LATE_IMPORTS = {
    ("bot.store.migrate", "alembic"), ("bot.store.migrate", "alembic.config"),
    ("bot.content.workbook", "openpyxl"), ("bot.content.workbook", "openpyxl.utils"),
}  # fmt: skip
VAGUE_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc", "tools"}


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement's target; `late` when it runs inside a function."""

    target: str
    line: int
    late: bool


@dataclass(frozen=True)
class Module:
    """A source file, parsed once."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def layer(self) -> str:
        """The part of the tree it belongs to; "" for the package itself."""
        return f"{self.name}.".split(".")[1]

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def modules(folder: str = "bot") -> dict[str, Module]:
    """Every module under a folder, by its dotted name."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path, ast.parse(path.read_text("utf-8"), str(path)))
    return found


@cache
def imports(module: Module) -> tuple[Import, ...]:
    """What a module imports, `from package import module` resolved to the module."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    late = {inner for function in functions for inner in ast.walk(function)}
    return tuple(
        Import(target, node.lineno, node in late)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in _targets(node)
    )


def _targets(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in modules() else base


ALL = [pytest.param(module, id=name) for name, module in modules().items()]
CORE = [pytest.param(module, id=name) for name, module in modules().items() if module.layer == "core"]
EVERYWHERE = [pytest.param(m, id=name) for name, m in (modules() | modules("tests")).items()]


def _level(layer: str) -> int:
    return next(level for level, layers in enumerate(LAYERS) if layer in layers)


def test_every_part_of_the_tree_has_its_layer() -> None:
    assert {module.layer for module in modules().values()} == {"", *(layer for line in LAYERS for layer in line)}


@pytest.mark.parametrize("module", ALL)
def test_imports_point_down_and_never_to_a_neighbour(module: Module) -> None:
    wrong = [
        f"{module}:{one.line} imports {one.target}"
        for one in imports(module)
        if one.target.startswith("bot.")
        and (layer := one.target.split(".")[1]) != module.layer
        and _level(layer) >= _level(module.layer)
    ]
    assert wrong == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        name: {one.target for one in imports(module) if one.target in modules() and not one.late and one.target != name}
        for name, module in modules().items()
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
    assert set(order) == set(modules())


@pytest.mark.parametrize("module", CORE)
def test_the_core_imports_only_what_is_pure(module: Module) -> None:
    allowed = CORE_MAY_IMPORT | CORE_EXTRAS.get(module.name, set())
    impure = [one for one in imports(module) if one.target.split(".")[0] not in allowed]
    assert [f"{module}:{one.line} {one.target}" for one in impure] == []


@pytest.mark.parametrize("module", CORE)
def test_the_core_has_no_clock_and_opens_no_file(module: Module) -> None:
    impure = {"now", "utcnow", "today", "open", "read_text", "read_bytes", "write_text", "write_bytes", "print"}
    called = {
        (node.lineno, name)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in impure
    }
    assert called == set()


@pytest.mark.parametrize("module", ALL)
def test_imports_stand_at_the_top(module: Module) -> None:
    late = [one for one in imports(module) if one.late and (module.name, one.target) not in LATE_IMPORTS]
    assert [f"{module}:{one.line} {one.target}" for one in late] == []


@pytest.mark.parametrize("module", EVERYWHERE)
def test_a_name_says_what_a_module_is_for(module: Module) -> None:
    assert not VAGUE_NAMES & set(module.name.split("."))


@pytest.mark.parametrize("module", EVERYWHERE)
def test_a_module_opens_with_a_line_saying_what_it_is_for(module: Module) -> None:
    docstring = ast.get_docstring(module.tree)
    assert docstring, f"{module} has no docstring"
    assert docstring.splitlines()[0].strip()


def _touches_environment(module: Module) -> list[ast.AST]:
    """Every place that names os.environ or os.getenv, however it was imported."""
    names = {"environ", "environb", "getenv", "putenv"}
    return [
        node
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.alias) and node.name in names)
    ]


@pytest.mark.parametrize("module", ALL)
def test_only_the_settings_read_the_environment(module: Module) -> None:
    if module.name == "bot.settings":
        assert _touches_environment(module)
    elif module.name == "bot.core.pinyin":  # pypinyin can be told to leave its phrases out in no other way
        calls = [ast.unparse(node) for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
        assert len(_touches_environment(module)) == 1
        assert "os.environ.setdefault('PYPINYIN_NO_PHRASES', 'true')" in calls
    else:
        assert _touches_environment(module) == []
