"""Agents' texts: sent once, by who holds the conversation, as they were seen, never past the customer's newest word."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.errors import Conflict, InvalidField, NotFound, Stale
from bot.flows import desk, desk_sends
from bot.flows.desk_sends import Sending
from bot.flows.desk_shapes import Suggested
from bot.store import suggestions
from bot.store.tables import messages, suggestion_marks
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World


@pytest.fixture
def desks(world: World) -> Desks:
    """Two agents at their desks; 小美 has taken the conversation of c1."""
    made = Desks(world)
    world.say("c1", "转人工")
    made.claim()
    return made


@pytest.fixture
def careful(world: World) -> Desks:
    """A shop that confirms every reply; a draft waits, and 小美 has taken the conversation."""
    made = Desks(world)
    world.channel = replace(world.channel, assist=True)
    world.say("c1", "什么时候发货")
    made.claim()
    return made


def draft(desks: Desks) -> Suggested:
    """The draft that is shown."""
    [shown] = desks.detail().suggestions
    return shown


def marks(desks: Desks) -> list[tuple[str, str, str, str]]:
    """What was written about drafts: what, by whom, the text sent instead, the reason."""
    [first] = {row["id"] for row in desks.world.rows(messages.metadata.tables["suggestions"])}
    rows = desks.world.store.read(lambda tx: suggestions.ledger(tx, SHOP, [first])).result()
    return [(row["kind"], row["agent"], row["text"], row["reason"]) for row in rows]


def test_a_text_goes_out_in_the_name_of_its_agent(desks: Desks) -> None:
    sent = desks.send("您好，我来帮您")
    line = desks.detail().messages[-1]
    assert (line.id, line.author, line.agent, line.text) == (sent.id, "agent", "小美", "您好，我来帮您")
    assert [reply.text for reply in desks.world.say("c1", "好的").replies] == ["您好，我来帮您"]


def test_the_same_request_again_sends_nothing_and_is_answered_alike(desks: Desks) -> None:
    seen = desks.world.conversation().last_seq
    first = desks.send("您好", key="click-0001", after_seq=seen)
    desks.world.say("c1", "在吗")  # it makes the text out of date, but it was sent before
    again = desks.send("您好", key="click-0001", after_seq=seen)
    desks.act(desk.release, "c1")
    later = desks.send("您好", key="click-0001", after_seq=seen)
    assert first.id == again.id == later.id
    assert len(desks.world.said("agent")) == 1


def test_ten_clicks_at_once_are_one_message(desks: Desks) -> None:
    conversation = desks.world.conversation()
    sending = Sending(conversation.id, "您好", conversation.last_seq)
    knowledge = desks.world.knowledge
    click = partial(desk_sends.send, sending=sending, key="click-0001", actor=desks.actor(), knowledge=knowledge)
    clicks = [desks.world.store.submit(click) for _ in range(10)]
    assert len({one.result(60).id for one in clicks}) == len(desks.world.said("agent")) == 1


@pytest.mark.parametrize("other", [{"text": "再见"}, {"after_seq": 99}, {"customer": "c2"}])
def test_another_request_under_the_same_key_is_refused(desks: Desks, other: dict[str, Any]) -> None:
    desks.world.say("c2", "转人工")
    desks.claim("c2")
    desks.send("您好", key="click-0001")
    with pytest.raises(InvalidField, match="Idempotency-Key"):
        desks.send(**{"text": "您好", **other}, key="click-0001")
    assert len(desks.world.said("agent")) == 1


def test_agents_keys_are_their_own(desks: Desks) -> None:
    desks.world.say("c2", "转人工")
    desks.claim("c2", agent="阿强")
    desks.send("您好", key="click-0001")
    desks.send("您好", "c2", key="click-0001", agent="阿强")
    assert len(desks.world.said("agent", "c2")) == 1


def test_what_the_customer_wrote_since_is_shown_instead_of_sending(desks: Desks) -> None:
    seen = desks.world.conversation().last_seq
    desks.world.say("c1", "算了，我要退款")
    with pytest.raises(Stale) as refused:
        desks.send("马上发货", after_seq=seen)
    assert [line.text for line in refused.value.more["newer"]] == ["算了，我要退款"]  # type: ignore[attr-defined]
    assert desks.world.said("agent") == []
    desks.send("好的，为您办理退款")
    assert len(desks.world.said("agent")) == 1


def test_a_recalled_message_makes_an_answer_to_it_out_of_date(desks: Desks) -> None:
    desks.world.say("c1", "发到旧地址", external_id="m-old")
    seen = desks.world.conversation().last_seq
    desks.world.recall("m-old")
    with pytest.raises(Stale):
        desks.send("好的，发到旧地址", after_seq=seen)


def test_who_does_not_hold_the_conversation_sends_nothing(desks: Desks) -> None:
    with pytest.raises(Conflict, match="小美") as refused:
        desks.send(agent="阿强")
    assert refused.value.more == {"owner": "小美"}
    desks.world.say("c2", "什么时候发货")
    with pytest.raises(Conflict, match="先领取"):
        desks.send(customer="c2")
    assert desks.world.said("agent") == []


@pytest.mark.parametrize("text", ["您的单号是None", "{姓名}您好", "  ", "好" * 501])
def test_an_unfinished_text_is_not_sent_and_its_key_is_free(desks: Desks, text: str) -> None:
    with pytest.raises(InvalidField, match="text"):
        desks.send(text, key="click-0001")
    desks.send("您好", key="click-0001")
    assert len(desks.world.said("agent")) == 1


def test_a_draft_is_taken_once_exactly_as_it_was_shown(careful: Desks) -> None:
    shown = draft(careful)
    assert not shown.stale
    with pytest.raises(InvalidField, match="edited"):
        careful.send(shown.text + "！", suggestion=shown.id)
    sent = careful.send(shown.text, suggestion=shown.id)
    assert (sent.text, sent.details["phrase"]) == (shown.text, shown.phrase)
    assert careful.detail().suggestions == []
    with pytest.raises(Conflict, match="处理过"):  # a second tab
        careful.send(shown.text, suggestion=shown.id)
    assert len(careful.world.said("agent")) == 1
    assert marks(careful) == [("taken", "小美", "", "")]


def test_an_edited_draft_is_kept_with_both_texts(careful: Desks) -> None:
    shown = draft(careful)
    careful.send("您好，今天就发", suggestion=shown.id, edited=True)
    assert marks(careful) == [("edited", "小美", "您好，今天就发", "")]


def test_a_draft_that_was_called_edited_and_is_not_counts_as_taken(careful: Desks) -> None:
    shown = draft(careful)
    careful.send(shown.text, suggestion=shown.id, edited=True)
    assert [kind for kind, *_ in marks(careful)] == ["taken"]


def test_a_draft_is_stale_as_soon_as_the_customer_writes_however_much_was_seen(careful: Desks) -> None:
    shown = draft(careful)
    careful.world.say("c1", "不要了")
    assert [one.stale for one in careful.detail().suggestions] == [True]
    with pytest.raises(Stale):
        careful.send(shown.text, suggestion=shown.id)
    assert marks(careful) == []


def test_a_rejected_draft_is_not_shown_again_and_cannot_be_taken(careful: Desks) -> None:
    shown = draft(careful)
    careful.reject(shown.id, "答非所问")
    assert careful.detail().suggestions == []
    with pytest.raises(Conflict):
        careful.send(shown.text, suggestion=shown.id)
    with pytest.raises(Conflict):
        careful.reject(shown.id)
    assert marks(careful) == [("rejected", "小美", "", "答非所问")]


def test_a_draft_was_shown_when_it_was_first_shown(careful: Desks) -> None:
    shown = draft(careful)
    for _ in range(2):
        careful.world.store.submit(
            lambda tx: suggestions.show(tx, SHOP, "小美", [shown.id], careful.world.now)
        ).result()
        careful.world.pass_time(5)
    rows = careful.world.store.read(lambda tx: suggestions.ledger(tx, SHOP, [shown.id])).result()
    assert [(row["kind"], row["at"]) for row in rows] == [("shown", careful.world.now.replace(second=0))]
    careful.send(shown.text, suggestion=shown.id)
    assert [kind for kind, *_ in marks(careful)] == ["shown", "taken"]


def test_a_draft_of_another_conversation_is_not_there(careful: Desks) -> None:
    shown = draft(careful)
    careful.world.say("c2", "什么时候发货")
    careful.claim("c2")
    with pytest.raises(NotFound):
        careful.send(shown.text, "c2", suggestion=shown.id)
    with pytest.raises(NotFound):
        careful.reject(shown.id, customer="c2")
    assert len(careful.world.store.read(lambda tx: tx.execute(suggestion_marks.select()).all()).result()) == 0
