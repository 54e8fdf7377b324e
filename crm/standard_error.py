"""Standard error of our processes: never blocks, never fails, and has the form of the log.

All that reaches `sys.stderr` goes into the stream of the log; with LOG_FORMAT=json each line becomes an
entry. Errors that nobody caught become entries in either form. It imports little, so that a process can call
it before anything that may fail.
"""

import atexit
import io
import os
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from crm.log_lines import log_line
from crm.log_stream import LogStream

STDIN, STDOUT, STDERR = 0, 1, 2
LOGGER = "crm"


class StandardError(io.TextIOBase):
    """In place of `sys.stderr`. A terminal is read by people: there plain text stays plain."""

    def __init__(self, stream: LogStream) -> None:
        self.stream = stream
        self._begun = ""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "backslashreplace"

    def write(self, text: str) -> int:
        """A line goes out when it is whole: an entry of another thread must not come to stand in it."""
        if self.isatty():
            self.stream.put(text)
            return len(text)
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            self._put_line(line)
        return len(text)

    def _put_line(self, line: str) -> None:
        if self.stream.log_format != "json":
            self.stream.put(line + "\n")
        elif line.strip():
            self.stream.put(_as_entry(line))

    def flush(self) -> None:
        """There is nothing that could be hurried without waiting."""

    def end_line(self) -> None:
        """At the end of the process: what was begun is not lost."""
        begun, self._begun = self._begun, ""
        if begun:
            self._put_line(begun)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(STDERR)

    def fileno(self) -> int:
        return STDERR


def take_over_stderr(log_format: str | None = None) -> LogStream:
    """From now on for this process; a second call only changes the form. Without one LOG_FORMAT decides."""
    chosen = (log_format or os.environ.get("LOG_FORMAT") or "text").lower()
    if isinstance(sys.stderr, StandardError):
        sys.stderr.stream.log_format = chosen
        return sys.stderr.stream
    _open_what_is_closed()
    stream = LogStream(STDERR, chosen)
    sys.stderr = standard_error = StandardError(stream)
    atexit.register(standard_error.end_line)
    sys.excepthook = _report_uncaught
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable
    return stream


def _open_what_is_closed() -> None:
    """Else the next file that is opened, such as a database, would be taken for a standard stream."""
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free: this one
            os.set_inheritable(descriptor, True)  # noqa: FBT003
    if sys.stdout is None:
        sys.stdout = os.fdopen(STDOUT, "w", closefd=False)


def _as_entry(line: str) -> str:
    refused = line.startswith("Error: ")
    return log_line("json", "error" if refused else "info", line.removeprefix("Error: ").strip(), LOGGER)


def _report(event: str, kind: type[BaseException], error: BaseException | None, trace: Any) -> None:
    if isinstance(sys.stderr, StandardError):
        report = "".join(traceback.format_exception(kind, error, trace)).rstrip()
        form = sys.stderr.stream.log_format
        sys.stderr.stream.put(log_line(form, "critical", event, LOGGER, exception=report))


def _report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _report("the process ends by an error", kind, error, trace)


def _report_thread(unhandled: threading.ExceptHookArgs) -> None:
    if unhandled.exc_type is not SystemExit:
        _report(
            "a thread ended by an error", unhandled.exc_type, unhandled.exc_value, unhandled.exc_traceback
        )


def _report_unraisable(unhandled: "sys.UnraisableHookArgs") -> None:
    event = unhandled.err_msg or "an error while clearing up"
    _report(event, unhandled.exc_type, unhandled.exc_value, unhandled.exc_traceback)
