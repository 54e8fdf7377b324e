"""Waiting for signals as for any input, so that nothing runs inside a handler."""

import os
import select
import signal
from types import FrameType


class Signals:
    """Catches signals for the whole process; only for the main thread."""

    def __init__(self, *numbers: signal.Signals) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(number, _leave_to_the_pipe)

    def wait(self, seconds: float) -> set[signal.Signals]:
        """The signals that came, as soon as one did; an empty set after `seconds` without one."""
        ready, _, _ = select.select([self._reader], [], [], seconds)
        return {signal.Signals(number) for number in os.read(self._reader, 4096)} if ready else set()


def _leave_to_the_pipe(_number: int, _frame: FrameType | None) -> None:
    """The wakeup descriptor has told already."""
