"""The same question is answered differently for an order on its way, a busy desk, a displeased customer."""

from __future__ import annotations

from bot.core.answer import answer
from bot.core.intents import Lexicon
from bot.core.knowledge import Knowledge
from bot.core.model import Dialogue, Mood, Stage
from bot.core.render import compile_phrase
from bot.core.shop import Shop, Tone
from bot.core.tokens import Tokenizer
from tests.core.tiny_shop import heard, open_shop, said, turn

SENT = heard("ship.when_sent")
ON_ITS_WAY = ("订单已经发出，物流在订单详情页。", "已经寄出，单号在订单里。")


def test_an_order_on_its_way_is_not_told_when_it_will_leave(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"ship.when_sent/shipped": ON_ITS_WAY})
    outcome = answer(shop, turn(stage=Stage.SHIPPED), SENT)
    assert said(outcome)[0] in ON_ITS_WAY
    assert outcome.decision.situation == "ship.when_sent/shipped"


def test_a_stage_without_words_of_its_own_hears_the_usual_ones(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"ship.when_sent/shipped": ON_ITS_WAY})
    assert answer(shop, turn(stage=Stage.PAID), SENT).decision.situation == "ship.when_sent/default"


def test_the_stage_still_decides_when_the_question_comes_again(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"ship.when_sent/shipped": ON_ITS_WAY})
    again = Dialogue(asked={"ship.when_sent": 1})
    assert answer(shop, turn(stage=Stage.SHIPPED, dialogue=again), SENT).decision.situation == "ship.when_sent/shipped"


def test_a_busy_desk_shows_how_to_look_for_oneself_and_only_then_is_the_queue_counted(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"presale.stock/busy": ("您在页面上可以直接看到库存，这样更快。",)})
    busy = answer(shop, turn(queue_length=lambda: 30), heard("presale.stock"))
    assert busy.decision.situation == "presale.stock/busy"
    quiet = answer(shop, turn(queue_length=lambda: 3), heard("presale.stock"))
    assert quiet.decision.situation == "presale.stock/default"

    def nobody_asks() -> int:
        raise AssertionError("the queue was counted for a reply that does not depend on it")

    assert answer(shop, turn(queue_length=nobody_asks), SENT).decision.situation == "ship.when_sent/default"


def test_a_displeased_customer_is_soothed_before_an_answer_that_does_not_do_it_itself(tokenizer: Tokenizer) -> None:
    shop = open_shop(
        tokenizer,
        None,
        **{
            "ship.when_sent/upset": (),
            "ship.when_sent/default": ("您好，按付款顺序发出。",),
            "empathy": ("给您添麻烦了，非常抱歉。",),
        },
    )
    upset = heard("ship.when_sent", mood=Mood.DISPLEASED)
    assert said(answer(shop, turn(), upset)) == ["给您添麻烦了，非常抱歉。\n按付款顺序发出。"]
    assert said(answer(shop, turn(), SENT)) == ["您好，按付款顺序发出。"]


def test_no_empathy_is_said_twice_over(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"empathy": ("给您添麻烦了，非常抱歉。",)})
    (text,) = said(answer(shop, turn(), heard("ship.when_sent", mood=Mood.DISPLEASED)))
    assert "添麻烦" not in text  # the group for upset customers has its own words


def test_a_displeased_customer_is_soothed_also_on_the_way_to_a_human(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer, None, **{"empathy": ("给您添麻烦了，非常抱歉。",)})
    (text,) = said(answer(shop, turn(), heard("risk.complaint", mood=Mood.DISPLEASED)))
    assert text.startswith("给您添麻烦了，非常抱歉。\n")
    assert "回复" in text


def test_a_shop_hears_its_own_tone_first_and_never_another_ones(tokenizer: Tokenizer) -> None:
    def greeted(tone: Tone) -> set[str]:
        shop = open_shop(tokenizer, Shop(tone=tone))
        lines = (("应该的。", None), ("乐意为您效劳。", Tone.PROFESSIONAL), ("小事一桩。", Tone.LIGHT))
        phrases = {"chat.thanks/default": tuple(compile_phrase(f"{text}/1", text, one) for text, one in lines)}
        spoken = Knowledge(shop.intents, {**shop.phrases, **phrases}, {"": Shop(tone=tone)}, Lexicon(), tokenizer, "x")
        return {said(answer(spoken, turn(seed=str(n)), heard("chat.thanks")))[0] for n in range(20)}

    assert greeted(Tone.LIGHT) == {"小事一桩。"}
    assert greeted(Tone.PROFESSIONAL) == {"乐意为您效劳。"}
    assert greeted(Tone.WARM) == {"应该的。"}


def test_words_for_an_old_customer_are_for_old_customers(tokenizer: Tokenizer) -> None:
    shop = open_shop(tokenizer)
    lines = (("不客气。", ()), ("谢谢您一直以来的支持。", ("老客",)))
    phrases = {"chat.thanks/default": tuple(compile_phrase(f"{text}/1", text, None, tags) for text, tags in lines)}
    spoken = Knowledge(shop.intents, {**shop.phrases, **phrases}, {"": Shop()}, Lexicon(), tokenizer, "x")
    assert said(answer(spoken, turn(), heard("chat.thanks"))) == ["不客气。"]
    assert said(answer(spoken, turn(tags=("老客", "议价")), heard("chat.thanks"))) == ["谢谢您一直以来的支持。"]
