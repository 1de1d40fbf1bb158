"""What a reply promises is in the books with it: reminded of once, kept by an answer or by hand, or broken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.core.model import Holder, MessageType, Reason
from bot.core.order_notes import NoteReason
from bot.core.promises import Kind, Pledge, State
from bot.errors import Conflict, Forbidden, InvalidField, NotFound
from bot.flows import desk, jobs, promises
from bot.flows.promises import Correction
from bot.store import jobs as queue
from bot.store import promises as books
from bot.store.promises import Promise
from bot.store.tables import promises as table
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World

MINUTE = 60.0


@pytest.fixture
def desks(world: World) -> Desks:
    """小美 holds the conversation with c1."""
    made = Desks(world)
    world.say("c1", "转人工")
    made.claim()
    return made


def ledger(desks: Desks, customer: str = "c1") -> list[Promise]:
    """What was promised to a customer, in order, settled or not."""
    found = desks.world.rows(table, table.c.conversation == desks.world.conversation(customer).id)
    read = [desks.world.store.read(lambda tx, i=row["id"]: books.get(tx, SHOP, i)).result() for row in found]  # type: ignore[misc]
    return sorted((one for one in read if one), key=lambda one: (one.seq, one.id))


def only(desks: Desks) -> Promise:
    """The one promise there is."""
    [promise] = ledger(desks)
    return promise


def correct(desks: Desks, kind: Kind | None = None, due: datetime | None = None) -> Promise:
    """小美 says what was really promised."""
    id_ = only(desks).id
    return desks.world.store.submit(
        lambda tx: promises.correct(tx, id_, desks.actor(), desks.facts, Correction(kind, due))
    ).result()


def keep(desks: Desks, agent: str = "小美") -> Promise:
    """It is done."""
    id_ = only(desks).id
    return desks.world.store.submit(lambda tx: promises.keep(tx, id_, desks.actor(agent))).result()


def void(desks: Desks, *, is_lead: bool = False) -> Promise:
    """It was none."""
    id_ = only(desks).id
    return desks.world.store.submit(lambda tx: promises.void(tx, id_, desks.actor(), is_lead=is_lead)).result()


def test_a_promise_is_in_the_books_with_its_message(desks: Desks) -> None:
    sent = desks.send("好的，2小时内给您答复")
    promise = only(desks)
    assert (promise.kind, promise.words, promise.agent) == (Kind.ANSWER, "2小时内给您答复", "小美")
    assert (promise.seq, promise.state) == (sent.seq, State.OPEN)
    assert (promise.due, promise.remind_at) == (
        desks.world.now + timedelta(hours=2), desks.world.now + timedelta(minutes=90),
    )  # fmt: skip
    assert len(desks.world.jobs("promise")) == 1


def test_a_text_that_is_not_sent_promises_nothing(desks: Desks) -> None:
    desks.world.say("c1", "还在吗")
    with pytest.raises(Conflict):
        desks.send("今天给您发货", after_seq=1)
    assert ledger(desks) == []
    assert desks.world.jobs("promise") == []


def test_the_same_send_again_promises_nothing_again(desks: Desks) -> None:
    for _ in range(2):
        desks.send("今天给您发货", key="key-again", after_seq=9)
    assert len(ledger(desks)) == len(desks.world.jobs("promise")) == 1


def test_an_agent_on_the_platform_and_one_in_the_queue_promise_as_well(desks: Desks) -> None:
    desks.world.agent_types("明天上午给您打电话", agent="店长")
    assert (only(desks).kind, only(desks).agent) == (Kind.CALLBACK, "店长")
    ticket = desks.world.say("c2", "转人工").ticket
    desks.world.claim(ticket)
    assert ticket is not None
    world = desks.world
    world.store.submit(
        lambda tx: promises.reply(tx, desks.facts, ticket, "小王", "运费今天退给您", world.now, timedelta(minutes=30))
    ).result()
    assert [one.kind for one in ledger(desks, "c2")] == [Kind.REFUND]


def test_a_holding_text_of_a_hand_off_is_the_tickets_promise_alone(world: World) -> None:
    desks = Desks(world)
    world.say("c1", "转人工")
    assert any("预计" in said.text for said in world.said())
    assert ledger(desks) == []


def test_what_a_phrase_declares_is_promised_when_the_bot_says_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipping = world.knowledge.phrases["ship.when_sent/default"]
    monkeypatch.setattr(world.knowledge, "pledges", {one.id: Pledge(Kind.SHIP, "2小时内") for one in shipping})
    [said] = world.say("c1", "什么时候发货").replies
    promise = only(Desks(world))
    assert (promise.kind, promise.agent, promise.words) == (Kind.SHIP, "", said.text)
    assert (promise.seq, promise.due) == (said.seq, world.now + timedelta(hours=2))


def test_an_answer_keeps_what_was_promised_and_neither_a_question_nor_a_new_promise_does(desks: Desks) -> None:
    desks.send("请稍等")
    for text in ("方便说一下订单号吗？", "再等我10分钟"):
        desks.send(text)
        assert ledger(desks)[0].state is State.OPEN
    desks.send("查到了，您的包裹明天送到")
    assert [one.state for one in ledger(desks)] == [State.KEPT, State.KEPT]
    assert (ledger(desks)[0].settled_by, desks.world.jobs("promise")) == ("小美", [])


def test_other_kinds_are_kept_by_hand_only(desks: Desks) -> None:
    desks.send("今天给您发货")
    desks.send("您好，这款是纯棉的")
    assert only(desks).state is State.OPEN
    assert (keep(desks, "阿强").state, only(desks).settled_by) == (State.KEPT, "阿强")
    assert keep(desks).settled_by == "阿强"
    with pytest.raises(Conflict):
        void(desks)


def test_a_promised_gift_is_noted_for_whoever_packs_the_order(desks: Desks) -> None:
    desks.world.say("c1", "", MessageType.ORDER_CARD, order_id="T2026-1")
    desks.send("好的，给您备注送一双袜子")
    [note] = desks.detail().side.notes
    assert (note.flag, note.order_id, note.reason, note.agent) == ("red", "T2026-1", NoteReason.GIFT, "小美")
    assert "给您备注送一双袜子" in note.text


def test_the_bots_answer_keeps_a_promised_one_and_its_small_talk_does_not(desks: Desks) -> None:
    desks.send("我帮您查一下")
    desks.act(desk.resolve, "c1")
    desks.world.say("c1", "好的谢谢")
    assert only(desks).state is State.OPEN
    desks.world.say("c1", "什么时候发货")
    assert only(desks).state is State.KEPT


def test_a_reminder_comes_once_before_the_time_and_tells_the_desk(desks: Desks) -> None:
    desks.send("2小时内给您打电话")
    desks.world.pass_time(89 * MINUTE)
    desks.world.work()
    assert only(desks).reminded_at is None
    before = desks.snapshot().event
    desks.world.pass_time(2 * MINUTE)
    desks.world.work()
    reminded = only(desks).reminded_at
    assert reminded == desks.world.now
    assert [row.id for row in desks.news(before).rows] == [desks.world.conversation().id]
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    assert only(desks).reminded_at == reminded
    assert len(desks.world.jobs("promise")) == 1


def test_a_worker_that_dies_reminds_neither_twice_nor_never(desks: Desks) -> None:
    desks.send("2小时内给您打电话")
    desks.world.pass_time(91 * MINUTE)
    world = desks.world
    lease = world.now + timedelta(minutes=1)
    [job] = [
        job for job in world.store.submit(lambda tx: queue.claim(tx, "dead", world.now, lease, 9)).result()
        if job.kind == "promise"
    ]  # fmt: skip
    world.pass_time(2 * MINUTE)
    late = jobs.Setting(world.knowledge, timedelta(minutes=30))
    world.store.submit(lambda tx: jobs.rescue(tx, late, world.now)).result()
    world.work()
    first = only(desks).reminded_at
    assert first == world.now
    assert world.store.submit(lambda tx: jobs.run_timer(tx, late, job, world.now)).result() == "lost"
    assert only(desks).reminded_at == first


def test_a_promise_whose_time_has_passed_is_broken_and_stays_broken_when_it_is_done_late(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    assert (only(desks).state, only(desks).settled_at) == (State.BROKEN, None)
    assert [one.state for one in desks.detail().side.promises] == [State.BROKEN]
    assert (keep(desks).state, only(desks).settled_at) == (State.BROKEN, desks.world.now)
    assert desks.detail().side.promises == []


def test_done_after_the_time_but_before_the_timer_is_late_all_the_same(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.world.pass_time(11 * MINUTE)
    assert keep(desks).state is State.BROKEN


def test_a_broken_promise_that_nobody_holds_asks_for_a_human(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.act(desk.resolve, "c1")
    assert desks.row().holder is Holder.BOT
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (ticket.reason, ticket.state, ticket.group) == (Reason.PROMISE_BROKEN, "waiting", "aftersale")
    assert "10分钟内给您打电话" in ticket.note
    assert desks.row().holder is Holder.QUEUE


def test_one_in_the_queue_raises_its_ticket_and_keeps_its_note(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.act(desk.release, "c1")
    before = desks.world.ticket()
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    ticket = desks.world.ticket()
    assert before is not None
    assert ticket is not None
    assert (ticket.id, ticket.reason) == (before.id, before.reason)
    assert ticket.priority > before.priority or ticket.overdue
    assert "10分钟内给您打电话" in ticket.note


def test_one_that_its_agent_holds_is_not_lost_when_it_is_given_back_later(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    desks.act(desk.resolve, "c1")
    assert desks.world.ticket() is None
    desks.world.pass_time(31 * MINUTE)
    desks.world.work()
    ticket = desks.world.ticket()
    assert ticket is not None
    assert ticket.reason == Reason.PROMISE_BROKEN
    assert desks.world.jobs("promise") == []


def test_a_correction_moves_the_timer_and_says_who_made_it(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    later = desks.world.now + timedelta(hours=4)
    corrected = correct(desks, Kind.SHIP, later)
    assert (corrected.kind, corrected.due, corrected.corrected_by) == (Kind.SHIP, later, "小美")
    desks.world.pass_time(30 * MINUTE)
    desks.world.work()
    assert (only(desks).state, only(desks).reminded_at) == (State.OPEN, None)
    desks.world.pass_time(210 * MINUTE)
    desks.world.work()
    assert only(desks).state is State.BROKEN
    with pytest.raises(Conflict):
        correct(desks, due=desks.world.now + timedelta(hours=1))


@pytest.mark.parametrize("hours", [-1, 0, 24 * 91])
def test_a_time_that_has_passed_or_is_too_far_is_refused(desks: Desks, hours: int) -> None:
    desks.send("10分钟内给您打电话")
    with pytest.raises(InvalidField) as refused:
        correct(desks, due=desks.world.now + timedelta(hours=hours))
    assert refused.value.field == "due"


def test_what_was_no_promise_is_struck_out_but_a_broken_one_by_a_lead_only(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    desks.world.pass_time(10 * MINUTE)
    desks.world.work()
    with pytest.raises(Forbidden):
        void(desks)
    assert void(desks, is_lead=True).state is State.VOID
    assert void(desks).state is State.VOID
    with pytest.raises(Conflict):
        keep(desks)


def test_another_shops_promise_is_nothing(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    id_, stranger = only(desks).id, desks.actor(shop="elsewhere")
    with pytest.raises(NotFound):
        desks.world.store.submit(lambda tx: promises.keep(tx, id_, stranger)).result()
    assert only(desks).state is State.OPEN


def test_the_report_counts_what_was_due_by_who_made_it(desks: Desks) -> None:
    desks.send("10分钟内给您打电话")
    keep(desks)
    desks.send("今天给您退款")
    now = desks.world.now
    records = desks.world.store.read(
        lambda tx: books.records(tx, SHOP, now, now + timedelta(hours=1))
    ).result()
    assert (records["小美"].kept, records["小美"].open, records["小美"].rate) == (1, 0, 1.0)
