"""Waiting for signals like for any input, so that nothing runs inside a handler."""

import os
import select
import signal
from types import FrameType

# What `nohup` and a shell's `&` ignore for the programs that they start; SIGTERM always stops.
LEFT_TO_THE_STARTER = frozenset({signal.SIGHUP, signal.SIGINT})


def stays_ignored(number: signal.Signals) -> bool:
    """Whether it was ignored when this process was started: then nobody catches it here."""
    return number in LEFT_TO_THE_STARTER and signal.getsignal(number) is signal.SIG_IGN


def ignored_from_the_start() -> tuple[signal.Signals, ...]:
    return tuple(number for number in LEFT_TO_THE_STARTER if stays_ignored(number))


class Signals:
    """Catches signals for the whole process, except ignored ones; only for the main thread."""

    def __init__(self, *numbers: signal.Signals) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in numbers:
            if not stays_ignored(number):
                signal.signal(number, _leave_to_the_pipe)

    def wait(self, seconds: float) -> set[signal.Signals]:
        """The signals that came, as soon as one did; an empty set after `seconds` without one."""
        ready, _, _ = select.select([self._reader], [], [], seconds)
        return {signal.Signals(number) for number in os.read(self._reader, 4096)} if ready else set()


def hold_signals_back() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def let_signals_in() -> None:
    """Those that came meanwhile, too."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())


def forget_signals() -> None:
    """In a process just forked: catch nothing, as if started afresh. What is ignored stays ignored."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if signal.getsignal(number) is _leave_to_the_pipe:
            signal.signal(number, signal.SIG_DFL)


def _leave_to_the_pipe(_number: int, _frame: FrameType | None) -> None:
    """The wakeup descriptor has passed the signal on already."""
