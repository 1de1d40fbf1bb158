"""Customer satisfaction (CSAT): when to ask for a score from 1 to 5, and what counts as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.core.desk import Word
from bot.core.model import Mood
from bot.core.pattern_language import any_of
from bot.core.questions import Survey

#: How long an answer is understood as one; the day after, a "5" means something else. Our default.
WINDOW = timedelta(hours=24)
#: Scores up to LOW ask for a reason and a lead; from SATISFIED on a customer counts as satisfied (the usual top two
#: of five).
LOW, SATISFIED = 2, 4

#: The words of the scale as customers type them; the whole of what they say first, in any order of courtesies.
_WORDS: Mapping[int, tuple[str, ...]] = MappingProxyType({
    5: (
        "非常满意", "很满意", "十分满意", "特别满意", "超级满意", "超满意", "满分", "五星好评", "好评", "非常好",
        "特别好", "很好", "太好了",
    ),
    4: ("比较满意", "还算满意", "基本满意", "挺满意", "蛮满意", "满意", "挺好", "蛮好", "不错"),
    3: ("一般般", "一般", "还行", "还可以", "凑合", "马马虎虎", "中等"),
    2: ("不太满意", "不怎么满意", "不是很满意", "不够满意", "不满意", "不太好", "不怎么样", "不好", "失望"),
    1: (
        "非常不满意", "很不满意", "特别不满意", "极不满意", "十分不满意", "太不满意", "差评", "非常差", "很差",
        "太差", "极差", "特别差", "非常失望", "很失望", "太失望",
    ),
})  # fmt: skip
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, **{str(n): n for n in range(1, 6)}}
_SCORES = {word: score for score, words in _WORDS.items() for word in words}
_LEAD = r"(?:您好|你好|嗯|哦|好的?|我|给|打|评|选|觉得|感觉|服务|态度|客服|还是|就|对|[,。!~ ])*"
_TAIL = r"(?:的|了|吧|啦|呀|啊|哈|哦|呢)*"
_END = r"(?:$|[,。!;:~\s、]+)"
_NUMBER = re.compile(rf"{_LEAD}([1-5一二两三四五])(?:分|颗?星|个星)?{_TAIL}{_END}")
_WORDED = re.compile(rf"{_LEAD}({any_of(sorted(_SCORES, key=len, reverse=True))}){_TAIL}{_END}")
_AFTERWARDS = ("chat.thanks", "chat.bye", "chat.affirm", "chat.praise", "chat.greet")
_SHARP = frozenset({Mood.ABUSIVE, Mood.THREATENING})


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """When a shop asks its customers for a score; how often is meant per customer and channel."""

    after_agent: bool  #: when a human's case was resolved
    after_bot: bool  #: when the bot alone has answered
    every: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a customer answered."""

    score: int  #: 1 to 5
    reason: str  #: what was said beside it


def read(text: str) -> Rating | None:
    """The score that a normalised text begins with, and what is said behind it; None for anything else. Only asked
    while the question stands: "5" is a size, a choice or a number of pieces at any other time."""
    if found := _NUMBER.match(text):
        return Rating(_DIGITS[found[1]], text[found.end() :].strip())
    if found := _WORDED.match(text):
        return Rating(_SCORES[found[1]], text[found.end() :].strip())
    return None


def stands(survey: Survey | None, now: datetime) -> bool:
    """Whether an answer is waited for at an aware moment."""
    return survey is not None and now.timestamp() < survey.until


def is_worth_asking(
    said: Sequence[Word], mood: Callable[[str], Mood], intent: Callable[[str], str], *, by_agent: bool
) -> bool:
    """Whether a conversation ended so that one may ask how it was. `said`: all of the case, oldest first; `intent`:
    what a text most likely wants. Not asked: who was left with a question, was never answered, insulted or
    threatened anybody, or (of the bot alone) was displeased: these need help, not a form."""
    ours = "agent" if by_agent else "bot"
    heard = [word for word in said if word.author == "customer" and word.state in ("pending", "decided")]
    answers = [word.seq for word in said if word.author == ours]
    if not answers or not heard:
        return False
    moods = {mood(word.text) for word in heard}
    if moods & _SHARP or (not by_agent and moods - {Mood.CALM, Mood.URGING}):
        return False
    return all(intent(word.text) in _AFTERWARDS for word in _behind(heard, max(answers)))


def _behind(heard: Iterable[Word], seq: int) -> list[Word]:
    return [word for word in heard if word.seq > seq]
