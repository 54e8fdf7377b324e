"""Work spread over real processes, each a fresh interpreter that inherits nothing, and each with an end."""

import multiprocessing
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
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
        try:
            return [future.result(timeout=seconds) for future in futures]
        except TimeoutError:
            for process in multiprocessing.active_children():
                process.kill()
            raise


@contextmanager
def killed_after(seconds: float, process: subprocess.Popen[str]) -> Iterator[None]:
    """So that reading what it says comes to an end."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
