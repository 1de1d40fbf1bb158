"""Messages whose meaning is not in their words: a card, a picture, a sticker, a bare number or question mark."""

from __future__ import annotations

from bot.core import cards
from bot.core.model import MessageType, Priority, Reason, Understanding
from bot.core.normalize import has_words
from bot.core.turn import Turn
from bot.core.verdicts import HandOff, Say

_LONG_NUMBER = 6  # digits; a shorter one may answer our own question


def wordless(turn: Turn, understood: Understanding) -> Say | HandOff | None:
    """The verdict on a turn that is no more than a thing; None when the words decide."""
    card = cards.pasted(understood.text)
    if card is not None:
        return Say((card.value,), reasons=("a card without a question",))
    if understood.text.isdigit() and len(understood.text) >= _LONG_NUMBER:
        return Say(("clarify",), failed=True, reasons=("nothing but a number",))
    if has_words(understood.text):
        return None
    if turn.type is MessageType.TEXT and "?" in understood.text:
        return Say(("clarify",), failed=True, reasons=("nothing but a question mark",))
    if turn.type is MessageType.IMAGE:
        return HandOff(Reason.IMAGE, Priority.NORMAL, "aftersale", ("image", "handoff"), "", ("a picture needs eyes",))
    if turn.type is MessageType.VOICE:
        return Say(("voice_unclear",), failed=True, reasons=("voice without readable words",))
    if turn.type in (MessageType.ORDER_CARD, MessageType.PRODUCT_CARD):
        return Say((turn.type.value,), reasons=("a card without a question",))
    return Say(("sticker",), reasons=("nothing but a sticker",))
