"""Stories of one transaction abreast, on PostgreSQL: what several ask at once is asked in one statement.

Each lane's stories run one after the other in a coroutine of their own (greenlet, as SQLAlchemy's asyncio does it), so
that a story stays a plain function: where it runs a statement it waits, the others come as far, and one statement over
all their parameters (`store.bulk`) answers all. A message's own eight statements cost 2.6 ms of waiting and 1.3 ms of
this process; thirty messages abreast need some 25 statements together (measured on two cores).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from greenlet import greenlet

from bot.store.base import Submitted
from bot.store.prepared import ASK, Prepared, Row

#: How much a story counts in what is known of the way that its statements are from the end.
_NEWEST = 0.1


class _Lane:
    """Stories that follow each other, and what they wait for."""

    def __init__(self, walk: Callable[[], None]) -> None:
        self.walker = greenlet(walk)
        self.asked: list[tuple[Prepared, Mapping[str, Any]]] = []

    def go_on(self, answer: Any = None) -> bool:
        """Go on until something is asked; False at the end of the lane."""
        question = self.walker.switch() if answer is None else self.walker.switch(answer)
        if question is not None:
            self.asked.append(question)
        return question is not None


class Abreast:
    """Runs the stories of a group, and learns how far from a story's end each statement is asked."""

    def __init__(self) -> None:
        self._ahead: dict[Prepared, float] = {}

    def run(self, tx: sa.Connection, stories: Sequence[Submitted]) -> list[Any]:
        """The stories' values. Those that may run abreast do with their neighbours; all others run alone, so that
        conversations are locked in the order of lanes as before."""
        values: list[Any] = []
        for may, group in groupby(stories, key=attrgetter("abreast")):
            some = list(group)
            together = may and len(some) > 1
            values += self._together(tx, some) if together else [submitted.story(tx) for submitted in some]
        return values

    def _together(self, tx: sa.Connection, stories: Sequence[Submitted]) -> list[Any]:
        values: list[Any] = [None] * len(stories)
        places: dict[str, list[int]] = {}
        for place, submitted in enumerate(stories):
            places.setdefault(submitted.lane, []).append(place)

        def walk(own: Sequence[int]) -> None:
            for place in own:
                values[place] = stories[place].story(tx)

        lanes = [_Lane(partial(walk, own)) for own in places.values()]
        tx.info[ASK] = _ask
        try:
            self._answer_all(tx, lanes)
        finally:
            del tx.info[ASK]
            for lane in lanes:
                if not lane.walker.dead:
                    lane.walker.throw()  # left waiting by a fault of another; their transaction is undone
        return values

    def _answer_all(self, tx: sa.Connection, lanes: Iterable[_Lane]) -> None:
        """Answer what the lanes ask until all have come to their end."""
        waiting = [lane for lane in lanes if lane.go_on()]
        while waiting:
            # Who is farthest from the end goes on first, so that all come together to what all of them ask.
            first = max((lane.asked[-1][0] for lane in waiting), key=lambda one: self._ahead.get(one, 0.0))
            asking = [lane for lane in waiting if lane.asked[-1][0] is first]
            answers = first.each(tx, [lane.asked[-1][1] for lane in asking])
            ended = [lane for lane, rows in zip(asking, answers, strict=True) if not lane.go_on(rows)]
            for lane in ended:
                waiting.remove(lane)
                self._learn(lane)

    def _learn(self, lane: _Lane) -> None:
        for ahead, (statement, _) in enumerate(reversed(lane.asked)):
            before = self._ahead.get(statement, float(ahead))
            self._ahead[statement] = before + _NEWEST * (ahead - before)


def _ask(statement: Prepared, values: Mapping[str, Any]) -> list[Row]:
    """On a lane: wait for the rows of a statement."""
    hub = greenlet.getcurrent().parent
    assert hub is not None
    rows: list[Row] = hub.switch((statement, values))
    return rows
