"""Read a shop's working hours and holidays out of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from bot.content.reader import Reader
from bot.content.yaml import Text
from bot.core.hours import WEEKDAYS, Holiday, Hours, Periods
from bot.core.written import checked_week, read_day, read_periods, read_weekdays
from bot.errors import FactError


def read_hours(reader: Reader, base: Hours | None) -> Hours | None:
    """The hours that a file gives, on top of the common ones; None where neither gives any."""
    week = _week(reader) if reader.has("work_hours") else base
    holidays = _holidays(reader) if reader.has("holidays") else base.holidays if base else ()
    if week is not None:
        return replace(week, holidays=holidays)
    if reader.has("holidays") and not reader.has("work_hours"):
        reader.report(reader.line("holidays"), "missing", "写了 holidays，还要写平时的 work_hours")
    return None


def _week(reader: Reader) -> Hours | None:
    value: Any = reader.data[Text("work_hours", 0)]
    days = value if isinstance(value, dict) else {Text("每天", reader.line("work_hours")): value}
    if not all(isinstance(text, Text) for text in days.values()):
        shape = "“work_hours”写成 9:00-22:00，或每行一个“周一至周五: 9:00-22:00”"
        reader.report(reader.line("work_hours"), "shape", shape)
        return None
    week = _days(reader, {named: text for named, text in days.items() if named != "says"})
    return Hours(week, words=days.get(Text("says", 0), "")) if week else None


def _days(reader: Reader, days: Mapping[Text, Text]) -> tuple[Periods, ...] | None:
    week: dict[int, Periods] = {}
    faults = len(reader.findings)
    for named, text in days.items():
        with reader.reporting(named.line):
            periods = read_periods(text)
            for number in read_weekdays(named):
                if number in week:
                    raise FactError(f"{WEEKDAYS[number]}写了两次")
                week[number] = periods
    if len(reader.findings) == faults:
        with reader.reporting(reader.line("work_hours")):
            return checked_week(tuple(week.get(number, ()) for number in range(7)))
    return None


def _holidays(reader: Reader) -> tuple[Holiday, ...]:
    read = [holiday for entry in reader.entries("holidays") if (holiday := _holiday(entry))]
    read.sort(key=lambda holiday: holiday.first)
    for earlier, later in pairwise(read):
        if later.first <= earlier.last:
            message = f"“{earlier.says}”和“{later.says}”的日期重叠了"
            reader.report(getattr(later.says, "line", 1), "fact", message)
    return tuple(read)


def _holiday(entry: Reader) -> Holiday | None:
    entry.only(("from", "until", "says", "hours"))
    says, first, last = entry.text("says"), entry.value("from", read_day), entry.value("until", read_day)
    if first is None or last is None:
        return None
    if last < first:
        entry.report(entry.line("until"), "fact", f"结束日期 {last} 早于开始日期 {first}")
        return None
    return Holiday(first, last, says, entry.value_or("hours", read_periods, ()))
