"""Compile what was read of the content into what serves; all or nothing."""

from __future__ import annotations

from pathlib import Path

from bot.content import learned
from bot.content.load import Content
from bot.content.reader import Finding, Reader
from bot.core.intents import Intent
from bot.core.knowledge import Knowledge
from bot.core.learn import Learned
from bot.core.patterns import Pattern
from bot.core.render import Phrase, compile_phrase
from bot.core.tokens import Tokenizer
from bot.errors import RenderError


def build(content: Content, cache_dir: Path | None = None, known: Learned | None = None) -> Knowledge:
    """Compile what was read; ContentError lists the faults when there are any. `known`: what was learned from these
    very intents, if it is at hand; else it is looked for in `cache_dir`, or learned."""
    phrases, patterns = _compiled(content), compiled_patterns(content)
    content.refuse_faults()
    intents = {
        i.id: Intent(
            i.id, str(i.title), i.mode, i.group, i.priority, tuple(map(str, i.examples)),
            {str(rival): tuple(map(str, said)) for rival, said in i.unlike.items()}, patterns[i.id],
        )
        for i in content.intents.values()
    }
    tokenizer = Tokenizer(content.lexicon.words)
    scripts = [file.script for file in content.dialogues]
    said_first = {name: file.plan for name, file in content.plans.items()}
    kept = known or learned.kept(cache_dir, content.intents_digest)
    knowledge = Knowledge(
        intents, phrases, content.shops, content.lexicon, tokenizer, content.digest, kept, scripts, content.style.gate,
        [file.kind for file in content.case_kinds], said_first,
    )
    if kept is None:
        learned.keep(cache_dir, content.intents_digest, knowledge.learned)
    return knowledge


def _compiled(content: Content) -> dict[str, tuple[Phrase, ...]]:
    compiled: dict[str, tuple[Phrase, ...]] = {}
    for situation, variants in content.phrases.items():
        good = []
        for number, source in enumerate(variants, 1):
            try:
                id_, promise = f"{situation}/{number}", source.promise
                good.append(compile_phrase(id_, source, source.tone, source.audience, promise=promise))
            except RenderError as error:
                path = content.phrase_paths[situation]
                content.findings.append(Finding(str(path), source.line, "template", str(error)))
        compiled[situation] = tuple(good)
    return compiled


def compiled_patterns(content: Content) -> dict[str, tuple[Pattern, ...]]:
    """The patterns of each intent; those that cannot be compiled become findings, once."""
    if content.patterns is not None:
        return content.patterns
    lists, compiled = content.word_lists, {}
    for intent in content.intents.values():
        reader = Reader(intent.path, {}, content.findings)
        compiled[intent.id] = reader.patterns(intent.patterns, intent.id, lists)
    content.patterns = compiled
    return compiled
