"""The style gate: what a shop must not say, found in every text before a customer reads it, whoever wrote it.

The rules are the trainers' (phrases/_style.yaml). Bot replies, phrases and agents' drafts pass the same gate (SR-025).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.core.reading import covered, folded, read
from bot.core.rule import Finding, Rule, Severity, bare

#: Stands for what a gap of a text will hold, so that its sentence can be looked at.
ANYTHING = "某某"
#: Texts whose findings are remembered; a shop's phrases with its facts are some thousands.
_REMEMBERED = 4096
#: A stop cannot be talked away by quoting a word or two (加“微信”); longer citations are what others said.
_CITED_BY_AN_AGENT = 5
_ENDS_A_CLAUSE = frozenset("，。！？；：、…～~!?,;:")


class Gate:
    """All rules of a content version. Every question costs time linear in the text, and is remembered."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = tuple(rules)
        self._always = tuple(number for number, rule in enumerate(rules) if rule.find and not rule.keys)
        self._keyed: dict[str, set[int]] = defaultdict(set)
        self._curt: dict[str, Rule] = {}
        for number, rule in enumerate(rules):
            for key in rule.keys:
                self._keyed[key].add(number)
            self._curt.update(dict.fromkeys(rule.curt, rule))
        self._spoken_of = frozenset[str]().union(*(rule.signs for rule in rules))
        self.findings = lru_cache(_REMEMBERED)(self._findings)

    def warm(self) -> None:
        """Compile what is otherwise compiled at first use; for a server, once it is ready."""
        for rule in self.rules:
            rule.warm()

    def blocked(self, text: str) -> tuple[Finding, ...]:
        """What nobody may send, an agent neither."""
        return tuple(found for found in self.findings(text) if found.rule.severity is Severity.BLOCK)

    def passed(self, text: str) -> str | None:
        """The text as the bot may say it: unchanged, or safely rewritten; None when it may not be said."""
        if self._sayable(text):
            return text
        better = self.rewritten(text)
        return better if self._sayable(better) else None

    def softened(self, text: str) -> str | None:
        """A full sentence to offer instead of a curt answer (SR-032); None when the text is none."""
        return next((found.offer for found in self.findings(text) if found.offer), None)

    def rewritten(self, text: str) -> str:
        """The text with every safe rewrite applied that brings no new fault; applied again it changes nothing."""
        while (better := self._one_step_better(text)) is not None:
            text = better
        return text

    def _sayable(self, text: str) -> bool:
        return all(found.rule.severity is Severity.WARNING for found in self.findings(text))

    def _one_step_better(self, text: str) -> str | None:
        """All rewrites at once, or, where these together would bring a new fault, those of one rule."""
        found = [one for one in self.findings(text) if one.rewrite is not None]
        rules = dict.fromkeys(one.rule.id for one in found)
        for several in (found, *([one for one in found if one.rule.id == rule] for rule in rules)):
            better = _replaced(text, several)
            if better.strip() and self._fewer(better, text):
                return better
        return None

    def _fewer(self, better: str, text: str) -> bool:
        now, before = (Counter(found.rule.id for found in self.findings(version)) for version in (better, text))
        return now < before

    def _findings(self, text: str) -> tuple[Finding, ...]:
        """What a text breaks, in the order of its places."""
        own, own_and_quoted = covered(text), covered(text, _CITED_BY_AN_AGENT)
        cited = strict = read(own, self._spoken_of)
        if own_and_quoted != own:
            strict = read(own_and_quoted, self._spoken_of)
        found = []
        for number in sorted(self._possible(strict.text)):
            rule = self.rules[number]
            reading = strict if rule.severity is Severity.BLOCK else cited
            found += [_finding(rule, text, *reading.origin(*place)) for place in rule.faults(reading)]
        if too_curt := self._curt.get(bare(cited)):
            found.append(Finding(too_curt, 0, len(text), text, offer=too_curt.curt[bare(cited)]))
        return tuple(sorted(found, key=lambda one: (one.start, one.end, one.rule.id)))

    def _possible(self, text: str) -> set[int]:
        """The rules that the characters of a text make possible; few of all."""
        possible = set(self._always)
        for key in {*text, *map("".join, pairwise(text))} & self._keyed.keys():
            possible |= self._keyed[key]
        return possible


def _finding(rule: Rule, text: str, start: int, end: int) -> Finding:
    return Finding(rule, start, end, text[start:end], rule.rewrites.get(folded(text[start:end])))


def _replaced(text: str, findings: Iterable[Finding]) -> str:
    """The text with these rewrites. Signs that follow each other become one, and what was left out leaves no comma
    behind at the beginning of a clause."""
    done, at = "", 0
    for found in findings:
        if found.rewrite is None or found.start < at:
            continue  # within what was rewritten before
        done, at = done + text[at : found.start], found.end
        begins = not done or done[-1] == "\n" or done[-1] in _ENDS_A_CLAUSE
        if not found.rewrite and begins:
            at = len(text) - len(text[at:].lstrip("，,、"))
        elif found.rewrite not in _ENDS_A_CLAUSE or not (begins or text[at : at + 1] in _ENDS_A_CLAUSE):
            done += found.rewrite
    return done + text[at:]
