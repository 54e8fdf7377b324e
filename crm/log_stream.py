"""A stream that never blocks or fails its writer: on a full disk, a closed pipe, a stalled reader.

What is written waits in a queue of bounded size for a thread, which alone may block. It writes what comes
within some milliseconds at once, as each time that it wakes costs more than an entry. What finds the queue
full, or nobody at the other end, is dropped; how much that was is said as soon as something can be written.
"""

import atexit
import errno
import os
import select
import threading
import time
import weakref
from collections import deque
from itertools import islice

from crm.log_lines import log_line

QUEUED_BYTES = 512 * 1024
GATHER_SECONDS = 0.01
GATHERED_BYTES = 32 * 1024
RETRY_SECONDS = 0.5
LAST_SECONDS = 1.0
FORK_SECONDS = 0.2
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EAGAIN}

_streams: "weakref.WeakSet[LogStream]" = weakref.WeakSet()


class LogStream:
    """Entries for one descriptor. `log_format` is how the entry about what was dropped looks."""

    def __init__(self, descriptor: int, log_format: str = "text") -> None:
        self.descriptor = descriptor
        self.log_format = log_format
        self.begin_anew()
        _streams.add(self)

    def begin_anew(self) -> None:
        """After a fork: the thread, the lock and what waits belong to the parent."""
        self._changed = threading.Condition()
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._dropped = 0
        self._ending = False
        self._awake = False
        self._hurried = 0
        self._thread: threading.Thread | None = None

    def put(self, entry: str) -> None:
        """Queue an entry, which ends in a line break, or drop it."""
        data = entry.encode("utf-8", "backslashreplace")
        with self._changed:
            if self._queued + len(data) > QUEUED_BYTES:
                self._dropped += 1
                return
            self._queue.append(data)
            self._queued += len(data)
            if self._ready() and not self._awake:
                self._awake = True
                self._changed.notify_all()

    def write(self, text: str) -> None:
        """As a handler of the standard library asks for it."""
        self.put(text)

    def flush(self) -> None:
        """There is nothing that could be hurried without waiting."""

    def isatty(self) -> bool:
        return os.isatty(self.descriptor)

    def drain(self, seconds: float) -> None:
        """Wait until all is written, for so long at most."""
        with self._changed:
            self._hurried += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._queued or self._thread is None, seconds)
            self._hurried -= 1

    def rest(self, seconds: float) -> None:
        """Write what waits, and end the thread where nothing keeps it: a fork should find no other."""
        self.drain(seconds)
        with self._changed:
            thread, self._ending = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(seconds)

    def go_on(self) -> None:
        with self._changed:
            self._ending = False
            if self._queued:
                self._ready()

    def _ready(self) -> bool:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # the interpreter ends, or there can be no more threads
                self._thread = None
                self._write_without_thread()
                return False
        return True

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._awake = bool(self._queue)
                self._changed.wait_for(lambda: self._queue or self._ending)
                self._changed.wait_for(lambda: self._hurried or self._ending, GATHER_SECONDS)
                if not self._queue:
                    return
                entries, dropped = self._gathered(), self._dropped
            written = self._write(self._notice(dropped) + b"".join(entries))
            with self._changed:
                for entry in entries:
                    self._queue.popleft()
                    self._queued -= len(entry)
                self._dropped += -dropped if written else len(entries)
                self._changed.notify_all()

    def _gathered(self) -> list[bytes]:
        """The first entries, at least one, that are written together."""
        size, count = 0, 0
        for entry in self._queue:
            size += len(entry)
            if count and size > GATHERED_BYTES:
                break
            count += 1
        return list(islice(self._queue, count))

    def _notice(self, dropped: int) -> bytes:
        if not dropped:
            return b""
        line = log_line(self.log_format, "warning", "log entries were dropped", "crm.logs", count=dropped)
        return line.encode()

    def _write(self, data: bytes) -> bool:
        """All of it, however long that takes; False when there is nobody to write to any more."""
        while data:
            try:
                data = data[os.write(self.descriptor, data) :]
            except OSError as error:
                if error.errno not in _PASSING:
                    return False
                self._wait_a_moment(error.errno)
        return True

    def _wait_a_moment(self, number: int | None) -> None:
        if number == errno.EAGAIN:
            select.select([], [self.descriptor], [], RETRY_SECONDS)
        else:
            time.sleep(RETRY_SECONDS)

    def _write_without_thread(self) -> None:
        """As much as can be written at once."""
        try:
            while self._queue and select.select([], [self.descriptor], [], 0)[1]:
                os.write(self.descriptor, self._queue.popleft())
        except (OSError, ValueError):
            self._queue.clear()
        self._queued = sum(map(len, self._queue))


def drain_all(seconds: float = LAST_SECONDS) -> None:
    """Before the process ends or becomes another one."""
    ends = time.monotonic() + seconds
    for stream in list(_streams):
        stream.drain(max(0.0, ends - time.monotonic()))


def _before_fork() -> None:
    for stream in list(_streams):
        stream.rest(FORK_SECONDS)


def _after_fork_in_parent() -> None:
    for stream in list(_streams):
        stream.go_on()


def _after_fork_in_child() -> None:
    for stream in list(_streams):
        stream.begin_anew()


atexit.register(drain_all)
os.register_at_fork(
    before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child
)
