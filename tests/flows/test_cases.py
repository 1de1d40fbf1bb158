"""After-sale cases: how they are opened, and by whom."""

from __future__ import annotations

import pytest

from bot.core.cases import State
from bot.core.model import MessageType, Priority, Stage, Status
from bot.core.orders import Kind, Review
from bot.errors import Conflict, InvalidField, NotFound
from bot.flows import case_acts, cases
from bot.flows.cases import Opening
from tests.flows.case_desk import CaseDesk
from tests.flows.world import World


@pytest.fixture
def desk(world: World) -> CaseDesk:
    """A shop whose people work on cases."""
    return CaseDesk(world)


def _lose_a_parcel(desk: CaseDesk, order_id: str = "") -> str:
    world = desk.world
    world.say("c1", "显示签收了我没收到", order_stage=Stage.SIGNED, order_id=order_id)
    receipt = world.say("c1", "驿站门卫都问过了，没有", order_stage=Stage.SIGNED, order_id=order_id)
    assert receipt.status is Status.HANDED_OFF
    return receipt.conversation


def test_what_the_bot_hands_over_becomes_a_case_with_the_answers_as_evidence(desk: CaseDesk) -> None:
    conversation = _lose_a_parcel(desk)
    case = desk.only()
    assert (case.kind, case.conversation, case.opened_by, case.owner) == ("lost", conversation, "bot", "")
    assert case.priority is Priority.HIGH
    assert [(one.item, one.text) for one in desk.evidence(case)] == [("checked", "都问过，没有")]
    assert desk.kinds_of_history(case) == ["opened"]


def test_the_same_matter_told_again_adds_to_the_open_case(desk: CaseDesk) -> None:
    _lose_a_parcel(desk)
    case = desk.only()
    desk.world.serve()
    _lose_a_parcel(desk)
    assert desk.only().id == case.id


def test_the_platforms_order_is_the_cases_order_and_another_customers_is_not(desk: CaseDesk) -> None:
    _lose_a_parcel(desk, order_id="A7")
    assert desk.only().order == "A7"


def test_the_amount_comes_from_the_order_that_events_have_made(desk: CaseDesk) -> None:
    desk.happens(Kind.SIGNED, amount=19900)
    _lose_a_parcel(desk, order_id="A1")
    assert (desk.only().order, desk.only().amount) == ("A1", 19900)


def test_pictures_of_the_talk_are_evidence_at_once(desk: CaseDesk) -> None:
    desk.world.say("c1", "拆开箱子里面的陶瓷碗裂成好几瓣", order_stage=Stage.SIGNED)
    desk.world.say("c1", "", MessageType.IMAGE, media_url="https://img.example/1.jpg", order_stage=Stage.SIGNED)
    case = desk.only()
    assert case.kind == "damaged"
    assert ("photos", "https://img.example/1.jpg") in [(one.item, one.url) for one in desk.evidence(case)]


def test_plain_questions_and_matters_for_agents_open_nothing(desk: CaseDesk) -> None:
    desk.world.say("c1", "什么时候发货")
    desk.world.say("c2", "转人工")
    assert desk.all() == []


def test_a_complaint_is_told_to_the_lead_as_soon_as_it_opens(desk: CaseDesk) -> None:
    desk.open("complaint")
    assert desk.only().escalated_why == "新的服务投诉案件"
    desk.act(desk.only(), case_acts.look, name="店长")
    assert desk.only().escalated_at is None


def test_an_agent_opens_a_case_with_what_the_ticket_knows(desk: CaseDesk) -> None:
    conversation = _lose_a_parcel(desk)
    desk.act(desk.only(), case_acts.close, "开错了")
    desk.open("lost", "", conversation=conversation)
    [case] = [one for one in desk.all() if one.state is State.OPEN]
    assert (case.owner, case.opened_by) == ("小美", "小美")
    assert [(one.item, one.text) for one in desk.evidence(case)] == [("checked", "都问过，没有")]


def test_a_ticket_of_another_matter_gives_its_line(desk: CaseDesk) -> None:
    conversation = _lose_a_parcel(desk)
    case = desk.open("invoice", "", conversation=conversation)
    assert [(one.item, one.text) for one in desk.evidence(case)] == [("", "签收未收到：代收的地方=都问过，没有")]


def test_an_order_has_one_open_case_of_a_kind_and_the_agent_hears_which(desk: CaseDesk) -> None:
    case = desk.open("lost")
    desk.open("return")
    with pytest.raises(Conflict) as refused:
        desk.open("lost", name="阿强")
    assert refused.value.more == {"case": case.id, "owner": "小美"}


def test_of_many_at_once_one_opens_the_case(desk: CaseDesk) -> None:
    kinds, hand = desk.world.knowledge.case_kinds, desk.hand()
    opening = Opening("lost", "A1")
    from_all = [
        desk.world.store.submit(lambda tx: cases.open_by_hand(tx, kinds, opening, hand)) for _ in range(20)
    ]
    errors = [one.exception(timeout=60) for one in from_all]
    assert errors.count(None) == 1
    assert all(isinstance(error, Conflict) for error in errors if error)
    assert len(desk.all()) == 1


def test_what_cannot_be_opened(desk: CaseDesk) -> None:
    desk.world.say("c1", "你好")
    desk.world.say("c2", "你好")
    desk.happens(Kind.PAID, "A1", "c1")
    with pytest.raises(InvalidField, match="没有这类案件"):
        desk.open("weather")
    with pytest.raises(InvalidField, match="订单号"):
        desk.open("lost", "")
    with pytest.raises(NotFound):
        desk.open("lost", "", conversation="cv_nobody")
    with pytest.raises(InvalidField, match="不是这位客户的"):
        desk.open("lost", "A1", conversation=desk.world.conversation("c2").id)
    assert desk.all() == []


def test_an_order_finds_its_customers_conversation(desk: CaseDesk) -> None:
    desk.world.say("c1", "你好")
    desk.happens(Kind.PAID, amount=5000)
    case = desk.open()
    assert (case.conversation, case.amount) == (desk.world.conversation("c1").id, 5000)


def test_a_bad_review_opens_a_case_once(desk: CaseDesk) -> None:
    desk.happens(Kind.SIGNED)
    desk.happens(Kind.REVIEW, review=Review(2, "洗了一次就开线"))
    desk.pass_time(minutes=1)
    case = desk.only()
    assert (case.kind, case.order, case.opened_by) == ("bad_review", "A1", "order")
    assert [one.text for one in desk.evidence(case)] == ["2 星评价：洗了一次就开线"]
    desk.act(case, case_acts.close, "已解决", name="店长")
    desk.happens(Kind.CHANGED, seller_note="已联系")
    desk.pass_time(minutes=1)
    assert len(desk.all()) == 1


def test_a_good_review_opens_none(desk: CaseDesk) -> None:
    desk.happens(Kind.REVIEW, review=Review(5, "好"))
    desk.pass_time(minutes=1)
    assert desk.all() == []


def test_a_parcel_without_a_scan_for_seven_days_becomes_a_case(desk: CaseDesk) -> None:
    desk.happens(Kind.SHIPPED)
    desk.pass_time(days=6)
    assert desk.all() == []
    desk.happens(Kind.LOGISTICS)
    desk.pass_time(days=6)
    assert desk.all() == []
    desk.pass_time(days=1, minutes=1)
    assert [(case.kind, case.order) for case in desk.all()] == [("stalled", "A1")]


def test_a_parcel_that_arrived_in_time_becomes_none(desk: CaseDesk) -> None:
    desk.happens(Kind.SHIPPED)
    desk.pass_time(days=3)
    desk.happens(Kind.SIGNED)
    desk.pass_time(days=30)
    assert desk.all() == []
