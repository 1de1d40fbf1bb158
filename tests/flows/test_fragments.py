"""A customer types one thing in several messages: answered once, together, and neither too early nor too late."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.model import Holder, Status
from bot.flows.turns import Receipt
from bot.store.tables import decisions
from tests.flows.world import ANSWERED, World


def test_ten_fragments_in_five_seconds_get_one_answer_from_all(patient: World) -> None:
    receipts = []
    for number in range(10):
        receipts.append(patient.say("c1", f"第{number}段"))
        patient.pass_time(0.5)
    last_due = receipts[-1].due

    finals = [patient.come_back(receipt) for receipt in receipts]

    assert [final.status for final in finals[:-1]] == [Status.MERGED] * 9
    assert finals[-1].status in ANSWERED
    assert patient.now == last_due
    assert len(patient.rows(decisions)) == 1
    assert [m.id for m in patient.said()] == [reply.id for reply in finals[-1].replies]
    assert {m.decision for m in patient.history()} == {finals[-1].decision}


def test_the_words_of_all_fragments_are_read_together(patient: World) -> None:
    patient.say("c1", "转")
    patient.come_back(patient.say("c1", "人工客服"))
    (decision,) = patient.rows(decisions)
    assert decision["status"] == "handed_off"


def test_somebody_who_never_stops_typing_is_answered_every_nine_seconds_at_the_latest(patient: World) -> None:
    began = patient.now
    waiting: list[tuple[datetime, Receipt]] = []
    delays: list[float] = []

    def settle(until: datetime) -> None:
        while waiting and (due := min(r.due or patient.now for _, r in waiting)) <= until:
            patient.now = due
            ready = [(at, r) for at, r in waiting if r.due is not None and r.due <= due]
            for at, receipt in ready:
                waiting.remove((at, receipt))
                final = patient.come_back(receipt)
                if final.due is not None:
                    waiting.append((at, final))
                elif final.status is not Status.MERGED:
                    oldest = min(m.sent_at for m in patient.history() if m.decision == final.decision)
                    delays.append((patient.now - oldest).total_seconds())

    at = began
    while at <= began + timedelta(seconds=60):
        settle(at)
        patient.now = at
        waiting.append((at, patient.say("c1", "还有一件事")))
        at += timedelta(seconds=2.9)
    settle(at + timedelta(seconds=9))

    assert max(delays) <= 9
    assert len(delays) == 6  # four fragments each, the last turn by itself
    customers = [m for m in patient.history() if m.author == "customer"]
    assert all(m.state == "decided" for m in customers)


def test_asking_for_a_human_cuts_the_wait_and_takes_the_earlier_fragments_along(patient: World) -> None:
    first = patient.say("c1", "我的快递")
    urgent = patient.say("c1", "转人工")
    assert urgent.status is Status.HANDED_OFF
    assert urgent.due is None
    assert [m.status for m in patient.history() if m.author == "customer"] == ["merged", "handed_off"]
    assert patient.jobs("turn") == []
    came_back = patient.come_back(first)
    assert (came_back.status, came_back.replies) == (Status.MERGED, ())


def test_a_recalled_fragment_drops_out(patient: World) -> None:
    kept = patient.say("c1", "你好在吗")
    patient.say("c1", "转接一下", external_id="slip")
    patient.recall("slip")
    final = patient.come_back(patient.come_back(kept))
    assert final.status in ANSWERED
    assert [(m.text, m.state) for m in patient.history() if m.type == "text" and m.author == "customer"] == [
        ("你好在吗", "decided"), ("转接一下", "recalled"),
    ]
    assert patient.jobs("turn") == []


def test_when_everything_was_recalled_nothing_is_said(patient: World) -> None:
    receipts = [patient.say("c1", text, external_id=text) for text in ("一", "二")]
    for text in ("一", "二"):
        assert patient.recall(text).status is Status.IGNORED
    assert [patient.come_back(receipt).status for receipt in receipts] == [Status.IGNORED] * 2
    patient.pass_time(60)
    patient.work()
    assert patient.said() == []
    assert patient.conversation().pending_since is None


def test_a_recall_that_comes_before_its_message_keeps_it_out(patient: World) -> None:
    patient.recall("late")
    late = patient.say("c1", "当我没说", external_id="late")
    assert (late.status, late.first_status, late.due) == (Status.DUPLICATE, Status.IGNORED, None)
    patient.pass_time(60)
    patient.work()
    assert patient.said() == []
    assert "当我没说" not in [m.text for m in patient.history()]


def test_a_recall_of_another_customers_message_does_nothing(patient: World) -> None:
    mine = patient.say("c1", "你好在吗", external_id="mine")
    patient.recall("mine", customer="c2")
    assert patient.come_back(mine).status in ANSWERED


def test_a_recalled_newest_fragment_brings_the_answer_to_the_others_home_once(patient: World) -> None:
    """The first request has gone home as merged before the second message is taken back."""
    first = patient.say("c1", "你好在吗")
    patient.pass_time(2)
    second = patient.say("c1", "打错了", external_id="slip")
    assert patient.come_back(first).status is Status.MERGED
    patient.recall("slip")

    answer = patient.come_back(second)
    redelivered = patient.say("c1", "打错了", external_id="slip")

    assert answer.replies
    assert [r.id for r in redelivered.replies] == [r.id for r in answer.replies]
    assert patient.come_back(first).replies == ()


def test_two_waiting_requests_never_bring_the_same_answer(patient: World) -> None:
    """Both wait for the same moment, because the second was taken back early."""
    first = patient.say("c1", "你好在吗")
    second = patient.say("c1", "打错了", external_id="slip")
    patient.recall("slip")
    finals = [patient.come_back(receipt) for receipt in (second, first)]
    brought = [reply.id for final in finals for reply in final.replies]
    assert brought == [m.id for m in patient.said()]
    assert brought


def test_the_request_that_brings_the_answer_home_is_the_one_that_gets_it_again(patient: World) -> None:
    """The platform delivers in another order than was typed; the answer to the newest request is lost on its way."""
    typed_last = patient.arrival("c1", "运费多少", "typed-last")
    patient.pass_time(-1)
    typed_first = patient.arrival("c1", "你好在吗", "typed-first")
    patient.pass_time(1)
    early, late = patient.deliver(typed_last), patient.deliver(typed_first)
    assert patient.come_back(early).status is Status.MERGED

    final = patient.come_back(late)
    again = patient.deliver(typed_first)

    assert final.message == late.message
    assert [r.id for r in again.replies] == [r.id for r in final.replies]
    assert final.replies
    assert patient.deliver(typed_last).replies == ()


def test_the_worker_answers_when_the_waiting_request_has_gone(patient: World) -> None:
    patient.deliver(patient.arrival("c1", "你好在吗", "x1"))
    patient.pass_time(4)
    patient.work()
    assert patient.said() == []  # the request may still come back for it
    patient.pass_time(1)
    patient.work()
    (reply,) = patient.said()
    assert reply.state == "queued"

    again = patient.deliver(patient.arrival("c1", "你好在吗", "x1"))

    assert ([r.id for r in again.replies], again.first_status) == ([reply.id], Status.REPLIED)
    assert [m.state for m in patient.said()] == ["delivered"]


def test_what_a_late_request_fetched_does_not_ride_along_once_more(patient: World) -> None:
    late = patient.say("c1", "你好在吗")
    patient.pass_time(10)
    patient.work()
    fetched = patient.come_back(late)
    assert [r.id for r in fetched.replies] == [m.id for m in patient.said()]
    second = patient.come_back(patient.say("c1", "想问下运费"))
    assert not {r.id for r in second.replies} & {r.id for r in fetched.replies}
    assert patient.conversation().unfetched == 0


def test_an_answer_nobody_came_back_for_rides_along_with_the_next(patient: World) -> None:
    patient.say("c1", "你好在吗")
    patient.pass_time(10)
    patient.work()
    (left,) = patient.said()
    following = patient.come_back(patient.say("c1", "想问下运费"))
    assert following.replies[0].id == left.id
    assert len(following.replies) == 2


def test_a_bots_answer_that_waits_to_be_fetched_is_dropped_when_an_agent_takes_over(patient: World) -> None:
    lost = patient.arrival("c1", "你好在吗", "x1")
    patient.deliver(lost)
    patient.pass_time(10)
    patient.work()
    patient.agent_types("您好，我是小王")

    heard = patient.say("c1", "好的")

    assert (heard.status, heard.replies) == (Status.HELD_BY_AGENT, ())
    assert [m.state for m in patient.said()] == ["dropped"]
    assert patient.deliver(lost).replies == ()


def test_fragments_that_wait_when_an_agent_takes_over_are_the_agents(patient: World) -> None:
    waiting = [patient.say("c1", text) for text in ("你好在吗", "想问下运费")]
    patient.agent_types("您好，我是小王")
    assert [patient.come_back(r).status for r in waiting] == [Status.MERGED, Status.HELD_BY_AGENT]
    patient.pass_time(20)
    patient.work()
    assert patient.said() == []


def test_a_fragment_after_the_turn_was_taken_begins_a_new_turn(patient: World) -> None:
    first = patient.come_back(patient.say("c1", "你好在吗"))
    second = patient.say("c1", "想问下运费")
    assert second.due == patient.now + timedelta(seconds=3)
    final = patient.come_back(second)
    assert final.decision != first.decision


def test_a_redelivery_of_a_waiting_fragment_waits_with_it(patient: World) -> None:
    arrival = patient.arrival("c1", "你好在吗", "x1")
    first, again = patient.deliver(arrival), patient.deliver(arrival)
    assert (again.status, again.due, again.message) == (Status.DUPLICATE, first.due, first.message)
    final = patient.come_back(first)
    assert [r.id for r in patient.come_back(again).replies] == [r.id for r in final.replies]
    assert len(patient.said()) == len(final.replies)


def test_callback_channels_need_no_waiting_request(patient: World) -> None:
    patient.call_back()
    patient.say("c1", "你好在吗")
    patient.pass_time(1)
    patient.say("c1", "想问下运费")
    patient.pass_time(2.9)
    assert patient.work() == []
    patient.pass_time(0.1)
    assert patient.work() == [m.id for m in patient.said()]
    assert [m.state for m in patient.said()] == ["delivered"]
    assert patient.conversation().holder is Holder.BOT
