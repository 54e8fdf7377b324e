"""Long work of the appliance in processes of its own, so that no request and no other task waits for it."""

import os
import subprocess
import sys
import threading
from typing import IO

import structlog

from crm.config import PROJECT_ROOT, Settings
from crm.errors import Conflict

SHARED = (
    "sqlite_path", "upload_folder", "backup_dir",
    "backup_retention_days", "backup_keep_weekly", "backup_keep_monthly",
)  # fmt: skip

log = structlog.get_logger("crm.jobs")


def start_command(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    """`crm …` at low priority; how it ends is logged. Its own lines go where this process logs."""
    process = subprocess.Popen(  # noqa: S603 - our own program, and names that were checked
        _command(*arguments),
        cwd=PROJECT_ROOT,
        env=_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
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
