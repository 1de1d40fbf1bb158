"""A lead in somebody else's conversation: takes it over, gives it away, whispers, looks on; and the view of it all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.accounts import Role
from bot.core.attendance import Timing
from bot.core.effects import Rate
from bot.core.model import Holder
from bot.core.supervision import Act, FlagKind
from bot.core.tempers import Mark
from bot.errors import Conflict, Full, InvalidField, KefuError, NotFound
from bot.flows import desk, supervision, supervision_views, tempers, transfers
from bot.flows.desk_shapes import Watched
from bot.flows.supervision import Order
from bot.flows.supervision_views import Load, Overview
from bot.store import agents, csat, supervisions, tickets
from bot.store.supervisions import Supervision
from bot.store.tables import jobs, messages
from bot.store.tables import supervisions as table
from tests.flows.desk import Desks
from tests.flows.world import SHOP, World

LEAD = "张姐"


@pytest.fixture
def desks(world: World) -> Desks:
    """小美 holds c1; 阿强 is there with room for two; 张姐 leads."""
    made = Desks(world)
    write(world, lambda tx: agents.add(tx, SHOP, LEAD, "lead", "", world.now))
    write(world, lambda tx: agents.set_skills(tx, SHOP, "阿强", (), 2))
    for name in ("小美", "阿强"):
        made.is_there(name, "busy")
    world.say("c1", "转人工，杯子碎了")
    made.claim()
    return made


def write(world: World, story: Callable[[sa.Connection], Any]) -> Any:
    """Anything in a transaction."""
    return world.store.submit(story).result()


def take_over(desks: Desks, seen: str = "小美", customer: str = "c1", lead: str = LEAD) -> None:
    desks.act(supervision.take_over, customer, seen, "客户要投诉", agent=lead)


def reassign(desks: Desks, to: str = "阿强", seen: str = "小美", customer: str = "c1", *, force: bool = False) -> None:
    desks.act(supervision.reassign, customer, Order(to, seen, "换熟悉售后的同事", force), agent=LEAD)


def whisper(desks: Desks, text: str = "先道歉，可以补发") -> Supervision:
    return desks.act(supervision.whisper, "c1", text, agent=LEAD)


def watch(desks: Desks, customer: str = "c1") -> Watched:
    return desks.act(supervision.watch, customer, desks.world.knowledge.mood, agent=LEAD)


def overview(desks: Desks) -> Overview:
    world = desks.world
    story = supervision_views.overview
    return world.store.read(lambda tx: story(tx, SHOP, world.knowledge.mood, world.now, Timing())).result()


def load(desks: Desks, name: str) -> Load:
    return next(one for one in overview(desks).agents if one.name == name)


def flagged(desks: Desks) -> list[tuple[FlagKind, str]]:
    """What stands there, and who has seen to it."""
    return [(flag.kind, flag.seen_by) for flag in overview(desks).flags]


def test_a_lead_takes_over_and_the_agent_can_send_nothing_more(desks: Desks) -> None:
    desks.send()
    desks.world.say("c1", "太慢了")
    take_over(desks)
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (desks.row().owner, ticket.agent, ticket.passed_by) == (LEAD, LEAD, ["小美"])
    with pytest.raises(Conflict, match="主管 张姐 已安排 张姐 接待：客户要投诉"):
        desks.send("我再看看")
    desks.send("您好，我是主管", agent=LEAD)
    assert [said.details["agent"] for said in desks.world.said("agent")] == ["小美", LEAD]


def test_the_bot_says_nothing_to_whom_a_lead_took_from_it(desks: Desks) -> None:
    desks.world.say("c2", "什么时候发货")
    take_over(desks, "", "c2")
    before = len(desks.world.said("bot", "c2"))
    desks.world.say("c2", "包邮吗")
    assert desks.world.conversation("c2").holder is Holder.AGENT
    assert len(desks.world.said("bot", "c2")) == before


def test_a_draft_laid_before_the_old_owner_is_refused(desks: Desks) -> None:
    world = desks.world
    draft = {
        "shop": SHOP, "conversation": world.conversation().id, "decision": "d", "ticket": "", "text": "您好",
        "phrase": "", "after_seq": world.conversation().last_seq, "created_at": world.now,
    }  # fmt: skip
    laid = write(world, lambda tx: tickets.suggest(tx, draft))
    take_over(desks)
    with pytest.raises(Conflict, match="张姐"):
        desks.send("您好", suggestion=laid)
    assert desks.detail().suggestions[0].id == laid  # neither taken nor settled


def test_an_order_names_whom_the_lead_saw(desks: Desks) -> None:
    with pytest.raises(Conflict, match="现在由 小美 接待"):
        take_over(desks, "阿强")
    with pytest.raises(Conflict, match="会话刚有变动"):
        reassign(desks, seen="")
    take_over(desks)
    with pytest.raises(Conflict, match="已经由 张姐 接待"):
        take_over(desks, LEAD)
    assert desks.row().owner == LEAD


def test_a_lead_gives_a_customer_to_who_is_there_without_asking(desks: Desks) -> None:
    reassign(desks)
    ticket = desks.world.ticket()
    assert ticket is not None
    assert (desks.row().owner, ticket.agent, desks.row().offer) == ("阿强", "阿强", None)
    with pytest.raises(Conflict, match="已安排 阿强 接待：换熟悉售后的同事"):
        desks.send()
    desks.send(agent="阿强")


def test_a_customer_in_the_queue_is_given_to_somebody(desks: Desks) -> None:
    desks.world.say("c2", "转人工")
    reassign(desks, "阿强", "", "c2")
    assert desks.row("c2").owner == "阿强"


@pytest.mark.parametrize("state", ["away", "offline"])
def test_nobody_is_given_to_who_is_not_there(desks: Desks, state: Any) -> None:
    desks.is_there("阿强", state)
    with pytest.raises(Conflict, match="阿强 现在不在线"):
        reassign(desks, force=True)
    assert desks.row().owner == "小美"


def test_who_fell_silent_is_not_there_whatever_they_chose(desks: Desks) -> None:
    desks.world.pass_time(50)
    desks.pulse("小美")
    with pytest.raises(Conflict, match="不在线"):
        reassign(desks)


def test_full_hands_are_respected_unless_it_is_forced(desks: Desks) -> None:
    for customer in ("c2", "c3"):
        desks.world.say(customer, "转人工")
        desks.claim(customer, "阿强")
    with pytest.raises(Full, match="已经接待 2 位（上限 2）"):
        reassign(desks)
    reassign(desks, force=True)
    assert load(desks, "阿强").held == 3


@pytest.mark.parametrize("to", ["nobody", LEAD, "sale"])
def test_an_order_is_for_a_colleague(desks: Desks, to: str) -> None:
    with pytest.raises(InvalidField, match="to"):
        reassign(desks, to)


def test_an_offer_between_agents_is_void_after_an_order(desks: Desks) -> None:
    desks.act(transfers.offer, "c1", "阿强", "换班")
    take_over(desks)
    with pytest.raises(Conflict, match="转接已经失效"):
        desks.act(transfers.accept, "c1", agent="阿强")


def test_another_shop_has_no_such_conversation(desks: Desks) -> None:
    acts: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (supervision.take_over, ("小美", "x")), (supervision.reassign, (Order("阿强", "小美", "x"),)),
        (supervision.whisper, ("x",)), (supervision.see, ()), (supervision.watch, (desks.world.knowledge.mood,)),
    ]  # fmt: skip
    for story, arguments in acts:
        with pytest.raises(NotFound):
            desks.act(story, "c1", *arguments, agent=LEAD, shop="other")
    assert desks.world.rows(table) == []


def test_a_whisper_is_told_to_the_desks_and_never_goes_out(desks: Desks) -> None:
    world = desks.world
    world.call_back()
    desks.send()
    world.work()
    before, sent = desks.snapshot().event, world.rows(messages)
    made = whisper(desks)
    assert [row.whispered_at for row in desks.news(before).rows] == [world.now]
    assert desks.detail().supervisions == [made]
    assert (made.kind, made.after_seq) == (Act.WHISPER, world.conversation().last_seq)
    world.say("c1", "在吗")
    assert world.work() == []
    assert len(world.rows(messages)) == len(sent) + 1
    assert world.rows(jobs, jobs.c.kind == "send", jobs.c.state == "waiting") == []
    assert "先道歉" not in str([said.text for said in world.history()])


def test_looking_on_changes_nothing_but_the_trail(desks: Desks) -> None:
    before, conversation = desks.snapshot(), desks.world.conversation()
    shown = watch(desks)
    assert [said.text for said in shown.detail.messages if said.author == "customer"] == ["转人工，杯子碎了"]
    assert [(act.kind, act.lead) for act in shown.trail] == [(Act.WATCH, LEAD)]
    assert (desks.snapshot(), desks.world.conversation()) == (before, conversation)
    assert desks.detail().supervisions == []
    desks.world.pass_time(60)
    assert len(watch(desks).trail) == 1
    desks.world.pass_time(supervision.WATCHING.total_seconds())
    assert len(watch(desks).trail) == 2


def test_the_trail_keeps_who_did_what_and_why(desks: Desks) -> None:
    whisper(desks)
    reassign(desks)
    take_over(desks, "阿强")
    trail = [(act.kind, act.lead, act.sender, act.receiver, act.text) for act in watch(desks).trail]
    assert trail == [
        (Act.WHISPER, LEAD, "", "", "先道歉，可以补发"),
        (Act.REASSIGN, LEAD, "小美", "阿强", "换熟悉售后的同事"),
        (Act.TAKE_OVER, LEAD, "阿强", LEAD, "客户要投诉"),
        (Act.WATCH, LEAD, "", "", ""),
    ]


def at_once(*acts: Callable[[], object]) -> list[KefuError | None]:
    """Do things at the same moment; what each was refused with."""
    start = threading.Barrier(len(acts))
    told: list[KefuError | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except KefuError as error:
            told[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_whatever_an_agent_sends_while_a_lead_takes_over_went_before_or_not_at_all(desks: Desks) -> None:
    for number in range(20):
        customer = f"race{number}"
        desks.world.say(customer, "转人工")
        desks.claim(customer)
        sent, taken = at_once(partial(desks.send, customer=customer), partial(take_over, desks, customer=customer))
        assert taken is None
        conversation = desks.world.conversation(customer)
        order = write(desks.world, partial(supervisions.order, conversation=conversation))
        ours = [said.seq for said in desks.world.said("agent", customer)]
        assert conversation.owner == LEAD
        assert (isinstance(sent, Conflict), ours) in ((True, []), (False, [order.after_seq]))


def test_of_many_leads_at_once_one_gets_the_customer(desks: Desks) -> None:
    leads = [f"主管{number}" for number in range(8)]
    told = at_once(*(partial(take_over, desks, lead=name) for name in leads))
    winner = desks.row().owner
    assert [name for name, refused in zip(leads, told, strict=True) if refused is None] == [winner]
    assert {refused.more["owner"] for refused in told if isinstance(refused, Conflict)} == {winner}


def test_the_view_shows_who_waits_longest_first(desks: Desks) -> None:
    desks.world.pass_time(60)
    desks.world.say("c2", "转人工")
    desks.send()  # c1 is answered
    desks.world.pass_time(60)
    desks.world.say("c3", "转人工")
    desks.world.say("c4", "什么时候发货")  # the bot's
    shown = overview(desks)
    assert [shown.rows[id_].customer for id_ in shown.waiting] == ["c2", "c3"]
    assert "c4" not in {row.customer for row in shown.rows.values()}


def test_the_view_shows_agents_with_their_load(desks: Desks) -> None:
    desks.world.pass_time(30)
    since = desks.row().waiting_since
    mei = load(desks, "小美")
    assert (mei.state, mei.held, mei.capacity, mei.unanswered, mei.oldest) == ("busy", 1, 8, 1, since)
    assert (mei.answered, mei.first_answer) == (0, None)
    desks.send()
    mei = load(desks, "小美")
    assert (mei.unanswered, mei.oldest, mei.answered, mei.first_answer) == (0, None, 1, 30.0)
    assert [(one.name, one.state) for one in overview(desks).agents] == [
        ("小美", "busy"), ("阿强", "busy"), (LEAD, "offline"),
    ]  # fmt: skip
    assert load(desks, LEAD).role is Role.LEAD
    assert load(desks, LEAD).seen_at is None


def test_what_the_books_hold_against_us_is_flagged_until_a_lead_has_seen_to_it(desks: Desks) -> None:
    world = desks.world
    assert flagged(desks) == []
    desks.send("您好，10分钟内回复您")
    low_score(desks)
    world.say("c2", "转人工")
    desks.act(tempers.mark, "c2", Mark.CLAIMS, "要十倍赔偿", 30)
    world.pass_time(timedelta(minutes=20).total_seconds())
    world.work()
    assert flagged(desks) == [
        (FlagKind.OVERDUE, ""), (FlagKind.PROMISE, ""), (FlagKind.CSAT, ""), (FlagKind.MARK, ""),
    ]  # fmt: skip
    assert "13812345678" not in str(overview(desks).flags)
    for customer in ("c1", "c2"):
        desks.act(supervision.see, customer, agent=LEAD)
    assert {seen for _, seen in flagged(desks)} == {LEAD}
    world.pass_time(1)
    world.say("c1", "你们再不处理我就打12315投诉，太恶心了")
    assert flagged(desks)[0] == (FlagKind.RISK, "")


def test_a_second_chase_and_a_case_for_seniors_are_flagged(desks: Desks) -> None:
    desks.world.say("c2", "转人工")
    for _ in range(2):
        desks.world.say("c2", "人呢")
    desks.act(transfers.offer, "c1", "senior", "客户要求主管")
    found = {(flag.kind, overview(desks).rows[flag.conversation].customer) for flag in overview(desks).flags}
    assert {(FlagKind.CHASED, "c2"), (FlagKind.SENIOR, "c1")} <= found


def low_score(desks: Desks) -> None:
    """c1 once gave two of five."""
    world = desks.world
    id_ = world.conversation().id
    asked = write(
        world, lambda tx: csat.asked(tx, SHOP, id_, world.now, ticket="", agent="小美", intent="")
    )  # fmt: skip
    write(world, lambda tx: csat.rate(tx, SHOP, Rate(asked, 2, "等太久，电话13812345678"), world.now))


def test_the_number_of_queries_does_not_grow_with_the_conversations(desks: Desks) -> None:
    def counted() -> int:
        ran: list[str] = []

        def story(tx: sa.Connection) -> None:
            def note(*event: Any) -> None:
                ran.append(event[2])

            sa.event.listen(tx, "before_cursor_execute", note)
            supervision_views.overview(tx, SHOP, desks.world.knowledge.mood, desks.world.now, Timing())
            sa.event.remove(tx, "before_cursor_execute", note)

        desks.world.store.read(story).result()
        return len(ran)

    before = counted()
    for number in range(30):
        customer = f"many{number}"
        desks.world.say(customer, "转人工")
        if number % 2:
            desks.claim(customer)
            desks.act(tempers.mark, customer, Mark.OTHER, "多次来问", 30)
            desks.act(supervision.see, customer, agent=LEAD)
    assert counted() == before <= 12


def test_a_released_customer_is_not_given_back_to_whom_a_lead_took_them_from(desks: Desks) -> None:
    desks.send()
    reassign(desks)
    desks.act(desk.release, "c1", agent="阿强")
    desks.is_there("小美", "online")
    desks.world.work()
    assert desks.row().owner == ""
