"""Make a phrase into the text a customer reads: a closed template language, strict about what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import jinja2
from jinja2 import nodes

from bot.core.promises import Pledge
from bot.core.shop import Tone
from bot.errors import RenderError

LONGEST_VALUE = 200  #: characters of a fact; our default
_LONGEST_TEXT = 500  # bar 41
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr)
#: The names a phrase may use; each is filled by the code that renders its situation.
NAMES = frozenset({
    "shop", "wait", "first", "second", "slot", "missing", "product", "asked", "advice", "stock", "order", "case",
    "check", "care",
})  # fmt: skip

#: A variable as nearly every phrase has it. What holds no other brace need not be parsed: parsing is two thirds of the
#: time of a check of 5,000 phrases (measured).
_SLOT = re.compile(r"\{\{ ?([a-z_]+)(\.[a-z][a-z0-9_]*)? ?\}\}")

_LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|\{\w*\}|\[\]|<\w+ object|0x[0-9a-f]{6,}|&(?:lt|gt|amp|quot|#\d+);"
    r"|(?<![A-Za-z])(?:None|null|nan|NaN|undefined|True|False|Undefined)(?![A-Za-z])|亲爱的[，。]"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One variant of a reply: its id ("ship.when_sent/default/2") and its source, which has been checked."""

    id: str
    source: str
    tone: Tone | None = None  #: for shops that speak like this; None: for all
    audience: frozenset[str] = frozenset()  #: for customers with one of these tags; empty: for all
    promise: Pledge | None = None  #: what saying it promises


class _Fact(NamedTuple):
    """A place to be filled: {{ wait }}, or {{ shop.name }}."""

    name: str
    attribute: str = ""


def _said(fact: _Fact, facts: Mapping[str, Any]) -> str:
    value = facts[fact.name][fact.attribute] if fact.attribute else facts[fact.name]
    if not isinstance(value, str) or not value.strip() or value.strip().lower() in {"none", "nan", "null"}:
        raise RenderError("a fact that the phrase uses is empty or no text")
    if len(value) > LONGEST_VALUE:
        raise RenderError(f"a fact that the phrase uses is longer than {LONGEST_VALUE} characters")
    return value


_ENVIRONMENT = jinja2.Environment()  # reads the language; what it would make of it is never run


def compile_phrase(
    phrase_id: str, source: str, tone: Tone | None = None, audience: Iterable[str] = (),
    names: frozenset[str] = NAMES, promise: Pledge | None = None,
) -> Phrase:
    """A phrase from its source, which may use these names; RenderError says what is not allowed in it."""
    for name in variables(source):
        if name.partition(".")[0] not in names:
            raise RenderError(f"没有名为 {name.partition('.')[0]} 的变量，可用的有 {'、'.join(sorted(names))}")
    return Phrase(phrase_id, source, tone, frozenset(audience), promise)


@lru_cache(maxsize=8192)
def _parts(source: str) -> tuple[str | _Fact, ...]:
    """What a checked phrase is put together from, read when it is first said. It is never made into code: that took
    seven times as long (420 instead of 60 µs, measured), and a fresh process says a new phrase in every third
    message."""
    outputs = _ENVIRONMENT.parse(source).find_all(nodes.Output)
    return tuple(_part(node) for output in outputs for node in output.nodes)


def _part(node: nodes.Node) -> str | _Fact:
    match node:
        case nodes.TemplateData():
            return node.data
        case nodes.Getattr(node=nodes.Name() as owner):
            return _Fact(owner.name, node.attr)
        case nodes.Name():
            return _Fact(node.name)
    raise RenderError(f"模板里只能写 {{{{ 变量 }}}}，不能用 {type(node).__name__}")


@lru_cache(maxsize=8192)
def variables(source: str) -> frozenset[str]:
    """Names a phrase uses, dotted: {"shop.cutoff_time", "wait"}; RenderError says what is not a name."""
    if "{" not in _SLOT.sub("", source):
        return frozenset(owner + fact for owner, fact in _SLOT.findall(source))
    try:
        tree = _ENVIRONMENT.parse(source)
    except (jinja2.TemplateSyntaxError, RecursionError) as error:
        raise RenderError(f"模板写法有误：{error}") from error
    for node in tree.find_all(nodes.Node):
        _check(node)
    dotted = {f"{n.node.name}.{n.attr}" for n in tree.find_all(nodes.Getattr) if isinstance(n.node, nodes.Name)}
    owners = {name.partition(".")[0] for name in dotted}
    return frozenset(dotted | {n.name for n in tree.find_all(nodes.Name) if n.name not in owners})


def _check(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED):
        raise RenderError(f"模板里只能写 {{{{ 变量 }}}}，不能用 {type(node).__name__}")
    if isinstance(node, nodes.Getattr) and (not isinstance(node.node, nodes.Name) or node.attr.startswith("_")):
        raise RenderError(f"不能这样取值：{node.attr}")


def render(phrase: Phrase, facts: Mapping[str, object]) -> str:
    """The text to send; RenderError when a fact is missing, empty, or the result would look broken."""
    try:
        text = "".join(part if isinstance(part, str) else _said(part, facts) for part in _parts(phrase.source))
    except (KeyError, TypeError) as error:
        raise RenderError(f"{phrase.id}: a fact is missing ({error})") from error
    return guard(text)


def guard(text: str) -> str:
    """The last look before the outbox (bar 41): the text unchanged, or RenderError. Also run on agents' texts
    that carry a template's leftovers, so that no placeholder ever reaches a customer."""
    if not text.strip():
        raise RenderError("the text is empty")
    if len(text) > _LONGEST_TEXT:
        raise RenderError(f"the text has {len(text)} characters, at most {_LONGEST_TEXT} may be sent")
    if found := _LEFTOVER.search(text):
        raise RenderError(f"the text holds {found.group(0)!r}, which looks like an unfilled placeholder")
    return text
