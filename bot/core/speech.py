"""Find the words for a situation: a variant that fits, renders, and has not been said in this conversation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue
from bot.core.render import Phrase, render
from bot.core.situations import UPSET
from bot.core.turn import Turn
from bot.errors import RenderError

_GREETING = re.compile(r"^(?:您好|亲爱的|亲亲|亲)[，,！!～~ ]*")
_SORRY = re.compile(r"抱歉|对不起|不好意思|理解您|添麻烦")
_SAID_KEPT = 60  # phrase ids remembered per conversation; no day of one customer is longer


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be said, and where it comes from."""

    text: str
    phrase: str
    situation: str
    fresh: bool  #: not said before in this conversation


def speak(
    knowledge: Knowledge, turn: Turn, situations: Iterable[str], extra: Mapping[str, object]
) -> Speech | None:
    """The first situation with an unsaid phrase that renders; failing that the one said longest ago."""
    facts: dict[str, object] = {"shop": knowledge.facts(turn.shop, turn.now), **extra}
    heard: list[Speech] = []
    for situation in situations:
        for phrase in _variants(knowledge, turn, situation):
            fresh = phrase.id not in turn.dialogue.said
            if (text := _rendered(knowledge, phrase, facts)) is None:
                continue
            speech = Speech(text, phrase.id, situation, fresh)
            if fresh:
                return speech
            heard.append(speech)
    return min(heard, key=lambda speech: turn.dialogue.said.index(speech.phrase), default=None)


def _rendered(knowledge: Knowledge, phrase: Phrase, facts: Mapping[str, object]) -> str | None:
    """The phrase as it may be said. None when a fact is missing or the house style forbids it: another variant may
    do, and if none does, a human answers."""
    try:
        return knowledge.style.passed(render(phrase, facts))
    except RenderError:
        return None


def _variants(knowledge: Knowledge, turn: Turn, situation: str) -> Sequence[Phrase]:
    """The variants that fit the shop's tone and the customer, those written for just them first (SR-020, SR-028)."""
    tone = knowledge.shop(turn.shop).tone
    fitting = [
        phrase for phrase in _shuffled(knowledge.phrases.get(situation, ()), turn.seed)
        if phrase.tone in (None, tone) and (not phrase.audience or not phrase.audience.isdisjoint(turn.tags))
    ]  # fmt: skip
    return sorted(fitting, key=lambda phrase: (not phrase.audience, phrase.tone is None))


def _shuffled(phrases: Sequence[Phrase], seed: str) -> Sequence[Phrase]:
    """The variants, starting at a place that differs from conversation to conversation (SR-019)."""
    if not phrases:
        return phrases
    start = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=2).digest()) % len(phrases)
    return (*phrases[start:], *phrases[:start])


def soothed(knowledge: Knowledge, turn: Turn, speech: Speech, dialogue: Dialogue) -> tuple[Speech, Dialogue]:
    """A word of empathy for a displeased customer before a text that holds none itself (SR-059, SR-061)."""
    if UPSET in speech.situation or _SORRY.search(speech.text):
        return speech, dialogue
    empathy = speak(knowledge, turn, ("empathy",), {})
    if empathy is None:
        return speech, dialogue
    text = f"{empathy.text}\n{without_greeting(speech.text)}"
    both = replace(speech, text=text, phrase=f"{empathy.phrase} {speech.phrase}")
    return both, replace(dialogue, said=kept(dialogue.said, empathy.phrase))


def without_greeting(text: str) -> str:
    """A text that goes on where another began: one greeting is enough."""
    return _GREETING.sub("", text)


def kept(said: tuple[str, ...], phrase: str) -> tuple[str, ...]:
    """The phrases said so far with this one as the newest."""
    return (*(one for one in said if one != phrase), phrase)[-_SAID_KEPT:]
