"""A process of the server, forked off the supervisor: what both have loaded is in memory once."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from crm.signals import forget_signals, hold_signals_back, let_signals_in
from crm.standard_error import STDERR, STDIN

OWN_NAME = Path("/proc/self/comm")  # what `top` and `ps -o comm` show, on Linux


@dataclass(slots=True)
class Child:
    """`program` gets the process id of its parent. `title` has at most 15 characters."""

    name: str
    title: str
    program: Callable[[int], None]
    pid: int | None = None
    status: int | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def start(self, lock: int) -> None:
        """Of its descriptors only `lock` stays open. It leads a group of its own when this returns.

        Raises OSError when the machine has no room for another process.
        """
        parent = os.getpid()
        reading, writing = os.pipe()
        # A signal that the child caught before it forgot the handlers would be taken for one to its parent.
        hold_signals_back()
        try:
            pid = os.fork()
        except OSError:
            os.close(writing)
            let_signals_in()
            os.close(reading)
            raise
        if not pid:
            self._live(parent, lock)
        let_signals_in()
        self.pid, self.status, self.started = pid, None, time.monotonic()
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)

    def _live(self, parent: int, lock: int) -> NoReturn:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
        os.setsid()
        with suppress(OSError):
            OWN_NAME.write_text(self.title)
        forget_signals()
        let_signals_in()
        os.close(STDIN)
        os.open(os.devnull, os.O_RDONLY)
        os.closerange(STDERR + 1, lock)
        os.closerange(lock + 1, os.sysconf("SC_OPEN_MAX"))
        try:
            self.program(parent)
        except Exception:  # noqa: BLE001 - whatever it is, it ends the process
            sys.excepthook(*sys.exc_info())
            sys.exit(1)
        sys.exit()

    def send(self, number: signal.Signals) -> None:
        """To the whole group, as the web server has processes of its own; but gentle ones go to its head."""
        if not self.running or self.pid is None:
            return
        if number == signal.SIGKILL:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)

    @property
    def running(self) -> bool:
        """`status` has its exit status once it has ended, negative for a signal."""
        if self.pid is not None and self.status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if ended else None
        return self.pid is not None and self.status is None
