"""Work spread over real processes, each a fresh interpreter that inherits nothing."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


def run_in_processes(
    work: Callable[[*Arguments], T],
    arguments: Sequence[tuple[*Arguments]],
    *,
    seconds: float = 60,
) -> list[T]:
    """`work(*arguments[i])` at once in as many processes; the results in order, or the first error."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(arguments), mp_context=context) as pool:
        futures = [pool.submit(work, *each) for each in arguments]
        return [future.result(timeout=seconds) for future in futures]
