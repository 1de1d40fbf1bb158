"""The talk about an address through the stories, on both databases: what the customer answers to the check, or asks
for, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.channels.base import Fate, Sent
from bot.core.effects import Readdress
from bot.core.model import Status
from bot.core.orders import Kind, OrderFacts
from bot.flows import order_notes
from bot.flows import wishes as wishes_of
from bot.store import wishes
from bot.store.tables import notes
from bot.store.wishes import StoredWish
from tests.flows.ordered import FACTS, MINUTE, event, hear
from tests.flows.world import SHOP, World

MOVE, NEW = "改成上海市浦东新区张江镇碧波路690号", "上海市浦东新区张江镇碧波路690号"
SHIPPED = replace(FACTS, courier="中通快递", tracking_no="73120001")


@dataclass(frozen=True)
class Talk:
    """What the customer says to the check, the groups of phrases that answer, and what is kept in the end."""

    says: tuple[str, ...]
    answers: tuple[str, ...]
    flag: str = ""  #: in the order's newest note
    ticket: str = ""  #: in the ticket's note
    address: str = FACTS.address or ""


TALKS = {
    "a yes": Talk(("对的，谢谢",), ("right",)),
    "the same address read out": Talk(("浙江省杭州市西湖区文三路1号",), ("right",)),
    "another place": Talk((MOVE, "对的"), ("diff", "noted"), f"{NEW} 林小满 13812345678"),
    "a pasted block": Talk(
        ("张三 13812345699 四川省成都市武侯区浆洗街街道一环路南一段24号", "没问题"), ("diff", "noted"),
        "四川省成都市武侯区浆洗街街道一环路南一段24号 张三 13812345699",
    ),
    "a block in traditional characters": Talk(
        ("收貨人：劉德\n電話：13812345674\n地址：上海市徐匯區淮海中路1000號", "对"), ("diff", "noted"),
        "上海市徐汇区淮海中路1000号 劉德 13812345674",
    ),
    "a phone alone": Talk(("换个电话 13900001111", "对"), ("diff", "noted"), "文三路1号 林小满 13900001111"),
    "a phone that has to be asked for": Talk(
        ("换个电话", "13900001111", "好的"), ("ask", "diff", "noted"), "文三路1号 林小满 13900001111"
    ),
    "a phone with a digit too few": Talk(
        ("电话错了，应该是1391234567", "13912345678", "对"), ("lack", "diff", "noted"), "13912345678"
    ),
    "a name alone": Talk(("收货人改成李四", "好的"), ("diff", "noted"), "文三路1号 李四 13812345678"),
    "a door alone": Talk(("门牌号是3幢601", "是的"), ("diff", "noted"), "文三路1号3幢601 林小满"),
    "no door": Talk(
        ("改成上海市浦东新区", "碧波路690号", "对的"), ("lack", "diff", "noted"), "浦东新区碧波路690号 林小满"
    ),
    "no door, twice": Talk(
        ("改成上海市浦东新区", "不知道啊"), ("lack", "human"), ticket="改成上海市浦东新区；不知道啊"
    ),
    "no, then what is right": Talk(
        (MOVE, "不对，门牌是698号", "对的"), ("diff", "diff", "noted"), "碧波路698号 林小满"
    ),
    "no, and anew": Talk(
        (MOVE, "不对", "换成江苏省南京市玄武区中山路5号", "对的"), ("diff", "again", "diff", "noted"),
        "中山路5号 林小满",
    ),
    "the order is not wanted": Talk(("不要了",), ("human",), ticket="客户好像不要这单了"),
    "it stays as it is": Talk(("不用改，谢谢",), ("right",)),
    "the wish is taken back": Talk((MOVE, "算了还是不改了"), ("diff", "kept")),
    "no district": Talk(
        ("改成杭州市文一西路969号", "余杭区", "对的"), ("lack", "diff", "noted"), "余杭区文一西路969号"
    ),
    "no, twice": Talk((MOVE, "不对", "还是不对"), ("diff", "again", "human"), ticket="还是不对"),
    "two such districts": Talk(("改成朝阳区建国路88号",), ("human",), ticket="北京市、吉林省长春市都有"),
    "another question between": Talk((MOVE, "什么时候发货", "对的"), ("diff", "-", "noted"), NEW),
    "a courier": Talk(("发圆通吧", "对的"), ("courier", "right"), "指定快递：圆通速递"),
    "a yes with a courier": Talk(("对的，发圆通",), ("right",), "指定快递：圆通速递"),
    "the default courier": Talk(("发中通就行", "对的"), ("courier", "right")),
    "only EMS delivers there": Talk(
        ("改成西藏阿里地区噶尔县狮泉河镇文化路1号", "可以"), ("diff_outside", "noted"), "快递：EMS"
    ),
    "nobody delivers there": Talk(("改成香港九龙深水埗区长沙湾道303号",), ("human",), ticket="送不到新地址"),
    "outside from the beginning": Talk(
        ("可以",), ("right",), "指定快递：EMS", address="西藏自治区阿里地区噶尔县狮泉河镇1号"
    ),
}  # fmt: skip


def paid(world: World, facts: OrderFacts = FACTS) -> World:
    """A customer who paid."""
    hear(world, event(world, Kind.CREATED, facts), event(world, Kind.PAID, facts))
    world.now += 3 * MINUTE
    return world


@pytest.fixture
def asked(calling: World) -> World:
    """A customer who paid and was asked whether the address is right."""
    paid(calling).work()
    calling.now += MINUTE
    return calling


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS.keys())
def test_what_the_customer_answers(calling: World, talk: Talk) -> None:
    paid(calling, replace(FACTS, address=talk.address)).work()
    calling.now += MINUTE
    assert tuple(group for text in talk.says for group in says(calling, text)) == talk.answers
    found = flags(calling)
    assert talk.flag in (found[0][1] if found else "")
    assert bool(found) is bool(talk.flag)
    ticket = calling.ticket()
    assert talk.ticket in (ticket.note if ticket else "")
    assert bool(ticket) is bool(talk.ticket)


def test_a_change_is_shown_with_the_old_hidden_and_the_new_as_typed(asked: World) -> None:
    asked.say("c1", f"{MOVE}，王芳 13900001111")
    text = asked.said()[-1].text
    assert f"浙江省杭州市西湖区**** → {NEW}" in text
    assert "林** → 王芳" in text
    assert "138****5678 → 13900001111" in text
    assert "文三路" not in text


def test_a_yes_before_the_change_could_be_read_confirms_nothing_and_it_is_shown_again(asked: World) -> None:
    asked.say("c1", MOVE)
    asked.work(Sent(Fate.RETRY, "503", retry_after=45))
    asked.now += timedelta(seconds=20)
    assert says(asked, "对的") == ["diff"]
    assert flags(asked) == []
    asked.now += MINUTE
    assert says(asked, "对的") == ["noted"]


def test_what_stays_of_the_old_house_is_not_read_out(asked: World) -> None:
    asked.say("c1", "门牌号是3幢601")
    assert "浙江省杭州市西湖区****3幢601" in asked.said()[-1].text


def test_a_confirmed_change_is_a_red_flag_for_the_erp_and_a_wish_of_the_order(asked: World) -> None:
    says(asked, MOVE, "对的")
    [(flag, text, reason)] = flags(asked)
    assert (flag, reason) == ("red", "address")
    assert text.startswith("改地址：省 浙江省→上海市；")
    later = asked.now + timedelta(minutes=1)
    page = asked.store.read(
        lambda tx: order_notes.page(tx, SHOP, asked.now - timedelta(hours=1), "", 10, later)
    ).result()
    assert [(one.note.order_id, one.note.reason) for one in page.notes] == [("A1", "address")]
    wish = wished(asked)
    assert wish is not None
    assert (wish.address.district, wish.address.detail, wish.state) == ("浦东新区", "碧波路690号", "open")


def test_a_yes_to_a_change_of_an_address_that_has_changed_is_refused_and_shown_anew(asked: World) -> None:
    says(asked, MOVE)
    hear(asked, event(asked, Kind.CHANGED, replace(FACTS, address="江苏省南京市玄武区中山路5号")))
    assert says(asked, "对的") == ["diff"]
    assert "江苏省南京市玄武区**** → 上海市" in asked.said()[-1].text
    assert wished(asked) is None
    assert says(asked, "对的") == ["noted"]


def test_a_yes_typed_before_the_change_was_shown_is_not_taken_for_one_to_it(asked: World) -> None:
    typed = asked.now
    asked.now += MINUTE
    says(asked, MOVE)
    for group in ("diff", "human"):
        asked.now += MINUTE
        asked.deliver(asked.arrival("c1", "对的", f"late{group}", sent_at=typed))
        assert wished(asked) is None
        assert last_group(asked) == group


def test_once_shipped_a_yes_to_a_change_is_a_task_to_stop_the_parcel(asked: World) -> None:
    says(asked, MOVE)
    hear(asked, event(asked, Kind.SHIPPED, SHIPPED))
    assert says(asked, "对的") == ["shipped"]
    ticket = asked.ticket()
    assert ticket is not None
    assert "中通快递73120001" in ticket.note
    assert NEW in ticket.note
    assert [(flag, reason) for flag, _, reason in flags(asked)] == [("red", "intercept")]
    assert wished(asked) is None


def test_once_shipped_a_new_address_is_a_task_to_stop_the_parcel(asked: World) -> None:
    hear(asked, event(asked, Kind.SHIPPED, SHIPPED))
    assert says(asked, MOVE) == ["shipped"]


def test_a_parcel_that_left_for_the_old_address_is_a_task_once(asked: World) -> None:
    says(asked, MOVE, "对的")
    hear(asked, event(asked, Kind.SHIPPED, SHIPPED))
    asked.work()
    ticket, wish = asked.ticket(), wished(asked)
    assert ticket is not None
    assert wish is not None
    assert "发货时订单上还不是新的" in ticket.note
    assert (wish.state, wish.ticket) == ("intercept", ticket.id)
    asked.now += timedelta(hours=1)
    asked.work()
    assert len([reason for _, _, reason in flags(asked) if reason == "intercept"]) == 1


def test_a_shipment_that_commits_while_the_wish_is_kept_is_seen_half_a_minute_later(asked: World) -> None:
    """Neither transaction sees the other: the shipment finds no wish, and the wish an order that is still here."""
    hear(asked, event(asked, Kind.SHIPPED, SHIPPED))
    wish, held = Readdress("A1", "seen", "bound", wishes_of.read(NEW)), asked.conversation()
    asked.store.submit(lambda tx: wishes_of.keep_wish(tx, held, wish, asked.now)).result()
    asked.work()
    assert asked.ticket() is None
    asked.now += MINUTE
    asked.work()
    assert asked.ticket() is not None


def test_an_order_that_was_changed_as_wished_is_not_asked_about_again(asked: World) -> None:
    says(asked, MOVE, "对的")
    before = len(asked.said())
    hear(asked, event(asked, Kind.CHANGED, replace(FACTS, address=NEW)))
    asked.now += 30 * MINUTE
    asked.work()
    assert len(asked.said()) == before
    hear(asked, event(asked, Kind.SHIPPED, replace(SHIPPED, address=NEW)))
    asked.work()
    assert (wish := wished(asked)) is not None
    assert wish.state == "taken"
    assert asked.ticket() is None


def test_the_customer_begins(calling: World) -> None:
    paid(calling)
    assert says(calling, "帮我改下地址", NEW, "对的") == ["ask", "diff", "noted"]


def test_the_customer_says_all_at_once(calling: World) -> None:
    paid(calling)
    assert says(calling, f"帮我改下地址，{MOVE}", "对的") == ["diff", "noted"]


def test_the_customer_begins_too_late(calling: World) -> None:
    paid(calling)
    hear(calling, event(calling, Kind.SHIPPED, SHIPPED))
    assert says(calling, f"帮我改下地址，{MOVE}") == ["shipped"]


def test_without_a_known_order_the_usual_dialogue_asks(calling: World) -> None:
    assert calling.say("c1", "帮我改下地址").status is Status.REPLIED
    assert calling.said()[-1].details["phrase"].startswith("dialogues/address/")


def test_an_address_that_the_default_courier_does_not_reach_is_told_to_the_order_maker(calling: World) -> None:
    paid(calling, replace(FACTS, address="西藏自治区阿里地区噶尔县狮泉河镇1号")).work()
    assert last_group(calling) == "outside"
    assert [text for _, text, _ in flags(calling)] == ["默认的中通快递送不到这个地址，已向客户提议EMS"]


def says(world: World, *texts: str) -> list[str]:
    """The groups of phrases that answer the customer's texts, a minute between them; “-”: another intent's."""
    groups = []
    for text in texts:
        world.say("c1", text)
        world.work()
        groups.append(last_group(world))
        world.now += MINUTE
    return groups


def last_group(world: World) -> str:
    """Where the last phrase is from."""
    phrase = str(world.said()[-1].details.get("phrase", "")).rpartition("/")[0]
    if phrase.startswith("proactive/address_check/"):
        return phrase.rpartition("/")[2]
    return "human" if phrase.startswith("handoff") else "-"


def flags(world: World) -> list[tuple[str, str, str]]:
    """Flag, text and reason of the order's notes, the newest first, what the bot itself noticed at the end."""
    rows = world.rows(notes, notes.c.order_id == "A1")
    own = [row for row in rows if not row["text"].startswith("默认的")]
    return [(row["flag"], row["text"], row["reason"]) for row in reversed(own or rows)]


def wished(world: World) -> StoredWish | None:
    """The order's wish."""
    return world.store.read(lambda tx: wishes.get(tx, SHOP, "A1")).result()
