"""Work done by several threads at once, whose failures come back to the test."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_in_threads(work: Callable[[int], T], count: int, *, seconds: float = 60) -> list[T]:
    """`work(i)` for each i below `count`, all at once; the results in order, or the first error."""
    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(work, i) for i in range(count)]
        return [future.result(timeout=seconds) for future in futures]
