"""The life of an after-sale case: worked on, offered, told, settled, and its clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.case_offers import OfferState
from bot.core.cases import Case, State, Waits
from bot.core.model import Holder, MessageType, Priority
from bot.errors import Conflict, Forbidden, InvalidField, NotFound
from bot.flows import case_acts, case_offers, case_work
from bot.flows.case_acts import Settling
from bot.flows.case_work import Hand
from bot.flows.desk import Actor
from bot.flows.desk import claim as take_conversation
from tests.flows.case_desk import PEOPLE, CaseDesk
from tests.flows.world import SHOP, SILENCE, World


@pytest.fixture
def desk(world: World) -> CaseDesk:
    """A shop whose people work on cases."""
    world.say("c1", "你好")
    return CaseDesk(world)


def _lost(desk: CaseDesk) -> Case:
    return desk.open("lost", conversation=desk.world.conversation("c1").id, amount=20000)


def _ready(desk: CaseDesk) -> Case:
    """A lost parcel for which a remedy may be offered."""
    case = _lost(desk)
    desk.act(case, case_acts.add_fact, "tracking_no", "YT123", "")
    return desk.act(case, case_acts.tick, "chase", True)


def test_nothing_is_offered_before_what_has_to_come_first(desk: CaseDesk) -> None:
    case = _lost(desk)
    with pytest.raises(Conflict, match="提方案前还差：快递单号、请快递查签收人和监控"):
        desk.act(case, case_offers.offer, "resend", 5000, "")
    assert desk.only().state is State.OPEN


@pytest.mark.parametrize(
    ("name", "remedy", "amount", "message"),
    [
        ("小美", "resend", 20001, "200.01元超出客服的额度，请主管来提"),
        ("小美", "resend", 100001, "1000.01元超出客服的额度，请管理员来提"),
        ("店长", "resend", 100001, "1000.01元超出主管的额度，请管理员来提"),
        ("小美", "refund", 20001, "超出客服的额度，请管理员来提"),
    ],
)
def test_nobody_offers_beyond_the_own_limit(
    desk: CaseDesk, name: str, remedy: str, amount: int, message: str
) -> None:
    case = _ready(desk)
    with pytest.raises(Forbidden, match=message):
        desk.act(case, case_offers.offer, remedy, amount, "", name=name)
    assert desk.offers(case) == []


@pytest.mark.parametrize(("remedy", "amount"), [("resend", 0), ("found", 100), ("gold", 100)])
def test_an_offer_that_makes_no_sense(desk: CaseDesk, remedy: str, amount: int) -> None:
    with pytest.raises(InvalidField):
        desk.act(_ready(desk), case_offers.offer, remedy, amount, "")


def test_a_case_from_offer_to_settlement(desk: CaseDesk) -> None:
    case = _ready(desk)
    desk.act(case, case_offers.offer, "resend", 5000, "补发一件")
    desk.act(case, case_offers.offer, "refund", 20000, "")
    assert desk.only().state is State.OFFERED
    resend, refund = desk.offers(case)
    with pytest.raises(Conflict, match="结案前还差"):
        desk.act(case, case_acts.settle, Settling("courier", "圆通"))
    desk.act(case, case_offers.answer, refund, OfferState.ACCEPTED)
    assert desk.only().state is State.OPEN
    with pytest.raises(Conflict, match="已撤回"):
        desk.act(case, case_offers.answer, resend, OfferState.ACCEPTED)
    desk.act(case, case_acts.add_fact, "courier", "快递认赔", "")
    desk.act(case, case_acts.tick, "register", True)
    with pytest.raises(InvalidField, match="责任人"):
        desk.act(case, case_acts.settle, Settling("courier"))
    with pytest.raises(InvalidField, match="请选择原因"):
        desk.act(case, case_acts.settle, Settling("moon", "圆通"))
    desk.act(case, case_acts.settle, Settling("courier", "圆通"))
    ended = desk.only()
    assert (ended.state, ended.outcome, ended.remedy, ended.cost) == (State.SETTLED, "return", "refund", 20000)
    assert desk.world.jobs("case") == []
    assert desk.kinds_of_history(case) == [
        "opened", "evidence", "step", "offered", "offered", "accepted", "evidence", "step", "settled",
    ]  # fmt: skip


def test_what_was_skipped_on_the_way_is_written_down(desk: CaseDesk) -> None:
    case = _ready(desk)
    desk.act(case, case_offers.offer, "refund", 100, "")
    assert desk.history(case)[-1].data["skipped"] == ["resend"]


def test_three_offers_turned_down_ask_for_the_lead_with_the_ladder(desk: CaseDesk) -> None:
    case = _ready(desk)
    for remedy in ("resend", "refund", "resend"):
        desk.act(case, case_offers.offer, remedy, 100, "")
        desk.act(case, case_offers.answer, desk.offers(case)[-1], OfferState.DECLINED)
    assert desk.only().escalated_why == "客户多次不接受方案，请主管看一下：重新发货、全额退款"
    assert desk.only().state is State.OPEN


def test_only_the_owner_and_leads_move_a_case_but_everybody_may_add_to_it(desk: CaseDesk) -> None:
    case = _ready(desk)
    desk.act(case, case_acts.add_fact, "claim", "赔付100元", "", name="阿强")
    desk.act(case, case_acts.keep_note, "打了电话", "https://calls.example/1", name="阿强")
    for story, arguments in (
        (case_acts.wait, (Waits.COURIER, "")),
        (case_offers.offer, ("resend", 100, "")),
        (case_acts.give, ("阿强",)),
        (case_acts.close, ("重复",)),
    ):
        with pytest.raises(Forbidden, match="小美"):
            desk.act(case, story, *arguments, name="阿强")
    desk.act(case, case_acts.give, "阿强", name="店长")
    assert desk.act(case, case_acts.wait, Waits.COURIER, "", name="阿强").waits_for is Waits.COURIER


def test_a_complaint_is_settled_by_a_lead_with_a_lesson(desk: CaseDesk) -> None:
    case = desk.open("complaint")
    for item in ("what", "verdict"):
        desk.act(case, case_acts.add_fact, item, "客服没有回复", "")
    for step in ("verdict", "follow"):
        desk.act(case, case_acts.tick, step, True)
    settling = Settling("service", "阿强", "高峰期加人")
    with pytest.raises(Forbidden, match="主管"):
        desk.act(case, case_acts.settle, settling)
    assert desk.act(case, case_acts.settle, settling, name="店长").lesson == "高峰期加人"


def test_what_ended_is_opened_again_with_new_clocks(desk: CaseDesk) -> None:
    case = desk.open("bad_review")
    desk.act(case, case_acts.close, "客户撤回了评价")
    with pytest.raises(Conflict):
        desk.act(case, case_acts.tick, "call", True)
    desk.world.pass_time(3 * 24 * 3600)
    again = desk.act(case, case_acts.reopen, "客户又给了差评")
    assert (again.state, again.due) == (State.OPEN, desk.world.now + timedelta(days=1))
    desk.act(case, case_acts.close, "好了")
    desk.open("bad_review")
    with pytest.raises(Conflict, match="同类"):
        desk.act(case, case_acts.reopen, "又来了")


def test_pictures_are_attached_by_one_act_and_once(desk: CaseDesk) -> None:
    case = desk.open("damaged", conversation=desk.world.conversation("c1").id)
    for number in (1, 2):
        desk.world.say("c1", "", MessageType.IMAGE, media_url=f"https://img.example/{number}.jpg")
    desk.act(case, case_acts.attach_pictures)
    desk.act(case, case_acts.attach_pictures)
    assert [one.url for one in desk.evidence(case)] == ["https://img.example/1.jpg", "https://img.example/2.jpg"]
    assert desk.kinds_of_history(case).count("pictures") == 1


def test_a_message_of_another_conversation_is_no_evidence(desk: CaseDesk) -> None:
    desk.world.say("c2", "我的也丢了")
    foreign = desk.world.history("c2")[0].id
    with pytest.raises(InvalidField, match="不是这个案件"):
        desk.act(_lost(desk), case_acts.add_fact, "", "", "", foreign)


def test_clocks_ring_once_raise_the_case_and_tell_the_lead(desk: CaseDesk) -> None:
    case = _lost(desk)
    assert case.priority is Priority.HIGH
    desk.pass_time(days=2)
    assert desk.only().escalated_at is None
    desk.pass_time(days=1)
    rung = desk.only()
    assert (rung.priority, rung.is_overdue(desk.world.now)) == (Priority.URGENT, True)
    assert rung.escalated_why == "3天没有有效答复，上报理赔，给客户补发或退款"
    desk.pass_time(days=3)
    assert desk.kinds_of_history(case).count("overdue") == 1
    desk.act(case, case_acts.tick, "made_good", True)
    desk.act(case, case_acts.tick, "claim", True)
    assert not desk.only().is_overdue(desk.world.now)
    assert desk.only().due == desk.world.now + timedelta(days=30)


@pytest.mark.parametrize(("kind", "done"), [("stalled", "made_good"), ("mis_sorted", "track")])
def test_a_courier_that_was_asked_has_three_days_and_after_seven_the_customer_is_made_good(
    desk: CaseDesk, kind: str, done: str
) -> None:
    case = desk.open(kind)
    for step in ("chase", "told"):
        if desk.world.knowledge.case_kinds[kind].step(step):
            desk.act(case, case_acts.tick, step, True)
    assert desk.only().due == desk.world.now + timedelta(days=3)  # whether or not the case was set to wait
    desk.pass_time(days=3)
    assert "上报理赔" in desk.only().escalated_why
    desk.act(case, case_acts.tick, "claim", True)
    desk.pass_time(days=3, hours=23)
    assert desk.kinds_of_history(case).count("overdue") == 1
    desk.pass_time(hours=1)
    assert "按丢件处理" in desk.only().escalated_why
    desk.act(case, case_acts.tick, done, True)
    assert desk.only().due is None


def test_an_answer_in_time_leaves_the_owner_in_peace(desk: CaseDesk) -> None:
    case = desk.open("stalled", facts={"courier": "在中转站积压，明天送到"})
    for step in ("chase", "told"):
        desk.act(case, case_acts.tick, step, True)
    desk.act(case, case_acts.close, "已送到")
    desk.pass_time(days=8)
    assert desk.kinds_of_history(case).count("overdue") == 0


def test_a_clock_of_waiting_stops_with_it(desk: CaseDesk) -> None:
    case = desk.open("unreachable")
    desk.act(case, case_acts.tick, "extend", True)
    desk.act(case, case_acts.wait, Waits.COURIER, "等退件")
    assert desk.only().due == desk.world.now + timedelta(days=7)
    desk.act(case, case_acts.wait, Waits.NOBODY, "")
    assert (desk.only().due, desk.world.jobs("case")) == (None, [])


def test_clocks_outlive_a_restart(desk: CaseDesk) -> None:
    _lost(desk)
    [job] = desk.world.jobs("case")
    assert job["run_at"] == desk.world.now + timedelta(days=3)


def test_the_customer_is_told_in_the_trainers_words_another_one_each_time(desk: CaseDesk) -> None:
    case = _lost(desk)
    first, second = desk.tell(case), desk.tell(case)
    assert (first.author, first.details["agent"]) == ("agent", "小美")
    assert first.details["phrase"].startswith("cases/opened/")
    assert second.details["phrase"].startswith("cases/progress/")
    assert "丢件" in first.text
    assert desk.only().told_at is None
    desk.act(case, case_acts.close, "找到了")
    assert desk.tell(case).details["phrase"].startswith("cases/closed/")
    assert desk.only().told_at == desk.world.now


def test_the_result_names_the_remedy(desk: CaseDesk) -> None:
    case = _ready(desk)
    desk.act(case, case_offers.offer, "resend", 5000, "")
    desk.act(case, case_offers.answer, desk.offers(case)[0], OfferState.ACCEPTED)
    desk.act(case, case_acts.add_fact, "courier", "丢了", "")
    desk.act(case, case_acts.tick, "register", True)
    desk.act(case, case_acts.settle, Settling("courier", "圆通"))
    assert "重新发货" in desk.tell(case).text


def test_nothing_is_said_while_another_agent_holds_the_conversation(desk: CaseDesk) -> None:
    case, conversation = _lost(desk), desk.world.conversation("c1").id
    actor = Actor(SHOP, "阿强", desk.world.now, SILENCE)
    desk.world.store.submit(lambda tx: take_conversation(tx, conversation, actor)).result()
    with pytest.raises(Conflict, match="阿强"):
        desk.tell(case)
    assert desk.tell(case, name="阿强").state == "queued"
    assert desk.world.conversation("c1").holder is Holder.AGENT


@pytest.mark.parametrize("text", ["加我微信 kefu123 私聊", "您好{{ name }}"])
def test_an_agents_own_words_pass_the_house_style(desk: CaseDesk, text: str) -> None:
    case = _lost(desk)
    with pytest.raises(InvalidField):
        desk.tell(case, text)
    assert desk.world.said("agent") == []
    assert desk.tell(case, "您好，快递已经认赔，今天给您补发").text == "您好，快递已经认赔，今天给您补发"


def test_a_case_without_a_conversation_cannot_be_told(desk: CaseDesk) -> None:
    with pytest.raises(Conflict, match="打电话"):
        desk.tell(desk.open("lost", "B9"))


def test_another_shops_case_is_not_there(desk: CaseDesk) -> None:
    case = _lost(desk)
    stranger = Hand("other", "小美", PEOPLE["老板"], desk.world.now)
    with pytest.raises(NotFound):
        desk.world.store.submit(lambda tx: case_work.taken(tx, {}, case.id, stranger)).result()


def test_a_kind_that_trainers_took_away_still_ends(desk: CaseDesk) -> None:
    case, hand = _lost(desk), desk.hand()
    closed = desk.world.store.submit(lambda tx: case_acts.close(case_work.taken(tx, {}, case.id, hand), "没有这一类了"))
    assert closed.result().state is State.CLOSED
