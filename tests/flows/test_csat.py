"""How it was: asked once, later, only whom it makes sense to ask; the answer kept, and a low one followed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.base import Fate, Sent
from bot.content.live import LiveContent
from bot.core.model import Status
from bot.core.shop import Shop
from bot.flows import csat_report
from bot.flows.csat_report import Report
from bot.store import csat as stored
from bot.store.base import Store
from bot.store.csat import By
from bot.store.messages import StoredMessage
from bot.store.tables import csat, jobs, shops
from tests.flows.world import World


@pytest.fixture
def asking(store: Store, content: LiveContent) -> World:
    """A shop whose platform can be called, and which asks after a human's case."""
    world = World(store, content.knowledge, content=content)
    world.call_back()
    return world


@pytest.fixture
def after_bot(asking: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same shop, asking after the bot's answers, too."""
    rules = asking.knowledge.shop("demo")
    assert rules.csat is not None
    changed = replace(rules, csat=replace(rules.csat, after_bot=True))
    monkeypatch.setattr(asking.knowledge, "_shops", {"": changed})
    return asking


def case(world: World, customer: str = "c1", *said: str, thanks: str = "好的谢谢") -> None:
    """A human's case from the question to its end; the platform takes what we say at once."""
    ticket = world.say(customer, said[0] if said else "转人工").ticket
    world.claim(ticket)
    for words in said[1:]:
        world.say(customer, words)
    world.reply(ticket, "您好，已经为您处理好了")
    if thanks:
        world.say(customer, thanks)
    world.resolve(ticket)
    world.work()


def later(world: World, seconds: float = 150) -> None:
    """Time goes by and the worker works."""
    world.pass_time(seconds)
    world.work()


def questions(world: World, customer: str = "c1") -> list[StoredMessage]:
    """Our questions how it was."""
    return [one for one in world.said("bot", customer) if str(one.details.get("phrase", "")).startswith("csat_ask")]


def scores(world: World) -> list[tuple[Any, ...]]:
    """What is written down."""
    return [(row["agent"], row["score"], row["reason"]) for row in world.rows(csat)]


def test_who_was_helped_is_asked_once_a_little_later(asking: World) -> None:
    case(asking)
    later(asking, 60)
    assert questions(asking) == []
    later(asking)
    [question] = questions(asking)
    assert (question.author, question.state, "5" in question.text) == ("bot", "delivered", True)
    assert scores(asking) == [("小王", None, "")]
    later(asking, 3600)
    assert len(questions(asking)) == 1


def test_the_answer_is_kept_and_thanked_for(asking: World) -> None:
    case(asking)
    later(asking)
    assert asking.say("c1", "满意").status is Status.REPLIED
    assert str(asking.said()[-1].details["phrase"]).startswith("csat_thanks")
    [row] = asking.rows(csat)
    assert (row["score"], row["agent"], row["answered_at"]) == (4, "小王", asking.now)
    asking.work()
    asking.say("c1", "1")  # the question is answered: a figure is a figure again
    assert scores(asking) == [("小王", 4, "")]
    assert asking.conversation().dialogue.survey is None


def test_a_low_score_asks_why_once_and_opens_a_ticket_for_a_lead(asking: World) -> None:
    case(asking)
    later(asking)
    assert asking.say("c1", "不满意").status is Status.HANDED_OFF
    ticket = asking.ticket()
    assert ticket is not None
    assert (ticket.reason, ticket.group, ticket.note) == ("low_score", "senior", "评分 2 分")
    asking.say("c1", "说今天退款，结果没退")
    assert scores(asking) == [("小王", 2, "说今天退款,结果没退")]
    assert asking.ticket() == replace(ticket, note="评分 2 分：说今天退款,结果没退")
    said = [str(one.details.get("phrase", "")).partition("/")[0] for one in asking.said()[-2:]]
    assert said == ["csat_why", "csat_noted"]
    asking.say("c1", "还有发票也没开")
    assert scores(asking) == [("小王", 2, "说今天退款,结果没退")]


def test_the_answer_is_understood_for_a_day(asking: World) -> None:
    case(asking)
    later(asking)
    asking.pass_time(24 * 3600)
    asking.say("c1", "5")
    assert scores(asking) == [("小王", None, "")]


def test_nobody_is_asked_into_a_conversation_that_has_gone_on(asking: World) -> None:
    case(asking)
    asking.say("c1", "对了，什么时候发货")
    later(asking)
    assert questions(asking) == []


def test_nobody_is_asked_while_an_agent_holds_the_conversation(asking: World) -> None:
    case(asking)
    asking.agent_types("还有一件事跟您说一下")
    later(asking)
    assert questions(asking) == []


@pytest.mark.parametrize(
    "said", [("你们是傻逼吗", "转人工"), ("转人工", "傻逼客服"), ("再不退款我就打12315投诉", "快点")]
)
def test_who_insulted_or_threatened_is_not_asked(asking: World, said: tuple[str, ...]) -> None:
    case(asking, "c1", *said)
    later(asking)
    assert questions(asking) == []


@pytest.mark.parametrize("words", ["那运费谁出", "可是钱还没退给我"])
def test_who_is_left_with_a_question_is_not_asked(asking: World, words: str) -> None:
    case(asking, thanks=words)
    later(asking)
    assert questions(asking) == []


def test_a_case_ended_without_a_word_is_not_asked_about(asking: World) -> None:
    ticket = asking.say("c1", "转人工").ticket
    asking.claim(ticket)
    asking.resolve(ticket)
    later(asking)
    assert questions(asking) == []


def test_quiet_hours_put_the_question_off_to_the_morning(asking: World) -> None:
    asking.pass_time(12 * 3600)  # 22:00 in the shop
    case(asking)
    later(asking)
    assert questions(asking) == []
    later(asking, 11 * 3600)
    assert len(questions(asking)) == 1


def test_a_customer_is_asked_once_in_thirty_days(asking: World) -> None:
    case(asking)
    later(asking)
    asking.pass_time(29 * 24 * 3600)
    case(asking)
    later(asking)
    assert len(questions(asking)) == 1
    asking.pass_time(2 * 24 * 3600)
    case(asking)
    later(asking)
    assert len(questions(asking)) == 2


def test_a_platform_that_cannot_be_called_is_not_asked_through(world: World) -> None:
    case(world)
    world.pass_time(150)
    world.work()
    assert questions(world) == []
    assert [row["state"] for row in world.rows(jobs, jobs.c.kind == "csat")] == ["done"]


def test_a_shop_that_confirms_every_reply_is_not_asked_for(asking: World) -> None:
    asking.store.submit(lambda tx: tx.execute(shops.update().values(mode="assist")).rowcount).result()
    case(asking)
    later(asking)
    assert questions(asking) == []


def test_a_shop_without_the_rule_never_asks(asking: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking.knowledge, "_shops", {"": Shop()})
    case(asking)
    later(asking)
    assert questions(asking) == []


def test_the_bots_answers_are_asked_about_only_where_the_shop_says_so(asking: World) -> None:
    asking.say("c1", "什么时候发货")
    assert asking.jobs("csat") == []


def test_the_bots_customer_is_asked_after_half_an_hour_of_silence(after_bot: World) -> None:
    after_bot.say("c1", "什么时候发货")
    after_bot.work()
    later(after_bot, 20 * 60)
    after_bot.say("c1", "包邮吗")
    after_bot.work()
    later(after_bot, 20 * 60)
    assert questions(after_bot) == []
    later(after_bot, 15 * 60)
    assert len(questions(after_bot)) == 1
    after_bot.say("c1", "5分")
    assert scores(after_bot) == [("", 5, "")]


def test_the_bots_upset_customer_is_not_asked(after_bot: World) -> None:
    after_bot.say("c1", "太慢了，什么时候发货")
    later(after_bot, 40 * 60)
    assert questions(after_bot) == []


def test_a_question_that_does_not_arrive_calls_nobody(asking: World) -> None:
    case(asking)
    asking.pass_time(150)
    asking.work(Sent(Fate.REJECTED, "410"))
    [question] = questions(asking)
    assert (question.state, asking.ticket()) == ("failed", None)


def test_the_report_counts_by_who_helped_by_intent_and_by_day(after_bot: World) -> None:
    case(after_bot, "c1")
    case(after_bot, "c2")
    after_bot.say("c3", "什么时候发货")
    after_bot.work()
    later(after_bot)
    later(after_bot, 1800)
    after_bot.say("c1", "5")
    after_bot.say("c2", "1分，电话13812345678没人接")
    told = report(after_bot, "agent")
    lines = {line.key: (line.asked, line.answered, line.average, line.satisfied, line.low) for line in told.lines}
    assert lines == {"小王": (2, 2, 3.0, 0.5, 1), "": (1, 0, None, None, 0)}
    assert [(one.agent, one.score, one.reason) for one in told.low] == [("小王", 1, "电话138****5678没人接")]
    by_intent = {line.key: line.asked for line in report(after_bot, "intent").lines}
    assert by_intent == {"chat.human": 2, "ship.when_sent": 1}
    assert [(line.key, line.asked) for line in report(after_bot, "day").lines] == [("2026-11-11", 3)]
    assert report(after_bot, "day", "other").lines == []


def test_days_are_the_shops(asking: World) -> None:
    asking.pass_time(-9 * 3600)  # 1:00 of the 11th in the shop, still the 10th in UTC
    id_, now = asking.say("c1", "你好").conversation, asking.now
    asking.store.submit(lambda tx: stored.asked(tx, "demo", id_, now, ticket="", agent="", intent="")).result()
    assert [line.key for line in report(asking, "day").lines] == ["2026-11-11"]


def report(world: World, by: By, shop: str = "demo") -> Report:
    """The report of the last two days."""
    since = world.now - timedelta(days=2)
    return world.store.read(lambda tx: csat_report.report(tx, shop, since, by)).result()
