"""A shop small enough to see whole: six intents, three variants each, and the words to set a scene with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core import answer
from bot.core.dialogue import Script
from bot.core.effects import ChaseTicket, OpenTicket, Outcome, Remember, Send, Suggest
from bot.core.hours import SHOP_ZONE, Hours
from bot.core.intents import Intent, Lexicon
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Entity, Match, Mode, Mood, Priority, Understanding
from bot.core.render import Phrase, compile_phrase
from bot.core.shop import Fact, Shop
from bot.core.tokens import Tokenizer
from bot.core.turn import Turn
from bot.core.written import read_periods

MORNING = datetime(2026, 11, 11, 10, 0, tzinfo=SHOP_ZONE)
MIDNIGHT = datetime(2026, 11, 11, 23, 30, tzinfo=SHOP_ZONE)
FACTS = {"name": "小满生活馆", "cutoff_time": "16:30", "work_hours": "9:00-22:00"}

_INTENTS = (
    ("ship.when_sent", "什么时候发货", Mode.AUTO, "sale", Priority.NORMAL, ("什么时候发货", "几号能寄出来")),
    ("presale.stock", "有没有货", Mode.AUTO, "presale", Priority.NORMAL, ("有货吗", "现在还有没有库存")),
    ("after.refund", "申请退款", Mode.SUGGEST, "aftersale", Priority.HIGH, ("我要退款", "帮我退款吧")),
    ("risk.complaint", "投诉服务", Mode.HANDOFF, "senior", Priority.URGENT, ("我要投诉你们", "叫你们领导来")),
    ("chat.thanks", "感谢", Mode.AUTO, "presale", Priority.NORMAL, ("谢谢", "多谢啦")),
    ("chat.human", "转人工客服", Mode.HANDOFF, "presale", Priority.HIGH, ("转人工", "我要人工客服")),
    ("unclear", "不清楚", Mode.AUTO, "presale", Priority.NORMAL, ("那个", "就是那个")),
)
_SAYS: Mapping[str, tuple[str, ...]] = {
    "ship.when_sent/default": ("{{ shop.cutoff_time }}前付款当天发。", "按付款顺序发出。", "发出后可以看到单号。"),
    "ship.when_sent/repeated": ("再为您确认，{{ shop.cutoff_time }}前付款当天发。", "发货进度在订单详情页。"),
    "ship.when_sent/upset": ("理解您着急，{{ shop.cutoff_time }}前付款当天发。", "抱歉让您等，按付款顺序发出。"),
    "presale.stock/default": ("页面可以拍下的都有货。", "可以拍下就是有货。", "有货的，您放心拍。"),
    "after.refund/default": ("在订单页可以申请退款。", "退款入口在订单页。", "退款申请后为您审核。"),
    "risk.complaint/default": (
        "已转给专员，预计{{ wait }}回复您。", "专员预计{{ wait }}回复您。", "负责人预计{{ wait }}回复。",
    ),
    "chat.thanks/default": ("不客气。", "应该的。", "很高兴帮到您。"),
    "chat.human/default": ("正在转人工，预计{{ wait }}回复您。", "已转人工，预计{{ wait }}回复您。"),
    "unclear/default": ("请您说具体一点。", "请补充一下。", "您想问哪方面呢？"),
    "clarify": ("麻烦说具体一点。", "您想问商品还是订单呢？", "请补充一下情况。"),
    "clarify_choice": ("是“{{ first }}”还是“{{ second }}”？", "请选“{{ first }}”或“{{ second }}”。"),
    "handoff": ("已转给客服，预计{{ wait }}回复您。", "同事预计{{ wait }}回复您。", "已请专员，预计{{ wait }}回复。"),
    "handoff_unclear": ("没能理解，已请人工，预计{{ wait }}回复您。",),
    "handoff_failed": ("没答到点上，已请人工，预计{{ wait }}回复您。",),
    "handoff_upset": ("理解您的心情，专员预计{{ wait }}回复您。",),
    "handoff_urgent": ("非常重视，负责人预计{{ wait }}回复您。",),
    "handoff_off_hours": ("现在是下班时间，预计{{ wait }}回复您。", "留言已保存，预计{{ wait }}回复您。"),
    "handoff_check": ("这一单要先帮您核实，预计{{ wait }}回复您。",),
    "waiting_ack": ("收到您的补充。", "已记下来了。"),
    "waiting_chase": ("抱歉让您久等，预计{{ wait }}回复您。", "已加急，预计{{ wait }}回复您。"),
    "holding": ("请您稍等，马上为您查询。",),
    "agent_away": ("客服临时离开，预计{{ wait }}回复您。",),
    "image": ("图片收到了，预计{{ wait }}回复您。",),
    "voice_unclear": ("语音没听清，麻烦您打字。", "麻烦您用文字再说一遍。"),
    "sticker": ("收到您的表情。", "看到您的表情了。"),
    "order_card": ("订单看到了，您想问哪方面？",),
    "product_card": ("商品看到了，您想问哪方面？",),
}
_SIGNALS = {
    "human": ("人工", "真人"), "not_human": ("人工费",), "angry": ("投诉", "骗子"), "threatening": ("12315",),
    "abusive": ("王八蛋",), "displeased": ("太慢",), "urging": ("快点", "催一下"),
}


def open_shop(
    tokenizer: Tokenizer, facts: Mapping[str, str] | Shop | None = None, **says: tuple[str, ...]
) -> Knowledge:
    """The shop, with other facts or with other words for some situations (an empty tuple takes one away)."""
    shop = facts if isinstance(facts, Shop) else told_by(FACTS if facts is None else facts)
    return _opened(tokenizer, shop, says, ())


def open_for_talks(tokenizer: Tokenizer, scripts: Iterable[Script], says: Mapping[str, tuple[str, ...]]) -> Knowledge:
    """The shop with dialogues, and what is said in them."""
    return _opened(tokenizer, told_by(FACTS), says, scripts)


def _opened(
    tokenizer: Tokenizer, shop: Shop, says: Mapping[str, tuple[str, ...]], scripts: Iterable[Script]
) -> Knowledge:
    intents = {
        id_: Intent(id_, title, mode, group, priority, examples)
        for id_, title, mode, group, priority, examples in _INTENTS
    }
    phrases = {situation: _compiled(situation, lines) for situation, lines in {**_SAYS, **says}.items() if lines}
    return Knowledge(intents, phrases, {"": shop}, Lexicon(signals=_SIGNALS), tokenizer, "tiny", scripts=scripts)


def told_by(facts: Mapping[str, str]) -> Shop:
    """A shop that gives these facts; its hours are those of `work_hours`."""
    hours = Hours((read_periods(facts["work_hours"]),) * 7) if "work_hours" in facts else None
    return Shop({name: Fact(name, says) for name, says in facts.items()}, hours=hours)


def _compiled(situation: str, lines: tuple[str, ...]) -> tuple[Phrase, ...]:
    return tuple(compile_phrase(f"{situation}/{number}", line) for number, line in enumerate(lines, 1))


def heard(
    intent: str = "", score: float = 0.95, rival: str = "", rival_score: float = 0.02, *, text: str = "",
    mood: Mood = Mood.CALM, wants_human: bool = False, entities: tuple[Entity, ...] = (),
) -> Understanding:
    """What was understood of a turn, as if the matching had said so."""
    ranked = [Match(intent, score, text)] if intent else []
    if rival:
        ranked.append(Match(rival, rival_score, text))
    return Understanding(text or intent or "这句话", (), entities, tuple(ranked), mood, wants_human)


def turn(**changes: object) -> Turn:
    """A fresh turn at ten in the morning, changed as told."""
    return replace(Turn(shop="demo", now=MORNING, seed="s"), **changes)  # type: ignore[arg-type]


def said(outcome: Outcome) -> list[str]:
    """What the customer reads."""
    return [effect.text for effect in outcome.effects if isinstance(effect, Send)]


def drafted(outcome: Outcome) -> list[str]:
    """What an agent is shown to confirm."""
    return [effect.text for effect in outcome.effects if isinstance(effect, Suggest)]


def ticket(outcome: Outcome) -> OpenTicket | None:
    """The ticket that is opened, if any."""
    return next((effect for effect in outcome.effects if isinstance(effect, OpenTicket)), None)


def chased(outcome: Outcome) -> bool:
    """Whether a waiting human is reminded."""
    return any(isinstance(effect, ChaseTicket) for effect in outcome.effects)


def remembered(outcome: Outcome, before: Dialogue) -> Dialogue:
    """The dialogue with which the next turn begins."""
    return next((effect.dialogue for effect in outcome.effects if isinstance(effect, Remember)), before)


def talk(knowledge: Knowledge, turns: list[Understanding], start: Turn) -> list[Outcome]:
    """One conversation: every turn begins with what the turn before left in memory."""
    outcomes, dialogue = [], start.dialogue
    for number, understood in enumerate(turns):
        outcome = answer.answer(knowledge, replace(start, dialogue=dialogue, seed=f"{start.seed}{number}"), understood)
        outcomes.append(outcome)
        dialogue = remembered(outcome, dialogue)
    return outcomes
