"""Delivery addresses: found in chat (spans, people), and read part by part (parse) against the country's divisions."""

from bot.core.address.people import Span, names
from bot.core.address.spans import addresses, plain
from bot.core.address.towns import PROVINCES

__all__ = ["PROVINCES", "Span", "addresses", "names", "plain"]
