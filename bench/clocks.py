"""Clocks in the parts of a running program: each part's own time, without the parts that it calls."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce, wraps
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
Name = str | Callable[..., str]
"""Of a part, or how it follows from what the function is called with."""


@dataclass(slots=True)
class Spent:
    """In nanoseconds: of the processor by this thread, and by the clock on the wall."""

    calls: int = 0
    processor: int = 0
    clock: int = 0


class Clocks:
    """Sums by part, over all threads."""

    def __init__(self) -> None:
        self._running = threading.local()
        self._lock = threading.Lock()
        self._spent: dict[str, Spent] = {}

    def take(self) -> dict[str, Spent]:
        """What was spent since this was last asked."""
        with self._lock:
            spent, self._spent = self._spent, {}
        return spent

    def timed(self, name: Name, function: F) -> F:
        @wraps(function)
        def measured(*args: Any, **kwargs: Any) -> Any:
            part = name if isinstance(name, str) else name(*args, **kwargs)
            outer = getattr(self._running, "inner", None)
            inner = self._running.inner = Spent()
            processor, clock = time.thread_time_ns(), time.perf_counter_ns()
            try:
                return function(*args, **kwargs)
            finally:
                clock, processor = time.perf_counter_ns() - clock, time.thread_time_ns() - processor
                self._running.inner = outer
                self._note(part, processor - inner.processor, clock - inner.clock)
                if outer is not None:
                    outer.processor += processor
                    outer.clock += clock

        return measured  # type: ignore[return-value]

    def _note(self, part: str, processor: int, clock: int) -> None:
        with self._lock:
            spent = self._spent.setdefault(part, Spent())
            spent.calls += 1
            spent.processor += processor
            spent.clock += clock

    def install(self, place: str, name: Name) -> None:
        """In the function or method at `place`, "module:name", wherever it was imported to."""
        module_name, _, path = place.partition(":")
        *owners, last = path.split(".")
        owner = reduce(getattr, owners, import_module(module_name))
        original = getattr(owner, last)
        measured = self.timed(name, original)
        setattr(owner, last, measured)
        for module in list(sys.modules.values()):
            for known, value in list(vars(module).items()):
                if value is original:
                    setattr(module, known, measured)
