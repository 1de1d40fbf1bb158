"""Explain what kefu makes of one text, as data: understanding, decision, reasons, reply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.core import answer
from bot.core.effects import Send, Suggest
from bot.core.knowledge import Knowledge
from bot.core.turn import Turn


def explain(knowledge: Knowledge, shop: str, text: str, now: datetime) -> dict[str, Any]:
    """Everything about one text that begins a conversation; plain JSON types."""
    understood = knowledge.understand(text, explain=True)
    outcome = answer.answer(knowledge, Turn(shop=shop, now=now, seed=text), understood)
    decision = outcome.decision
    return {
        "text": text,
        "normalized": understood.text,
        "tokens": list(understood.tokens),
        "entities": [{"kind": e.kind, "value": e.value, "text": e.text} for e in understood.entities],
        "intents": [
            {"intent": m.intent, "score": round(m.score, 4), "example": m.example} for m in understood.matches[:5]
        ],
        "mood": understood.mood.value,
        "aim": understood.aim.value,
        "wishes": [match.intent for match in understood.wishes],
        "wants_human": understood.wants_human,
        "decision": {
            "status": decision.status.value, "intent": decision.intent, "score": round(decision.score, 4),
            "margin": round(decision.margin, 4), "situation": decision.situation, "reasons": list(decision.reasons),
        },
        "reply": [{"text": e.text, "phrase": e.phrase} for e in outcome.effects if isinstance(e, Send)],
        "suggestion": [{"text": e.text, "phrase": e.phrase} for e in outcome.effects if isinstance(e, Suggest)],
    }
