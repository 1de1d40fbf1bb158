"""Read phrases/proactive/*.yaml: one plan each of what the shop says unasked, and how a shop's file handles them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.content.reader import Finding, Reader, Variant
from bot.content.schema import GROUPS
from bot.content.segments import check_words, read_segment
from bot.content.yaml import Text
from bot.core.delivery import province_of
from bot.core.model import Priority
from bot.core.orders import Kind, OrderState
from bot.core.plans import ANSWERS, FOLDER, Asks, Manner, Need, Plan, PlanKind, Silent, Task
from bot.core.written import read_clock, read_duration, read_number, read_quiet

T = TypeVar("T", Kind, OrderState, Need)
_OF_QUESTIONS = tuple(sorted({group for groups in ANSWERS.values() for group in groups}))
_KEYS = (
    "title", "kind", "on", "segment", "states", "after", "at", "before_cutoff", "by_region", "within", "needs", "scan",
    "not_scan", "most", "enabled", "asks", "task", "say", "silent", *_OF_QUESTIONS,
)  # fmt: skip
_MANNER = ("on", "off", "noon", "hush", "quota", "window", "holdout", "consent", "refusal", "care_pause")
_STATES = tuple(state for state in OrderState if state is not OrderState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """One plan as read, and its phrases by situation."""

    path: Path
    plan: Plan
    phrases: Mapping[str, tuple[Variant, ...]]


def read(name: str, shown: Path, data: Any, findings: list[Finding]) -> PlanFile:
    """The plan of this name; what is wrong with it is added to the findings."""
    reader = Reader(shown, data, findings)
    reader.only(_KEYS)
    plan = Plan(
        id=name,
        title=str(reader.text("title")),
        kind=reader.choice("kind", PlanKind, tuple(PlanKind), PlanKind.NUDGE),
        on=() if reader.has("segment") else _members(reader, "on", tuple(Kind)),
        states=frozenset(_members(reader, "states", _STATES)),
        within=reader.value("within", read_duration) or timedelta(),
        after=reader.value_or("after", read_duration, timedelta()),
        at=reader.value("at", read_clock) if reader.has("at") else None,
        before_cutoff=reader.value("before_cutoff", read_duration) if reader.has("before_cutoff") else None,
        by_region=_by_region(reader),
        needs=frozenset(_members(reader, "needs", tuple(Need))) if reader.has("needs") else frozenset(),
        scan=tuple(map(str, reader.texts("scan"))),
        not_scan=tuple(map(str, reader.texts("not_scan"))),
        most=reader.value_or("most", partial(read_number, least=1, most=20), 1),
        enabled=_is_on(reader),
        asks=reader.choice("asks", Asks, _values(Asks), Asks.NOTHING) if reader.has("asks") else Asks.NOTHING,
        task=_task(reader),
        silent=_silent(reader),
        segment=read_segment(reader),
    )
    _check_times(reader, plan)
    if plan.silent and not plan.asks:
        reader.report(reader.line("silent"), "plan", "没有写 asks，没有人要回答，silent 不会用到，请删掉")
    groups = ("say", *ANSWERS[plan.asks])
    phrases = {f"{FOLDER}/{name}/{group}": reader.variants(group) for group in groups}
    if plan.segment is not None:
        check_words(reader, plan.segment, phrases[plan.situation])
    for group in _OF_QUESTIONS:
        if reader.has(group) and group not in groups:
            asks = f"asks 是 {plan.asks}" if plan.asks else "没有写 asks"
            reader.report(reader.line(group), "plan", f"{asks}，“{group}”不会用到，请删掉")
    return PlanFile(shown, plan, phrases)


def read_manner(reader: Reader, base: Manner) -> Manner:
    """How a shop's file handles plans, under its key `proactive`: what it gives replaces the common one."""
    if not reader.has("proactive"):
        return base
    inner = Reader(reader.path, reader.data[Text("proactive", 0)], reader.findings, reader.line("proactive"))
    inner.only(_MANNER)
    on, off = frozenset(map(str, inner.texts("on"))), frozenset(map(str, inner.texts("off")))
    return replace(
        base,
        on=(base.on | on) - off if inner.has("on") or inner.has("off") else base.on,
        off=(base.off | off) - on if inner.has("on") or inner.has("off") else base.off,
        awake=inner.value_or("noon", read_quiet, base.awake),
        hush=inner.value_or("hush", read_duration, base.hush),
        quota=inner.value_or("quota", partial(read_number, least=0, most=1000), base.quota),
        window=inner.value_or("window", read_duration, base.window),
        holdout=inner.value_or("holdout", partial(read_number, least=0, most=50), base.holdout),
        consent=frozenset(map(str, inner.texts("consent"))) if inner.has("consent") else base.consent,
        refusal=frozenset(map(str, inner.texts("refusal"))) if inner.has("refusal") else base.refusal,
        care_pause=inner.value_or("care_pause", partial(read_duration, most=365), base.care_pause),
    )


def check_manner(file: Reader, plans: Mapping[str, PlanFile]) -> Iterator[Finding]:
    """Plans that a shop's file switches and that nobody wrote."""
    if not file.has("proactive"):
        return
    inner = Reader(file.path, file.data[Text("proactive", 0)], [])
    for key in ("on", "off"):
        for name in inner.texts(key):
            if name not in plans:
                known = "、".join(sorted(plans)) or "无"
                yield Finding(str(file.path), name.line, "no-plan", f"没有“{name}”这个主动消息，现有：{known}")


def _members(reader: Reader, key: str, allowed: tuple[T, ...]) -> tuple[T, ...]:
    given = reader.texts(key)
    if not given:
        reader.report(reader.line(key), "missing", f"缺少“{key}”")
    values = {str(one): one for one in allowed}
    for name in given:
        if name not in values:
            reader.report(name.line, "choice", f"“{key}”里的“{name}”认不出来，可以写的有：{'、'.join(values)}")
    return tuple(values[name] for name in given if name in values)


def _values(kind: type[Asks]) -> tuple[str, ...]:
    return tuple(one.value for one in kind if one)


def _is_on(reader: Reader) -> bool:
    return reader.choice("enabled", str, ("yes", "no"), "no") == "yes" if reader.has("enabled") else True


def _by_region(reader: Reader) -> dict[str, timedelta]:
    found = {}
    if reader.has("by_region"):
        inner = Reader(reader.path, reader.data[Text("by_region", 0)], reader.findings, reader.line("by_region"))
        for region in inner.data:
            if province_of(region) != region:
                inner.report(region.line, "plan", f"“{region}”不是省级地区，请写简称，例如 新疆、内蒙古")
            found[str(region)] = inner.value(region, read_duration) or timedelta()
    return found


def _silent(reader: Reader) -> Silent | None:
    if not reader.has("silent"):
        return None
    inner = Reader(reader.path, reader.data[Text("silent", 0)], reader.findings, reader.line("silent"))
    inner.only(("after", "note", "group", "priority"))
    after = inner.value("after", read_duration)
    return Silent(after or timedelta(), _read_task(inner))


def _task(reader: Reader) -> Task | None:
    if not reader.has("task"):
        return None
    inner = Reader(reader.path, reader.data[Text("task", 0)], reader.findings, reader.line("task"))
    inner.only(("note", "group", "priority", "case"))
    return _read_task(inner)


def _read_task(inner: Reader) -> Task:
    group = inner.choice("group", str, GROUPS, "sale") if inner.has("group") else "sale"
    priority = inner.priority("priority") if inner.has("priority") else Priority.NORMAL
    return Task(str(inner.text("note")), group, priority, str(inner.text("case")) if inner.has("case") else "")


def _check_times(reader: Reader, plan: Plan) -> None:
    longest = max((plan.after, *plan.by_region.values()))
    if plan.within and plan.within <= longest:
        reader.report(reader.line("within"), "plan", "within（最迟）要比 after 长，否则永远不会发")
    if plan.at is not None and plan.before_cutoff is not None:
        reader.report(reader.line("at"), "plan", "at 和 before_cutoff 只能写一个")
