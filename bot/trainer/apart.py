"""Run a function in a process of its own, so that its work neither slows this one down nor swells its memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from bot.errors import KefuError

P = ParamSpec("P")
T = TypeVar("T")


def apart(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns, or the KefuError it raises; the function, its arguments and its result travel by
    pickle. Waits for it: a server calls this in a thread. KefuError when the process dies."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, function, args, kwargs), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    with ours:
        try:
            result = ours.recv()
        except EOFError as error:
            raise KefuError("the process that did the work ended early; is the machine out of memory?") from error
        finally:
            process.join()
    if isinstance(result, KefuError):
        raise result
    return result  # type: ignore[no-any-return]


def _run(back: Connection, function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    with back:
        try:
            back.send(function(*args, **kwargs))
        except KefuError as error:
            back.send(error)
