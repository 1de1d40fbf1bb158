"""The story of an agent's draft: it passes the house style before it is sent, as the bot's replies do (SR-025)."""

from __future__ import annotations

from bot.core.rule import Finding
from bot.core.style import Gate
from bot.errors import InvalidField


def looked_over(gate: Gate, text: str) -> tuple[Finding, ...]:
    """Advice on a draft that may be sent, for the agent to decide. InvalidField for what nobody
    may send: abuse, threats, leading customers off the platform, bought reviews (SR-281, SR-287, SR-289). It names the
    rules and not the words: a refusal never repeats what came in."""
    if blocked := gate.blocked(text):
        rules = dict.fromkeys(f"{found.rule.title}（{found.rule.source}）" for found in blocked)
        raise InvalidField("；".join(rules), field="text")
    return gate.findings(text)
