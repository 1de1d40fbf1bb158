"""The nouns: what a customer writes, what kefu understands and decides, and how a conversation stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.core.questions import Form, Question, Survey


class MessageType(StrEnum):
    """What a chat platform can hand us."""

    TEXT = "text"
    IMAGE = "image"
    STICKER = "sticker"
    VOICE = "voice"
    ORDER_CARD = "order_card"
    PRODUCT_CARD = "product_card"
    RECALL = "recall"
    AGENT_MESSAGE = "agent_message"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What became of a customer's message, as the webhook tells it."""

    REPLIED = "replied"
    SUGGESTED = "suggested"
    HANDED_OFF = "handed_off"
    MERGED = "merged"
    HELD_BY_AGENT = "held_by_agent"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"


class Holder(StrEnum):
    """Who speaks for the shop in a conversation: the bot, nobody yet (a ticket waits), or a human."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class Mode(StrEnum):
    """The most that the bot may do by itself for an intent."""

    AUTO = "auto"
    SUGGEST = "suggest"
    HANDOFF = "handoff"


class Mood(StrEnum):
    """How the customer sounds, from calm to threatening; separate from what is wanted (SR-058)."""

    CALM = "calm"
    URGING = "urging"
    DISPLEASED = "displeased"
    ANGRY = "angry"
    ABUSIVE = "abusive"
    THREATENING = "threatening"


class Stage(StrEnum):
    """How far the order that a message is about has come, where the platform says so."""

    UNKNOWN = ""
    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    REFUNDING = "refunding"


class Aim(StrEnum):
    """What an upset customer is upset about (SR-058, SR-078)."""

    NOTHING = ""
    PERSON = "person"
    SERVICE = "service"
    LOGISTICS = "logistics"
    GOODS = "goods"


class Priority(IntEnum):
    """Order of the human queue; higher goes first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class Reason(StrEnum):
    """Why a human is asked: written on the ticket and read by agents."""

    CUSTOMER_ASKED = "customer_asked"
    INTENT_NEEDS_HUMAN = "intent_needs_human"
    NOT_UNDERSTOOD = "not_understood"
    REPEATED_QUESTION = "repeated_question"
    UPSET = "upset"
    RISK = "risk"
    IMAGE = "image"
    NO_PHRASE = "no_phrase"
    SUGGESTION_WAITS = "suggestion_waits"
    DELIVERY_UNKNOWN = "delivery_unknown"
    DELIVERY_FAILED = "delivery_failed"
    BOT_FAULT = "bot_fault"
    DIALOGUE_STUCK = "dialogue_stuck"
    FACT_MISSING = "fact_missing"
    AGENT_SILENT = "agent_silent"
    LOW_SCORE = "low_score"
    RELEASED = "released"
    AGENT_GONE = "agent_gone"
    PROMISE_BROKEN = "promise_broken"
    ORDER_TASK = "order_task"
    ORDER_UNSURE = "order_unsure"


#: The reasons in the agents' language.
REASON_TITLES: Mapping[Reason, str] = {
    Reason.CUSTOMER_ASKED: "客户要求人工",
    Reason.INTENT_NEEDS_HUMAN: "需要人工处理",
    Reason.NOT_UNDERSTOOD: "没有听懂",
    Reason.REPEATED_QUESTION: "同一问题多次询问",
    Reason.UPSET: "客户情绪激动",
    Reason.RISK: "投诉或维权风险",
    Reason.IMAGE: "客户发来图片",
    Reason.NO_PHRASE: "没有可用的话术",
    Reason.SUGGESTION_WAITS: "有待确认的建议回复",
    Reason.DELIVERY_UNKNOWN: "回复是否送达不明",
    Reason.DELIVERY_FAILED: "回复没有送达",
    Reason.BOT_FAULT: "机器人处理出错",
    Reason.DIALOGUE_STUCK: "没有问到需要的信息",
    Reason.FACT_MISSING: "缺少商品或店铺资料",
    Reason.AGENT_SILENT: "客服长时间未回复",
    Reason.LOW_SCORE: "客户评分低",
    Reason.RELEASED: "客服转回队列",
    Reason.AGENT_GONE: "客服离开",
    Reason.PROMISE_BROKEN: "答应客户的事到时没办",
    Reason.ORDER_TASK: "订单待办",
    Reason.ORDER_UNSURE: "订单的最新情况没有核实到",
}


#: Classes that are trained like intents but say "this is not for the shop, or not clear".
NOT_ANSWERABLE = frozenset({"platform", "other", "unclear"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message from a platform, in kefu's own terms."""

    shop: str
    channel: str
    customer: str
    external_id: str  #: the platform's id of the message
    type: MessageType
    text: str
    sent_at: datetime  #: aware
    customer_name: str = ""
    tags: tuple[str, ...] = ()
    order_id: str = ""
    product_id: str = ""
    recalls: str = ""  #: external id of the message that a recall withdraws
    agent: str = ""  #: who typed an agent_message
    media_url: str = ""
    order_stage: Stage = Stage.UNKNOWN


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the shop's world named in a text: kind, canonical value, and the words it was read from."""

    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """One intent that a text may mean."""

    intent: str
    score: float  #: 0…1, how sure the match is
    example: str  #: the trainers' example nearest to the text


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was read from one turn of the customer, before anything is decided."""

    text: str  #: normalised text
    tokens: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    matches: tuple[Match, ...] = ()  #: best first
    mood: Mood = Mood.CALM
    wants_human: bool = False
    wishes: tuple[Match, ...] = ()  #: two or more things surely wanted at once, in the order said; else empty
    aim: Aim = Aim.NOTHING  #: what the mood is about; nothing for a calm text

    @property
    def margin(self) -> float:
        """Distance between the best and the second intent."""
        scores = [m.score for m in self.matches[:2]] + [0.0, 0.0]
        return scores[0] - scores[1]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the bot remembers of a conversation from turn to turn."""

    failures: int = 0  #: turns in a row that were not understood
    last_intent: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)  #: intent → times answered in a row of this conversation
    said: tuple[str, ...] = ()  #: ids of the phrases said so far, oldest first
    choices: tuple[str, ...] = ()  #: the intents last offered as a choice
    topic: Mapping[str, float] = field(default_factory=dict)  #: intent → how much the talk was about it lately
    form: Form | None = None  #: the dialogue that waits for an answer
    product: str = ""  #: id of the product last shown
    order: str = ""  #: number of the customer's order last named
    survey: Survey | None = None  #: our question how it was
    question: Question | None = None  #: of the shop itself, not answered yet


@dataclass(frozen=True, slots=True)
class Decision:
    """What kefu does with a turn, and why; kept as a row so that every reply can be explained later."""

    status: Status
    intent: str = ""
    score: float = 0.0
    margin: float = 0.0
    runner_up: str = ""
    example: str = ""
    situation: str = ""  #: the phrase group to speak from, e.g. "ship.when_sent/default"
    reasons: tuple[str, ...] = ()
