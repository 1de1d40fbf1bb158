"""Messages: stored once, in order, found again by the platform's id and by the delivery's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.store import messages
from bot.store.base import Store
from bot.store.messages import StoredMessage
from bot.store.tables import messages as table
from tests.store.rows import NOW, count, opened

_SECOND = timedelta(seconds=1)


def _message(conversation: str, number: int = 1, **changes: object) -> StoredMessage:
    message = StoredMessage(
        "demo", f"ms_{number}", conversation, number, "customer", "text", f"第{number}句", "web", "pending", "", None,
        NOW + number * _SECOND, NOW, f"x{number}", f"d{number}",
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def test_a_message_comes_back_as_it_was_stored(store: Store) -> None:
    message = _message(opened(store), details={"order_id": "1", "carried": ["ms_0"]})
    assert store.submit(lambda tx: messages.add(tx, message)).result()
    assert store.read(lambda tx: messages.get(tx, "demo", "ms_1")).result() == message
    assert store.read(lambda tx: messages.get(tx, "other", "ms_1")).result() is None


@pytest.mark.parametrize(
    "again",
    [{"external_id": "x1", "webhook_id": "d9"}, {"external_id": "x9", "webhook_id": "d1"}],
    ids=["message", "delivery"],
)
def test_a_message_or_delivery_that_is_known_is_not_stored_again(store: Store, again: dict[str, str]) -> None:
    conversation = opened(store)
    second = _message(conversation, 2, **again)

    def story(tx: sa.Connection) -> tuple[bool, bool, StoredMessage | None]:
        one, two = messages.add(tx, _message(conversation)), messages.add(tx, second)
        return one, two, messages.known(tx, "demo", "web", second.external_id, second.webhook_id)

    one, two, known = store.submit(story).result()
    assert (one, two) == (True, False)
    assert known is not None
    assert known.id == "ms_1"
    assert store.read(count(table)).result() == 1


def test_the_messages_own_id_says_more_than_the_deliverys(store: Store) -> None:
    conversation = opened(store)

    def story(tx: sa.Connection) -> StoredMessage | None:
        for number in (1, 2, 3):
            messages.add(tx, _message(conversation, number))
        return messages.known(tx, "demo", "web", "x3", "d1")

    known = store.submit(story).result()
    assert known is not None
    assert known.id == "ms_3"


def test_texts_of_ours_carry_no_platform_id_and_are_all_stored(store: Store) -> None:
    conversation = opened(store)
    ours = {"author": "bot", "external_id": None, "webhook_id": None, "state": "queued", "decision": "dc"}

    def story(tx: sa.Connection) -> list[bool]:
        return [messages.add(tx, _message(conversation, number, **ours)) for number in (2, 1, 3)]

    assert store.submit(story).result() == [True, True, True]
    for listing in (messages.queued, messages.of_decision):
        key = "dc" if listing is messages.of_decision else conversation
        found = store.read(lambda tx, listing=listing, key=key: listing(tx, "demo", key)).result()  # type: ignore[misc]
        assert [message.seq for message in found] == [1, 2, 3]
    some = store.read(lambda tx: messages.some(tx, "demo", ["ms_3", "ms_1"])).result()
    assert [message.id for message in some] == ["ms_1", "ms_3"]


def test_the_last_messages_are_listed_oldest_first(store: Store) -> None:
    conversation = opened(store)
    store.submit(lambda tx: [messages.add(tx, _message(conversation, number)) for number in range(1, 8)]).result()
    last = store.read(lambda tx: messages.listed(tx, "demo", conversation, last=3)).result()
    rest = store.read(lambda tx: messages.listed(tx, "demo", conversation, after_seq=5)).result()
    assert ([m.seq for m in last], [m.seq for m in rest]) == ([5, 6, 7], [6, 7])


def test_fragments_wait_in_the_order_they_were_typed(store: Store) -> None:
    conversation = opened(store)
    late = _message(conversation, 2, sent_at=NOW - _SECOND)
    decided = _message(conversation, 3, state="decided")
    store.submit(lambda tx: [messages.add(tx, m) for m in (_message(conversation), late, decided)]).result()
    waiting = store.read(lambda tx: messages.pending(tx, "demo", conversation)).result()
    assert [message.id for message in waiting] == ["ms_2", "ms_1"]


def test_delivery_ids_are_forgotten_after_a_while_and_message_ids_never(store: Store) -> None:
    conversation = opened(store)
    store.submit(lambda tx: messages.add(tx, _message(conversation))).result()
    assert store.submit(lambda tx: messages.forget_older_than(tx, NOW)).result() == 0
    assert store.submit(lambda tx: messages.forget_older_than(tx, NOW + _SECOND)).result() == 1
    assert store.read(lambda tx: messages.known(tx, "demo", "web", None, "d1")).result() is None
    assert store.read(lambda tx: messages.known(tx, "demo", "web", "x1", None)).result() is not None


def test_a_message_needs_its_conversation_and_a_known_state(store: Store) -> None:
    conversation = opened(store)
    for wrong in (_message("cv_none"), _message(conversation, state="lost")):
        with pytest.raises(sa.exc.IntegrityError):
            store.submit(lambda tx, wrong=wrong: messages.add(tx, wrong)).result()  # type: ignore[misc]
    assert store.read(count(table)).result() == 0
