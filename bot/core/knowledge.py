"""Compiled content: everything the trainers wrote, ready to understand a text and to speak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.core import cards, clauses, entities
from bot.core import topic as topics
from bot.core.case_kinds import CaseKind
from bot.core.clauses import Clause
from bot.core.courtesy import Courtesy
from bot.core.dialogue import Script
from bot.core.evidence import Evidence
from bot.core.intents import Intent, Lexicon, frequent_words, sentences
from bot.core.learn import Learned
from bot.core.match import Matcher
from bot.core.model import NOT_ANSWERABLE, Aim, Match, Mood, Stage, Understanding
from bot.core.mood import Signals
from bot.core.normalize import normalize
from bot.core.patterns import PatternSet
from bot.core.pinyin import TypoFixer
from bot.core.plans import NO_PLANS, Plan
from bot.core.render import Phrase
from bot.core.restraint import Restraint
from bot.core.shop import Shop
from bot.core.situations import Situations
from bot.core.style import Gate
from bot.core.tokens import Tokenizer, words
from bot.core.train import Example, train

_CLEAR = 0.4  # score from which a part of a turn counts as saying what is wanted
_DENIED = 0.3  # score that is left of what a text says it does not want
_ANNOUNCEMENTS = frozenset({"order.received", "order.buy", "pay.done"})
_MOST = 4  # clauses looked at for wishes of their own; what follows is part of a story
_SEVERAL = 2  # wishes from which each is answered by itself
_TELLING = 3  # characters beside courtesies that a part with a wish of its own has (包邮吗)


class Knowledge:
    """One version of the content. Swapped whole on reload, never changed in place."""

    def __init__(
        self,
        intents: Mapping[str, Intent],
        phrases: Mapping[str, tuple[Phrase, ...]],
        shops: Mapping[str, Shop],
        lexicon: Lexicon,
        tokenizer: Tokenizer,
        content_hash: str,
        learned: Learned | None = None,
        scripts: Iterable[Script] = (),
        style: Gate | None = None,
        case_kinds: Iterable[CaseKind] = (),
        plans: Mapping[str, Plan] = NO_PLANS,
    ) -> None:
        """`phrases`: situation ("ship.when_sent/default") → variants; `shops`: shop id ("" = any other shop) → facts;
        `learned`: what was learned from this very content before (`Knowledge.learned`), to spare learning again;
        `style`: the rules that every reply must pass, none where the content has no house style;
        `plans`: id → what shops say unasked."""
        self.intents = MappingProxyType(dict(intents))
        self.phrases = MappingProxyType(dict(phrases))
        self.situations = Situations(phrases)
        #: Id of a phrase → what saying it promises.
        self.pledges = MappingProxyType(
            {phrase.id: phrase.promise for group in phrases.values() for phrase in group if phrase.promise}
        )
        self.scripts = MappingProxyType({script.id: script for script in scripts})
        self.case_kinds = MappingProxyType({kind.id: kind for kind in case_kinds})
        self._begun_by = {intent: script for script in self.scripts.values() for intent in script.intents}
        self.plans = MappingProxyType(dict(plans))
        self.content_hash = content_hash
        self.style = style or Gate()
        self._shops = MappingProxyType(dict(shops))
        self._tokenizer, self._stages = tokenizer, lexicon.stages
        self._signals = Signals({k: tuple(map(normalize, v)) for k, v in lexicon.signals.items()})
        spoken = list(sentences(intents))
        terms = learned.terms if learned else tuple(frequent_words(tokenizer, (said for _, said in spoken)))
        self._fixer = TypoFixer({*lexicon.words, *terms}, tokenizer, lexicon.fixes)
        read = [(text, ()) for text in learned.texts] if learned else [self._read(said) for _, said in spoken]
        examples = [Example(intent, said, *as_read) for (intent, said), as_read in zip(spoken, read, strict=True)]
        courtesy = self._courtesy = Courtesy(lexicon.openers, lexicon.closers, lexicon.carriers)
        patterns = PatternSet(pattern for intent in intents.values() for pattern in intent.patterns)
        evidence = Evidence(patterns, lexicon.meanings)
        learned = learned or train(examples, evidence, courtesy, tokenizer.cut)
        self._matcher = Matcher(examples, learned, evidence, Restraint(learned.intents, courtesy))
        #: Score from which the bot answers by itself.
        self.accept = learned.accept
        #: What was learned from the examples; worth keeping beside the content's hash.
        self.learned = replace(learned, texts=tuple(text for text, _ in read), terms=terms)

    def unlikely(self, stage: Stage) -> tuple[str, ...]:
        """The intents (`after.*`: a whole group) that hardly fit an order in this stage."""
        return self._stages.get(stage.value, ())

    def script_of(self, intent: str) -> Script | None:
        """The dialogue that an intent begins."""
        return self._begun_by.get(intent)

    def warm(self) -> None:
        """Compile what is otherwise compiled at first use; for a server, once it is ready."""
        for intent in self.intents.values():
            for pattern in intent.patterns:
                _ = pattern.found
        self.style.warm()

    def shop(self, shop: str) -> Shop:
        """What is known of a shop: its own facts on top of the common ones."""
        return self._shops.get(shop) or self._shops[""]

    def with_shop(self, shop: str, facts: Shop) -> Knowledge:
        """The same content with other facts of one shop, for trying out what it has switched off."""
        other = object.__new__(Knowledge)
        other.__dict__ |= self.__dict__ | {"_shops": MappingProxyType({**self._shops, shop: facts})}
        return other

    def facts(self, shop: str, now: datetime) -> Mapping[str, str]:
        """What may be said of the shop at an aware moment."""
        return self.shop(shop).said(now)

    def understand(self, raw: str, *, explain: bool = False) -> Understanding:
        """Read one turn of a customer: about a millisecond, bounded whatever the text. `explain` names the nearest
        example of every intent, not of the best alone."""
        whole, said = self._clauses(raw)
        text, mood = whole.text, self._signals.mood(whole.text)
        return Understanding(
            text=text,
            tokens=whole.tokens,
            entities=entities.find(text),
            matches=self._wanted(whole, said, explain=explain),
            mood=mood,
            aim=Aim.NOTHING if mood is Mood.CALM else self._signals.aim(text),
            wants_human=self._signals.wants_human(text),
            wishes=self._wishes(said),
        )

    def understand_turn(self, fragments: Sequence[str]) -> Understanding:
        """Read a turn typed in several messages: what is wanted is taken from the part that says it most clearly
        (“你好” + “在吗” + “啥时候发货”), mood and entities from the whole."""
        whole = self.understand("，".join(fragments))
        if len(fragments) < 2:
            return whole
        telling = [fragment for fragment in fragments if not cards.pasted(normalize(fragment))]
        parts = [self._wanted(*self._clauses(fragment)) for fragment in telling]
        if telling and len(telling) < len(fragments):  # what a card says is no part of what is wanted
            return replace(whole, matches=max(parts, key=_clarity))
        return replace(whole, matches=max([whole.matches, *parts], key=_clarity))

    def understand_after(self, before: Sequence[str], raw: str) -> Understanding:
        """Read one text with the customer's turns before it, oldest first, for what it does not say by itself."""
        topic: dict[str, float] = {}
        for earlier in before:
            topic = topics.heard(topic, self._wanted(*self._clauses(earlier)))
        understood = self.understand(raw)
        return replace(understood, matches=topics.in_topic(understood.matches, topic))

    def cuts_the_wait(self, raw: str) -> bool:
        """Whether a fragment must not wait for more: the customer asks for a human or threatens (bar 19)."""
        text = normalize(raw)
        return self._signals.wants_human(text) or self._signals.mood(text).value in ("threatening", "abusive", "angry")

    def mood(self, raw: str) -> Mood:
        """How a text sounds, nothing else of it read."""
        return self._signals.mood(normalize(raw))

    def wish(self, raw: str) -> str:
        """What a text says beside courtesies at its ends, normalised; "" for nothing but courtesy."""
        return self._courtesy.wish(normalize(raw))

    def _clauses(self, raw: str) -> tuple[Clause, list[Clause]]:
        """The text as read, whole and cut into the things said."""
        text, segments = self._fixer.read(normalize(raw))
        return Clause(text, words(segments)), list(clauses.split(segments))

    def _wanted(self, whole: Clause, said: Sequence[Clause], *, explain: bool = False) -> tuple[Match, ...]:
        """What the text may want, without what it denies to want (“不是要退货，我问什么时候发”); where it only denies,
        nothing is sure."""
        wanted = [clause for clause in said if not clause.denies]
        if len(wanted) == len(said):
            return self._matcher.rank(whole.text, whole.tokens, explain=explain)
        if wanted:
            tokens = tuple(token for clause in wanted for token in clause.tokens)
            return self._matcher.rank(",".join(clause.text for clause in wanted), tokens, explain=explain)
        matches = self._matcher.rank(whole.text, whole.tokens, explain=explain)
        return tuple(replace(match, score=min(match.score, _DENIED)) for match in matches)

    def _wishes(self, said: Sequence[Clause]) -> tuple[Match, ...]:
        """The different things that clauses of a text surely want, small talk aside; () unless there are several."""
        telling = [clause for clause in said if not clause.denies and self._is_telling(clause)][:_MOST]
        found: dict[str, Match] = {}
        for left, clause in zip(range(len(telling), 0, -1), telling, strict=True):
            if len(found) + left < _SEVERAL:  # most texts are settled by their first part, and each costs a fifth
                return ()
            best = self._matcher.best(clause.text, clause.tokens)
            if best and best.score >= self.accept and _is_request(best):
                found.setdefault(best.intent, best)
        return tuple(found.values()) if len(found) >= _SEVERAL else ()

    def _is_telling(self, clause: Clause) -> bool:
        return len(self._courtesy.wish(clause.text)) >= _TELLING

    def _read(self, raw: str) -> tuple[str, tuple[str, ...]]:
        text, segments = self._fixer.read(normalize(raw))
        return text, words(segments)


def _clarity(matches: Sequence[Match]) -> tuple[bool, float]:
    """Order of what the parts of a turn may mean: a wish before small talk, then the surer one."""
    if not matches:
        return False, 0.0
    best = matches[0]
    return best.score >= _CLEAR and _is_wish(best), best.score


def _is_wish(match: Match) -> bool:
    return match.intent not in NOT_ANSWERABLE and not match.intent.startswith("chat.")


def _is_request(match: Match) -> bool:
    """Whether an answer is wanted to this very part: “东西收到了，少了一包” asks one thing, not two."""
    return _is_wish(match) and match.intent not in _ANNOUNCEMENTS
