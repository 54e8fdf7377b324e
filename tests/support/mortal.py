"""Processes that die by `kill -9` at their n-th step, watched from outside: the product knows nothing of it.

A step is what the world can see of a process: a statement of its writing connection (each BEGIN and COMMIT
too), what it sends and waits for over HTTP, the answers that it gives, and names in the folder of uploads.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw
from httpcore2._backends.sync import SyncBackend, SyncStream

from crm.db.postgres.server import DatabaseServer
from crm.db.postgres.session import PostgresSession
from crm.db.sqlite import database_file
from crm.db.sqlite.engine import open_writer
from crm.web.connections.sending import Answer
from tests.support.forks import status_of

NEVER = 0
ANSWER = "wait for the answer"
# Not the making of folders: whether one is missing is chance, as files have random names.
FILE_EVENTS = frozenset({"open", "os.rename", "os.remove"})


def run_until(fatal: int, uploads: Path, work: Callable[[], object]) -> str:
    """The name of the step before which the process died; "" when it lived to its end.

    Raises AssertionError when it does neither, or ends in any other way.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _live(fatal, uploads, work, writing)
    os.close(writing)
    status = status_of(pid)
    with os.fdopen(reading) as stream:
        step = stream.read().partition("\n")[0]
    assert status == (-signal.SIGKILL if step else 0), f"ended with {status} at {step!r}"
    return step


def serve_until(
    fatal: int, uploads: Path, serve: Callable[[], object], ask: Callable[[], int]
) -> tuple[str, int]:
    """The name of the step before which a process of the server died, "" for none; and what was answered."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _live(fatal, uploads, serve, writing)
    os.close(writing)
    with suppress(PermissionError, ProcessLookupError):  # where the child was first
        os.setpgid(pid, pid)
    try:
        answer = ask()
    finally:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    with os.fdopen(reading) as stream:
        return stream.read().partition("\n")[0], answer


def _live(fatal: int, uploads: Path, work: Callable[[], object], report: int) -> None:
    try:
        os.setpgid(0, 0)
        watch(fatal, uploads, report)
        work()
        os._exit(0)
    finally:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def watch(fatal: int, uploads: Path, report: int) -> None:
    """Let this process and those that it forks die at their n-th step from now on, and report its name."""
    count, last, counting = 0, "", threading.Lock()

    def reach(step: str) -> None:
        nonlocal count, last
        with counting:
            if step == last == ANSWER:  # in how many pieces an answer comes is chance
                return
            count, last = count + 1, step
            if count == fatal:
                os.write(report, f"{step}\n".encode())
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    watch_statements(reach)
    _watch_files(uploads, reach)
    _before(SyncBackend, "connect_tcp", lambda: reach("connect"))
    _before(SyncStream, "write", lambda: reach("send a request"))
    _before(SyncStream, "read", lambda: reach(ANSWER))
    _before(Answer, "send_headers", lambda: reach("answer"))


def watch_statements(reach: Callable[[str], None]) -> None:
    """Tells of each that the process is about to run in a change, on either engine."""
    _watch_file(reach)
    _before(DatabaseServer, "begin_write", lambda: reach("BEGIN"))
    for name in ("execute", "execute_many", "control", "commit"):
        _watch_session(name, reach)


def _watch_file(reach: Callable[[str], None]) -> None:
    def before_each(_: apsw.Cursor, sql: str, __: object) -> bool:
        reach(_step(sql))
        return True

    def opened(path: Path) -> apsw.Connection:
        connection = open_writer(path)
        connection.exec_trace = before_each
        return connection

    vars(database_file)["open_writer"] = opened


def _watch_session(name: str, reach: Callable[[str], None]) -> None:
    original = getattr(PostgresSession, name)

    def noticed(session: PostgresSession, *given: Any, **named: Any) -> Any:
        if session.kind == "write":
            reach(_step(given[0]) if given else name.upper())
        return original(session, *given, **named)

    setattr(PostgresSession, name, noticed)


def _step(sql: str) -> str:
    """The same on both engines."""
    return " ".join(sql.split()[:3]).removesuffix(" IMMEDIATE")


def _watch_files(uploads: Path, reach: Callable[[str], None]) -> None:
    """Names that come and go below the folder; each is looked at by the interpreter's own audit."""
    below = f"{uploads}/"

    def audited(event: str, facts: tuple[Any, ...]) -> None:
        if event in FILE_EVENTS and str(facts[0]).startswith(below) and not _only_reads(event, facts):
            reach(event)

    sys.addaudithook(audited)


def _only_reads(event: str, facts: tuple[Any, ...]) -> bool:
    return event == "open" and not facts[2] & (os.O_WRONLY | os.O_RDWR)


def _before(owner: type, name: str, notice: Callable[[], None]) -> None:
    original = getattr(owner, name)

    def noticed(*args: Any, **kwargs: Any) -> Any:
        notice()
        return original(*args, **kwargs)

    setattr(owner, name, noticed)
