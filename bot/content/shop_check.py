"""What may be wrong with the facts of shops beyond how they are written: over, too long, or leaving nothing to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.content.load import Content
from bot.content.reader import Finding, Reader
from bot.core.hours import SHOP_ZONE
from bot.core.render import LONGEST_VALUE, compile_phrase, variables
from bot.core.shop import DERIVED, Shop
from bot.core.situations import circumstances
from bot.errors import RenderError


def check_shops(content: Content, now: datetime | None) -> Iterator[Finding]:
    """Findings about every shop's file. `now`: aware; None leaves out what depends on the day."""
    for name, shop in content.shops.items():
        yield from _too_long(content.shop_files[name], shop)
        yield from _over(content.shop_files[name], shop, now) if now else ()
    yield from _may_expire(content, now) if now else ()


def names_given(content: Content) -> frozenset[str]:
    """The facts that some shop gives at some time."""
    return frozenset(name for shop in content.shops.values() for _, said in shop.timetable for name in said)


def facts_used(source: str) -> frozenset[str] | None:
    """The facts of the shop that a phrase uses; None for one that cannot be compiled, which is another finding."""
    try:
        compile_phrase("", source)
    except RenderError:
        return None
    return frozenset(name.removeprefix("shop.") for name in variables(source) if name.startswith("shop."))


def _too_long(file: Reader, shop: Shop) -> Iterator[Finding]:
    told = {(name, len(text) > LONGEST_VALUE) for _, said in shop.timetable for name, text in said.items()}
    for name in sorted(name for name, is_long in told if is_long):
        key = DERIVED.get(name, name)
        if file.has(key):
            message = f"“{name}”超过 {LONGEST_VALUE} 个字，话术里放不下（同时生效的几项会连在一起念）"
            yield Finding(str(file.path), file.line(key), "long", message)


def _over(file: Reader, shop: Shop, now: datetime) -> Iterator[Finding]:
    """What this very file gives and can never be said again."""
    facts = [fact for name, fact in shop.facts.items() if file.has(name)]
    facts += shop.campaigns if file.has("campaigns") else ()
    facts += shop.coupons if file.has("coupons") else ()
    over = [(fact.name, fact.says) for fact in facts if fact.span.is_over(now)]
    if shop.hours and file.has("holidays"):
        today = now.astimezone(SHOP_ZONE).date()
        over += [("holidays", holiday.says) for holiday in shop.hours.holidays if holiday.last < today]
    for name, says in over:
        line = getattr(says, "line", file.line(name))
        yield Finding(str(file.path), line, "ended", f"“{name}”已结束，可以删掉", "warning")


def _may_expire(content: Content, now: datetime) -> Iterator[Finding]:
    """Situations in which some shop has nothing to say now or later (SR-097). Where circumstances (upset, shipped)
    have phrases of their own, `default` speaks for them too, so that these need not be looked at."""
    given = names_given(content)
    times = [time for name, shop in content.shops.items() for time in _ahead(name, shop, now)]
    for situation, variants in content.phrases.items():
        if circumstances(situation.rpartition("/")[2]):
            continue
        used = [needed for variant in variants if (needed := facts_used(variant)) is not None]
        when, said = next((time for time in times if all(needed - time[1].keys() for needed in used)), ("", {}))
        gone = frozenset().union(*used) & given - said.keys()
        if when and gone:
            names = "、".join(sorted(gone))
            message = f"{when}没有“{names}”，“{situation}”一条也说不了，只能转人工；请加一条不用它的"
            yield Finding(str(content.phrase_paths[situation]), variants[0].line, "may-expire", message, "warning")


def _ahead(name: str, shop: Shop, now: datetime) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the shop may say now and at each later time, and the words for when."""
    whose = f"店铺 {name} " if name else ""
    yield f"{whose}现在", shop.said(now)
    for start, said in shop.timetable:
        if start > now:
            yield f"{whose}从 {start.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M} 起", said
