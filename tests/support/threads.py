"""Work done by several threads at once, whose failures come back to the test. No wait is without end."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_in_threads(
    work: Callable[[int], T], count: int, *, at_once: int | None = None, seconds: float = 60
) -> list[T]:
    """`work(i)` for each i below `count`, all or so many at once; the results in order."""
    pool = ThreadPoolExecutor(at_once or count)
    try:
        futures = [pool.submit(work, i) for i in range(count)]
        return [future.result(timeout=seconds) for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def join_all(*threads: threading.Thread, seconds: float = 60) -> None:
    """Wait for their end, which must come."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        assert not thread.is_alive(), f"{thread.name} goes on after {seconds} s"
