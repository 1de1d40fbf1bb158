"""Hot conversations: sharp words must be meant twice, the second insult offers the lead, the bot never answers back,
and marks are for colleagues alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.model import Mood, Status
from bot.core.tempers import Mark
from bot.errors import Forbidden, NotFound, Unconfirmed
from bot.flows import desk_sends, drafts, jobs, tempers
from bot.flows.desk_sends import Sending
from bot.flows.tempers import Temper
from bot.store.marks import CustomerMark
from bot.store.tables import customer_marks
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World

SHARP, SOFT = "您自己不会看吗", "您好，很抱歉，马上为您处理"


@pytest.fixture
def angry(world: World) -> Desks:
    """小美 has taken an angry customer's conversation."""
    desks = Desks(world)
    world.say("c1", "气死我了，转人工")
    desks.claim()
    return desks


def send(desks: Desks, text: str, *, confirmed: bool = False) -> str:
    """An agent's text, checked as the desk's address does; the id of the message."""
    gate, conversation = desks.world.knowledge.style, desks.world.conversation()
    sharp = () if confirmed else drafts.looked_over(gate, text)
    sending = Sending(conversation.id, text, 99)
    ears, actor = desks.world.knowledge.mood, desks.actor()
    return desks.world.store.submit(
        lambda tx: desk_sends.send(
            tx, sending, "click-0001", actor, desks.world.knowledge,
            lambda tx: tempers.cool(tx, SHOP, conversation.id, ears, sharp),
        ).id
    ).result()


def temper(desks: Desks, shop: str = SHOP) -> Temper:
    """What 小美 is shown."""
    id_, ears, actor = desks.world.conversation().id, desks.world.knowledge.mood, desks.actor()
    return desks.world.store.read(lambda tx: tempers.temper(tx, shop, id_, ears, actor)).result()


def mark(desks: Desks, kind: Mark, reason: str = "已当面说明", days: int = 90, agent: str = "小美") -> CustomerMark:
    """An agent leaves a mark."""
    return desks.act(tempers.mark, "c1", kind, reason, days, agent=agent)


def test_sharp_words_to_an_angry_customer_must_be_meant_twice(angry: Desks) -> None:
    with pytest.raises(Unconfirmed) as refused:
        send(angry, SHARP)
    assert refused.value.more["sharp"]
    assert angry.world.said("agent") == []
    sent = send(angry, SHARP, confirmed=True)
    assert [one.id for one in angry.world.said("agent")] == [sent]
    assert send(angry, SHARP) == sent  # the same click again is answered from the books, not asked again


def test_soft_words_go_out_at_once(angry: Desks) -> None:
    send(angry, SOFT)
    assert len(angry.world.said("agent")) == 1


def test_a_calm_customer_needs_no_second_look(world: World) -> None:
    desks = Desks(world)
    world.say("c1", "转人工")
    desks.claim()
    send(desks, SHARP)
    assert len(world.said("agent")) == 1


def test_the_second_insult_offers_the_lead_and_the_bot_never_answers_back(world: World) -> None:
    desks = Desks(world)
    first = world.say("c1", "你们是傻逼吗")
    assert first.status is Status.HANDED_OFF
    assert (temper(desks).insults, temper(desks).offers_lead, temper(desks).mood) == (1, False, Mood.ABUSIVE)
    replies = [world.say("c1", text) for text in ("傻逼客服", "傻逼", "废物")]
    assert temper(desks).offers_lead
    said = [one.text for receipt in replies for one in receipt.replies]
    assert len(said) <= 1  # one acknowledgement, then silence
    assert not any(world.knowledge.style.blocked(text) or world.knowledge.mood(text) is not Mood.CALM for text in said)


def test_insults_of_days_ago_are_not_counted(world: World) -> None:
    desks = Desks(world)
    world.say("c1", "傻逼客服")
    world.say("c1", "你们是傻逼吗")
    world.pass_time(25 * 3600)
    assert (temper(desks).insults, temper(desks).offers_lead) == (0, False)


def test_agents_marks_of_abuse_count_as_well(angry: Desks) -> None:
    mark(angry, Mark.ABUSE, "第一次")
    assert not temper(angry).offers_lead
    mark(angry, Mark.ABUSE, "第二次")
    assert (temper(angry).insults, temper(angry).offers_lead) == (2, True)


def test_a_mark_says_who_why_and_until_when_and_is_forgotten(angry: Desks) -> None:
    now = angry.world.now
    kept = mark(angry, Mark.CLAIMS, "要求赔偿订单金额的十倍", 30)
    assert (kept.agent, kept.at, kept.expires_at) == ("小美", now, now + timedelta(days=30))
    [shown] = temper(angry).marks
    assert (shown.mark, shown.title) == (kept, "诉求高于订单金额")
    angry.world.pass_time(31 * 24 * 3600)
    assert temper(angry).marks == []
    angry.world.store.submit(lambda tx: jobs.clean(tx, angry.world.now)).result()
    assert angry.world.rows(customer_marks) == []


def test_marks_change_nothing_that_the_bot_says_or_to_whom_it_hands_over(world: World) -> None:
    """SR-284: the same texts to a marked customer and to one without marks, decided alike."""
    desks = Desks(world)
    for customer in ("c1", "c2"):
        world.say(customer, "你好")
    for kind in Mark:
        mark(desks, kind)
    for text in ("什么时候发货", "我要退款", "太慢了", "我要投诉"):
        marked, plain = world.say("c1", text), world.say("c2", text)
        assert marked.status is plain.status
    one, other = world.ticket("c1"), world.ticket("c2")
    assert one is not None
    assert other is not None
    assert (one.reason, one.priority, one.group) == (other.reason, other.priority, other.group)


def test_ones_own_mark_is_taken_back_and_anothers_only_by_a_lead(angry: Desks) -> None:
    kept = mark(angry, Mark.REFUNDS)
    story = lambda tx, id_, actor, is_lead: tempers.unmark(tx, id_, actor, kept.id, is_lead=is_lead)  # noqa: E731
    with pytest.raises(Forbidden, match="主管"):
        angry.act(story, "c1", False, agent="阿强")
    with pytest.raises(NotFound):
        angry.act(story, "c1", True, shop="other")
    angry.act(story, "c1", True, agent="阿强")
    with pytest.raises(NotFound):
        angry.act(story, "c1", False)
    assert temper(angry).marks == []
    with pytest.raises(NotFound):
        temper(angry, "other")
