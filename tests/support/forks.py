"""Forks of this process, each with an end: one that neither dies nor is done in time fails the test."""

import os
import signal
import sys
import time
from collections.abc import Callable

SECONDS = 30.0


def in_fork(work: Callable[[Callable[[str], object]], object]) -> str:
    """What the work hands over, a few kB, from a process of its own; a traceback of it goes to stderr."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            work(lambda text: os.write(writing, text.encode()))
            os._exit(0)
        finally:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as stream:
        status_of(pid)
        return stream.read()


def status_of(pid: int) -> int:
    """The exit status of a fork, or minus the signal that ended it. Raises AssertionError when it goes on."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"neither dead nor done after {SECONDS} s")
