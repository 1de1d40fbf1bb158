"""Logs: one event is one line of ASCII JSON, and no phone, address or word of a customer is ever in it (56, 57)."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest

from bot import logs
from bot.content.live import LiveContent
from bot.core.knowledge import Knowledge
from bot.store.sqlite import SqliteStore
from tests.server import message
from tests.web.front import Front, fields_of, opened

HOSTILE = [
    "two\nlines", "two\r\nlines", "back\rover", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "para\u2028graph\u2029",
    "next\x85line", "form\ffeed\vtab", "\u202ertl\u2066\u2069", "zero\u200bwidth", "nul\x00", "del\x7f",
    "%s %d %(x)s %", "{} {0}", '"quoted" \\ back', "您好 😀", "half \ud83d", '{"level":"error"}\n{"forged":1}', "",
    " " * 100,
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the whole process logs while the test runs, as kefu would write it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def events(written: io.StringIO) -> list[dict[str, Any]]:
    """The lines, each of which must be JSON in printable ASCII."""
    lines = written.getvalue().splitlines(keepends=True)
    assert all(line.endswith("\n") and line[:-1].isascii() and line[:-1].isprintable() for line in lines)
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_one_event_is_one_line_whatever_it_holds(text: str) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    for name, event in ((f"kefu.test.{text}", ("event=test value=%s", text)), ("kefu.test", (text,))):
        logger = logging.Logger(name)  # by itself: pytest's own reports cannot carry half a character
        logger.addHandler(handler)
        logger.warning(*event)
    first, second = events(stream)
    assert first.keys() == {"at", "level", "logger", "message"}
    assert first["message"].startswith("event=test value=")
    assert (first["level"], second["level"]) == ("warning", "warning")


@pytest.mark.parametrize("form", ["event=test %s %s", "event=test %d", "event=test %(x)s", "event=test 100%"])
def test_arguments_that_do_not_fit_cost_one_line_and_say_nothing(form: str) -> None:
    """logging's own way out would print the arguments over several lines."""
    record = logging.LogRecord("kefu.test", logging.WARNING, __file__, 1, form, ("13812345678",), None)
    line = logs.JsonLines().format(record)
    assert json.loads(line)["message"] == f"{form} (the arguments do not fit)"
    assert "138" not in line


def test_a_very_long_event_is_cut(written: io.StringIO) -> None:
    logging.getLogger("kefu.test").warning("event=test %s", "x" * 100_000)
    assert len(written.getvalue()) < 5_000


def planted(dice: random.Random) -> str:
    """A phone number or an address in one of the ways people write them."""
    phone = f"1{dice.choice('3456789')}{dice.randrange(10**9):09d}"
    chinese = phone.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    wide = phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    road = dice.choice(("文三路", "中山北路", "人民大街", "长江巷"))
    return dice.choice(
        (
            phone, f"+86{phone}", f"86-{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"{phone[:3]} {phone[3:7]} {phone[7:]}", wide, chinese, "\u200b".join(phone), f"电话{phone}谢谢",
            f"浙江省杭州市{road}{dice.randrange(1, 999)}号", f"北京市朝阳区{road}{dice.randrange(1, 99)}号院",
        )
    )


def bare(text: str) -> str:
    """A text without what mask and JSON do to its spelling, so that a leak is found in any form."""
    return "".join(character for character in text if character.isalnum())


def test_of_two_hundred_planted_phones_and_addresses_none_is_written(written: io.StringIO) -> None:
    dice = random.Random(57)
    secrets = [planted(dice) for _ in range(200)]
    for secret in secrets:
        logging.getLogger("kefu.test").error("event=test said=%s.", secret)
    said = [bare(event["message"]) for event in events(written)]
    assert [secret for secret, line in zip(secrets, said, strict=True) if bare(secret) in line] == []


@pytest.mark.parametrize("length", range(1_940, 2_001, 3))
def test_a_cut_does_not_uncover_half_a_phone(written: io.StringIO, length: int) -> None:
    logging.getLogger("kefu.test").error("x" * length + " 13812345678 浙江省杭州市文三路1号")
    assert "1381" not in written.getvalue()
    assert "文三路" not in events(written)[0]["message"]


def test_of_an_exception_the_kind_and_the_place_are_written_and_no_value(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError("13812345678 张三丰")
        except KeyError as error:
            raise ValueError("浙江省杭州市文三路1号\nsecond line") from error
    except ValueError:
        logging.getLogger("kefu.test").exception("event=test")
    [event] = events(written)
    assert event["error"] == "ValueError"
    assert event["trace"].startswith("test_logs.py:")
    assert "test_of_an_exception" in event["trace"]
    for value in ("138", "张三丰", "文三路", "second line", "Key"):
        assert value not in json.dumps(event, ensure_ascii=False)


def test_configured_logs_go_to_standard_error_for_every_library(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.configure("info")
        for name in ("bot.web", "uvicorn.error", "alembic", "some.library"):
            logging.getLogger(name).error("event=test\nname=%s", name)
        logging.getLogger("httpx").info("GET https://platform.example/?token=secret")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    captured = capsys.readouterr()
    names = [json.loads(line)["logger"] for line in captured.err.splitlines()]
    assert (names, captured.out) == (["bot.web", "uvicorn.error", "alembic", "some.library"], "")


class Faulty:
    """Content whose reading fails with the customer's words in the error, as a real fault might."""

    def __init__(self, real: Knowledge) -> None:
        self.knowledge: Any = self
        self._real = real

    def understand(self, text: str) -> None:
        raise ValueError(text)

    def understand_turn(self, texts: object) -> None:
        raise ValueError(f"{texts}")

    def cuts_the_wait(self, text: str) -> None:
        raise ValueError(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


WORDS = ("紫色恐龙", "13812345678", "１３８１２３４５６７８", "浙江省杭州市文三路1号", "张三丰")
SAID = "，".join(WORDS)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def leaked(written: io.StringIO) -> list[str]:
    """The planted words that any line holds, masked ones included: a customer's words have no business here."""
    decoded = "\n".join(json.dumps(event, ensure_ascii=False) for event in events(written))
    return [word for word in (*WORDS, "文三路", "138****", "地址*") if word in decoded]


@pytest.mark.anyio
@pytest.mark.parametrize("channel", ["now", "slow"])
async def test_when_the_bot_fails_a_human_is_asked_and_no_word_is_logged(
    sqlite_store: SqliteStore, content: LiveContent, written: io.StringIO, channel: str
) -> None:
    async with opened(sqlite_store, content) as front:
        front.state.content = Faulty(content.knowledge)  # type: ignore[assignment]
        waiting = asyncio.create_task(front.say(SAID, channel))
        await front.until(lambda: front.rows("SELECT 1 FROM messages") != [])
        front.clock.move(1)
        answer = await waiting
        assert (answer["status"], bool(answer["ticket_id"])) == ("handed_off", True)
    assert any(event["message"].startswith("event=bot_fault") for event in events(written))
    assert leaked(written) == []


@pytest.mark.anyio
async def test_no_refusal_or_fault_logs_a_word(
    sqlite_store: SqliteStore, content: LiveContent, written: io.StringIO
) -> None:
    async with opened(sqlite_store, content, raises=False) as front:
        await _trouble(front)
        front.store.hangs = True
        assert (await front.post(message(SAID))).status_code == 503
        front.store.hangs = False
        front.state.clock = lambda: int(SAID)  # type: ignore[assignment, return-value]
        assert (await front.post(message(SAID))).status_code == 503
    assert [event["error"] for event in events(written) if event["level"] == "error"] == ["ValueError"]
    assert any(event["message"].startswith("event=unavailable") for event in events(written))
    assert leaked(written) == []


@pytest.mark.anyio
async def test_what_the_database_says_is_masked(
    sqlite_store: SqliteStore, content: LiveContent, written: io.StringIO
) -> None:
    async with opened(sqlite_store, content) as front:
        front.store.refuses = True
        assert (await front.post(message("你好"))).status_code == 503
    [said] = [event["message"] for event in events(written) if "event=unavailable" in event["message"]]
    assert said == "event=unavailable reason=the database said: 138****5678 is locked"


async def _trouble(front: Front) -> None:
    """Every kind of request that something may be logged about; nothing of it may hold the words."""
    body = message(SAID, customer="张三丰", id="m1")
    for sent in (body, fields_of(body, text=f"{SAID}!"), fields_of(body, sent_at=SAID), body[:-1], body + b"\xff"):
        await front.post(sent)
    await front.post(body, secret="whsec_AAAA")
    await front.post(body, channel="nowhere")
    await front.client.get(f"/{SAID}", headers={"authorization": "Basic c2VjcmV0"})
    await front.client.get("/v1/tickets", headers=[(b"authorization", b"Basic \xe5\xbc\xa0")])
