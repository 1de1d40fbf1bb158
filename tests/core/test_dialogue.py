"""A dialogue asks once, hears the answer in its context, takes no for an answer, and gives up after two failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core import dialogue
from bot.core.answer import answer
from bot.core.dialogue import Answer, Heard, Script, Step, StepKind
from bot.core.effects import Outcome
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Entity, Holder, MessageType, Mood, Reason, Stage, Status
from bot.core.patterns import Pattern, compile_pattern
from bot.core.questions import Form
from bot.core.tokens import Tokenizer
from tests.core.tiny_shop import heard, open_for_talks, remembered, said, ticket, turn

TALL, HEAVY = Entity("height", "170", "170"), Entity("weight", "130", "130斤")


def words(*sources: str) -> tuple[Pattern, ...]:
    return tuple(compile_pattern("", source, {}) for source in sources)


SIZE = Script(
    "size", "选尺码", ("presale.stock",),
    {
        "measure": Step("measure", StepKind.ASK, "身材", ("height", "weight"), go="fit", lost="chart"),
        "fit": Step(
            "fit", StepKind.ASK, "松紧",
            answers=(
                Answer("advise", words("宽松", "大一点"), value="宽松"), Answer("advise", words("合身"), value="合身")
            ),
        ),
        "advise": Step("advise", StepKind.SAY),
        "chart": Step("chart", StepKind.SAY),
    },
)  # fmt: skip
COMPLAINT = Script(
    "complaint", "投诉", ("risk.complaint",),
    {
        "what": Step("what", StepKind.ASK, "事情", answers=(Answer("photo", anything=True),)),
        "photo": Step(
            "photo", StepKind.ASK, "照片",
            answers=(Answer("done", sends=MessageType.IMAGE), Answer("done", words("没有"), value="暂无")),
        ),
        "done": Step("done", StepKind.HUMAN, group="senior"),
    },
    stages=("signed",),
)  # fmt: skip
SAYS = {
    "dialogues/size/measure/ask": ("您的身高和体重是多少呢？", "请说说身高体重。"),
    "dialogues/size/measure/again": ("还想知道您的{{ missing }}。", "您的{{ missing }}是多少？"),
    "dialogues/size/fit/ask": ("您喜欢宽松还是合身？",),
    "dialogues/size/fit/again": ("宽松还是合身呢？",),
    "dialogues/size/advise/say": ("{{ slot.height }}、{{ slot.weight }}、{{ slot.fit }}，建议您选L码。",),
    "dialogues/size/chart/say": ("详情页有尺码表。",),
    "dialogues/complaint/what/ask": ("非常抱歉，是什么事呢？",),
    "dialogues/complaint/photo/ask": ("有照片吗？",),
    "dialogues/complaint/photo/again": ("没有照片也可以说一声。",),
    "dialogues/complaint/done/human": ("已转给负责人，预计{{ wait }}回复您。",),
}


@pytest.fixture(scope="module")
def shop(tokenizer: Tokenizer) -> Knowledge:
    return open_for_talks(tokenizer, (SIZE, COMPLAINT), SAYS)


def place(outcome: Outcome) -> str:
    return outcome.decision.situation


def talk(shop: Knowledge, *said_: tuple[str, str, Sequence[Entity], MessageType], stage: str = "") -> list[Outcome]:
    """(text, intent that the matching hears in it, entities, type) turn by turn."""
    outcomes, dialogue_ = [], Dialogue()
    for number, (text, intent, entities, type_) in enumerate(said_):
        now = turn(dialogue=dialogue_, type=type_, seed=f"{number}", stage=Stage(stage))
        outcome = answer(shop, now, heard(intent, text=text, entities=tuple(entities)))
        outcomes.append(outcome)
        dialogue_ = remembered(outcome, dialogue_)
    return outcomes


def line(text: str, intent: str = "", *entities: Entity) -> tuple[str, str, Sequence[Entity], MessageType]:
    return text, intent, entities, MessageType.TEXT


PICTURE: tuple[str, str, Sequence[Entity], MessageType] = ("", "", (), MessageType.IMAGE)


def test_what_is_needed_is_asked_for_and_heard_in_its_context(shop: Knowledge) -> None:
    asked, fit, advised = talk(
        shop, line("有货吗", "presale.stock"), line("170 130斤", "", TALL, HEAVY), line("宽松点")
    )
    assert [place(asked), place(fit)] == ["dialogues/size/measure/ask", "dialogues/size/fit/ask"]
    assert said(advised) == ["170、130、宽松，建议您选L码。"]
    assert remembered(advised, Dialogue()).form is None


def test_half_an_answer_is_progress_and_only_the_rest_is_asked_for(shop: Knowledge) -> None:
    *_, half = talk(shop, line("有货吗", "presale.stock"), line("我一米七", "", TALL))
    assert "体重" in said(half)[0]
    assert "身高" not in said(half)[0]
    assert remembered(half, Dialogue()).form == Form("size", "measure", {"height": "170"})


@pytest.mark.parametrize(
    ("told", "answered"),
    [
        ((), "165 110"), ((), "165,110斤"), ((TALL,), "120"), ((TALL,), "120斤"), ((TALL,), "60公斤"),
        ((HEAVY,), "一米七"), ((HEAVY,), "168"),
    ],
)  # fmt: skip
def test_a_number_answers_the_question_after_a_body(shop: Knowledge, told: Sequence[Entity], answered: str) -> None:
    *_, fit = talk(shop, line("有货吗", "presale.stock", *told), line(answered))
    assert place(fit) == "dialogues/size/fit/ask"


@pytest.mark.parametrize("answered", ["120", "165 110 90", "5000", "80元"])
def test_a_number_that_may_be_either_measure_or_none_is_no_answer(shop: Knowledge, answered: str) -> None:
    *_, again = talk(shop, line("有货吗", "presale.stock"), line(answered))
    assert place(again) == "dialogues/size/measure/again"


def test_what_the_opening_says_is_not_asked_again(shop: Knowledge) -> None:
    (first,) = talk(shop, line("170 130斤有货吗，要宽松的", "presale.stock", TALL, HEAVY))
    assert said(first) == ["170、130、宽松，建议您选L码。"]


def test_after_two_answers_that_are_none_the_bot_stops_asking(shop: Knowledge) -> None:
    *_, again, given_up = talk(shop, line("有货吗", "presale.stock"), line("随便"), line("都说了随便"))
    assert place(again) == "dialogues/size/measure/again"
    assert place(given_up) == "dialogues/size/chart/say"


def test_without_a_way_out_a_lost_customer_gets_a_human_who_knows_what_was_said(shop: Knowledge) -> None:
    *_, last = talk(shop, line("投诉", "risk.complaint"), line("你们态度太差"), line("嗯"), line("啊"), stage="signed")
    opened = ticket(last)
    assert opened is not None
    assert (opened.reason, opened.note) == (Reason.DIALOGUE_STUCK, "投诉：事情=你们态度太差")


def test_an_open_question_takes_whatever_is_said_and_a_picture_answers_too(shop: Knowledge) -> None:
    *_, photo, done = talk(shop, line("投诉", "risk.complaint"), line("客服骂人"), PICTURE, stage="signed")
    assert place(photo) == "dialogues/complaint/photo/ask"
    opened = ticket(done)
    assert opened is not None
    assert (opened.group, opened.note) == ("senior", "投诉：事情=客服骂人，照片=图片")


def test_another_question_is_answered_and_ours_stays_open(shop: Knowledge) -> None:
    _, aside, back = talk(
        shop, line("有货吗", "presale.stock"), line("几号发", "ship.when_sent"), line("170 130", "", TALL, HEAVY)
    )
    assert place(aside) == "ship.when_sent/default"
    assert place(back) == "dialogues/size/fit/ask"


def test_a_customer_who_speaks_of_other_things_is_not_held_to_our_question(shop: Knowledge) -> None:
    *_, last = talk(
        shop, line("有货吗", "presale.stock"), line("几号发", "ship.when_sent"), line("谢谢", "chat.thanks"),
    )  # fmt: skip
    assert remembered(last, Dialogue()).form is None


def test_a_bare_no_is_an_answer_that_leads_nowhere_not_another_subject(shop: Knowledge) -> None:
    *_, again = talk(shop, line("有货吗", "presale.stock"), line("没有", "chat.deny"))
    assert place(again) == "dialogues/size/measure/again"


def test_pressure_ends_the_questions_at_once(shop: Knowledge) -> None:
    open_question = Dialogue(form=Form("complaint", "photo", {"what": "客服骂人"}))
    outcome = answer(shop, turn(dialogue=open_question), heard(mood=Mood.THREATENING))
    opened = ticket(outcome)
    assert outcome.decision.status is Status.HANDED_OFF
    assert opened is not None
    assert opened.note == "投诉：事情=客服骂人"
    assert remembered(outcome, open_question).form is None


@pytest.mark.parametrize("changes", [{"holder": Holder.QUEUE}, {"assist": True}])
def test_nobody_is_questioned_by_the_bot_while_humans_answer(shop: Knowledge, changes: dict[str, object]) -> None:
    outcome = answer(shop, turn(**changes), heard("presale.stock"))
    assert not place(outcome).startswith("dialogues/")


def test_a_dialogue_begins_only_in_its_stages_of_the_order(shop: Knowledge) -> None:
    assert place(answer(shop, turn(stage=Stage.SIGNED), heard("risk.complaint"))).startswith("dialogues/")
    assert place(answer(shop, turn(stage=Stage.UNPAID), heard("risk.complaint"))) == "risk.complaint/default"


def test_a_question_asked_before_is_not_begun_again_without_news(shop: Knowledge) -> None:
    before = Dialogue(asked={"presale.stock": 1})
    assert place(answer(shop, turn(dialogue=before), heard("presale.stock"))) == "presale.stock/default"


def test_a_dialogue_that_the_trainers_removed_meanwhile_is_forgotten(shop: Knowledge) -> None:
    gone = Dialogue(form=Form("old", "step"))
    assert place(answer(shop, turn(dialogue=gone), heard("ship.when_sent"))) == "ship.when_sent/default"
    moved = Dialogue(form=Form("size", "no such step"))
    assert place(answer(shop, turn(dialogue=moved), heard("ship.when_sent"))) == "ship.when_sent/default"


def test_a_circle_of_steps_ends() -> None:
    circle = Script(
        "circle", "圈", ("x",),
        {
            "a": Step("a", StepKind.ASK, needs=("height",), go="b"),
            "b": Step("b", StepKind.ASK, needs=("height",), go="a"),
        },
    )  # fmt: skip
    assert dialogue.begin(circle, Heard("170", (TALL,))).step in ("a", "b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("破洞了", "破洞"), ("没有破洞", ""), ("不是破洞，就是开线", "开线"), ("没发现破洞", ""),
        ("有没有破洞我拍给您看", "破洞"), ("这不是破洞了吗", "破洞"), ("没穿几次就破洞了", "破洞"),
        ("别换了直接退", "退"), ("特别大", "大"), ("不是很大", ""), ("能不能退", "能退"),
        ("要不换一个", "换"), ("不想换，退吧", "退"), ("没有破洞也能退吗", "能退"),
    ],
)  # fmt: skip
def test_what_is_denied_is_no_answer(text: str, value: str) -> None:
    answers = (Answer("done", words("破洞", "开线", "换", "能退", "退", "大")),)
    steps = {"what": Step("what", StepKind.ASK, "问", answers=answers), "done": Step("done", StepKind.HUMAN)}
    script = Script("x", "试", ("x",), steps)
    moved = dialogue.go_on(script, Form("x", "what"), Heard(text))
    assert (moved.slots["what"] if moved else "") == value


def test_a_question_that_the_bot_answers_is_no_answer_to_an_open_one(shop: Knowledge) -> None:
    _, aside, back = talk(
        shop, line("投诉", "risk.complaint"), line("什么时候发货", "ship.when_sent"), line("客服骂人"), stage="signed"
    )
    assert place(aside) == "ship.when_sent/default"
    assert place(back) == "dialogues/complaint/photo/ask"


def test_the_number_of_an_order_that_the_platform_tells_of_is_not_asked_for() -> None:
    steps = {
        "order": Step("order", StepKind.ASK, "订单", ("order_no",), go="done"),
        "done": Step("done", StepKind.HUMAN),
    }  # fmt: skip
    script = Script("x", "试", ("x",), steps)
    assert dialogue.begin(script, Heard("快递不动了")).step == "order"
    assert dialogue.begin(script, Heard("快递不动了", known=frozenset({"order_no"}))).step == "done"


def test_who_says_yes_to_a_picture_is_waited_for(knowledge: Knowledge) -> None:
    asked = Dialogue(form=Form("quality", "photo", {"what": "外观破损"}))
    outcome = answer(knowledge, turn(dialogue=asked), knowledge.understand("好的"))
    assert place(outcome).startswith("chat.affirm/")
    assert remembered(outcome, asked).form == Form("quality", "photo", {"what": "外观破损"}, aside=1)


def test_what_a_customer_begins_with_answers_an_open_question_only_where_it_may() -> None:
    for opening, step in ((True, "done"), (False, "what")):
        steps = {
            "what": Step("what", StepKind.ASK, "事情", answers=(
                Answer("what", words("有问题")), Answer("done", anything=True, opening=opening),
            )),
            "done": Step("done", StepKind.HUMAN),
        }  # fmt: skip
        script = Script("x", "试", ("x",), steps)
        assert dialogue.begin(script, Heard("缺了三页")).step == step
        assert dialogue.begin(script, Heard("有问题")).step == "what"


def test_sounds_answer_no_question_not_even_an_open_one() -> None:
    asked = Form("complaint", "what")
    for sound in ("啊", "嗯嗯…", "？？", "额。"):
        assert dialogue.go_on(COMPLAINT, asked, Heard(sound)) is None
    moved = dialogue.go_on(COMPLAINT, asked, Heard("客服不理人"))
    assert moved is not None
    assert moved.step == "photo"


def test_a_dialogue_may_begin_on_certain_words_and_stages_only() -> None:
    script = replace(COMPLAINT, begins=words("投诉"))
    assert dialogue.suits(script, "signed", "我要投诉")
    assert dialogue.suits(script, "", "我要投诉")
    assert not dialogue.suits(script, "paid", "我要投诉")
    assert not dialogue.suits(script, "signed", "东西怎么用")
    assert not dialogue.suits(script, "signed", "我不投诉")


def test_an_answer_given_before_is_not_given_again_as_if_new(shop: Knowledge) -> None:
    first, second = talk(
        shop, line("170 130 合身", "presale.stock", TALL, HEAVY), line("170 130 合身", "presale.stock", TALL, HEAVY)
    )
    assert [place(first), place(second)] == ["dialogues/size/advise/say", "presale.stock/default"]


def test_where_no_words_can_be_said_the_human_reads_what_was_told(tokenizer: Tokenizer) -> None:
    says = {**SAYS, "dialogues/size/advise/say": ("{{ advice.says }}",)}
    shop = open_for_talks(tokenizer, (SIZE,), says)
    *_, last = talk(shop, line("有货吗", "presale.stock"), line("170 130斤", "", TALL, HEAVY), line("宽松点"))
    opened = ticket(last)
    assert opened is not None
    assert (opened.reason, opened.note) == (Reason.NO_PHRASE, "选尺码：身高=170，体重=130，松紧=宽松")
