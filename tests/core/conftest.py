"""What the core's tests share: one dictionary for the session, the trainers' word lists, and a tiny shop."""

from __future__ import annotations

import pytest

from bot.content import load
from bot.core.intents import Lexicon
from bot.core.knowledge import Knowledge
from bot.core.tokens import Tokenizer
from bot.settings import ROOT
from tests.core.tiny_shop import open_shop


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The word lists of the project's own content."""
    return load.read(ROOT).lexicon


@pytest.fixture(scope="session")
def tokenizer(lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    """One dictionary: each costs a second and 30 MB."""
    return Tokenizer(lexicon.words)


@pytest.fixture(scope="session")
def tiny(tokenizer: Tokenizer) -> Knowledge:
    """A shop that knows six intents, with agents from 9 to 22."""
    return open_shop(tokenizer)
