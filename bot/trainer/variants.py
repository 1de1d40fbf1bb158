"""The same sentence as other customers type it: homophone and thumb typos, traditional characters, and mere noise.

Pure functions; whatever is left to chance is drawn from the generator passed in, so that a seed gives the same variant
for ever.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import islice
from types import MappingProxyType

import jieba
import opencc

from bot.core.pinyin import syllable

#: Characters that people know and type: the first 2,500 cover 98 % of modern text (现代汉语常用字表, 1988).
_COMMON = 2500
_PAGE = 8  # candidates that an input method offers before one has to turn the page
_LONG = 8  # characters from which one of them may be missing and the sentence still says the same
_TWO_WRONG = 0.25  # share of homophone typos in which two characters of the word are wrong
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Words that hold a sentence together; what it is about stands in the others.
_FUNCTION_WORDS = frozenset([
    *"的了吗呢啊呀吧嘛么哈啦我你您他她它这那是不没有在就都也还要会能几哪给把被让跟和对从到去来一个上下里亲帮",
    "我们", "你们", "他们", "这个", "那个", "没有", "可以", "怎么", "什么", "为什么", "多少", "一个", "一下", "请问",
    "你好", "您好", "帮我",
])  # fmt: skip
_PARTICLES = re.compile(r"[的了吗呢啊呀吧嘛么哈啦呗哦喔不没]+[?!。？！~]*$")
_TO_TRADITIONAL, _TO_SIMPLIFIED = opencc.OpenCC("s2t"), opencc.OpenCC("t2s")
_FULL_WIDTH = MappingProxyType({ord("!") + at: ord("！") + at for at in range(94)})
_ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
_STICKERS = ("😊", "🙏", "😭", "❤️", "👍🏻", "[微笑]", "[玫瑰]", "[流泪]", "/:rose", "#E-s12")
_ENDS = ("。。。", "~~~", "…", "！！！")
_MARK = re.compile(r"[，。？！；,?!;]")
_FINAL = re.compile(r"[?!。？！~]$")


@cache
def common_characters() -> tuple[str, ...]:
    """Common simplified characters, the most frequent first, as counted in the words of jieba's dictionary."""
    counts: Counter[str] = Counter()
    with jieba.get_dict_file() as file:
        for line in file:
            word, frequency, _ = line.decode().split(" ", 2)
            for character in word:
                counts[character] += int(frequency)
    chinese = (c for c, _ in counts.most_common() if _CHINESE.match(c) and _TO_SIMPLIFIED.convert(c) == c)
    return tuple(islice(chinese, _COMMON))


@cache
def homophones() -> Mapping[str, tuple[str, ...]]:
    """Toneless syllable → its common characters in the order in which an input method offers them.

    83 % of 621 wrong words collected from the Internet sound like the right ones (C.-L. Liu et al., “Visually and
    Phonologically Similar Characters in Incorrect Simplified Chinese Words”, COLING 2010): pinyin input knows no tones,
    and a slip of the thumb takes the neighbour in the list of candidates.
    """
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in common_characters():
        by_sound[syllable(character)].append(character)
    return MappingProxyType({sound: tuple(found) for sound, found in by_sound.items() if sound})


def homophone_typo(text: str, words: Sequence[str], known: Collection[str], chance: random.Random) -> str | None:
    """The text with one or two characters of one word replaced by others that sound the same (发货 → 发活); None for a
    text without such a word.

    `words`: the text cut, nothing left out. `known`: words that the shop's customers use. A typo that gives one of them
    (退换 → 退还) says something else and is no variant of this text.
    """
    places = [at for at, word in enumerate(words) if _CHINESE.search(word)]
    places.sort(key=lambda at: (_weight(words[at]), chance.random()), reverse=True)
    for at in places:
        for _ in range(_PAGE):
            word = _misspelt(words[at], chance)
            if word is not None and word not in known:
                return "".join([*words[:at], word, *words[at + 1 :]])
    return None


def _weight(word: str) -> int:
    """Content words of several characters are tried first, function words last."""
    return 0 if word in _FUNCTION_WORDS else min(len(word), 2)


def _misspelt(word: str, chance: random.Random) -> str | None:
    others = {at: _offered(character) for at, character in enumerate(word)}
    places = [at for at, offered in others.items() if offered]
    if not places:
        return None
    several = len(places) > 1 and chance.random() < _TWO_WRONG
    wrong = {at: chance.choice(others[at]) for at in chance.sample(places, 2 if several else 1)}
    return "".join(wrong.get(at, character) for at, character in enumerate(word))


def _offered(character: str) -> tuple[str, ...]:
    if not _CHINESE.match(character):
        return ()
    return tuple(other for other in homophones().get(syllable(character), ())[: _PAGE + 1] if other != character)


def thumb_typo(text: str, chance: random.Random) -> str | None:
    """The text with one slip of a thumb: a character doubled, two neighbours swapped, the final particle dropped, or
    (in a long text) a character missing; None for a text too short for any.

    The basic slips of typing are a letter too many, too few, wrong or out of order (F. Damerau, “A technique for
    computer detection and correction of spelling errors”, CACM 7(3), 1964); a wrong one is `homophone_typo`.
    """
    slips: list[Callable[[str, random.Random], str]] = [_doubled, _swapped]
    if _PARTICLES.search(text):
        slips.append(_without_particle)
    if len(text) >= _LONG:
        slips.append(_missing)
    for slip in chance.sample(slips, len(slips)):
        changed = slip(text, chance)
        if changed != text and len(_CHINESE.findall(changed)) > 1:
            return changed
    return None


def _doubled(text: str, chance: random.Random) -> str:
    at = chance.choice(_places(text) or [0])
    return text[: at + 1] + text[at:]


def _swapped(text: str, chance: random.Random) -> str:
    places = _places(text)
    pairs = [at for at in places if at + 1 in places and text[at] != text[at + 1]]
    if not pairs:
        return text
    at = chance.choice(pairs)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _without_particle(text: str, chance: random.Random) -> str:
    return _PARTICLES.sub("", text)


def _missing(text: str, chance: random.Random) -> str:
    at = chance.choice(_places(text) or [len(text)])
    return text[:at] + text[at + 1 :]


def _places(text: str) -> list[int]:
    return [at for at, character in enumerate(text) if _CHINESE.match(character)]


def traditional(text: str) -> str | None:
    """The text in traditional characters (OpenCC's s2t tables); None where nothing is written otherwise."""
    changed: str = _TO_TRADITIONAL.convert(text)
    return changed if changed != text else None


def noisy(text: str, chance: random.Random) -> str:
    """The text with two kinds of noise that mean nothing, as keyboards, copying and mood bring it in.

    Full-width forms are compatibility characters of the same letters (Unicode Standard Annex #15, NFKC); zero-width
    characters have no shape at all (Unicode Technical Report #36, 2.5); stickers come as codes of the chat platforms.
    """
    noises = [_spaced, _zero_width, _decorated, _emphatic]
    if any(33 <= ord(character) <= 126 for character in text):
        noises.append(_full_width)
    for noise in chance.sample(noises, 2):
        text = noise(text, chance)
    return text


def _full_width(text: str, chance: random.Random) -> str:
    return "".join(c.translate(_FULL_WIDTH) if c.isalnum() else c for c in text)


def _spaced(text: str, chance: random.Random) -> str:
    """Blanks at the ends, and after each mark or between all characters (发 货). One blank between two words is a pause
    that the customer made, and no noise."""
    blank = chance.choice((" ", "\u3000"))
    spread = blank.join(text) if chance.random() < 0.5 else _MARK.sub(rf"\g<0>{blank}", text)
    return blank + spread + chance.choice(("", "  ", "\n"))


def _zero_width(text: str, chance: random.Random) -> str:
    return "".join(c + (chance.choice(_ZERO_WIDTH) if chance.random() < 0.4 else "") for c in text)


def _decorated(text: str, chance: random.Random) -> str:
    front = chance.choice(_STICKERS) if chance.random() < 0.3 else ""
    return front + text + chance.choice(_STICKERS) * chance.randint(1, 3)


def _emphatic(text: str, chance: random.Random) -> str:
    final = _FINAL.search(text)
    return text + (final[0] * chance.randint(2, 4) if final else chance.choice(_ENDS))
