"""What a conversation is about so far, and what a vague line (那个呢, 还是不行) means in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.model import NOT_ANSWERABLE, Match

#: Below this score a line does not say by itself what is wanted; above it the line alone decides. On 27 real messages
#: that only their context explains, 8 instead of 6 were then ranked rightly (measured): a help, not a solution.
VAGUE = 0.5
_FADES = 0.8  # what one turn leaves of the topic before it
_KEPT = 3
_LEAST = 0.05
_WEIGHT = 0.5
_UNCLEAR = 0.4  # what is left of "unclear" where the talk before may explain it

_SMALL_TALK = "chat."


def heard(topic: Mapping[str, float], matches: Sequence[Match]) -> dict[str, float]:
    """The topic after one more turn of the customer: intent → weight, the few strongest."""
    weights = {intent: weight * _FADES for intent, weight in topic.items()}
    for match in matches:
        if match.intent not in NOT_ANSWERABLE and not match.intent.startswith(_SMALL_TALK):
            weights[match.intent] = min(1.0, weights.get(match.intent, 0.0) + match.score)
    strongest = sorted(weights.items(), key=lambda item: -item[1])[:_KEPT]
    return {intent: round(weight, 3) for intent, weight in strongest if weight >= _LEAST}


def in_topic(matches: Sequence[Match], topic: Mapping[str, float]) -> tuple[Match, ...]:
    """The matches of a line, where it is vague together with what the talk was about before; best first. Scores stay
    those of a vague line: an answer by the bot alone never rests on the topic."""
    vague = not matches or matches[0].score < VAGUE or matches[0].intent == "unclear"
    if not topic or not vague:
        return tuple(matches)
    scores = {match.intent: match.score * (_UNCLEAR if match.intent == "unclear" else 1.0) for match in matches}
    free = max(0.0, 1.0 - sum(score for intent, score in scores.items() if intent not in NOT_ANSWERABLE))
    total = sum(topic.values())
    for intent, weight in topic.items():
        scores[intent] = scores.get(intent, 0.0) + _WEIGHT * free * weight / max(total, 1.0)
    known = {match.intent: match for match in matches}
    merged = [
        replace(known.get(intent, Match(intent, score, "")), score=min(score, VAGUE))
        for intent, score in scores.items()
    ]
    return tuple(sorted(merged, key=lambda match: -match.score)[: max(len(matches), _KEPT)])
