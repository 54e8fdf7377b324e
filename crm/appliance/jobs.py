"""Long work of the appliance in processes of its own, so that no request and no other task waits for it."""

import os
import subprocess
import sys
import threading

import structlog

from crm.config import PROJECT_ROOT, Settings

SHARED = (
    "sqlite_path", "upload_folder", "backup_dir",
    "backup_retention_days", "backup_keep_weekly", "backup_keep_monthly",
)  # fmt: skip

log = structlog.get_logger("crm.jobs")


def start_command(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    """`crm …` at low priority; how it ends is logged. Its own lines go where this process logs."""
    environment = {**os.environ, **{name.upper(): str(getattr(settings, name)) for name in SHARED}}
    process = subprocess.Popen(  # noqa: S603 - our own program, and names that were checked
        ["nice", "-n", "10", sys.executable, "-m", "crm", *arguments],  # noqa: S607
        cwd=PROJECT_ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    threading.Thread(target=_see_off, args=(process, arguments), daemon=True).start()
    return process


def _see_off(process: subprocess.Popen[bytes], arguments: tuple[str, ...]) -> None:
    status = process.wait()
    if status:
        log.error("command failed", command=" ".join(arguments), status=status)
    else:
        log.info("command done", command=" ".join(arguments))
