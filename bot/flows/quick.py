"""The stories of quick phrases: agents look them up, use them, and keep their own; leads keep the shop's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from bot.core import entities
from bot.core.hours import SHOP_ZONE
from bot.core.normalize import normalize
from bot.core.quick import VARIABLES, Filled, QuickPhrase, Scope, fill, needs, proven
from bot.core.quick_search import Index
from bot.errors import Conflict, Forbidden, InvalidField, NotFound, RenderError
from bot.store import agents, conversations, messages, quick

#: Who may change what the whole shop or a team uses.
_HISTORY = 50
_NO_PHRASE = "没有这条快捷短语"


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who looks for a phrase, and for which conversation ("" = none yet)."""

    shop: str
    agent: str
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A shop's phrases ready to be searched, and the state of content and database they come from."""

    version: tuple[object, ...]
    index: Index


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase, how often the seeker used it, and its text filled in; None where it may not go out as it is."""

    phrase: QuickPhrase
    uses: int
    filled: Filled | None


def today(now: datetime) -> date:
    """The day in the shop's time zone, which validity is about."""
    return now.astimezone(SHOP_ZONE).date()


def library(tx: sa.Connection, shop: str, files: Iterable[QuickPhrase]) -> list[QuickPhrase]:
    """Every phrase of a shop. One that the product keeps for the shop goes before the trainers' of the same code."""
    made = quick.listed(tx, shop)
    codes = {phrase.code for phrase in made if phrase.scope is Scope.SHOP}
    return [*made, *(phrase for phrase in files if phrase.code not in codes)]


def shelf(
    tx: sa.Connection, shop: str, files: Sequence[QuickPhrase], content: str, known: Shelf | None = None
) -> Shelf:
    """The shop's phrases; `known` again while neither the content (named by its hash) nor the database changed."""
    version = (content, *quick.version(tx, shop))
    if known is not None and known.version == version:
        return known
    return Shelf(version, Index(library(tx, shop, files)))


def search(
    tx: sa.Connection, shelf: Shelf, seeker: Seeker, query: str, shop_facts: Mapping[str, str], now: datetime,
    limit: int = 20,
) -> list[Found]:
    """What fits the query, best first, filled in for the conversation. NotFound for a conversation of another shop."""
    facts, uses = _facts(tx, seeker, shop_facts), quick.uses(tx, seeker.shop, seeker.agent)
    phrases = shelf.index.search(query, seeker.agent, today(now), uses, limit)
    return [Found(phrase, uses.get(phrase.id, 0), _filled(phrase.text, facts)) for phrase in phrases]


def add(tx: sa.Connection, shop: str, agent: str, phrase: QuickPhrase, now: datetime) -> QuickPhrase:
    """Keep a new phrase: one's own, or the team's or shop's if the role allows it (Forbidden otherwise). InvalidField
    for what cannot stay, Conflict when the owner has the code already."""
    owner = {Scope.PERSONAL: agent, Scope.SHOP: ""}.get(phrase.scope, phrase.owner.strip())
    if phrase.scope is Scope.TEAM and not owner:
        raise InvalidField("团队短语要写明是哪个团队", field="owner")
    made = proven(replace(phrase, owner=owner))
    _begin(tx, shop, agent, made)
    _refuse_doubled(tx, shop, made)
    return quick.add(tx, shop, made, now)


def change(tx: sa.Connection, shop: str, agent: str, phrase: QuickPhrase, now: datetime) -> QuickPhrase:
    """Write a phrase anew under its id; whose it is stays. Refused like `add`; NotFound for another's own."""
    old = _changeable(tx, shop, agent, phrase.id)
    made = proven(replace(phrase, scope=old.scope, owner=old.owner))
    _refuse_doubled(tx, shop, made)
    quick.change(tx, shop, made, now)
    return made


def remove(tx: sa.Connection, shop: str, agent: str, phrase_id: str) -> None:
    """Delete a phrase; refused like `change`."""
    quick.remove(tx, shop, _changeable(tx, shop, agent, phrase_id).id)


def use(
    tx: sa.Connection, seeker: Seeker, phrase_id: str, values: Mapping[str, str], files: Iterable[QuickPhrase],
    shop_facts: Mapping[str, str], now: datetime,
) -> QuickPhrase:
    """The phrase with its text ready to send, counted as used. `values` fill what the conversation does not tell;
    InvalidField names what is missing or not asked for, and nothing is counted then."""
    phrase = quick.get(tx, seeker.shop, phrase_id) or next((one for one in files if one.id == phrase_id), None)
    if phrase is None or (phrase.scope is Scope.PERSONAL and phrase.owner != seeker.agent):
        raise NotFound(_NO_PHRASE)
    if not phrase.is_valid(today(now)):
        raise Conflict("这条快捷短语不在有效期内，请换一条")
    text = _told(phrase.text, {**_facts(tx, seeker, shop_facts), **_asked(phrase.text, values)})
    quick.used(tx, seeker.shop, phrase.id, seeker.agent, now)
    return replace(phrase, text=text)


def demand_keeper(tx: sa.Connection, shop: str, agent: str) -> None:
    """Forbidden unless the account may change what the whole shop uses."""
    if agents.role(tx, shop, agent) not in agents.KEEPERS:
        raise Forbidden("店铺和团队的快捷短语由组长、培训师或管理员维护；您可以新建个人短语")


def _begin(tx: sa.Connection, shop: str, agent: str, phrase: QuickPhrase) -> None:
    if phrase.scope is not Scope.PERSONAL:
        demand_keeper(tx, shop, agent)
    if not quick.lock(tx, shop):
        raise NotFound(f"没有店铺 {shop}")


def _changeable(tx: sa.Connection, shop: str, agent: str, phrase_id: str) -> QuickPhrase:
    if phrase_id.startswith("file."):
        raise Conflict("这条短语写在 phrases/quick/ 里，请在文件中修改，或新建一条编码相同的店铺短语代替它")
    if not quick.lock(tx, shop):
        raise NotFound(f"没有店铺 {shop}")
    phrase = quick.get(tx, shop, phrase_id)
    if phrase is None or (phrase.scope is Scope.PERSONAL and phrase.owner != agent):
        raise NotFound(_NO_PHRASE)
    _begin(tx, shop, agent, phrase)
    return phrase


def _refuse_doubled(tx: sa.Connection, shop: str, phrase: QuickPhrase) -> None:
    other = quick.of_code(tx, shop, phrase.scope, phrase.owner, phrase.code)
    if other is not None and other.id != phrase.id:
        raise Conflict(f"编码“{phrase.code}”已经用在“{other.group}”的一条短语上，请换一个", field="code")


def _facts(tx: sa.Connection, seeker: Seeker, shop_facts: Mapping[str, str]) -> dict[str, str]:
    """What is known without asking: the shop's facts, the agent, and what the conversation tells."""
    facts = {f"shop.{name}": value for name, value in shop_facts.items()} | {"agent": seeker.agent}
    if seeker.conversation:
        conversation = conversations.get(tx, seeker.shop, seeker.conversation)
        if conversation is None:
            raise NotFound("没有这个会话")
        facts |= {"customer": conversation.customer_name, "order_no": _order(tx, seeker)}
    return facts


def _order(tx: sa.Connection, seeker: Seeker) -> str:
    """The order number that the customer named last, by a card or in words; "" for none."""
    for message in reversed(messages.listed(tx, seeker.shop, seeker.conversation, last=_HISTORY)):
        if message.author == "customer" and message.state != "recalled":
            if card := message.details.get("order_id"):
                return str(card)
            for entity in entities.find(normalize(message.text)):
                if entity.kind == "order_no":
                    return entity.value
    return ""


def _filled(text: str, facts: Mapping[str, str]) -> Filled | None:
    try:
        return fill(text, facts)
    except RenderError:
        return None


def _asked(text: str, values: Mapping[str, str]) -> Mapping[str, str]:
    for name in values:
        if name not in needs(text):
            raise InvalidField(f"这条短语用不到 {name}", field="values")
    return values


def _told(text: str, facts: Mapping[str, str]) -> str:
    try:
        filled = fill(text, facts)
    except RenderError as error:
        raise InvalidField(f"填好后不能发送：{error}", field="values") from error
    if filled.missing:
        titles = "、".join(VARIABLES.get(name, name) for name in filled.missing)
        raise InvalidField(f"还缺 {titles}，请填写后再发", field=f"values.{filled.missing[0]}")
    return filled.text
