"""One turn of the talk about where an order goes, and the outcomes that it may have: a yes counts for what was shown
last and nothing else, what is missing is asked for once, whatever is in doubt is a human's (bar 37)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core import couriers, tickets, wishes
from bot.core.address.model import Address
from bot.core.couriers import Offer
from bot.core.effects import Answered, Effect, KeepNote, OpenTicket, Outcome, Readdress, Remember, Send
from bot.core.knowledge import Knowledge
from bot.core.model import Decision, Priority, Reason, Status
from bot.core.order_notes import NoteReason
from bot.core.orders import Order
from bot.core.plans import FOLDER, Plan
from bot.core.proactive import occasion, shown_words, words
from bot.core.questions import Question
from bot.core.shop import Shop
from bot.core.speech import Speech, kept, speak
from bot.core.turn import Turn
from bot.core.wishes import Wish, wish

CHANGE = "order.change_address"
CHECK = "order.check_address"
#: What was asked back, beside the parts by name; the first two are groups of phrases.
WHAT, AGAIN, LATE = "ask", "again", "late"
_LONGEST = 200  # characters of the answer on a ticket
_MOST_SAID = 6  # changes of mind, after which a human asks; our default
_NOTE = "核对“{title}”时客户的回复：{text}（给客户看的是：{shown}）{why}"


def offer_of(shop: Shop, address: Address) -> Offer:
    """The couriers for an address."""
    return couriers.offer(shop.couriers, shop.default_courier, shop.fallback_courier, shop.courier_reach, address)


class Talk:
    """One turn of the talk: what it depends on, and the outcomes that it may have."""

    def __init__(self, knowledge: Knowledge, turn: Turn, plan: Plan, question: Question, order: Order) -> None:
        self.knowledge, self.turn, self.plan = knowledge, turn, plan
        self.question, self.order = question, order
        self.shop = knowledge.shop(turn.shop)
        self.now = occasion(plan, order)  #: names what the order has now

    @property
    def is_untouched(self) -> bool:
        """Whether the order's address was shown and nothing has been said of another."""
        return not self.question.said and set(self.question.asked) <= {LATE}

    def agreed(self, courier: str) -> Outcome | None:
        """A yes: to the order's address, to the change that was shown, or to nothing that stands any more."""
        if self._is_late():
            return self._shown_again(LATE)
        if self.is_untouched:
            return self._confirmed(courier) if self.now == self.question.occasion else self._shown_again()
        if not self.question.bound:
            return self.handed_off("客户说对，但要改成什么还没有说清楚")
        told = wish(self.order, self.question.said, self.turn.read_address)
        return self._changed(told, courier) if self._stands(told) else self._shown_again()

    def kept(self, courier: str) -> Outcome | None:
        """All stays as it is: a yes to the order's address where that is what was shown, else the end of a wish."""
        if self.is_untouched:
            return self.agreed(courier)
        return self._said("kept", {}, None, (Answered(self.question, "other"),))

    def proposed(self, said: tuple[str, ...]) -> Outcome | None:
        """The change is shown, or what it lacks is asked for."""
        told = wish(self.order, said, self.turn.read_address)
        if told.doubt or len(said) > _MOST_SAID:
            return self.handed_off(told.doubt or "客户改了好几次")
        offer = offer_of(self.shop, told.new)
        if missing := told.missing:
            if set(missing) & set(self.question.asked):
                return self.handed_off(f"还缺{'、'.join(missing)}")
            question = self._question(said=said, asked=(*self.question.asked, *missing))
            return self._said("lack", {"missing": "、".join(missing)}, question)
        if told.is_moved and self.shop.couriers and not offer.couriers and not offer.fallback:
            return self.handed_off("合作快递和EMS都送不到新地址")
        outside = told.is_moved and bool(offer.fallback)
        question = self._question(
            said=said, bound=told.bound(self.now), asked=self.question.asked, courier=offer.fallback if outside else ""
        )
        return self._said(
            "diff_outside" if outside else "diff", {"change": wishes.changes(told), **offer.said}, question
        )

    def asked_back(self, what: str) -> Outcome | None:
        """The customer wants something changed and did not say what: asked once. What was proposed is given up."""
        if {what, AGAIN} & set(self.question.asked):
            return self.handed_off("")
        return self._said(what, {}, self._question(asked=(*self.question.asked, what)))

    def courier_chosen(self, courier: str) -> Outcome | None:
        """A courier was named and nothing else; our question stays open."""
        offer = self._offer_of_question()
        if courier not in (*offer.couriers, offer.fallback):
            return self._said("couriers", offer.said, self.question)
        return self._said("courier", {"courier": courier}, self.question, self._courier_note(courier))

    def intercepted(self, told: Wish) -> Outcome | None:
        """The parcel is under way: somebody asks the courier, and nothing is promised."""
        courier, number = self.order.facts.courier or "", self.order.facts.tracking_no or ""
        note = f"订单 {self.order.id} 已发出（{courier}{number}），请联系快递拦截或转寄：{wishes.record(told)}"
        flag = KeepNote(self.order.id, note, NoteReason.INTERCEPT)
        return self._to_human("shipped", note, CHANGE, "the parcel is under way", flag)

    def handed_off(self, why: str) -> Outcome:
        """A human reads the answer beside what was asked, and nothing counts as confirmed."""
        text = "；".join((*self.question.said, self.turn.typed.replace("\n", " ")))[:_LONGEST]
        why = f"。{why}" if why else ""
        note = _NOTE.format(title=self.plan.title, text=text, shown=self.question.shown, why=why)
        return self._to_human("", note, CHECK, "the answer to the shop's own question is no plain yes")

    def _confirmed(self, courier: str) -> Outcome | None:
        offer, known = self._offer_of_question(), {}
        chosen = courier or self.question.courier
        if courier and courier not in (*offer.couriers, offer.fallback):
            chosen, known = "", offer.said
        notes = self._courier_note(chosen) if chosen else ()
        group = "couriers" if known else "right"
        settled = Answered(self.question, "right")
        return self._said(
            group, known, None, (settled, *notes), why="what was shown is confirmed", intent="chat.affirm"
        )

    def _changed(self, told: Wish, courier: str) -> Outcome | None:
        offer = offer_of(self.shop, told.new)
        chosen = courier if courier in (*offer.couriers, offer.fallback) else self.question.courier
        text = f"改地址：{wishes.record(told)}（客户已核对）" + (f"。快递：{chosen}" if chosen else "")
        effects = (
            Answered(self.question, "other"), KeepNote(self.order.id, text, NoteReason.ADDRESS),
            Readdress(self.order.id, self.now, self.question.bound, told.new),
        )  # fmt: skip
        known = {"change": wishes.changes(told)}
        return self._said("noted", known, None, effects, why="the change that was shown is confirmed")

    def _shown_again(self, why: str = "") -> Outcome | None:
        """What a yes would have meant is not what stands now: shown anew."""
        if why and why in self.question.asked:
            return self.handed_off("客户的确认早于最近一次展示，请再核对")
        asked = (*self.question.asked, why) if why else self.question.asked
        if self.question.said:
            self.question = replace(self.question, occasion=self.now, asked=asked)
            return self.proposed(self.question.said)
        anew = self._question(asked=asked, courier=self.question.courier)
        settled = (Answered(self.question, "other", anew),) if self.now != self.question.occasion else ()
        reason = "what was shown has changed since: asked anew"
        return self._said("changed", {}, anew, settled, why=reason, intent="chat.affirm")

    def _stands(self, told: Wish) -> bool:
        """Whether the change that was shown is what would come of it now."""
        return self.now == self.question.occasion and told.bound(self.now) == self.question.bound

    def _is_late(self) -> bool:
        """Whether the words were typed before the question was put as it stands."""
        sent = self.turn.sent_at
        return sent is not None and sent.timestamp() < self.question.at

    def _question(
        self, said: tuple[str, ...] = (), bound: str = "", asked: tuple[str, ...] = (), courier: str = ""
    ) -> Question:
        """The question as it stands from now on."""
        return Question(
            self.plan.id, self.order.id, self.now, shown_words(self.order, self.turn.now), self.turn.now.timestamp(),
            said, bound, asked, courier,
        )  # fmt: skip

    def _offer_of_question(self) -> Offer:
        return offer_of(self.shop, wish(self.order, self.question.said, self.turn.read_address).new)

    def _courier_note(self, courier: str) -> tuple[Effect, ...]:
        if courier == self.shop.default_courier:
            return ()
        return (KeepNote(self.order.id, f"指定快递：{courier}（客户确认）", NoteReason.REMARK),)

    def _said(
        self, group: str, known: Mapping[str, str], question: Question | None, effects: tuple[Effect, ...] = (),
        why: str = "", intent: str = CHECK,
    ) -> Outcome | None:  # fmt: skip
        situations = (f"{FOLDER}/{self.plan.id}/{group}",)
        facts = {"order": words(self.order, self.turn.now), "check": known}
        speech = speak(self.knowledge, self.turn, situations, facts)
        if speech is None:
            return self.handed_off("没有能说的话术")
        reasons = (why or f"the talk about the address: {group}",)
        decision = Decision(Status.REPLIED, intent, situation=speech.situation, reasons=reasons)
        return Outcome(decision, (Send(speech.text, speech.phrase), *effects, self._remember(question, speech)))

    def _to_human(self, group: str, note: str, intent: str, why: str, *effects: Effect) -> Outcome:
        """A ticket, a word with the time that it takes, and the question is closed."""
        promise = tickets.promise(
            Priority.HIGH, self.turn.queue_length(), self.turn.now, self.shop.hours, self.shop.waits
        )
        usual = ("handoff_off_hours", "handoff") if promise.off_hours else ("handoff",)
        situations = (f"{FOLDER}/{self.plan.id}/{group}", *usual) if group else usual
        facts = {"wait": promise.words, "order": words(self.order, self.turn.now), "check": {}}
        speech = speak(self.knowledge, self.turn, situations, facts)
        ticket = OpenTicket(
            Reason.ORDER_TASK, Priority.HIGH, "sale", promise.deadline, intent, note, promise.resolve_by
        )
        done: list[Effect] = [Send(speech.text, speech.phrase)] if speech else []
        done += [ticket, *effects, Answered(self.question, "other"), self._remember(None, speech)]
        decision = Decision(
            Status.HANDED_OFF, intent, situation=speech.situation if speech else "",
            reasons=(why, Reason.ORDER_TASK.value),
        )  # fmt: skip
        return Outcome(decision, tuple(done))

    def _remember(self, question: Question | None, speech: Speech | None) -> Remember:
        dialogue = self.turn.dialogue
        said = kept(dialogue.said, speech.phrase) if speech else dialogue.said
        return Remember(replace(dialogue, said=said, question=question, form=None, failures=0, choices=()))
