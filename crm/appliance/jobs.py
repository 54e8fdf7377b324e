"""Long jobs in processes of their own, so that no request and no other job waits for them."""

import fcntl
import os
import subprocess
import sys
import threading
import weakref
from typing import IO

import structlog

from crm.config import PROJECT_ROOT, Settings
from crm.errors import Conflict, Sentence

SHARED = (
    "sqlite_path", "upload_folder", "backup_dir",
    "backup_retention_days", "backup_keep_weekly", "backup_keep_monthly",
)  # fmt: skip

log = structlog.get_logger("crm.jobs")


class Claim:
    """The right to run the one job of its name, over all processes.

    The job's process inherits the lock and keeps it to its end, however that comes. A claim that is dropped
    before, as when its transaction fails, gives the lock back.
    """

    def __init__(self, settings: Settings, name: str, refusal: Sentence) -> None:
        """Raises Conflict with the refusal while such a job runs."""
        path = settings.sqlite_path.with_name(f"{settings.sqlite_path.name}.{name}.lock")
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.drop = weakref.finalize(self, os.close, self.descriptor)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.drop()
            raise Conflict(refusal) from None


def start_command(settings: Settings, claim: Claim, *arguments: str) -> subprocess.Popen[bytes]:
    """`crm …` at low priority; how it ends is logged. Its own lines go where this process logs."""
    process = subprocess.Popen(  # noqa: S603 - our own program, and names that were checked
        _command(*arguments),
        cwd=PROJECT_ROOT,
        env=_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(claim.descriptor,),
    )
    claim.drop()
    threading.Thread(target=_see_off, args=(process, arguments), daemon=True).start()
    return process


def run_command(settings: Settings, *arguments: str, given: IO[bytes]) -> None:
    """`crm …` with a file as its standard input, to its end. Raises Conflict with what it refused."""
    done = subprocess.run(  # noqa: S603 - our own program
        _command(*arguments),
        cwd=PROJECT_ROOT,
        env={**_environment(settings), "LOG_FORMAT": "text"},  # what it refuses is read by people
        stdin=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        log.error("command failed", command=" ".join(arguments), said=done.stderr)
        raise Conflict(done.stderr.strip().rpartition("\n")[2].removeprefix("Error: "))


def _command(*arguments: str) -> list[str]:
    return ["nice", "-n", "10", sys.executable, "-m", "crm", *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **{name.upper(): str(getattr(settings, name)) for name in SHARED}}


def _see_off(process: subprocess.Popen[bytes], arguments: tuple[str, ...]) -> None:
    status = process.wait()
    if status:
        log.error("command failed", command=" ".join(arguments), status=status)
    else:
        log.info("command done", command=" ".join(arguments))
